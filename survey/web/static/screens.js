// What is seen: one screen at a time, its heading focused, its progress, faults and filled-in words.
import { copies } from "./review.js";

export class Screens {
  constructor(form, questions) {
    this.form = form;
    this.questions = questions;
    this.others = [...form.querySelectorAll("[data-screen]")];
    this.bar = document.querySelector(".progress");
    this.where = form.querySelector(".where");
    this.steps = form.querySelector(".steps");
    this.title = form.querySelector("h1");
    this.refusedItem = null;
  }

  open() {
    this.form.classList.add("playing");
    for (const node of this.form.querySelectorAll(".only-player")) node.hidden = false;
  }

  show(step, asked = [], isFocused = true) {
    const isStep = this.questions.has(step) || step === "check";
    for (const screen of this.others) screen.hidden = screen.dataset.screen !== step;
    for (const [name, question] of this.questions) question.hidden = name !== step;
    this.steps.hidden = !isStep;
    this.steps.querySelector('[data-do="next"]').hidden = step === "check";
    this.steps.querySelector('[data-do="send"]').hidden = step !== "check";
    this.title.classList.toggle("unseen", step !== "consent");
    this.bar.hidden = !isStep;
    this.count(step, asked);
    if (isFocused) this.focus(step);
  }

  // Progress in words and as a bar; a note has no number of its own.
  count(step, asked) {
    const place = asked.indexOf(step);
    const question = this.questions.get(step);
    this.where.hidden = !question;
    this.where.querySelector(".where-count").hidden = place < 0;
    this.say({ n: place + 1, total: asked.length });
    const gauge = this.bar.querySelector("progress");
    gauge.max = asked.length || 1;
    if (place >= 0) gauge.value = place;
    if (step === "check") gauge.value = asked.length;
    this.where.querySelector(".where-section").replaceChildren(...this.#opened(step, asked));
  }

  // The heading of a section, on the screens that open it: its notes and its first question.
  #opened(step, asked) {
    const name = this.questions.get(step)?.dataset.section;
    const first = asked.find((other) => this.questions.get(other).dataset.section === name);
    const isOpening = name && (first === step || !asked.includes(step));
    return isOpening ? copies(document.querySelector(`#section-${name} > .words`)) : [];
  }

  focus(step) {
    const screen = this.questions.get(step) ?? this.others.find((node) => node.dataset.screen === step);
    scrollTo(0, 0);
    screen.querySelector(".words").focus({ preventScroll: true });
  }

  // Shows the fault of a question, or takes it away.
  fault(name, code) {
    const question = this.questions.get(name);
    const line = question.querySelector(".fault");
    if (!line || (line.hidden && !code)) return;
    const fields = [...question.querySelectorAll("[name]")].filter((field) => !field.closest("[hidden]"));
    const typed = fields.filter((field) => !["radio", "checkbox"].includes(field.type));
    line.id = `${name}-fault`;
    const told = [question.querySelector(".hint[id]"), line].map((node) => node?.id ?? "").join(" ").trim();
    for (const node of [question, ...typed]) node.setAttribute("aria-describedby", told);
    for (const field of typed) field.setAttribute("aria-invalid", String(Boolean(code)));
    line.hidden = !code;
    line.replaceChildren(...(code ? this.#words(question, code, fields[0]) : []));
    if (code) (fields.find((field) => field.checked) ?? fields[0]).focus();
  }

  #words(question, code, field) {
    const own = question.querySelector(`[data-own="${code}"]`);
    const isTyped = code === "unanswered" && !["radio", "checkbox", "select-one"].includes(field.type);
    return copies(own ?? document.querySelector(`[data-fault="${isTyped ? "blank" : code}"]`));
  }

  // A response that the server did not take: its reason, and the question it is about.
  refuse({ refusal, status }) {
    const [part, name] = (refusal.where ?? "").split(".");
    this.refusedItem = ["answers", "missing"].includes(part) && this.questions.has(name) ? name : null;
    this.form.querySelector('[data-do="correct"]').hidden = status !== 422 || !this.refusedItem;
    for (const [code, text] of Object.entries(refusal.message ?? {})) this.say({ [`reason-${code}`]: text });
    this.show("refused");
  }

  // Fills the empty places of texts, in every language.
  say(facts) {
    for (const [name, value] of Object.entries(facts)) {
      for (const node of document.querySelectorAll(`[data-slot="${name}"]`)) node.textContent = value;
    }
  }

  // Puts earlier answers into the texts that quote them: language -> item -> words.
  pipe(words) {
    for (const node of this.form.querySelectorAll("[data-pipe]")) {
      const said = words[node.closest("[data-in]").dataset.in];
      node.textContent = said?.[node.dataset.pipe] || "…";
    }
  }

  // Hides the choices that a filter does not offer; returns whether one of them had been chosen.
  offer(options) {
    let isLost = false;
    for (const [name, offered] of Object.entries(options)) {
      const ways = ["dk", "refused"];
      for (const field of this.questions.get(name).querySelectorAll('option, [name$="-answer"]')) {
        if (!field.value || field.localName === "select") continue;
        const isOffered = offered.includes(field.value) || ways.includes(field.value);
        if (field.localName === "option") field.hidden = field.disabled = !isOffered;
        else field.closest(".choice").hidden = !isOffered;
        if (isOffered || !(field.checked || field.selected)) continue;
        isLost = true;
        field.checked = field.selected = false;
      }
    }
    return isLost;
  }

  // Leaves no answer in the page for whoever comes next.
  forget() {
    for (const question of this.questions.values()) question.remove();
    this.form.querySelector(".answers").replaceChildren();
  }
}

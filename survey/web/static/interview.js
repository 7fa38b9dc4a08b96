// One interview: the form on the page holds the answers, the route is derived from them each time
// (flow.js). It knows neither where answers are kept nor how they are sent.
import { faultOf } from "./answer.js";
import { fill, read, settle } from "./fields.js";
import { reached, spoken } from "./flow.js";
import { languages } from "./language.js";
import { listAnswers } from "./review.js";
import { Screens } from "./screens.js";
import { answeredOn, compose } from "./submission.js";

export class Interview {
  constructor(form, instrument) {
    this.form = form;
    this.instrument = instrument;
    this.items = new Map(instrument.items.map((item) => [item.name, item]));
    this.questions = new Map([...form.querySelectorAll("[data-item]")].map((node) => [node.dataset.item, node]));
    this.screens = new Screens(form, this.questions);
    this.walk = null;
    this.screens.open();
    for (const question of this.questions.values()) {
      settle(question);
      help(question, ".search", "./search.js");
      help(question, ".locate", "./locate.js");
      help(question, ".listen", "./listen.js");
    }
    this.derive();
  }

  collect() {
    const answers = {};
    const missing = {};
    for (const [name, question] of this.questions) {
      const reading = read(question);
      if (reading.answer !== undefined) answers[name] = reading.answer;
      if (reading.missing) missing[name] = reading.missing;
    }
    return { answers, missing };
  }

  derive() {
    const { answers, missing } = this.collect();
    const words = {};
    for (const code of languages()) {
      this.walk = reached(this.instrument, answers, missing, answeredOn(), code);
      words[code] = spoken(this.instrument, answers, this.walk, code);
    }
    this.screens.pipe(words);
    if (this.screens.offer(this.walk.options)) this.derive();
  }

  restore({ answers, missing }) {
    for (const [name, question] of this.questions) fill(question, answers[name], missing[name]);
    this.derive();
  }

  isAsked(name) {
    return this.items.get(name).kind !== "note";
  }

  get asked() {
    return this.walk.path.filter((name) => this.isAsked(name));
  }

  fault(name) {
    return faultOf(this.items.get(name), read(this.questions.get(name)), this.walk, answeredOn());
  }

  get firstFaulty() {
    return this.asked.find((name) => this.fault(name));
  }

  get steps() {
    return ["consent", ...this.walk.path, "check"];
  }

  // The step behind this one, or null while its answer has a fault, which is then shown.
  next(step) {
    if (!this.walk.path.includes(step)) return null;
    const code = this.isAsked(step) ? this.fault(step) : null;
    this.screens.fault(step, code);
    return code ? null : this.steps[this.steps.indexOf(step) + 1];
  }

  before(step) {
    return this.steps[Math.max(0, this.steps.indexOf(step) - 1)];
  }

  show(step, change) {
    if (step === "check") listAnswers(this.form, this.asked, this.questions, change);
    this.screens.show(step, this.asked);
    document.dispatchEvent(new Event("step"));
  }

  // A field was changed: returns whether it belongs to a question.
  changed(field, step) {
    const question = field.closest("[data-item]");
    if (!question || !field.name) return false;
    settle(question, field);
    this.screens.fault(question.dataset.item, null);
    this.derive();
    this.screens.count(step, this.asked);
    return true;
  }

  // The finished interview as the server takes it.
  whole(facts) {
    return compose(this.form, { asked: this.asked, items: this.items, ...this.collect(), ...facts });
  }

  // What can be kept of an interview that stops here, or null: sound answers on a sound route.
  part(facts) {
    const kept = this.#sound(this.collect());
    const asked = Object.keys({ ...kept.answers, ...kept.missing });
    return asked.length ? compose(this.form, { asked, items: this.items, ...kept, ...facts, state: "abandoned" }) : null;
  }

  // Dropping one answer may move the route away from another, so until nothing more is dropped.
  #sound({ answers, missing }) {
    const walk = reached(this.instrument, answers, missing, answeredOn());
    const isSound = (name) => !faultOf(this.items.get(name), { answer: answers[name] }, walk, answeredOn());
    const kept = {
      answers: only(answers, (name) => walk.path.includes(name) && isSound(name)),
      missing: only(missing, (name) => walk.path.includes(name)),
    };
    const isWhole = size(kept.answers) === size(answers) && size(kept.missing) === size(missing);
    return isWhole ? kept : this.#sound(kept);
  }
}

// What only some questions need is fetched with them; without it the question still works.
async function help(question, part, module) {
  if (!question.querySelector(part)) return;
  const helper = await import(module).catch(() => null);
  helper?.enable(question);
}

const only = (map, isKept) => Object.fromEntries(Object.entries(map).filter(([name]) => isKept(name)));
const size = (map) => Object.keys(map).length;

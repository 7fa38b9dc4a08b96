// Plays the long form of a page as one question per screen. The form itself holds the answers;
// the route is derived from them each time (flow.js). Nothing leaves the device before "send".
import { faultOf } from "./answer.js";
import { Draft } from "./draft.js";
import { fill, read, settle } from "./fields.js";
import { reached, spoken } from "./flow.js";
import { languages, speak } from "./language.js";
import { listAnswers } from "./review.js";
import { Screens } from "./screens.js";
import { enableSearch } from "./search.js";
import { pause, send } from "./send.js";
import { answeredOn, compose } from "./submission.js";

const form = document.getElementById("long-form");
const instrument = JSON.parse(document.getElementById("instrument").textContent);
const items = new Map(instrument.items.map((item) => [item.name, item]));
const questions = new Map([...form.querySelectorAll("[data-item]")].map((node) => [node.dataset.item, node]));
const draft = new Draft(form);
const screens = new Screens(form, questions);

// What is kept on the device. `body` are the sealed bytes: once there, nothing can be changed.
let kept = { id: form.dataset.id, step: "consent", agreed: false, spent: 0, body: null };
let walk = null;
let openedAt = performance.now();
let isChanging = false;
let isOver = false;
let timer = null;

// --- what stands in the form ---------------------------------------------------------------

function collect() {
  const answers = {};
  const missing = {};
  for (const [name, question] of questions) {
    const reading = read(question);
    if (reading.answer !== undefined) answers[name] = reading.answer;
    if (reading.missing) missing[name] = reading.missing;
  }
  return { answers, missing };
}

function derive() {
  const { answers, missing } = collect();
  const words = {};
  for (const code of languages()) {
    walk = reached(instrument, answers, missing, answeredOn(), code);
    words[code] = spoken(instrument, answers, walk, code);
  }
  screens.pipe(words);
  if (screens.offer(walk.options)) derive();
}

const asked = () => walk.path.filter((name) => items.get(name).kind !== "note");
const fault = (name) => faultOf(items.get(name), read(questions.get(name)), walk, answeredOn());
const firstFaulty = () => asked().find(fault);
const spent = () => kept.spent + (performance.now() - openedAt) / 1000;

function keep() {
  if (kept.agreed && !isOver) draft.save({ ...kept, ...collect(), spent: spent() });
}

function restore(found) {
  kept = found;
  for (const [name, question] of questions) fill(question, found.answers[name], found.missing[name]);
  derive();
}

// --- going about ---------------------------------------------------------------------------

function go(step, isForward = true) {
  const depth = (history.state?.depth ?? 0) + (isForward ? 1 : 0);
  history[isForward ? "pushState" : "replaceState"]({ step, depth }, "");
  visit(step);
}

function visit(step) {
  kept.step = step;
  if (step === "check") listAnswers(form, asked(), questions, change);
  screens.show(step, asked());
  keep();
}

function next() {
  const { step } = kept;
  if (!walk.path.includes(step)) return;
  const code = items.get(step).kind === "note" ? null : fault(step);
  screens.fault(step, code);
  if (code) return;
  const after = walk.path[walk.path.indexOf(step) + 1] ?? "check";
  const target = isChanging ? firstFaulty() ?? "check" : after;
  isChanging &&= target !== "check";
  go(target);
}

function back() {
  if (history.state?.depth > 0) history.back();
  else go(["consent", ...walk.path, "check"].at(Math.max(0, walk.path.indexOf(kept.step))), false);
}

function change(name) {
  isChanging = true;
  go(name);
}

// The browser's own Back and Forward: to a screen that still makes sense, else to the nearest one.
function revisit({ state }) {
  if (isOver || kept.body) return;
  isChanging = false;
  const step = kept.agreed && state ? state.step : "consent";
  if (["consent", "check", ...walk.path].includes(step)) return visit(step);
  const order = [...items.keys()];
  visit(walk.path.filter((name) => order.indexOf(name) < order.indexOf(step)).at(-1) ?? "consent");
}

// --- sending -------------------------------------------------------------------------------

function seal() {
  const faulty = firstFaulty();
  if (faulty) return change(faulty);
  kept.body = compose(form, { asked: asked(), items, ...collect(), seconds: Math.round(spent()) });
  deliver(0);
}

async function deliver(attempt) {
  clearTimeout(timer);
  keep();
  screens.show("sending");
  const outcome = await send(`${form.dataset.sendTo}${kept.id}`, kept.body);
  if (outcome.receipt) return finish(outcome.receipt);
  if (outcome.refusal) return screens.refuse(outcome);
  const seconds = pause(attempt, outcome.after);
  screens.say({ seconds });
  screens.show("waiting");
  timer = setTimeout(deliver, seconds * 1000, attempt + 1);
}

function finish(receipt) {
  isOver = true;
  draft.clear();
  kept.body = null;
  screens.forget();
  screens.say({ receipt });
  history.replaceState(null, "");
  screens.show("done");
}

// A refused response was not stored: it can be corrected under its id and sent again.
function correct() {
  kept.body = null;
  change(screens.refusedItem ?? firstFaulty() ?? asked()[0]);
}

// --- deeds of the buttons ------------------------------------------------------------------

const DEEDS = {
  agree() {
    if (!kept.agreed) openedAt = performance.now();
    kept.agreed = true;
    go(walk.path[0]);
  },
  decline() {
    isOver = true;
    draft.clear();
    screens.show("declined");
  },
  resume() {
    openedAt = performance.now();
    goOn();
  },
  restart() {
    draft.clear();
    isOver = true;
    history.replaceState(null, "");
    location.reload();
  },
  back,
  next,
  correct,
  send: () => (kept.body ? deliver(0) : seal()),
};

function changed({ target }) {
  const question = target.closest("[data-item]");
  if (!question || !target.dataset.field) return;
  settle(question, target);
  screens.fault(question.dataset.item, null);
  derive();
  screens.count(kept.step, asked());
  keep();
}

function start() {
  screens.open();
  for (const question of questions.values()) {
    settle(question);
    enableSearch(question);
  }
  derive();
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (kept.step !== "check") next();
  });
  document.addEventListener("click", ({ target }) => DEEDS[target.closest("[data-do]")?.dataset.do]?.());
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      speak(button.dataset.language);
    });
  }
  addEventListener("popstate", revisit);
  addEventListener("online", () => timer && kept.body && deliver(0));
  addEventListener("pagehide", keep);
  begin(draft.load());
}

function goOn() {
  go(["check", ...walk.path].includes(kept.step) ? kept.step : walk.path[0], false);
}

function begin(found) {
  if (!found) {
    history.replaceState({ step: "consent", depth: 0 }, "");
    return screens.show("consent", [], false);
  }
  restore(found);
  if (kept.body) return deliver(0);
  if (draft.isSameTab) return goOn();
  screens.say({ kept: Object.keys({ ...found.answers, ...found.missing }).length });
  screens.show("resume");
}

start();

// Plays the long form of a page as one question per screen, on a person's own device. What is not
// sent yet is kept there (draft.js). Nothing leaves the device before "send".
import { Draft } from "./draft.js";
import { Interview } from "./interview.js";
import { speak } from "./language.js";
import { pause, send } from "./send.js";
import { larger, setSize } from "./size.js";

const SIZE = "lang-nghe:size";

const form = document.getElementById("long-form");
const interview = new Interview(form, JSON.parse(document.getElementById("instrument").textContent));
const { items, screens } = interview;
const draft = new Draft(form);

// What is kept on the device. `body` are the sealed bytes: once there, nothing can be changed.
let kept = { id: form.dataset.id, step: "consent", agreed: false, spent: 0, body: null };
let openedAt = performance.now();
let isChanging = false;
let isOver = false;
let timer = null;

const path = () => interview.walk.path;
const spent = () => kept.spent + (performance.now() - openedAt) / 1000;

function keep() {
  if (kept.agreed && !isOver) draft.save({ ...kept, ...interview.collect(), spent: spent() });
}

// --- going about ---------------------------------------------------------------------------

function go(step, isForward = true) {
  const depth = (history.state?.depth ?? 0) + (isForward ? 1 : 0);
  history[isForward ? "pushState" : "replaceState"]({ step, depth }, "");
  visit(step);
}

function visit(step) {
  kept.step = step;
  interview.show(step, change);
  keep();
}

function next() {
  const after = interview.next(kept.step);
  if (!after) return;
  const target = isChanging ? interview.firstFaulty ?? "check" : after;
  isChanging &&= target !== "check";
  go(target);
}

function back() {
  if (history.state?.depth > 0) history.back();
  else go(interview.before(kept.step), false);
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
  if (interview.steps.includes(step)) return visit(step);
  const order = [...items.keys()];
  visit(path().filter((name) => order.indexOf(name) < order.indexOf(step)).at(-1) ?? "consent");
}

// --- sending -------------------------------------------------------------------------------

function seal() {
  const faulty = interview.firstFaulty;
  if (faulty) return change(faulty);
  kept.body = interview.whole({ seconds: Math.round(spent()) });
  deliver(0);
}

async function deliver(attempt) {
  clearTimeout(timer);
  keep();
  screens.show("sending");
  const outcome = await send(`${form.dataset.sendTo}${kept.id}`, kept.body, form.dataset.slip);
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
  change(screens.refusedItem ?? interview.firstFaulty ?? interview.asked[0]);
}

// --- deeds of the buttons ------------------------------------------------------------------

const DEEDS = {
  agree() {
    if (!kept.agreed) openedAt = performance.now();
    kept.agreed = true;
    go(path()[0]);
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
  size: () => sizes("setItem", SIZE, larger()),
};

// The size of text lasts as long as the tab. Storage may be switched off.
function sizes(deed, ...facts) {
  try {
    return sessionStorage[deed](...facts);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

function start() {
  setSize(sizes("getItem", SIZE));
  form.addEventListener("input", ({ target }) => interview.changed(target, kept.step) && keep());
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
  go(["check", ...path()].includes(kept.step) ? kept.step : path()[0], false);
}

function begin(found) {
  if (!found) {
    history.replaceState({ step: "consent", depth: 0 }, "");
    return screens.show("consent", [], false);
  }
  kept = found;
  interview.restore(found);
  if (kept.body) return deliver(0);
  if (draft.isSameTab) return goOn();
  screens.say({ kept: Object.keys({ ...found.answers, ...found.missing }).length });
  screens.show("resume");
}

start();

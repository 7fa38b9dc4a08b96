// Plays the long form on a tablet that many people use one after the other. Nothing of a person
// stays: no draft is written, the whole page is put back as it came, history holds one place.
import { Idle } from "./idle.js";
import { Interview } from "./interview.js";
import { speak } from "./language.js";
import { larger, setSize } from "./size.js";
import { keepInside } from "./stay.js";
import { answeredOn } from "./submission.js";

const FIRST_LANGUAGE = "vi";
const RECEIPT_PATIENCE = 4000;
const DISK_PATIENCE = 8000;
const GOODBYE = 5;
const LONGER = 60;
const REFRESH = 10 * 60 * 1000;
const TREMBLE = 400;
const AGAIN = 5000;

const main = document.querySelector("main");
const logic = document.getElementById("instrument");
const instrument = JSON.parse(logic.textContent);
logic.remove();
const { round, stamp, salt, exit } = document.getElementById("long-form").dataset;
const pristine = main.cloneNode(true);
const warning = document.getElementById("warning");

// What is not needed to show the first screen follows at once, so that it is here when it is needed.
const later = import("./kiosk_later.js");
const opened = later.then(({ openOutbox }) => openOutbox({ onChange, onReceipt: receive }));
const declined = later.then(({ DeclinedCount }) => new DeclinedCount(round, randomId));

let interview = null;
let person = null; // {id, step, isChanging, openedAt, isAssisted, receiptId, code, endsAt}
let goodbye = null;
let changedAt = 0;

const form = () => document.getElementById("long-form");
const goesByItself = (step) => ["attract", "sending", "done", "kept", "declined"].includes(step);
const isFinal = (step) => goesByItself(step) || ["unsaved", "device", "pin"].includes(step);

// --- one person after the other --------------------------------------------------------------

// Puts the page back as it came: whatever the last person chose, wrote or saw is no longer there.
function wipe() {
  clearInterval(goodbye);
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  main.replaceChildren(...pristine.cloneNode(true).childNodes);
  begin();
  refreshIfHalted();
}

function begin() {
  person = { id: null, step: "attract", isChanging: false, openedAt: 0, isAssisted: false, receiptId: null, code: "", endsAt: 0 };
  interview = new Interview(form(), instrument);
  setSize("100");
  speak(FIRST_LANGUAGE);
  mark();
  show("attract");
}

function show(step) {
  person.step = step;
  changedAt = performance.now();
  interview.show(step, change);
  document.querySelector(".assisted-mark").hidden = !person.isAssisted || isFinal(step);
  document.querySelector(".top .tools").hidden = step === "device" || step === "pin";
  if (goesByItself(step)) idle.stop();
  else idle.start();
}

const facts = () => ({
  seconds: Math.round((performance.now() - person.openedAt) / 1000),
  assisted: person.isAssisted,
});

function change(name) {
  person.isChanging = true;
  show(name);
}

function next() {
  const after = interview.next(person.step);
  if (!after) return;
  const target = person.isChanging ? interview.firstFaulty ?? "check" : after;
  person.isChanging &&= target !== "check";
  show(target);
}

function back() {
  if (person.step === "consent") return show("begin");
  if (isFinal(person.step) || person.step === "begin") return;
  person.isChanging = false;
  show(interview.before(person.step));
}

// --- the end -------------------------------------------------------------------------------

async function send() {
  const faulty = interview.firstFaulty;
  if (faulty) return change(faulty);
  person.receiptId = person.id;
  show("sending");
  const sender = person;
  const body = interview.whole(facts());
  const { drawCode, earlyHash } = await later;
  sender.code ||= drawCode();
  const tooLong = new Promise((done) => setTimeout(done, DISK_PATIENCE, false));
  const isKept = await Promise.race([isSafe(sender.id, body, earlyHash(sender.code)), tooLong]);
  if (person !== sender) return;
  if (!isKept) return show("unsaved");
  interview.screens.forget();
  setTimeout(() => person === sender && person.step === "sending" && leaveKept(), RECEIPT_PATIENCE);
}

// Whether the bytes are safe on the tablet. A full, broken or silent disk is told, never passed over.
async function isSafe(id, body, hash) {
  try {
    await (await opened).add({ id, body, hash });
    return true;
  } catch (error) {
    if (!(error instanceof DOMException)) reportError(error);
    return false;
  }
}

function receive(id, receipt) {
  if (person.receiptId !== id || !["sending", "kept"].includes(person.step)) return;
  // A code that somebody is writing down stays; it withdraws as well as the server's.
  if (person.step === "sending") interview.screens.say({ receipt });
  leave("done");
}

async function leaveKept() {
  interview.screens.say({ receipt: person.code });
  leave("kept");
  tellKept(await opened);
}

// Where the form lies now, truly: on the disk, in memory only, or not wanted by the server.
function tellKept(outbox) {
  if (person.step !== "kept") return;
  const isUnwanted = outbox.counts().isHalted || outbox.refusals().some(({ id }) => id === person.receiptId);
  const kept = isUnwanted ? "refused" : outbox.isKept ? "disk" : "memory";
  for (const node of form().querySelectorAll("[data-kept]")) node.hidden = node.dataset.kept !== kept;
}

// A last screen that goes by itself: the page is wiped a few seconds later. Nobody who asked for
// more time loses it when the receipt comes meanwhile.
function leave(step, seconds = GOODBYE) {
  clearInterval(goodbye);
  if (person.step !== step) show(step);
  person.endsAt = Math.max(person.endsAt, performance.now() + seconds * 1000);
  const tick = () => {
    const left = Math.ceil((person.endsAt - performance.now()) / 1000);
    if (left <= 0) return wipe();
    interview.screens.say({ left });
  };
  tick();
  goodbye = setInterval(tick, 250);
}

// Nobody is there any more: what was answered is kept and says of itself that it stopped early;
// what was finished and could not be written down is tried once more.
const idle = new Idle({
  warn(seconds) {
    for (const slot of warning.querySelectorAll('[data-slot="idle"]')) slot.textContent = seconds;
    if (!warning.open) warning.showModal();
  },
  calm() {
    warning.close();
    changedAt = performance.now();
  },
  end() {
    const { id, step } = person;
    const body = id && (step === "unsaved" ? interview.whole(facts()) : interview.part(facts()));
    wipe();
    if (body) isSafe(id, body);
  },
});

// --- staff -----------------------------------------------------------------------------------

async function leaveScreens() {
  const { isRight, note, secondsToWait } = await later;
  const typed = form().querySelector("#exit-pin");
  const wait = secondsToWait();
  const right = !wait && isRight(typed.value.trim(), salt, exit);
  const pause = wait || note(right);
  typed.value = "";
  if (!right) return refusePin(pause);
  if (document.fullscreenElement) await document.exitFullscreen();
  show("device");
  tellState(await opened);
}

function refusePin(seconds) {
  interview.screens.say({ wait: seconds });
  form().querySelector("#pin-fault").hidden = false;
  form().querySelector("#exit-pin").focus();
}

async function tellState(outbox) {
  if (person.step !== "device") return;
  const { waiting, sending, refused, isHalted } = outbox.counts();
  interview.screens.say({ waiting: waiting + sending, refused });
  for (const node of form().querySelectorAll("[data-word]")) node.hidden = node.dataset.word !== outbox.word();
  form().querySelector("#halted").hidden = !isHalted;
  form().querySelector("#refused").hidden = !refused;
  const { keeping } = await outbox.persisted();
  for (const node of form().querySelectorAll("[data-keeping]")) node.hidden = node.dataset.keeping !== keeping;
}

async function onChange() {
  const outbox = await opened;
  tellState(outbox);
  tellKept(outbox);
  refreshIfHalted();
}

// The server takes nothing more from this tablet: nobody should begin in vain.
async function refreshIfHalted() {
  if ((await opened).counts().isHalted) refresh();
}

// The page itself and what is read aloud on it.
async function keepAllOffline() {
  const { keepOffline, keepSounds } = await later;
  keepOffline();
  keepSounds(pristine.querySelectorAll(".listen > a"));
}

// Loads the page anew when it is out of date, between two people only.
async function refresh() {
  if (person.step !== "attract") return;
  keepAllOffline();
  (await declined).flush(answeredOn());
  const reply = await fetch("/k/state", { cache: "no-store" }).catch(() => null);
  if (!reply || person.step !== "attract") return;
  const isRefused = [401, 403].includes(reply.status);
  if (isRefused || (reply.ok && (await reply.json()).stamp !== stamp)) location.reload();
}

// --- what people touch -----------------------------------------------------------------------

function mark() {
  document.querySelector(".assisted-mark").hidden = !person.isAssisted;
}

function fillScreen() {
  if (!document.fullscreenElement) document.documentElement.requestFullscreen?.().catch(() => null);
}

const DEEDS = {
  // Nobody begins before the other half of the page is here: without it nothing could be kept.
  async open() {
    fillScreen();
    const isWhole = await later.then(() => true, () => false);
    if (isWhole && person.step === "attract") show("begin");
  },
  consent: () => show("consent"),
  agree() {
    person.id ??= randomId();
    person.openedAt ||= performance.now();
    show(interview.walk.path[0]);
  },
  async decline() {
    leave("declined");
    (await declined).add(answeredOn());
  },
  back,
  next,
  send,
  size: larger,
  finish: wipe,
  longer: () => leave(person.step, LONGER),
  staff: () => show("pin"),
  exit: leaveScreens,
  cancel: wipe,
  flush: async () => (await opened).resume(),
};

function chosen({ target }) {
  if (target.name === "counter-language") speak(target.value);
  else if (target.name === "counter-size") setSize(target.value);
  else if (target.id === "assisted") person.isAssisted = target.checked;
  else interview.changed(target, person.step);
}

function pressed(event) {
  const language = event.target.closest("[data-language]")?.dataset.language;
  const deed = DEEDS[event.target.closest("[data-do]")?.dataset.do];
  // A trembling finger presses twice: the second press must not hit what appeared under it.
  const isTremble = event.detail > 0 && performance.now() - changedAt < TREMBLE;
  if (isTremble && event.target.closest("button, label, input")) return event.preventDefault();
  if (language) speak(language);
  else deed?.();
}

function start() {
  begin();
  main.addEventListener("input", chosen);
  main.addEventListener("submit", (event) => {
    event.preventDefault();
    if (person.step === "pin") leaveScreens();
    else if (person.step !== "check") next();
  });
  document.addEventListener("click", pressed);
  for (const sign of ["pointerdown", "keydown", "input", "wheel", "listening"]) {
    document.addEventListener(sign, () => idle.touch(), { capture: true, passive: true });
  }
  warning.addEventListener("cancel", () => idle.touch());
  // With large letters the code does not fit beside the button that asks for time: who scrolls reads.
  addEventListener("scroll", () => scrollY > 0 && ["done", "kept"].includes(person.step) && leave(person.step, LONGER));
  keepInside();
  history.replaceState(null, "");
  history.pushState(null, "");
  addEventListener("popstate", () => {
    history.pushState(null, "");
    back();
  });
  // A page that is left or put aside holds nothing; one that is brought back begins anew.
  addEventListener("pagehide", () => main.replaceChildren());
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  addEventListener("online", refresh);
  setInterval(refresh, REFRESH);
  // Without its other half the page can send nothing: it is asked for again, between two people.
  later.then(keepAllOffline, () => setInterval(() => person.step === "attract" && location.reload(), AGAIN));
}

// A UUIDv4, on plain http too.
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

start();

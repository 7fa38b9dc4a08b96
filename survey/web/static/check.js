// Looks at what this device can do, and says so on the page. Nothing is sent but one question for
// the time, nothing is kept.
const MEGABYTE = 1024 * 1024;
const LEAST_MEGABYTES = 20;
const MOST_SECONDS_OFF = 300;
const WIDE_ENOUGH = 600;
const TONE = 660;
const TRIAL = "/check/worker.js";

const number = new Intl.NumberFormat(document.documentElement.lang);
const row = (name) => document.querySelector(`[data-check="${name}"]`);

function say(name, state, fact) {
  const place = row(name);
  place.classList.remove("good", "bad", "unsure");
  place.classList.add(state);
  for (const node of place.querySelectorAll("[data-is], [data-when]")) {
    node.hidden = (node.dataset.is ?? node.dataset.when) !== state;
  }
  if (fact !== undefined) place.querySelector("[data-fact]").textContent = fact;
}

const found = (name, isGood, fact) => say(name, isGood ? "good" : "bad", fact);

function offer(name, deed) {
  const button = row(name).querySelector("[data-ask]");
  button.hidden = false;
  button.addEventListener("click", deed);
}

// A worker that does nothing is tried and taken away: with a certificate that was only clicked
// through, browsers offer workers and then refuse each of them.
async function worker() {
  if (!navigator.serviceWorker) return found("worker", false);
  const policy = globalThis.trustedTypes?.createPolicy("trial", { createScriptURL: () => TRIAL });
  try {
    const trial = await navigator.serviceWorker.register(policy ? policy.createScriptURL("") : TRIAL);
    await trial.unregister();
    found("worker", true);
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    found("worker", false);
  }
}

async function store() {
  try {
    const base = await new Promise((done, failed) => {
      const request = indexedDB.open("lang-nghe-check");
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
    base.close();
    indexedDB.deleteDatabase("lang-nghe-check");
    found("store", isSecureContext);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    found("store", false);
  }
}

async function kept() {
  if (!navigator.storage?.persist) return say("kept", "bad");
  const tell = (isKept) => say("kept", isKept ? "good" : "unsure");
  tell(await navigator.storage.persisted());
  offer("kept", async () => tell(await navigator.storage.persist()));
}

async function room() {
  if (!navigator.storage?.estimate) return say("room", "unsure");
  const { quota, usage } = await navigator.storage.estimate();
  const free = Math.floor((quota - usage) / MEGABYTE);
  found("room", free >= LEAST_MEGABYTES, `${number.format(free)} MB`);
}

// How far the clock stands from the server's, as far as the time of the answer lets it know.
async function clock() {
  const askedAt = Date.now();
  const reply = await fetch("/livez", { cache: "no-store" }).catch(() => null);
  const date = Date.parse(reply?.headers.get("Date") ?? "");
  if (!date) return;
  const off = Math.round(((askedAt + Date.now()) / 2 - date) / 1000);
  found("clock", Math.abs(off) <= MOST_SECONDS_OFF, `${off > 0 ? "+" : ""}${number.format(off)} s`);
}

async function sound() {
  try {
    const context = new AudioContext();
    await context.resume();
    const tone = new OscillatorNode(context, { frequency: TONE });
    tone.connect(new GainNode(context, { gain: 0.2 })).connect(context.destination);
    tone.start();
    tone.stop(context.currentTime + 0.4);
    tone.addEventListener("ended", () => context.close());
    found("sound", true);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    found("sound", false);
  }
}

async function microphone() {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
    found("microphone", Boolean(globalThis.MediaRecorder));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    found("microphone", false);
  }
}

const { width, height } = screen;
found("secure", isSecureContext);
say("digest", globalThis.crypto?.subtle ? "good" : "unsure");
say("screen", Math.min(width, height) >= WIDE_ENOUGH ? "good" : "unsure", `${width} × ${height}`);
say("touch", navigator.maxTouchPoints > 0 ? "good" : "unsure");
say("language", /^(vi|en)/.test(navigator.language) ? "good" : "unsure", navigator.language);
offer("sound", sound);
if (navigator.mediaDevices) offer("microphone", microphone);
else found("microphone", false);
worker();
store();
kept();
room();
clock();

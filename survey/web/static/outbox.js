// The outbox of a device: finished interviews go in, and come to the server by themselves.
import { openStore } from "./outbox_store.js";
import { Queue } from "./queue.js";

const PATIENCE = 30000;
const AN_HOUR = 3600 * 1000;
const MEGABYTE = 1024 * 1024;

// onChange({counts, word}) after every change; onReceipt(id, receipt) when one was received.
// endpoint ends in "/": the id is put behind it.
export async function openOutbox({ onChange, onReceipt = () => {}, endpoint = "/api/v1/interviews/" }) {
  const store = await openStore();
  let timer = null;
  const ports = {
    store,
    send: (parcel) => put(endpoint, parcel),
    now: () => performance.now(),
    random: Math.random,
    wake(milliseconds) {
      clearTimeout(timer);
      timer = setTimeout(() => queue.turn(), milliseconds);
    },
  };
  const queue = new Queue(ports, {
    changed: () => onChange({ counts: queue.counts(), word: queue.word() }),
    received: onReceipt,
  });
  await queue.load();
  addEventListener("online", () => queue.nudge());
  document.addEventListener("visibilitychange", () => document.hidden || queue.nudge());
  setInterval(() => report(queue, store), AN_HOUR);
  report(queue, store);
  askToKeep(store).then((isNew) => isNew && report(queue, store));
  queue.turn();
  return {
    // Resolves once the bytes are safe on this device (or, on plain http, in memory); then sends.
    // `hash` is that of a receipt which the device drew for its giver.
    async add({ id, body, hash = null }) {
      await queue.add(id, typeof body === "string" ? new TextEncoder().encode(body) : body, hash);
      queue.turn();
    },
    counts: () => queue.counts(),
    word: () => queue.word(),
    refusals: () => queue.refusals(),
    flush: () => queue.nudge(),
    resume: () => queue.resume(),
    retry: () => queue.retry(),
    isKept: store.isKept,
    persisted: async () => ({ keeping: await keeping(store), freeMegabytes: await freeMegabytes(store) }),
  };
}

// Asks the browser for the promise not to clear what is kept; true if it gives it now. Nothing waits
// for the answer: some browsers ask the person in front of the screen.
async function askToKeep(store) {
  return (await keeping(store)) === "perhaps" && Boolean(await navigator.storage?.persist?.());
}

// How safely items are kept: "safe" (promised), "perhaps" (on disk, no promise), "memory" only.
async function keeping(store) {
  if (!store.isKept) return "memory";
  return (await navigator.storage?.persisted?.()) ? "safe" : "perhaps";
}

// null where the browser cannot say.
async function freeMegabytes(store) {
  if (!store.isKept || !navigator.storage?.estimate) return null;
  const { quota, usage } = await navigator.storage.estimate();
  return Math.floor((quota - usage) / MEGABYTE);
}

// One attempt, as queue.js asks for it.
function put(endpoint, { id, body, sha256, hash, others }) {
  const type = hash ? { "Content-Type": `application/json; early-receipt=${hash}` } : {};
  return ask(`${endpoint}${id}`, "PUT", body, others, { "Content-Digest": `sha-256=:${base64(sha256)}:`, ...type });
}

// Says, when nothing else is sent, that this device is alive, how many wait on it and how safely.
async function report(queue, store) {
  const { waiting, sending, refused } = queue.counts();
  const kept = { "Outbox-Keeping": await keeping(store) };
  return ask("/api/v1/receipts/query", "POST", JSON.stringify({ ids: [] }), waiting + sending + refused, kept);
}

async function ask(address, method, body, waiting, headers = {}) {
  try {
    const reply = await fetch(address, {
      method,
      body,
      headers: { "Content-Type": "application/json", "Outbox-Waiting": String(waiting), ...headers },
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const after = Number(reply.headers.get("Retry-After")) || null;
    return { status: reply.status, content: await reply.json().catch(() => null), after };
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return { status: 0, content: null, after: null };
    throw error;
  }
}

const base64 = (hex) => btoa(String.fromCharCode(...hex.match(/../g).map((pair) => parseInt(pair, 16))));

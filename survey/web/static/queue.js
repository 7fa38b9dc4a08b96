// The outbox as a machine of states: waiting -> sending -> received, or refused. It knows no page,
// no storage, no network and no clock; these are its ports:
//   store.list()            [{id, refusal, hash}]: what is kept, refusal null unless the server
//                           refused it; hash of the receipt that the device drew, null without one
//   store.put(id, body, hash)   resolves once the bytes are kept
//   store.body(id)          the bytes; null when they are gone
//   store.refuse(id, why)   notes a refusal beside the bytes, or takes it away (null)
//   store.remove(id)
//   send({id, body, sha256, hash, others})   {status, content, after}; status 0: no reply. Never rejects.
//   now()                   milliseconds that never run backwards
//   random()                in [0, 1)
//   wake(milliseconds)      calls turn() after that time; a later call replaces an earlier one
// What leaves the store has a receipt over its own bytes. Whatever is unclear is sent again, the
// same bytes. `listener` hears changed() after every change and received(id, receipt).
import { sha256Hex } from "./sha256.js";

const SLOWEST = 300;
const LONGEST_REST = 3600;
const SECOND = 1000;

export class Queue {
  #ports;
  #listener;
  #items = new Map();
  #received = 0;
  #failures = 0;
  #restUntil = 0;
  #retryAt = 0;
  #credential = 1;
  #refusedCredential = 0;
  #isTurning = false;

  constructor(ports, listener) {
    this.#ports = ports;
    this.#listener = listener;
  }

  // Takes up what is kept. What was on its way when the device stopped is waiting again.
  async load() {
    for (const { id, refusal, hash } of await this.#ports.store.list()) {
      if (!this.#items.has(id)) this.#items.set(id, { id, refusal, hash, state: refusal ? "refused" : "waiting" });
    }
    this.#listener.changed();
  }

  // Resolves once the bytes are kept: only then may a page let go of them. An id is used once.
  async add(id, body, hash = null) {
    const known = await this.#ports.store.body(id);
    if (known && sha256Hex(known) !== sha256Hex(body)) throw new Error("this id is in use for other bytes");
    if (!known) await this.#ports.store.put(id, body, hash);
    if (!this.#items.has(id)) this.#items.set(id, { id, refusal: null, hash, state: "waiting" });
    this.#listener.changed();
  }

  // Sends what may be sent now, one after the other, and asks to be woken for the rest.
  async turn() {
    if (this.#isTurning) return;
    this.#isTurning = true;
    try {
      let item;
      while ((item = this.#next())) await this.#deliver(item);
    } finally {
      this.#isTurning = false;
      this.#askToBeWoken();
    }
  }

  // The line seems to be back: our own pause is over, the server's (Retry-After) is not.
  nudge() {
    this.#retryAt = 0;
    return this.turn();
  }

  // The device has a new credential.
  resume() {
    this.#credential += 1;
    this.#failures = 0;
    return this.nudge();
  }

  // Someone has mended why these were refused: they wait again.
  async retry() {
    for (const item of this.#items.values()) {
      if (item.state !== "refused") continue;
      await this.#ports.store.refuse(item.id, null);
      Object.assign(item, { refusal: null, state: "waiting" });
    }
    this.#listener.changed();
    return this.turn();
  }

  counts() {
    const counts = { waiting: 0, sending: 0, refused: 0, received: this.#received, isHalted: this.#isHalted() };
    for (const { state } of this.#items.values()) counts[state] += 1;
    return counts;
  }

  refusals() {
    return [...this.#items.values()].filter(({ refusal }) => refusal).map(({ id, refusal }) => ({ id, ...refusal }));
  }

  // One of three words for people: on this device, on its way, received.
  word() {
    const { waiting, sending, refused } = this.counts();
    if (sending) return "sending";
    return waiting || refused ? "waiting" : "received";
  }

  #next() {
    if (this.#isHalted() || this.#left() > 0) return undefined;
    return [...this.#items.values()].find(({ state }) => state === "waiting");
  }

  #isHalted() {
    return this.#refusedCredential === this.#credential;
  }

  #left() {
    return Math.max(this.#restUntil, this.#retryAt) - this.#ports.now();
  }

  #askToBeWoken() {
    if (!this.#isHalted() && this.counts().waiting) this.#ports.wake(Math.max(0, Math.ceil(this.#left())));
  }

  async #deliver(item) {
    const { store, send } = this.#ports;
    const credential = this.#credential;
    let verdict = "again";
    this.#become(item, "sending");
    try {
      const body = await store.body(item.id);
      if (!body) return this.#forget(item);
      const sha256 = sha256Hex(body);
      const reply = await send({ id: item.id, body, sha256, hash: item.hash, others: this.#items.size - 1 });
      verdict = judge(reply, sha256);
      await this.#keep(item, verdict, reply);
      if (verdict === "halted") this.#refusedCredential = credential;
      this.#pace(verdict, reply.after);
    } finally {
      if (item.state === "sending") this.#putOff(item, verdict);
    }
  }

  // First the store, then what we say: a kill between the two only sends the same bytes again.
  async #keep(item, verdict, { content, status }) {
    const { store } = this.#ports;
    if (verdict === "received") {
      await store.remove(item.id);
      this.#received += 1;
      this.#forget(item);
      this.#listener.received(item.id, content.receipt);
    } else if (verdict === "refused") {
      const refusal = { status, error: content.error, where: content.where ?? "" };
      await store.refuse(item.id, refusal);
      item.refusal = refusal;
      this.#become(item, "refused");
    }
  }

  #pace(verdict, after) {
    this.#failures = verdict === "again" ? this.#failures + 1 : 0;
    if (verdict === "again") this.#retryAt = this.#ports.now() + backOff(this.#failures, this.#ports.random()) * SECOND;
    if (after) this.#restUntil = this.#ports.now() + Math.min(after, LONGEST_REST) * SECOND;
  }

  // Behind all others, so that one that never succeeds stops nobody; a store that failed is a failure too.
  #putOff(item, verdict) {
    this.#items.delete(item.id);
    this.#items.set(item.id, item);
    if (this.#left() <= 0 && verdict !== "halted") this.#pace("again");
    this.#become(item, "waiting");
  }

  #forget(item) {
    item.state = "gone";
    this.#items.delete(item.id);
    this.#listener.changed();
  }

  #become(item, state) {
    item.state = state;
    this.#listener.changed();
  }
}

// What a reply means: received | refused | halted (until the credential changes) | again.
// Only the server's own words count: a page of some gateway, whatever its status, means "again".
export function judge({ status, content }, sha256) {
  if (status === 200 || status === 201) return content?.sha256 === sha256 ? "received" : "again";
  if (typeof content?.error !== "string") return "again";
  if (status === 401 || status === 403) return "halted";
  const isPassing = status === 408 || status === 429 || content.error === "digest-mismatch";
  return status >= 400 && status < 500 && !isPassing ? "refused" : "again";
}

// Seconds until the next attempt after so many failures: doubled each time, at most five minutes,
// spread at random so that a province of tablets does not come back in the same second.
export function backOff(failures, random) {
  return Math.max(1, random * Math.min(SLOWEST, 2 ** failures));
}

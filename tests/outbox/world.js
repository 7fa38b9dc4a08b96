// The world around the outbox: tablets that die, a network that loses, a server with the true
// rules. The queue is the one that tablets run; `Broken` are queues with one fault each.
import { Queue } from "/queue.js";
import { sha256Hex } from "/sha256.js";

const NEVER = new Promise(() => {});

// The same numbers for the same seed (mulberry32).
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Same id and bytes: 200 with the same receipt; other bytes: 409; too busy: 429, 503; damaged: 400.
class Server {
  rows = new Map();
  quarantine = [];
  isBusy = false;
  isRevoked = false;
  mood = 503;

  receive({ id, body, sha256, hash }) {
    if (this.isRevoked) return { status: 403, content: { error: "revoked" }, after: null };
    if (this.isBusy) return { status: this.mood, content: { error: "busy" }, after: 1 + (body.length % 7) };
    if (sha256Hex(body) !== sha256) return { status: 400, content: { error: "digest-mismatch" }, after: null };
    const text = new TextDecoder().decode(body);
    if (text.includes("unacceptable")) {
      this.quarantine.push({ id, text });
      return { status: 422, content: { error: "invalid-answer", where: "s01" }, after: null };
    }
    const first = this.rows.get(id);
    if (first && first.sha256 !== sha256) return { status: 409, content: { error: "conflict", where: "id" }, after: null };
    if (!first) this.rows.set(id, { sha256, text, hash });
    return { status: first ? 200 : 201, content: { id, sha256, receipt: `R-${id}` }, after: null };
  }
}

// What one tablet has on disk, and the life of the page on it; a dead page's calls never come back.
class Tablet {
  disk = new Map();
  made = new Map();
  receipts = [];
  life = 0;
  alarm = null;

  constructor(world, kind) {
    this.world = world;
    this.kind = kind;
  }

  async start() {
    this.life += 1;
    this.alarm = null;
    const life = this.life;
    const alive = (deed) => this.#step(life, deed);
    const store = {
      list: () => alive(() => [...this.disk].map(([id, { refusal, hash }]) => ({ id, refusal, hash }))),
      put: (id, body, hash) => alive(() => void this.disk.set(id, { body, hash, refusal: null })),
      body: (id) => alive(() => this.disk.get(id)?.body ?? null),
      refuse: (id, refusal) => alive(() => { this.disk.get(id).refusal = refusal; }),
      remove: (id) => alive(() => void this.disk.delete(id)),
    };
    const ports = {
      store,
      send: (parcel) => this.world.carry(this, life, parcel),
      now: () => this.world.time,
      random: this.world.random,
      wake: (milliseconds) => { if (life === this.life) this.alarm = this.world.time + milliseconds; },
    };
    this.queue = new this.kind(ports, {
      changed() {},
      received: (id, receipt) => this.receipts.push({ id, receipt }),
    });
    const { queue } = this;
    await Promise.race([queue.load().catch(() => this.kill()), this.world.later(20)]);
    if (life === this.life) this.run(queue.turn());
  }

  // A page that dies mid-way leaves promises that nobody keeps; a store that failed is tried again.
  run(promise) {
    promise.catch((error) => {
      if (error.message !== "the disk refused") this.world.troubles.push(String(error));
    });
  }

  // One step of the disk: done, or cut off before or after by the death of the page, or refused.
  async #step(life, deed) {
    const { world } = this;
    await world.later(1);
    if (life !== this.life) return NEVER;
    if (world.isRough && world.random() < 0.01) {
      world.fault("disk");
      throw new Error("the disk refused");
    }
    if (world.isRough && world.random() < 0.02) this.kill();
    if (life !== this.life && world.random() < 0.5) return NEVER;
    const value = deed();
    return life === this.life ? value : NEVER;
  }

  kill() {
    this.world.fault("kill");
    this.life += 1;
    this.queue = null;
    this.alarm = null;
  }
}

// One run: `steps` random events, then calm, until every tablet is at rest or patience ends.
export class World {
  time = 0;
  steps = 0;
  faults = {};
  troubles = [];
  isRough = true;
  letters = [];

  constructor(seed, kind = Queue) {
    this.random = dice(seed);
    this.server = new Server();
    this.tablets = [new Tablet(this, kind), new Tablet(this, kind)];
  }

  fault(name) {
    this.faults[name] = (this.faults[name] ?? 0) + 1;
  }

  chance(share) {
    return this.isRough && this.random() < share;
  }

  // Lets everything that can go on go on, a little.
  async later(turns) {
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
  }

  // The network: a letter is delivered when `deliver` draws it, perhaps twice, perhaps never.
  carry(tablet, life, parcel) {
    return new Promise((resolve) => {
      const answer = (reply) => { if (life === tablet.life) resolve(reply); };
      const lost = { status: 0, content: null, after: null };
      if (this.chance(0.15)) {
        this.fault("request lost");
        return this.letters.push({ deliver: () => answer(lost) });
      }
      const copies = this.chance(0.1) ? 2 : 1;
      if (copies === 2) this.fault("request doubled");
      for (let copy = 0; copy < copies; copy += 1) {
        this.letters.push({ deliver: () => this.#arrive(parcel, answer) });
      }
    });
  }

  #arrive(parcel, answer) {
    if (this.chance(0.03)) {
      this.fault("bytes damaged");
      const body = parcel.body.slice();
      body[0] ^= 1;
      parcel = { ...parcel, body };
    }
    if (this.chance(0.05)) {
      this.fault("gateway page");
      return answer({ status: [200, 302, 403, 404, 502][Math.floor(this.random() * 5)], content: null, after: null });
    }
    const reply = this.server.receive(parcel);
    if (this.chance(0.15)) {
      this.fault("reply lost");
      return this.letters.push({ deliver: () => answer({ status: 0, content: null, after: null }) });
    }
    this.letters.push({ deliver: () => answer(reply) });
  }

  // In any order.
  #drawLetter() {
    const at = Math.floor(this.random() * this.letters.length);
    if (at > 0) this.fault("reordered");
    this.letters.splice(at, 1)[0]?.deliver();
  }

  async run(steps) {
    for (const tablet of this.tablets) await tablet.start();
    while (this.steps < steps) await this.#event();
    await this.#calm();
    return this.#verdict();
  }

  async #event() {
    this.steps += 1;
    const tablet = this.tablets[Math.floor(this.random() * this.tablets.length)];
    const roll = this.random();
    if (!tablet.queue) await tablet.start();
    else if (roll < 0.15) this.#answer(tablet);
    else if (roll < 0.55) this.#drawLetter();
    else if (roll < 0.62) tablet.kill();
    else if (roll < 0.67) this.#upset();
    else if (roll < 0.7) tablet.run(tablet.queue.nudge());
    else if (roll < 0.72) tablet.run(tablet.queue.resume());
    else if (roll < 0.73) tablet.run(tablet.queue.retry());
    else this.#tick(this.random() * 20000);
    await this.later(6);
  }

  // Someone finishes an interview; its page lets go of it only once the queue has it.
  #answer(tablet) {
    const number = tablet.made.size;
    const id = `${this.tablets.indexOf(tablet)}-${number}`;
    const kind = this.random() < 0.05 ? "unacceptable" : "answers";
    const body = new TextEncoder().encode(`${kind} of ${id}`);
    tablet.made.set(id, { text: `${kind} of ${id}`, isKept: false });
    tablet.run(tablet.queue.add(id, body, `H-${id}`).then(() => {
      tablet.made.get(id).isKept = true;
      return tablet.queue?.turn();
    }));
  }

  #upset() {
    const { server } = this;
    if (this.random() < 0.3) server.isRevoked = !server.isRevoked;
    else server.isBusy = !server.isBusy;
    server.mood = this.random() < 0.5 ? 503 : 429;
    this.fault(server.isRevoked ? "revoked" : "busy or not");
  }

  #tick(milliseconds) {
    this.time += milliseconds;
    for (const tablet of this.tablets) {
      if (tablet.alarm === null || tablet.alarm > this.time) continue;
      tablet.alarm = null;
      tablet.run(tablet.queue.turn());
    }
  }

  // The storm is over: alarms and letters only, no event from outside; an hour of model time.
  async #calm() {
    this.isRough = false;
    Object.assign(this.server, { isBusy: false, isRevoked: false });
    for (const tablet of this.tablets) {
      if (!tablet.queue) await tablet.start();
      tablet.run(tablet.queue.resume());
    }
    for (let turn = 0; turn < 3000 && !this.#isAtRest(); turn += 1) {
      await this.later(12);
      if (this.letters.length) this.#drawLetter();
      else this.#tick(2000);
    }
  }

  #isAtRest() {
    const isBusy = ({ queue }) => queue.counts().waiting || queue.counts().sending;
    return !this.letters.length && !this.tablets.some(isBusy);
  }

  // A program that knows nothing of the queue: it looks at what was made, kept, stored, refused.
  #verdict() {
    const faults = { lost: [], invented: [], changed: [], unproved: [], unfinished: [], unpaired: [] };
    const made = new Map(this.tablets.flatMap((tablet) => [...tablet.made]));
    for (const [id, { text, hash }] of this.server.rows) {
      if (!made.has(id)) faults.invented.push(id);
      else if (made.get(id).text !== text) faults.changed.push(id);
      if (hash !== `H-${id}`) faults.unpaired.push(id);
    }
    for (const tablet of this.tablets) {
      for (const [id, { text, isKept }] of tablet.made) {
        const kept = tablet.disk.get(id);
        const isStored = this.server.rows.has(id);
        if (isKept && !kept && !isStored) faults.lost.push(id);
        if (kept && new TextDecoder().decode(kept.body) !== text) faults.changed.push(id);
        if (kept && !kept.refusal) faults.unfinished.push(id);
        if (kept?.refusal && !this.server.quarantine.some((each) => each.id === id)) faults.unproved.push(id);
      }
      for (const { id, receipt } of tablet.receipts) {
        if (!this.server.rows.has(id) || receipt !== `R-${id}`) faults.unproved.push(id);
      }
    }
    return { ...faults, troubles: this.troubles };
  }
}

// Queues with one fault each, to see that the world notices.
export const BROKEN = {
  // lets go of the bytes when they are sent, not when they were received
  hasty: class extends Queue {
    constructor(ports, listener) {
      const send = async (parcel) => {
        await ports.store.remove(parcel.id);
        return ports.send(parcel);
      };
      super({ ...ports, send }, listener);
    }
  },
  // takes any 200 for a receipt, also a gateway's page
  trusting: class extends Queue {
    constructor(ports, listener) {
      const send = async (parcel) => {
        const reply = await ports.send(parcel);
        return reply.status === 200 ? { ...reply, content: { receipt: "", ...reply.content, sha256: parcel.sha256 } } : reply;
      };
      super({ ...ports, send }, listener);
    }
  },
  // mints a new id for each attempt
  minting: class extends Queue {
    constructor(ports, listener) {
      let attempt = 0;
      const send = (parcel) => ports.send({ ...parcel, id: `${parcel.id}-${(attempt += 1)}` });
      super({ ...ports, send }, listener);
    }
  },
  // forgets at a restart which receipt a person was shown
  forgetful: class extends Queue {
    constructor(ports, listener) {
      const list = async () => (await ports.store.list()).map(({ id, refusal }) => ({ id, refusal, hash: null }));
      super({ ...ports, store: { ...ports.store, list } }, listener);
    }
  },
  // never asks to be woken
  sleepy: class extends Queue {
    constructor(ports, listener) {
      super({ ...ports, wake() {} }, listener);
    }
  },
};

// Many runs in one go; `name` picks a broken queue.
export async function play(seeds, steps, name = null) {
  const total = { runs: 0, steps: 0, made: 0, stored: 0, faults: {}, findings: [] };
  for (const seed of seeds) {
    const world = new World(seed, name ? BROKEN[name] : Queue);
    const verdict = await world.run(steps);
    total.runs += 1;
    total.steps += world.steps;
    total.made += world.tablets.reduce((sum, tablet) => sum + tablet.made.size, 0);
    total.stored += world.server.rows.size;
    for (const [fault, times] of Object.entries(world.faults)) total.faults[fault] = (total.faults[fault] ?? 0) + times;
    for (const [what, ids] of Object.entries(verdict)) if (ids.length) total.findings.push({ seed, what, ids });
  }
  return total;
}

// Counts people who said no, as a number a day and nothing else, until the server knows the number.
const KEPT = "lang-nghe:declined";

export class DeclinedCount {
  #round;
  #randomId;
  #isSending = false;

  constructor(round, randomId) {
    this.#round = round;
    this.#randomId = randomId;
  }

  add(day) {
    const counts = load();
    const known = counts.find((one) => one.day === day && one.round === this.#round);
    if (known) known.count += 1;
    else counts.push({ id: this.#randomId(), round: this.#round, day, count: 1, sent: 0 });
    save(counts);
    return this.flush(day);
  }

  // Sends what the server does not know yet; a number sent twice counts once, by its id.
  async flush(today) {
    if (this.#isSending) return;
    this.#isSending = true;
    for (const { id, round, day, count, sent } of load()) {
      if (count === sent || !(await put(id, { round, day, count }))) continue;
      save(load().map((one) => (one.id === id ? { ...one, sent: count } : one)));
    }
    this.#isSending = false;
    save(load().filter((one) => one.sent < one.count || one.day === today));
  }
}

async function put(id, body) {
  try {
    const reply = await fetch(`/api/v1/declined/${id}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
    });
    return reply.ok;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function load() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch (error) {
    if (error instanceof DOMException || error instanceof SyntaxError) return [];
    throw error;
  }
}

function save(counts) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(counts));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

// Notices that nobody is there: a warning after a minute, the end half a minute later.
const QUIET = 60;
const WARNING = 30;

// warn(seconds left) each second of the warning; calm() when somebody was there; end().
export class Idle {
  #last = null;
  #isWarning = false;
  #listener;

  constructor(listener) {
    this.#listener = listener;
    setInterval(() => this.#tick(), 1000);
    document.addEventListener("visibilitychange", () => this.#tick());
  }

  start() {
    this.#last = now();
    this.#calm();
  }

  stop() {
    this.#last = null;
    this.#calm();
  }

  // After a sleep the first touch may come before the first tick: it must not revive the last person.
  touch() {
    if (this.#last === null) return;
    if (passed(this.#last) >= QUIET + WARNING) return this.#tick();
    this.#last = now();
    this.#calm();
  }

  #calm() {
    if (!this.#isWarning) return;
    this.#isWarning = false;
    this.#listener.calm();
  }

  #tick() {
    if (this.#last === null) return;
    const quiet = Math.floor(passed(this.#last));
    if (quiet < QUIET) return;
    if (quiet >= QUIET + WARNING) {
      this.stop();
      return this.#listener.end();
    }
    this.#isWarning = true;
    this.#listener.warn(QUIET + WARNING - quiet);
  }
}

// A tablet that slept stops one of its clocks, a clock that is set moves the other: the longer counts.
const now = () => ({ steady: performance.now(), wall: Date.now() });
const passed = (since) => Math.max(performance.now() - since.steady, Date.now() - since.wall) / 1000;

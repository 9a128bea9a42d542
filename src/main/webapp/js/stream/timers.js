/** Half of the delay is chance, so that clients cut off together don't come back together. */
export function backoff(base, max, failures, random = Math.random) {
  const full = Math.min(max, base * 2 ** Math.min(failures, 16));
  return Math.round(full / 2 + (full / 2) * random());
}

/** Named timers: setting one replaces the one of that name, so none can be left behind. */
export class Timers {
  #running = new Map();
  #clock;

  constructor(clock) {
    this.#clock = clock;
  }

  set(name, delay, action) {
    this.cancel(name);
    const handle = this.#clock.setTimeout(() => {
      this.#running.delete(name);
      action();
    }, delay);
    this.#running.set(name, handle);
  }

  has(name) {
    return this.#running.has(name);
  }

  cancel(...names) {
    for (const name of names) {
      this.#clock.clearTimeout(this.#running.get(name));
      this.#running.delete(name);
    }
  }

  cancelAll() {
    this.cancel(...this.#running.keys());
  }
}

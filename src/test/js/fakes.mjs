/** Stand-ins for what the browser brings: a clock that the test moves, an EventSource that the test speaks through, a server. */

export class FakeClock {
  #now = 1_000_000;
  #timers = new Map();
  #next = 1;

  now = () => this.#now;

  setTimeout = (action, delay) => {
    this.#timers.set(this.#next, { at: this.#now + delay, action });
    return this.#next++;
  };

  clearTimeout = (handle) => this.#timers.delete(handle);

  get pending() {
    return this.#timers.size;
  }

  /** Moves on by so many milliseconds, runs what falls due in order, and lets promises settle in between. */
  async advance(milliseconds) {
    const end = this.#now + milliseconds;
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].at);
      due[1].action();
      await settle();
    }
    this.#now = end;
  }

  /** The time of day goes on while timers stand still, as in a sleeping laptop. */
  sleep(milliseconds) {
    this.#now += milliseconds;
  }
}

export async function settle() {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

export class FakeEventSource extends EventTarget {
  static opened = [];
  readyState = 0;

  constructor(url) {
    super();
    this.url = url;
    FakeEventSource.opened.push(this);
  }

  static get last() {
    return FakeEventSource.opened.at(-1);
  }

  static get live() {
    return FakeEventSource.opened.filter((source) => source.readyState !== 2).length;
  }

  open() {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  say(name, data, id = '') {
    const event = new Event(name);
    event.data = typeof data === 'string' ? data : JSON.stringify(data);
    event.lastEventId = id;
    this.dispatchEvent(event);
  }

  /** The connection broke, and EventSource goes on trying by itself. */
  stumble() {
    this.readyState = 0;
    this.dispatchEvent(new Event('error'));
  }

  /** EventSource got an answer it doesn't take, and gives up for good. */
  giveUp() {
    this.readyState = 2;
    this.dispatchEvent(new Event('error'));
  }

  close() {
    this.readyState = 2;
  }
}

/** A server of answers by path; `answer` may be changed at any time. Paths asked for are kept in `asked`. */
export function fakeServer(answer) {
  const server = { answer, asked: [] };
  server.fetch = async (url) => {
    server.asked.push(url);
    const { status = 200, json = {}, headers = {} } = server.answer(url);
    if (status === 0) throw new TypeError('Failed to fetch');
    return { status, ok: status < 300, headers: new Headers(headers), json: async () => json };
  };
  return server;
}

import { SequenceLedger } from './event-order.js';
import { Timers, backoff } from './timers.js';

export const ConnectionStatus = Object.freeze({
  CONNECTING: 'connecting',
  CONNECTED: 'connected',
  DISCONNECTED: 'disconnected',
  ERROR: 'error',
});

const { CONNECTING, CONNECTED, DISCONNECTED, ERROR } = ConnectionStatus;
const EVENT_SOURCE_CLOSED = 2;

/**
 * The state machine of one subscription:
 *
 *   connecting ──open──▶ connected ──transport error──▶ connecting (EventSource retries by itself)
 *       │                    │
 *       │                    └─ 75 s of silence ─┐
 *       └─ 4xx, 5xx, gives up for good ──────────┴─▶ disconnected: polls, and reopens with growing, jittered delays
 *                                                        │
 *                                                        └─ 401 ─▶ error: waits for reconnect()
 *
 * Each opening goes on from the last event delivered. `seq` proves that nothing is missed: where it has a hole, the task is
 * read by GET and handed over whole.
 *
 * `target`: `streamQuery`, `pollPath`. Handlers, each optional: `onEvent({name, id, data})`; `onRead(json)` with what polling
 * or a re-read answered; `onResync()`; `onStatus({status, polling})`; `onUnauthorized()`; `onRefused(status)` (403, 404).
 */
export class Connection {
  #env;
  #target;
  #handlers;
  #timers;
  #sequences = new SequenceLedger();
  #source = null;
  #cursor = null;
  #status = null;
  #polling = false;
  #failures = 0;
  #polls = 0;
  #heardAt = 0;
  #notBefore = 0;
  #closed = false;
  #unlisten = [];

  constructor(env, target, handlers) {
    this.#env = env;
    this.#target = target;
    this.#handlers = handlers;
    this.#timers = new Timers(env.clock);
    this.#listen(env.window, 'online', () => this.reconnect());
    this.#listen(env.window, 'offline', () => this.#setStatus(DISCONNECTED));
    this.#listen(env.window, 'pageshow', (event) => event.persisted && this.reconnect());
    this.#listen(env.document, 'visibilitychange', () => this.#wake());
    this.#open();
  }

  get connectionStatus() {
    return this.#status;
  }

  /** Opens the stream again at once, from the last event delivered; after signing in, too. */
  reconnect() {
    if (this.#closed) return;
    this.#failures = 0;
    this.#notBefore = 0;
    this.#open();
  }

  close() {
    this.#closed = true;
    this.#timers.cancelAll();
    this.#dispose();
    this.#unlisten.forEach((release) => release());
    this.#setStatus(DISCONNECTED);
  }

  async read(path = this.#target.pollPath) {
    const answer = await this.#env.fetch(this.#env.baseUrl + path, { headers: { Accept: 'application/json' }, cache: 'no-cache' });
    if (this.#closed) return answer.status;
    this.#heedRetryAfter(answer);
    if (answer.status === 401) this.#unauthorized();
    else if (answer.ok) this.#handlers.onRead?.(await answer.json());
    return answer.status;
  }

  #open() {
    this.#dispose();
    this.#timers.cancel('reopen');
    if (!this.#env.enableSSE) {
      this.#startPolling();
      return;
    }
    this.#setStatus(CONNECTING, this.#polling);
    const source = new this.#env.EventSource(this.#streamUrl());
    this.#source = source;
    const on = (name, action) =>
      source.addEventListener(name, (event) => {
        if (source === this.#source) action(event);
      });
    on('open', () => this.#opened());
    for (const name of ['progress', 'complete']) on(name, (event) => this.#received(name, event));
    // The server's own `error` event has data; EventSource's has none.
    on('error', (event) => (typeof event.data === 'string' ? this.#received('error', event) : this.#transportError()));
    on('heartbeat', () => this.#heard());
    on('resync', (event) => this.#resync(event));
    on('expired', () => this.#lost());
    this.#watch();
    this.#beImpatient();
  }

  #streamUrl() {
    const cursor = this.#cursor ? `&last_event_id=${encodeURIComponent(this.#cursor)}` : '';
    return `${this.#env.baseUrl}/stream?${this.#target.streamQuery}${cursor}`;
  }

  #opened() {
    this.#timers.cancel('impatience', 'poll');
    this.#polls = 0;
    this.#watch();
    this.#setStatus(CONNECTED, false);
  }

  #heard(event) {
    if (event?.lastEventId) this.#cursor = event.lastEventId;
    // An open alone proves nothing: a proxy that cuts at once must not reset the delays.
    this.#failures = 0;
    this.#watch();
    if (this.#status !== CONNECTED) this.#opened();
  }

  #received(name, event) {
    this.#heard(event);
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      this.#rereadSoon(this.#target.pollPath);
      return;
    }
    if (data === null || typeof data !== 'object') return;
    if (this.#sequences.isGap(data)) this.#rereadSoon(this.#env.taskPath(data.task_id));
    this.#handlers.onEvent?.({ name, id: event.lastEventId || null, data });
  }

  #resync(event) {
    this.#heard(event);
    this.#sequences.reset();
    this.#rereadSoon(this.#target.pollPath);
    this.#handlers.onResync?.();
  }

  #rereadSoon(path) {
    this.#timers.set(`read ${path}`, 250, () => {
      this.read(path).catch(() => this.#timers.set(`read ${path}`, this.#env.pollInterval, () => this.#rereadSoon(path)));
    });
  }

  #transportError() {
    if (this.#source.readyState === EVENT_SOURCE_CLOSED) {
      this.#lost();
      return;
    }
    this.#setStatus(CONNECTING, this.#polling);
    this.#beImpatient();
  }

  /** EventSource can't tell why it gave up; a GET can. */
  #lost() {
    this.#dispose();
    this.#timers.cancel('silence', 'impatience');
    this.#setStatus(DISCONNECTED, this.#polling);
    this.#scheduleReopen();
    this.#polls = 0;
    this.#poll();
  }

  #scheduleReopen() {
    const { reconnectDelay, maxReconnectDelay, random, clock } = this.#env;
    const delay = backoff(reconnectDelay, maxReconnectDelay, this.#failures++, random);
    this.#timers.set('reopen', Math.max(delay, this.#notBefore - clock.now()), () => this.#open());
  }

  #beImpatient() {
    if (this.#timers.has('impatience') || this.#polling) return;
    this.#timers.set('impatience', this.#env.openPatience, () => this.#startPolling());
  }

  #watch() {
    this.#heardAt = this.#env.clock.now();
    this.#timers.set('silence', this.#env.silenceLimit, () => this.#lost());
  }

  /** Timers stand still while a laptop sleeps. */
  #wake() {
    if (this.#env.document.visibilityState !== 'visible' || !this.#source) return;
    if (this.#env.clock.now() - this.#heardAt > this.#env.silenceLimit) this.#lost();
  }

  #startPolling() {
    this.#polls = 0;
    this.#poll();
  }

  async #poll() {
    this.#setStatus(this.#status ?? CONNECTING, this.#env.enablePollingFallback);
    let status = 0;
    try {
      status = await this.read();
    } catch {
      // No network or no JSON: the next poll tells.
    }
    if (this.#closed || this.#status === CONNECTED || this.#status === ERROR) return;
    if (status === 403 || status === 404) this.#refused(status);
    else this.#pollAgain();
  }

  #pollAgain() {
    if (!this.#env.enablePollingFallback) return;
    const { pollInterval, maxPollInterval, random, clock } = this.#env;
    const delay = backoff(pollInterval, maxPollInterval, this.#polls++ / 4, random);
    this.#timers.set('poll', Math.max(delay, this.#notBefore - clock.now()), () => this.#poll());
  }

  #heedRetryAfter(answer) {
    if (answer.status !== 429 && answer.status !== 503) return;
    const seconds = Number(answer.headers.get('Retry-After'));
    if (!(seconds > 0)) return;
    this.#notBefore = this.#env.clock.now() + Math.min(seconds * 1_000, 120_000);
    if (this.#timers.has('reopen')) this.#scheduleReopen();
  }

  #unauthorized() {
    this.#stop();
    this.#handlers.onUnauthorized?.();
  }

  #refused(status) {
    this.#stop();
    this.#handlers.onRefused?.(status);
  }

  #stop() {
    this.#timers.cancelAll();
    this.#dispose();
    this.#setStatus(ERROR, false);
  }

  #dispose() {
    this.#source?.close();
    this.#source = null;
  }

  #setStatus(status, polling = this.#polling) {
    if (status === this.#status && polling === this.#polling) return;
    this.#status = status;
    this.#polling = polling;
    this.#handlers.onStatus?.({ status, polling });
  }

  #listen(target, type, action) {
    if (!target) return;
    target.addEventListener(type, action);
    this.#unlisten.push(() => target.removeEventListener(type, action));
  }
}

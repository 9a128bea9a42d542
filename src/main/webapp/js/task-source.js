import { isTerminal } from './pipelines.js';
import { partialTasks } from './state/tasks.js';

const TICK = 10_000;
/** A running task reports at least every 5 s; one this quiet may have stalled, which only a read can tell. */
const QUIET = 20_000;
const QUIET_AGAIN = 30_000;
const MOST_READS = 4;
/** More than this many are cheaper to read by the page. */
const MANY = 20;
const MOST_PAGES = 10;
const PAGE = 200;

/**
 * Feeds the store with the user's tasks: one stream for all, a read where events are not enough (a task of another tab, an
 * end, a task gone quiet), and the user's actions.
 */
export class TaskSource {
  #api;
  #client;
  #store;
  #now;
  #subscription = null;
  #ticker = null;
  #wanted = new Set();
  #reading = new Set();
  #readAt = new Map();
  #paging = false;

  constructor({ api, client, store, now = () => Date.now() }) {
    this.#api = api;
    this.#client = client;
    this.#store = store;
    this.#now = now;
  }

  /** Opens the stream, again where it was left when the session ended. */
  start() {
    if (this.#subscription) {
      this.#subscription.reconnect();
      return;
    }
    this.#subscription = this.#client.subscribeToAll({
      onEvent: (event) => this.#happened(event),
      onRead: (json) => this.accept(json),
      onStatus: (connection) => this.#store.dispatch({ type: 'connection/changed', connection }),
      onUnauthorized: () => this.#store.dispatch({ type: 'session/ended' }),
    });
    this.#ticker = setInterval(() => this.#askTheQuiet(), TICK);
  }

  /** Ends the stream and forgets where it was: the next user begins anew. */
  stop() {
    this.#subscription?.close();
    this.#subscription = null;
    clearInterval(this.#ticker);
    this.#wanted.clear();
    this.#readAt.clear();
  }

  reconnect() {
    this.#subscription?.reconnect();
  }

  /** Takes in a page of tasks, or one. */
  accept(json, more = false) {
    const at = this.#now();
    if (Array.isArray(json.tasks)) {
      this.#store.dispatch({ type: 'tasks/listed', tasks: json.tasks, nextCursor: json.next_cursor ?? null, more, at });
      for (const task of partialTasks(this.#store.state.tasks)) this.include(task.task_id);
    } else if (json.task_id) {
      this.#store.dispatch({ type: 'tasks/read', task: json, at });
    }
  }

  async loadMore() {
    const cursor = this.#store.state.tasks.nextCursor;
    if (cursor) this.accept(await this.#api.tasks({ cursor }), true);
  }

  include(taskId) {
    const known = this.#store.state.tasks.byId.get(taskId);
    if (!this.#reading.has(taskId) && (!known || known.partial)) this.#want(taskId);
  }

  /** @param {'cancel'|'retry'|'remove'} what */
  async act(what, taskId) {
    this.#store.dispatch({ type: 'tasks/busy', taskId, what });
    try {
      const answer = await this.#api[what](taskId);
      if (what === 'remove') this.#store.dispatch({ type: 'tasks/removed', taskId });
      else this.#accepted(what, taskId, answer);
    } catch (error) {
      if (what === 'remove' && error.status === 404) this.#store.dispatch({ type: 'tasks/removed', taskId });
      else this.#store.dispatch({ type: 'tasks/refused', taskId, problem: error.status === 401 ? null : error.detail });
      // Refused because the task has moved on meanwhile: show where it is.
      if (error.status === 409) this.#want(taskId);
    }
  }

  #accepted(what, taskId, answer) {
    if (answer?.task_id && answer.status) this.accept(answer);
    const task = this.#store.state.tasks.byId.get(taskId);
    const ending = what === 'cancel' && task && !isTerminal(task.status);
    this.#store.dispatch({ type: 'tasks/accepted', taskId, status: ending ? 'cancelling' : null });
    if (what === 'retry') this.#want(taskId);
  }

  #happened({ name, id, data }) {
    this.#store.dispatch({ type: 'tasks/event', name, id, data, at: this.#now() });
    const { byId, listed } = this.#store.state.tasks;
    const task = byId.get(data.task_id);
    const ended = name !== 'progress' && task?.last_event_id === id;
    // Before the list is here every task is unknown.
    if (!listed) return;
    if (ended) this.#want(data.task_id);
    else if (task?.partial) this.include(data.task_id);
  }

  #askTheQuiet() {
    const now = this.#now();
    for (const task of this.#store.state.tasks.byId.values()) {
      const works = task.status === 'running' || task.status === 'cancelling';
      if (!works || now - task.heardAt < QUIET || now - (this.#readAt.get(task.task_id) ?? 0) < QUIET_AGAIN) continue;
      this.#want(task.task_id);
    }
  }

  /** A few at a time, so that a burst of new tasks is no burst of requests. */
  #want(taskId) {
    this.#wanted.add(taskId);
    this.#readNext();
  }

  #readNext() {
    if (this.#paging) return;
    if (this.#wanted.size > MANY) {
      this.#paging = true;
      this.#readPages().finally(() => {
        this.#paging = false;
        this.#readNext();
      });
      return;
    }
    for (const taskId of this.#wanted) {
      if (this.#reading.size >= MOST_READS) return;
      if (this.#reading.has(taskId)) continue;
      this.#wanted.delete(taskId);
      this.#reading.add(taskId);
      this.#readAt.set(taskId, this.#now());
      this.#readOne(taskId).finally(() => {
        this.#reading.delete(taskId);
        this.#readNext();
      });
    }
  }

  async #readPages() {
    let cursor = null;
    try {
      for (let page = 0; page < MOST_PAGES && this.#wanted.size > 0; page++) {
        const json = await this.#api.tasks({ cursor, limit: PAGE });
        this.accept(json, page > 0);
        for (const task of json.tasks) this.#wanted.delete(task.task_id);
        cursor = json.next_cursor;
        if (!cursor) break;
      }
    } catch {
      // The next event, poll or tick asks again.
    }
    // A failing server must not be asked in circles.
    if (this.#wanted.size > MANY) this.#wanted.clear();
  }

  async #readOne(taskId) {
    try {
      this.accept(await this.#api.task(taskId));
    } catch (error) {
      if (error.status === 404 || error.status === 403) this.#store.dispatch({ type: 'tasks/removed', taskId });
      // Otherwise the next event, poll or tick asks again.
    }
  }
}

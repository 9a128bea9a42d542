/**
 * Live progress of tasks over Server-Sent Events: without a framework, without the DOM, without polling while the stream
 * works.
 */

import { Connection, ConnectionStatus } from './stream/connection.js';
import { compareEventIds } from './stream/event-order.js';

export { ConnectionStatus, compareEventIds };

const TERMINAL = new Set(['succeeded', 'failed', 'cancelled']);

/** All durations are milliseconds. */
const DEFAULTS = {
  baseUrl: '/api/v1/tasks',
  enableSSE: true,
  enablePollingFallback: true,
  reconnectDelay: 1_000,
  maxReconnectDelay: 30_000,
  pollInterval: 3_000,
  maxPollInterval: 15_000,
  /** A seventh HTTP/1.1 tab hangs without an error: polling helps out. */
  openPatience: 10_000,
  /** Two and a half heartbeats: the connection is dead, whatever the socket says. */
  silenceLimit: 75_000,
};

/**
 * The way in. Options: those of `DEFAULTS`; for tests also `EventSource`, `fetch`, `clock`, `random`, `window`, `document`.
 */
export class TaskProgressClient {
  #env;

  constructor(options = {}) {
    const clock = {
      now: () => Date.now(),
      setTimeout: (action, delay) => setTimeout(action, delay),
      clearTimeout: (handle) => clearTimeout(handle),
    };
    this.#env = {
      ...DEFAULTS,
      EventSource: globalThis.EventSource,
      fetch: (...request) => globalThis.fetch(...request),
      random: Math.random,
      window: globalThis.window,
      document: globalThis.document,
      clock,
      taskPath: (taskId) => `/${encodeURIComponent(taskId)}`,
      ...options,
    };
  }

  /**
   * Everything of the signed-in user. Handlers as at `Connection`; `onRead` gets a page of tasks or one task.
   *
   * @returns {{close(): void, reconnect(): void, read(path?: string): Promise<number>, connectionStatus: string}}
   */
  subscribeToAll(handlers = {}) {
    return new Connection(this.#env, { streamQuery: 'all=true', pollPath: '?limit=100' }, handlers);
  }

  /**
   * One task to its end; exactly one of `onComplete` and `onError` is called, then the subscription closes by itself.
   * Each callback gets the payload of the event (task_id, progress, stage, message, …).
   *
   * @returns {{close(): void, reconnect(): void, connectionStatus: string}}
   */
  subscribeToTask(taskId, onProgress, onComplete, onError, { onStatus, onUnauthorized } = {}) {
    let newest = null;
    let connection = null;
    const deliver = (name, id, data) => {
      if (connection === null || compareEventIds(id, newest) <= 0) return;
      newest = id ?? newest;
      if (name === 'progress') {
        onProgress?.(data);
        return;
      }
      connection.close();
      connection = null;
      (name === 'complete' ? onComplete : onError)?.(data);
    };
    const readAsEvent = (task) => {
      const name = !TERMINAL.has(task.status) ? 'progress' : task.status === 'succeeded' ? 'complete' : 'error';
      deliver(name, task.last_event_id, task);
    };
    connection = new Connection(
      this.#env,
      { streamQuery: `task_ids=${encodeURIComponent(taskId)}`, pollPath: this.#env.taskPath(taskId) },
      {
        onEvent: ({ name, id, data }) => deliver(name, id, data),
        onRead: readAsEvent,
        onRefused: (status) => deliver('error', null, { task_id: taskId, error: `The server refused this task (${status}).` }),
        onStatus,
        onUnauthorized,
      },
    );
    return connection;
  }
}

export function subscribeToTask(...subscription) {
  return new TaskProgressClient().subscribeToTask(...subscription);
}

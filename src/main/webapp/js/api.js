/** The server's HTTP API as the page uses it. Every failure is an `ApiError`; a 401 is told to `onUnauthorized` as well. */

const PATIENCE = 30_000;

/** An answer of 400 and up (RFC 9457), or none at all (`status` 0). `detail` is a text for the user. */
export class ApiError extends Error {
  constructor(status, problem = {}) {
    super(problem.detail || problem.title || plainWords(status));
    this.name = 'ApiError';
    this.status = status;
    this.errors = Array.isArray(problem.errors) ? problem.errors : [];
  }

  /** The detail, with what the server said about single fields. */
  get detail() {
    const fields = this.errors.map((error) => error.message).filter((text) => text && !this.message.includes(text));
    return [this.message, ...fields].join(' ');
  }
}

/** Makes the ApiError of an answer's status and body text. */
export function problemOf(status, body) {
  let problem = {};
  try {
    problem = JSON.parse(body) ?? {};
  } catch {
    // A proxy's HTML page, or nothing: the status must do.
  }
  return new ApiError(status, problem);
}

export class Api {
  #fetch;
  #onUnauthorized;

  constructor({ fetch = (...request) => globalThis.fetch(...request), onUnauthorized = () => {} } = {}) {
    this.#fetch = fetch;
    this.#onUnauthorized = onUnauthorized;
  }

  login(username, password) {
    return this.#send('POST', '/api/auth/login', { body: new URLSearchParams({ username, password }), entering: true });
  }

  logout() {
    return this.#send('POST', '/api/auth/logout', { entering: true });
  }

  tasks({ cursor, limit = 100 } = {}) {
    const query = new URLSearchParams({ limit, ...(cursor ? { cursor } : {}) });
    return this.#send('GET', `/api/v1/tasks?${query}`);
  }

  task(taskId) {
    return this.#send('GET', pathOf(taskId));
  }

  cancel(taskId) {
    return this.#send('POST', `${pathOf(taskId)}/cancel`);
  }

  retry(taskId) {
    return this.#send('POST', `${pathOf(taskId)}/retry`);
  }

  remove(taskId) {
    return this.#send('DELETE', pathOf(taskId));
  }

  search(question, { limit = 10, signal } = {}) {
    return this.#send('GET', `/documents/search?${new URLSearchParams({ q: question, limit })}`, { signal });
  }

  async #send(method, path, { body, signal, entering = false } = {}) {
    let answer;
    try {
      answer = await this.#fetch(path, {
        method,
        body,
        signal: signal ?? AbortSignal.timeout(PATIENCE),
        cache: 'no-cache',
        headers: { Accept: 'application/json, application/problem+json' },
      });
      if (answer.ok) return answer.status === 204 ? null : await readJson(answer);
    } catch (failure) {
      if (signal?.aborted) throw failure;
      throw new ApiError(0);
    }
    const error = problemOf(answer.status, await answer.text().catch(() => ''));
    // At the door a 401 is the answer to the question; elsewhere it ends the session.
    if (error.status === 401 && !entering) this.#onUnauthorized();
    throw error;
  }
}

async function readJson(answer) {
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
}

function pathOf(taskId) {
  return `/api/v1/tasks/${encodeURIComponent(taskId)}`;
}

function plainWords(status) {
  switch (status) {
    case 0: return 'The server can’t be reached. Check the network and try again.';
    case 401: return 'Please sign in.';
    case 413: return 'The file is too large.';
    case 429: return 'Too many requests. Please wait a moment.';
    case 503: return 'The server is busy or starting. Please try again in a moment.';
    default: return `The server answered with an error (${status}).`;
  }
}

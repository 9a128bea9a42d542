import { problemOf } from './api.js';

const AT_ONCE = 2;

/** Statuses after which the same file may well be accepted a little later. */
const WORTH_ANOTHER_TRY = new Set([0, 401, 403, 429, 500, 502, 503, 504]);

/** Sends the chosen files, two at a time, and tells the store how far they are. */
export class UploadQueue {
  #store;
  #send;
  #onAccepted;
  #files = new Map();
  #sending = new Map();

  /** @param onAccepted called with the server's answer for each file that has arrived */
  constructor({ store, onAccepted, send = sendByXhr }) {
    this.#store = store;
    this.#onAccepted = onAccepted;
    this.#send = send;
  }

  add(files, caseId) {
    const added = [...files].map((file) => ({ key: crypto.randomUUID(), file }));
    for (const { key, file } of added) this.#files.set(key, { file, caseId });
    this.#store.dispatch({
      type: 'uploads/added',
      files: added.map(({ key, file }) => ({ key, name: file.name, size: file.size, caseId })),
    });
    this.#next();
  }

  again(key) {
    this.#store.dispatch({ type: 'uploads/again', key });
    this.#next();
  }

  /** Takes a file off the list; one on its way is no longer sent. */
  dismiss(key) {
    this.#sending.get(key)?.abort();
    this.#forget(key);
    this.#next();
  }

  clear() {
    for (const key of [...this.#files.keys()]) this.dismiss(key);
  }

  #next() {
    for (const { key, status } of this.#store.state.uploads) {
      if (this.#sending.size >= AT_ONCE) return;
      if (status === 'waiting' && this.#files.has(key)) this.#start(key);
    }
  }

  async #start(key) {
    const { file, caseId } = this.#files.get(key);
    const control = new AbortController();
    this.#sending.set(key, control);
    this.#store.dispatch({ type: 'uploads/sending', key });
    try {
      const onProgress = (sent) => this.#store.dispatch({ type: 'uploads/progressed', key, sent });
      const answer = await this.#send(file, caseId, { onProgress, signal: control.signal });
      this.#forget(key);
      this.#onAccepted(answer);
    } catch (error) {
      if (!control.signal.aborted) this.#refused(key, error);
    } finally {
      this.#sending.delete(key);
      this.#next();
    }
  }

  #refused(key, error) {
    this.#store.dispatch({
      type: 'uploads/refused',
      key,
      problem: error.status === 401 ? 'Not sent: please sign in again.' : error.detail,
      again: WORTH_ANOTHER_TRY.has(error.status),
    });
    if (error.status === 401) this.#store.dispatch({ type: 'session/ended' });
  }

  #forget(key) {
    this.#files.delete(key);
    this.#store.dispatch({ type: 'uploads/gone', key });
  }
}

/** By XMLHttpRequest, since fetch tells nothing about how much has been sent. */
export function sendByXhr(file, caseId, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    // The case goes first, so that the server knows it before the file's bytes come.
    form.append('case_id', caseId);
    form.append('file', file);
    const request = new XMLHttpRequest();
    request.open('POST', '/documents/upload');
    request.setRequestHeader('Accept', 'application/json, application/problem+json');
    request.upload.addEventListener('progress', (event) => event.lengthComputable && onProgress((event.loaded / event.total) * file.size));
    request.addEventListener('load', () => {
      const failure = problemOf(request.status, request.responseText);
      if (request.status < 200 || request.status > 299) reject(failure);
      else resolve(JSON.parse(request.responseText));
    });
    // A server that refuses a large body may hang up early; the browser then tells no status.
    request.addEventListener('error', () => reject(problemOf(0, '{"detail":"The connection broke while sending: the network is down, or the file is too large."}')));
    request.addEventListener('abort', () => reject(problemOf(0, '')));
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

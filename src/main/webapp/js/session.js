export const NAME_KEPT = 'task-progress.user';

/**
 * Who is signed in. No script sees the HttpOnly cookie, so a read of the tasks tells; the name is kept only to be shown.
 */
export class Session {
  #api;
  #store;
  #tasks;
  #onLeave;

  constructor({ api, store, tasks, onLeave }) {
    this.#api = api;
    this.#store = store;
    this.#tasks = tasks;
    this.#onLeave = onLeave;
  }

  /** Finds out whether there is a session; throws an ApiError when the server can't be asked. */
  async resume() {
    const page = await this.#api.tasks();
    this.#enter(localStorage.getItem(NAME_KEPT) ?? page.tasks[0]?.owner ?? '', page);
  }

  async signIn(username, password) {
    await this.#api.login(username, password);
    localStorage.setItem(NAME_KEPT, username);
    const before = this.#store.state.session.user;
    if (before !== null && before !== username) this.#forget();
    this.#enter(username, await this.#api.tasks());
  }

  async signOut() {
    await this.#api.logout();
    localStorage.removeItem(NAME_KEPT);
    this.#forget();
    this.#store.dispatch({ type: 'session/left' });
  }

  #enter(user, page) {
    this.#store.dispatch({ type: 'session/entered', user });
    this.#tasks.accept(page);
    this.#tasks.start();
  }

  #forget() {
    this.#tasks.stop();
    this.#onLeave();
  }
}

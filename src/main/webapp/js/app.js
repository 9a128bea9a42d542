import './elements/connection-status.js';
import './elements/file-drop.js';
import './elements/live-announcer.js';
import './elements/search-box.js';
import './elements/sign-in.js';
import './elements/task-list.js';
import { Api } from './api.js';
import { DocumentSearch } from './document-search.js';
import { NAME_KEPT, Session } from './session.js';
import { initialState, reduce } from './state/reducer.js';
import { createStore } from './store.js';
import { backoff } from './stream/timers.js';
import { TaskProgressClient } from './task-progress-client.js';
import { TaskSource } from './task-source.js';
import { UploadQueue } from './upload-queue.js';

/** Wires the page: sources → store → elements, and what the user wants back to the sources. */

const store = createStore(reduce, initialState);
const api = new Api({ onUnauthorized: () => store.dispatch({ type: 'session/ended' }) });
const tasks = new TaskSource({ api, store, client: new TaskProgressClient() });
const uploads = new UploadQueue({ store, onAccepted: (answer) => tasks.include(answer.task_id) });
const documents = new DocumentSearch({ api, store });
const session = new Session({ api, store, tasks, onLeave: () => uploads.clear() });

const view = Object.fromEntries(
  ['workspace', 'starting', 'sign-in', 'connection', 'user', 'user-name', 'search', 'upload', 'tasks', 'announcer'].map((id) => [id, document.getElementById(id)]),
);

function render(state, before) {
  const { status, user } = state.session;
  view.starting.hidden = status !== 'unknown';
  view.workspace.hidden = status !== 'in';
  view.user.hidden = status !== 'in';
  view.connection.hidden = status !== 'in';
  view['user-name'].textContent = user ?? '';
  view['sign-in'].session = state.session;
  view.connection.connection = state.connection;
  if (state.uploads !== before.uploads) view.upload.uploads = state.uploads;
  if (state.search !== before.search) view.search.search = state.search;
  if (state.tasks !== before.tasks) {
    view.tasks.tasks = state.tasks;
    view.announcer.compare(state.tasks, before.tasks);
  }
}

async function signIn({ username, password }) {
  view['sign-in'].busy = true;
  view['sign-in'].problem = null;
  try {
    await session.signIn(username, password);
  } catch (error) {
    view['sign-in'].problem = error.detail ?? 'The answer could not be read.';
  } finally {
    view['sign-in'].busy = false;
  }
}

async function signOut() {
  try {
    await session.signOut();
  } catch (error) {
    view.announcer.announce(`Not signed out. ${error.detail}`);
    view.user.title = `Not signed out. ${error.detail}`;
  }
}

/** The server may still be starting: ask until it says whether there is a session. */
async function begin(failures = 0) {
  try {
    await session.resume();
  } catch (error) {
    if (error.status === 401) return;
    view.starting.textContent = `${error.detail ?? 'The answer could not be read.'} Trying again…`;
    setTimeout(() => begin(failures + 1), backoff(1_000, 15_000, failures));
  }
}

const intents = {
  'sign-in': signIn,
  'files-chosen': ({ files, caseId }) => uploads.add(files, caseId),
  'upload-action': ({ what, key }) => uploads[what](key),
  'task-action': ({ what, taskId }) => tasks.act(what, taskId),
  'more-tasks': () => tasks.loadMore().catch((error) => view.announcer.announce(error.detail)),
  search: ({ question }) => documents.ask(question),
  reconnect: () => tasks.reconnect(),
};
for (const [type, act] of Object.entries(intents)) {
  // A search field fires an event of the name `search` too: only ours has a detail.
  document.addEventListener(type, (event) => event instanceof CustomEvent && act(event.detail ?? {}));
}
document.getElementById('sign-out').addEventListener('click', signOut);
// Tabs share the cookie: signed in as somebody else in one, the others must not mix two users' tasks.
window.addEventListener('storage', ({ key, newValue }) => {
  if (key === NAME_KEPT && newValue !== store.state.session.user) location.reload();
});

store.subscribe(render);
render(store.state, store.state);
begin();

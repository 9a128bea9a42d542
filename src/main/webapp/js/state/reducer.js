import { noSearch, search } from './search.js';
import { noTasks, tasks } from './tasks.js';
import { noUploads, uploads } from './uploads.js';

/** `session.status`: unknown (not asked yet), in, out; `reason`, why it is out: absent, expired or left. */
export const initialState = {
  session: { status: 'unknown', user: null, reason: null },
  connection: { status: 'connecting', polling: false },
  tasks: noTasks,
  uploads: noUploads,
  search: noSearch,
};

export function reduce(state, action) {
  if (action.type === 'session/left') return { ...initialState, session: { status: 'out', user: null, reason: 'left' } };
  if (action.type === 'session/entered' && isSomebodyElse(state.session, action.user)) {
    return { ...initialState, session: { status: 'in', user: action.user, reason: null } };
  }
  const next = {
    session: session(state.session, action),
    connection: action.type === 'connection/changed' ? action.connection : state.connection,
    tasks: tasks(state.tasks, action),
    uploads: uploads(state.uploads, action),
    search: search(state.search, action),
  };
  return Object.keys(next).some((slice) => next[slice] !== state[slice]) ? next : state;
}

/** Of another user nothing may stay on the screen; the same user finds everything as it was. */
function isSomebodyElse({ user }, entering) {
  return user !== null && user !== entering;
}

function session(state, action) {
  switch (action.type) {
    case 'session/entered':
      return { status: 'in', user: action.user, reason: null };
    case 'session/ended':
      return state.status === 'out' ? state : { ...state, status: 'out', reason: state.status === 'in' ? 'expired' : 'absent' };
    default:
      return state;
  }
}

/**
 * Files on their way: `{key, name, size, caseId, status, sent, problem, again}`; `status` is waiting, sending or refused,
 * `sent` bytes, `again` whether a second try may help. What has arrived is a task and leaves this list.
 */
export const noUploads = [];

export function uploads(state, action) {
  switch (action.type) {
    case 'uploads/added':
      return [...state, ...action.files.map((file) => ({ ...file, status: 'waiting', sent: 0, problem: null, again: false }))];
    case 'uploads/sending':
      return change(state, action.key, { status: 'sending', sent: 0, problem: null });
    case 'uploads/progressed':
      return change(state, action.key, { sent: action.sent });
    case 'uploads/again':
      return change(state, action.key, { status: 'waiting', sent: 0, problem: null });
    case 'uploads/refused':
      return change(state, action.key, { status: 'refused', problem: action.problem, again: action.again });
    case 'uploads/gone':
      return state.filter((upload) => upload.key !== action.key);
    default:
      return state;
  }
}

function change(state, key, members) {
  return state.map((upload) => (upload.key === key ? { ...upload, ...members } : upload));
}

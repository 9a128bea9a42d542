import { compareEventIds } from '../stream/event-order.js';
import { isTerminal, isWorkStage } from '../pipelines.js';

/**
 * The user's tasks: the server's JSON and `seq` of the newest event, `workStage` (the last that was no end), `heardAt` (local
 * ms of the newest event), `partial` (known by events only), `busy` (action under way), `problem` (why one was refused).
 */
export const noTasks = { byId: new Map(), order: [], nextCursor: null, listed: false };

export function tasks(state, action) {
  switch (action.type) {
    case 'tasks/listed':
      return listed(state, action);
    case 'tasks/read':
      return put(state, [action.task], action.at);
    case 'tasks/event':
      return happened(state, action);
    case 'tasks/busy':
      return change(state, action.taskId, { busy: action.what, problem: null });
    case 'tasks/accepted':
      return change(state, action.taskId, { busy: null, ...(action.status ? { status: action.status } : {}) });
    case 'tasks/refused':
      return change(state, action.taskId, { busy: null, problem: action.problem });
    case 'tasks/removed':
      return remove(state, action.taskId);
    default:
      return state;
  }
}

export function visibleTasks(state) {
  return state.order.map((id) => state.byId.get(id)).filter((task) => !task.partial);
}

export function partialTasks(state) {
  return state.order.map((id) => state.byId.get(id)).filter((task) => task.partial);
}

function listed(state, { tasks: page, nextCursor, more, at }) {
  const known = put(state, page, at);
  // A refreshed first page says nothing about how far the user has paged on.
  const keepsCursor = state.listed && !more;
  const next = { ...known, listed: true, nextCursor: keepsCursor ? state.nextCursor : nextCursor };
  return next.nextCursor ? withoutEarlierEnds(next) : next;
}

/** The snapshot tells of ends that belong to a page which nobody asked for yet. */
function withoutEarlierEnds(state) {
  const oldest = state.order.map((id) => state.byId.get(id)).findLast((task) => !task.partial)?.created_at ?? '';
  const early = partialTasks(state).filter((task) => isTerminal(task.status) && task.updated_at < oldest);
  return early.reduce((rest, task) => remove(rest, task.task_id), state);
}

function put(state, arrivals, at) {
  const byId = new Map(state.byId);
  for (const task of arrivals) byId.set(task.task_id, merged(byId.get(task.task_id), task, at));
  return { ...state, byId, order: sorted(byId) };
}

/** A read may have been overtaken by an event: then the event's members stay. */
function merged(known, read, at) {
  const stage = isWorkStage(read.stage) ? read.stage : (failedStage(read) ?? known?.workStage);
  const heardAt = known?.last_event_id && known.last_event_id === read.last_event_id ? known.heardAt : at;
  const task = { ...known, ...read, workStage: stage, heardAt, partial: false };
  if (!known || !isOlder(read, known)) return task;
  const { status, progress, stage: newer, stage_progress, message, eta_seconds, error, result, attempt } = known;
  return {
    ...task, status, progress, stage: newer, stage_progress, message, eta_seconds, attempt,
    error: error ?? read.error, result: result ?? read.result,
    last_event_id: known.last_event_id, updated_at: known.updated_at, workStage: known.workStage, heardAt: known.heardAt,
  };
}

function isOlder(read, known) {
  if (known.attempt > read.attempt) return true;
  const order = compareEventIds(read.last_event_id, known.last_event_id);
  return Number.isNaN(order) ? Date.parse(read.updated_at) < Date.parse(known.updated_at) : order < 0;
}

function failedStage({ stages = [] }) {
  return stages?.find((stage) => ['failed', 'cancelled', 'running'].includes(stage.status))?.name;
}

function happened(state, { name, id, data, at }) {
  if (!data.task_id) return state;
  const known = state.byId.get(data.task_id) ?? { task_id: data.task_id, partial: true, stages: [], created_at: data.updated_at };
  if (isKnown(known, id, data)) return state;
  const byId = new Map(state.byId);
  const isNew = !byId.has(data.task_id);
  byId.set(data.task_id, advanced(known, name, id, data, at));
  return { ...state, byId, order: isNew ? inserted(state.order, byId, data.task_id) : state.order };
}

function isKnown(task, id, data) {
  if (data.attempt < task.attempt) return true;
  // Of an emptied log the ids go on, but the numbers begin again.
  return id ? compareEventIds(id, task.last_event_id) <= 0 : data.seq <= task.seq;
}

function advanced(task, name, id, data, at) {
  const again = data.attempt > task.attempt;
  const progress = again ? data.progress : Math.max(data.progress ?? 0, task.progress ?? 0);
  return {
    ...task,
    status: statusAfter(task, name, data, again),
    stalled: data.stalled ?? false,
    attempt: data.attempt ?? task.attempt ?? 1,
    progress,
    stage: data.stage ?? task.stage,
    stage_progress: data.stage_progress ?? null,
    message: data.message ?? '',
    eta_seconds: data.eta_seconds ?? null,
    updated_at: data.updated_at ?? task.updated_at,
    finished_at: name === 'progress' ? null : (data.updated_at ?? null),
    error: name === 'error' ? (data.error ?? data.message ?? null) : null,
    result: name === 'complete' ? (data.result ?? null) : null,
    stages: stagesAfter(again ? [] : (task.stages ?? []), data, name),
    workStage: isWorkStage(data.stage) ? data.stage : task.workStage,
    last_event_id: id ?? task.last_event_id,
    seq: data.seq ?? task.seq,
    heardAt: at,
    problem: null,
  };
}

function statusAfter(task, name, { stage }, again) {
  if (name === 'complete') return 'succeeded';
  if (name === 'error') return stage === 'cancelled' ? 'cancelled' : 'failed';
  if (task.status === 'cancelling' && !again) return 'cancelling';
  return stage === 'queued' ? 'queued' : 'running';
}

/** Durations by the events' own times, until a read brings the server's. */
function stagesAfter(stages, { stage, updated_at: now }, name) {
  const running = stages.find((entry) => entry.status === 'running');
  if (name === 'progress' && running?.name === stage) return stages;
  const ended = name !== 'error' ? 'succeeded' : stage === 'cancelled' ? 'cancelled' : 'failed';
  const closed = stages.map((entry) => (entry === running ? { ...entry, status: ended, ...until(entry, now) } : entry));
  if (name !== 'progress' || !isWorkStage(stage)) return closed;
  return [...closed.filter((entry) => entry.name !== stage), { name: stage, status: 'running', started_at: now, finished_at: null }];
}

function until({ started_at: started }, now) {
  const seconds = (Date.parse(now) - Date.parse(started)) / 1_000;
  return { finished_at: now, ...(seconds >= 0 ? { seconds } : {}) };
}

function change(state, taskId, members) {
  const task = state.byId.get(taskId);
  if (!task) return state;
  return { ...state, byId: new Map(state.byId).set(taskId, { ...task, ...members }) };
}

function remove(state, taskId) {
  if (!state.byId.has(taskId)) return state;
  const byId = new Map(state.byId);
  byId.delete(taskId);
  return { ...state, byId, order: state.order.filter((id) => id !== taskId) };
}

function sorted(byId) {
  const rank = new Map([...byId.values()].map((task) => [task.task_id, rankOf(task)]));
  return [...byId.keys()].sort((a, b) => rank.get(b) - rank.get(a) || (a < b ? -1 : 1));
}

/** A snapshot brings unknown tasks one by one; sorting 1,000 each time took seconds. */
function inserted(order, byId, taskId) {
  const rank = rankOf(byId.get(taskId));
  const place = order.findIndex((id) => rankOf(byId.get(id)) <= rank);
  return place < 0 ? [...order, taskId] : order.toSpliced(place, 0, taskId);
}

function rankOf({ created_at: created }) {
  return Date.parse(created ?? '') || Number.MAX_SAFE_INTEGER;
}

/** The stages of each pipeline, and how far a task has come in them. */

const STAGES = { document: ['queued', 'extraction', 'chunking', 'embedding', 'indexing', 'completed'] };
const ENDS_BADLY = new Set(['failed', 'cancelled']);
const TERMINAL = new Set(['succeeded', 'failed', 'cancelled']);

export function isTerminal(status) {
  return TERMINAL.has(status);
}

/** Whether a stage says where the work stands, not how it ended. */
export function isWorkStage(stage) {
  return Boolean(stage) && !ENDS_BADLY.has(stage);
}

/**
 * The steps of a task in order.
 *
 * @returns {{name: string, state: 'done'|'now'|'todo'|'failed'|'cancelled', seconds: number|null}[]}
 */
export function stepsOf(task) {
  const names = stageNames(task);
  const recorded = new Map((task.stages ?? []).map((stage) => [stage.name, stage]));
  const standing = names.indexOf(isWorkStage(task.stage) ? task.stage : task.workStage);
  return names.map((name, index) => ({
    name,
    state: stepState(task.status, index, standing, recorded.get(name)),
    seconds: recorded.get(name)?.seconds ?? null,
  }));
}

function stepState(status, index, standing, recorded) {
  if (status === 'succeeded' || index < standing) return 'done';
  if (index > standing) return recorded?.status === 'succeeded' ? 'done' : 'todo';
  return ENDS_BADLY.has(status) ? status : 'now';
}

function stageNames(task) {
  const known = STAGES[task.type];
  if (known) return known;
  const names = (task.stages ?? []).map((stage) => stage.name).filter(isWorkStage);
  if (isWorkStage(task.stage) && !names.includes(task.stage)) names.push(task.stage);
  return names;
}

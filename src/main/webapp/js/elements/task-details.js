import { h } from '../dom.js';
import { formatDuration, formatInstant, humanise, secondsBetween } from '../format.js';

/** The facts of a task, for those who open them: times, the result, its id. */
export function detailsOf(task) {
  const facts = [
    ['Created', instant(task.created_at)],
    ['Started', instant(task.started_at)],
    ['Ended', instant(task.finished_at)],
    ['Waited', formatDuration(secondsBetween(task.created_at, task.started_at))],
    ['Worked', formatDuration(secondsBetween(task.started_at, task.finished_at))],
    ['Attempt', task.attempt > 1 ? String(task.attempt) : ''],
    ...resultFacts(task.result),
    ['Task', h('code', {}, task.task_id)],
  ];
  return h('div', { class: 'details-body' }, h('dl', { class: 'facts' }, ...facts.filter(([, value]) => value).map(fact)));
}

function fact([name, value]) {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value));
}

function instant(value) {
  return value ? h('time', { datetime: value }, formatInstant(value)) : '';
}

function resultFacts(result) {
  if (result === null || typeof result !== 'object') return [];
  return Object.entries(result)
    .filter(([name, value]) => value !== null && !['document_id', 'task_id'].includes(name))
    .map(([name, value]) => [humanise(name), typeof value === 'object' ? JSON.stringify(value) : String(value)]);
}

import { emit, h, icon, setAttribute, setText, show } from '../dom.js';
import { formatAgo, formatDuration, formatTimeLeft, humanise, secondsBetween, wholePercent } from '../format.js';
import { isTerminal, isWorkStage } from '../pipelines.js';
import { detailsOf } from './task-details.js';
import './stage-steps.js';

/** Milliseconds; without news an estimate stands still and gets wrong. */
const ESTIMATE_KEEPS = 20_000;

const LOOKS = {
  queued: { icon: 'clock', text: 'Waiting' },
  running: { icon: 'ring', text: 'Running' },
  stalled: { icon: 'warning', text: 'Stalled' },
  cancelling: { icon: 'ring', text: 'Cancelling' },
  succeeded: { icon: 'check', text: 'Completed' },
  failed: { icon: 'warning', text: 'Failed' },
  cancelled: { icon: 'stopped', text: 'Cancelled' },
};

/** One task: bar, steps, what it is doing, and what can be done. Emits `task-action` {what, taskId}. */
export class TaskProgress extends HTMLElement {
  #task = null;
  #parts = null;
  #shownIcon = '';

  get task() {
    return this.#task;
  }

  set task(task) {
    if (task === this.#task) return;
    this.#task = task;
    if (this.isConnected) this.#render();
  }

  connectedCallback() {
    this.#build();
    if (this.#task) this.#render();
  }

  tick(now = Date.now()) {
    if (!this.#task || !this.#parts) return;
    const { status, stalled, eta_seconds: eta, heardAt } = this.#task;
    const estimates = status === 'running' && !stalled && now - heardAt < ESTIMATE_KEEPS;
    setText(this.#parts.left, estimates ? formatTimeLeft(eta) : '');
    setText(this.#parts.when, whenOf(this.#task, now));
  }

  #build() {
    if (this.#parts) return;
    const title = h('h3', { class: 'task-title', id: `title-${this.#task.task_id}` });
    const fill = h('div', { class: 'bar-fill' });
    const span = (look, part) => h('span', { class: look, 'data-part': part });
    this.#parts = {
      icon: span('task-icon'),
      title,
      state: span('pill', 'state'),
      when: span('task-when', 'when'),
      cancel: this.#button('cancel', 'Cancel'),
      retry: this.#button('retry', 'Retry'),
      remove: this.#removeButton(),
      message: span('task-message', 'message'),
      left: span('task-left', 'eta'),
      percent: span('task-percent', 'percent'),
      bar: h('div', { class: 'bar', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-labelledby': title.id }, fill),
      fill,
      steps: h('stage-steps'),
      error: h('p', { class: 'task-error', 'data-part': 'error', hidden: true }),
      problem: h('p', { class: 'task-problem', role: 'alert', hidden: true }),
      details: h('details', { class: 'task-details' }, h('summary', {}, 'Details')),
    };
    const parts = this.#parts;
    parts.details.addEventListener('toggle', () => this.#renderDetails());
    const actions = h('div', { class: 'task-actions' }, parts.when, parts.cancel, parts.retry, parts.remove);
    const head = h('div', { class: 'task-head' }, parts.icon, title, parts.state, actions);
    const line = h('div', { class: 'task-line' }, parts.message, parts.left, parts.percent);
    this.append(head, parts.error, line, parts.bar, parts.steps, parts.problem, parts.details);
  }

  #button(what, label, press = () => this.#want(what)) {
    const about = `title-${this.#task.task_id}`;
    const button = h('button', { type: 'button', class: 'button small', 'data-action': what, 'aria-describedby': about }, label);
    button.addEventListener('click', press);
    return button;
  }

  #want(what) {
    emit(this, 'task-action', { what, taskId: this.#task.task_id });
  }

  /** Removing can't be undone, so it takes two presses. */
  #removeButton() {
    const button = this.#button('remove', 'Remove', () => {
      if (button.hasAttribute('data-armed')) this.#want('remove');
      arm(!button.hasAttribute('data-armed'));
    });
    const arm = (armed) => {
      setAttribute(button, 'data-armed', armed);
      setText(button, armed ? 'Really remove?' : 'Remove');
    };
    button.addEventListener('blur', () => arm(false));
    button.addEventListener('keydown', (event) => event.key === 'Escape' && arm(false));
    return button;
  }

  #render() {
    const task = this.#task;
    const parts = this.#parts;
    const ended = isTerminal(task.status);
    const look = LOOKS[task.stalled && !ended ? 'stalled' : task.status] ?? LOOKS.running;
    this.#mark(task);
    if (this.#shownIcon !== look.icon) parts.icon.replaceChildren(icon((this.#shownIcon = look.icon)));
    setText(parts.title, task.title || task.task_id);
    setText(parts.state, look.text);
    this.#renderBar(task);
    setText(parts.message, messageOf(task));
    setText(parts.error, task.status === 'failed' ? task.error || 'The work failed without saying why.' : '');
    show(parts.error, task.status === 'failed');
    setText(parts.problem, task.problem ?? '');
    show(parts.problem, Boolean(task.problem));
    parts.steps.task = task;
    this.#renderActions(task, ended);
    this.#renderDetails();
    this.tick();
  }

  #mark({ task_id, type, status, stage, workStage, stalled, attempt }) {
    const marks = { 'task-id': task_id, type, status, stage, 'work-stage': workStage, stalled: String(Boolean(stalled)), attempt };
    for (const [name, value] of Object.entries(marks)) setAttribute(this, `data-${name}`, value);
  }

  #renderBar({ progress, status, stage }) {
    const percent = wholePercent(progress);
    const { bar, fill } = this.#parts;
    setText(this.#parts.percent, `${percent}%`);
    setAttribute(bar, 'aria-valuenow', percent);
    setAttribute(bar, 'aria-valuetext', `${percent} per cent, ${humanise(isWorkStage(stage) ? stage : status)}`);
    fill.style.transform = `scaleX(${percent / 100})`;
  }

  #renderActions({ status, busy }, ended) {
    const { cancel, retry, remove } = this.#parts;
    show(cancel, !ended);
    show(retry, status === 'failed' || status === 'cancelled');
    show(remove, ended);
    cancel.disabled = Boolean(busy) || status === 'cancelling';
    retry.disabled = remove.disabled = Boolean(busy);
  }

  #renderDetails() {
    const { details } = this.#parts;
    if (!details.open) return;
    details.querySelector('.details-body')?.remove();
    details.append(detailsOf(this.#task));
  }
}

function messageOf({ status, stage, workStage, message, stalled }) {
  if (status === 'cancelling') return 'Stopping…';
  if (stalled && !isTerminal(status)) return 'The worker fell silent; recovery is under way.';
  if (status === 'queued') return message || 'Waiting to start…';
  if (status === 'failed') return workStage ? `Stopped during ${humanise(workStage).toLowerCase()}` : '';
  if (isTerminal(status)) return message ?? '';
  return message || humanise(stage);
}

function whenOf({ status, created_at, started_at, finished_at, updated_at }, now) {
  if (!isTerminal(status)) return formatDuration(Math.floor(secondsBetween(started_at ?? created_at, now)) || 0).replace('.0 s', ' s');
  const ago = formatAgo(finished_at ?? updated_at, now);
  const took = status === 'succeeded' ? formatDuration(secondsBetween(started_at, finished_at)) : '';
  return took ? `${took} · ${ago}` : ago;
}

customElements.define('task-progress', TaskProgress);

import { emit, h, reconcile, setText, show } from '../dom.js';
import { isTerminal } from '../pipelines.js';
import { visibleTasks } from '../state/tasks.js';
import './task-progress.js';

const SECOND = 1_000;
const SLOW_TICKS = 15;

/** The user's tasks, newest first. Emits `more-tasks`. */
export class TaskList extends HTMLElement {
  #known = new Map();
  #count = h('span', { class: 'section-note', id: 'task-count' });
  #list = h('div', { class: 'tasks' });
  #empty = h(
    'div',
    { class: 'empty', id: 'no-tasks', hidden: true },
    h('p', { class: 'empty-title' }, 'Nothing here yet'),
    h('p', {}, 'Drop a document, and you can watch it being read, cut into passages and made searchable.'),
  );
  #more = h('button', { type: 'button', class: 'button', id: 'more-tasks', hidden: true }, 'Show older tasks');
  #ticks = 0;

  connectedCallback() {
    const heading = h('h2', { id: 'tasks-heading' }, 'Tasks');
    this.append(h('section', { 'aria-labelledby': heading.id }, h('div', { class: 'section-head' }, heading, this.#count), this.#list, this.#empty, this.#more));
    this.#more.addEventListener('click', () => emit(this, 'more-tasks'));
    setInterval(() => this.#tick(), SECOND);
  }

  set tasks(tasks) {
    const visible = visibleTasks(tasks);
    const make = (task) => Object.assign(document.createElement('task-progress'), { task });
    reconcile(this.#list, this.#known, visible, (task) => task.task_id, make, (element, task) => (element.task = task));
    setText(this.#count, countOf(visible, tasks.nextCursor));
    show(this.#empty, tasks.listed && visible.length === 0);
    show(this.#more, Boolean(tasks.nextCursor));
  }

  /** Working tasks each second; the ended ones say "5 min ago" and can wait. */
  #tick() {
    if (document.hidden) return;
    const all = this.#ticks++ % SLOW_TICKS === 0;
    for (const element of this.#known.values()) {
      if (all || !isTerminal(element.task.status)) element.tick();
    }
  }
}

function countOf(tasks, nextCursor) {
  const active = tasks.filter((task) => !isTerminal(task.status)).length;
  const failed = tasks.filter((task) => task.status === 'failed').length;
  const total = tasks.length ? `${tasks.length}${nextCursor ? '+' : ''} in all` : '';
  return [active && `${active} active`, failed && `${failed} failed`, total].filter(Boolean).join(' · ');
}

customElements.define('task-list', TaskList);

import { h } from '../dom.js';

const GATHERS = 1_000;
const MOST_SINGLY = 3;
const ENDS = { succeeded: 'completed', failed: 'failed', cancelled: 'was cancelled' };

/** Tells screen readers what has ended, gathered each second; progress is never read out. */
export class LiveAnnouncer extends HTMLElement {
  #region = h('div', { class: 'unseen', role: 'status', 'aria-live': 'polite', id: 'announcements' });
  #waiting = [];
  #timer = null;

  connectedCallback() {
    this.append(this.#region);
  }

  announce(text) {
    this.#waiting.push(text);
    this.#timer ??= setTimeout(() => this.#speak(), GATHERS);
  }

  /** Compares two states of the tasks and says which have ended between them. */
  compare(tasks, before) {
    for (const [id, task] of tasks.byId) {
      const known = before.byId.get(id);
      if (known && !known.partial && known.status !== task.status && ENDS[task.status] && !ENDS[known.status]) {
        this.announce(`${task.title || 'A task'} ${ENDS[task.status]}.`);
      }
    }
  }

  #speak() {
    this.#timer = null;
    const texts = this.#waiting.splice(0);
    this.#region.textContent = texts.length > MOST_SINGLY ? `${texts.length} tasks have ended.` : texts.join(' ');
  }
}

customElements.define('live-announcer', LiveAnnouncer);

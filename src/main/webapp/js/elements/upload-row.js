import { emit, h, icon, setAttribute, setText, show } from '../dom.js';
import { formatBytes, wholePercent } from '../format.js';

/** One file on its way, or why it was refused. Emits `upload-action` {what: 'again'|'dismiss', key}. */
export class UploadRow extends HTMLElement {
  #upload = null;
  #name = h('span', { class: 'upload-name' });
  #note = h('span', { class: 'upload-note' });
  #fill = h('div', { class: 'bar-fill' });
  #bar = h('div', { class: 'bar thin', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 }, this.#fill);
  #problem = h('p', { class: 'problem', 'data-part': 'problem', role: 'alert', hidden: true });
  #again = h('button', { type: 'button', class: 'button small', 'data-action': 'again', hidden: true }, 'Try again');
  #dismiss = h('button', { type: 'button', class: 'button small quiet', 'data-action': 'dismiss' }, icon('close'));

  connectedCallback() {
    if (this.#name.isConnected) return;
    this.append(h('div', { class: 'upload-head' }, this.#name, this.#note, this.#again, this.#dismiss), this.#bar, this.#problem);
    for (const [button, what] of [[this.#again, 'again'], [this.#dismiss, 'dismiss']]) {
      button.addEventListener('click', () => emit(this, 'upload-action', { what, key: this.#upload.key }));
    }
  }

  set upload(upload) {
    if (upload === this.#upload) return;
    this.#upload = upload;
    const { name, size, status, sent, problem, again } = upload;
    const percent = wholePercent(size ? (sent / size) * 100 : 0);
    setAttribute(this, 'data-status', status);
    setText(this.#name, name);
    setAttribute(this.#name, 'title', name);
    setText(this.#note, noteOf(status, percent, size));
    setAttribute(this.#bar, 'aria-label', `Sending ${name}`);
    setAttribute(this.#bar, 'aria-valuenow', percent);
    this.#fill.style.transform = `scaleX(${percent / 100})`;
    show(this.#bar, status !== 'refused');
    setText(this.#problem, problem ?? '');
    show(this.#problem, Boolean(problem));
    show(this.#again, again && status === 'refused');
    setAttribute(this.#dismiss, 'aria-label', status === 'refused' ? `Dismiss ${name}` : `Stop sending ${name}`);
  }
}

function noteOf(status, percent, size) {
  if (status === 'waiting') return 'Waiting';
  if (status === 'refused') return formatBytes(size);
  return percent === 100 ? 'Checking…' : `${percent}% of ${formatBytes(size)}`;
}

customElements.define('upload-row', UploadRow);

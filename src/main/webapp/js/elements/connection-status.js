import { emit, h, setAttribute, setText, show } from '../dom.js';

const WORDS = {
  connecting: 'Connecting…',
  connected: 'Live',
  disconnected: 'Reconnecting…',
  error: 'Not connected',
};

/** Whether what is shown is live. Emits `reconnect`. */
export class ConnectionStatusSign extends HTMLElement {
  #word = h('span', { class: 'connection-word' });
  #again = h('button', { type: 'button', class: 'link', id: 'reconnect', hidden: true }, 'Try now');

  connectedCallback() {
    this.append(h('span', { class: 'connection-dot', 'aria-hidden': 'true' }), this.#word, this.#again);
    this.#again.addEventListener('click', () => emit(this, 'reconnect'));
  }

  set connection({ status, polling }) {
    setAttribute(this, 'data-connection', status);
    setAttribute(this, 'data-polling', String(polling));
    setText(this.#word, polling && status !== 'connected' ? 'Reconnecting…' : (WORDS[status] ?? ''));
    setAttribute(this, 'title', polling ? 'The live connection is down; the tasks are read every few seconds meanwhile.' : null);
    show(this.#again, status === 'disconnected' || status === 'error');
  }
}

customElements.define('connection-status', ConnectionStatusSign);

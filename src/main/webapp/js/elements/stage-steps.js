import { h, icon, setAttribute, setText } from '../dom.js';
import { formatDuration, humanise } from '../format.js';
import { stepsOf } from '../pipelines.js';

const SAID = { done: 'done', now: 'under way', todo: 'to come', failed: 'failed here', cancelled: 'stopped here' };
/** Seconds; a stage that took less is no news. */
const WORTH_SAYING = 0.1;

const SIGNS = { done: 'check', failed: 'close', cancelled: 'close' };

/** The stages of a task as small steps in a row. */
export class StageSteps extends HTMLElement {
  #list = null;

  set task(task) {
    const steps = stepsOf(task);
    this.#list ??= this.appendChild(h('ol', { class: 'steps', 'aria-label': 'Stages' }));
    if (this.#list.children.length !== steps.length) this.#list.replaceChildren(...steps.map(() => step()));
    steps.forEach((each, index) => renderStep(this.#list.children[index], each));
  }
}

function step() {
  const spans = ['step-sign', 'step-name', 'step-time', 'unseen'].map((look) => h('span', { class: look }));
  return h('li', { class: 'step' }, ...spans);
}

function renderStep(item, { name, state, seconds }) {
  const [sign, label, time, said] = item.children;
  setAttribute(item, 'data-step', name);
  setAttribute(item, 'aria-current', state === 'now' ? 'step' : null);
  if (item.dataset.state !== state) {
    item.dataset.state = state;
    sign.replaceChildren(...(SIGNS[state] ? [icon(SIGNS[state])] : []));
  }
  setText(label, humanise(name));
  setText(time, seconds >= WORTH_SAYING ? formatDuration(seconds) : '');
  setText(said, `, ${SAID[state]}`);
}

customElements.define('stage-steps', StageSteps);

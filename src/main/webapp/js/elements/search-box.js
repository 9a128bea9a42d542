import { emit, h, icon, setText, show } from '../dom.js';
import { highlight } from '../highlight.js';

/** Asks what the documents say, and shows the passages found. Emits `search` {question}. */
export class SearchBox extends HTMLElement {
  #shown = null;
  #input = h('input', { id: 'search-input', type: 'search', name: 'q', placeholder: 'Ask your documents…', 'aria-label': 'Search your documents', autocomplete: 'off', maxlength: 500 });
  #note = h('p', { class: 'section-note', id: 'search-note', role: 'status' });
  #problem = h('p', { class: 'problem', id: 'search-problem', role: 'alert', hidden: true });
  #clear = h('button', { type: 'button', class: 'link', id: 'search-clear' }, 'Clear');
  #hits = h('ol', { class: 'hits', id: 'hits' });
  #answer = h('div', { class: 'card answer', hidden: true }, h('div', { class: 'section-head' }, this.#note, this.#clear), this.#problem, this.#hits);

  connectedCallback() {
    const form = h('form', { class: 'search-form', role: 'search' }, icon('search'), this.#input, h('button', { class: 'button primary', id: 'search-button' }, 'Search'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      emit(this, 'search', { question: this.#input.value });
    });
    this.#input.addEventListener('search', () => this.#input.value || emit(this, 'search', { question: '' }));
    this.#clear.addEventListener('click', () => {
      this.#input.value = '';
      this.#input.focus();
      emit(this, 'search', { question: '' });
    });
    this.append(form, this.#answer);
  }

  set search(search) {
    if (search === this.#shown) return;
    const sameHits = this.#shown?.hits === search.hits;
    this.#shown = search;
    const { status, answered, hits, problem } = search;
    if (!this.#input.value && search.question) this.#input.value = search.question;
    show(this.#answer, status !== 'idle');
    setText(this.#note, noteOf(search));
    setText(this.#problem, problem ?? '');
    show(this.#problem, Boolean(problem));
    this.#hits.classList.toggle('stale', status === 'asking');
    if (sameHits) return;
    const best = Math.max(...hits.map((hit) => hit.score ?? 0), Number.MIN_VALUE);
    this.#hits.replaceChildren(...hits.map((hit) => hitItem(hit, answered, best)));
  }
}

function noteOf({ status, question, answered, hits }) {
  if (status === 'asking') return `Looking for “${question}”…`;
  if (status === 'refused') return '';
  if (hits.length === 0) return `Nothing found for “${answered}”. Documents are found once they are indexed.`;
  return `${hits.length} ${hits.length === 1 ? 'passage' : 'passages'} for “${answered}”`;
}

/** Scores have no scale that says anything to a person, so the bar compares with the best hit. */
function hitItem({ document_id, title, page, chunk, score, text }, question, best) {
  const fill = h('span', { class: 'score-fill' });
  fill.style.transform = `scaleX(${Math.max(0.04, Math.min(1, (score ?? 0) / best))})`;
  const pieces = highlight(text ?? '', question).map((piece) => (piece.hit ? h('mark', {}, piece.text) : piece.text));
  return h(
    'li',
    { class: 'hit', 'data-document-id': document_id, 'data-chunk': chunk },
    h(
      'div',
      { class: 'hit-head' },
      icon('file'),
      h('span', { class: 'hit-title' }, title ?? document_id),
      h('span', { class: 'hit-page' }, page ? `page ${page}` : ''),
      h('span', { class: 'score', title: `Score ${Number(score ?? 0).toFixed(3)}` }, fill),
    ),
    h('p', { class: 'hit-text' }, ...pieces),
  );
}

customElements.define('search-box', SearchBox);

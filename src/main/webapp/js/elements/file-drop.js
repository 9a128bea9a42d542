import { emit, h, icon, reconcile, setText, show } from '../dom.js';
import './upload-row.js';

const CASE_KEPT = 'task-progress.case';
const FIRST_CASE = 'case-1';

/** Takes files, by choice or dropped anywhere on the page. Emits `files-chosen` {files, caseId}. */
export class FileDrop extends HTMLElement {
  #known = new Map();
  #caseId = h('input', { id: 'case-id', name: 'case_id', required: true, maxlength: 128, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'case-note' });
  #files = h('input', { id: 'file-input', type: 'file', multiple: true, class: 'unseen' });
  #zone = h(
    'label',
    { class: 'drop-zone', for: 'file-input', id: 'drop-zone' },
    icon('upload'),
    h('span', { class: 'drop-title' }, 'Drop files here or ', h('span', { class: 'drop-link' }, 'choose')),
    h('span', { class: 'drop-note' }, 'PDF, DOCX, ODT, HTML, EML or text'),
  );
  #note = h('p', { class: 'problem', id: 'drop-problem', role: 'alert', hidden: true });
  #rows = h('div', { class: 'uploads', id: 'uploads' });
  #depth = 0;

  connectedCallback() {
    this.#caseId.value = localStorage.getItem(CASE_KEPT) || FIRST_CASE;
    const heading = h('h2', { id: 'upload-heading' }, 'Add documents');
    this.append(
      h(
        'section',
        { class: 'card', 'aria-labelledby': heading.id },
        h('div', { class: 'section-head' }, heading),
        h('label', { for: 'case-id' }, 'Case', this.#caseId),
        h('p', { class: 'field-note', id: 'case-note' }, 'Documents are kept under this id.'),
        this.#files,
        this.#zone,
        this.#note,
        this.#rows,
      ),
    );
    this.#files.addEventListener('change', () => {
      this.#choose([...this.#files.files]);
      this.#files.value = '';
    });
    this.#listenForDrops();
  }

  set uploads(uploads) {
    const make = (upload) => Object.assign(document.createElement('upload-row'), { upload });
    reconcile(this.#rows, this.#known, uploads, (upload) => upload.key, make, (row, upload) => (row.upload = upload));
  }

  #choose(files, folders = 0) {
    const caseId = this.#caseId.value.trim();
    this.#say(folders ? 'Folders can’t be sent; choose the files in them.' : '');
    if (files.length === 0) return;
    if (!caseId) {
      this.#say('Please fill in the case first, then choose the files again.');
      this.#caseId.focus();
      return;
    }
    localStorage.setItem(CASE_KEPT, caseId);
    emit(this, 'files-chosen', { files, caseId });
  }

  #say(text) {
    setText(this.#note, text);
    show(this.#note, Boolean(text));
  }

  /** The whole window takes drops: a file that misses the zone would otherwise replace the page. */
  #listenForDrops() {
    const highlight = (depth) => {
      this.#depth = Math.max(0, depth);
      this.#zone.classList.toggle('over', this.#depth > 0);
    };
    const onFiles = (type, action) =>
      window.addEventListener(type, (event) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        action(event);
      });
    onFiles('dragenter', () => highlight(this.#depth + 1));
    onFiles('dragleave', () => highlight(this.#depth - 1));
    onFiles('dragover', (event) => (event.dataTransfer.dropEffect = this.offsetParent ? 'copy' : 'none'));
    onFiles('drop', (event) => {
      highlight(0);
      if (!this.offsetParent) return;
      const items = [...event.dataTransfer.items].filter((item) => item.kind === 'file');
      const files = items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile());
      this.#choose(files.filter(Boolean), items.length - files.length);
    });
  }
}

customElements.define('file-drop', FileDrop);

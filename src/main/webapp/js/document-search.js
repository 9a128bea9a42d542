/** Asks the server for passages and gives each hit the name of its file. A newer question overtakes an older one. */
export class DocumentSearch {
  #api;
  #store;
  #control = null;

  constructor({ api, store }) {
    this.#api = api;
    this.#store = store;
  }

  async ask(question) {
    this.#control?.abort();
    if (!question.trim()) {
      this.#store.dispatch({ type: 'search/cleared' });
      return;
    }
    const control = new AbortController();
    this.#control = control;
    this.#store.dispatch({ type: 'search/asked', question: question.trim() });
    try {
      const { hits = [] } = await this.#api.search(question.trim(), { signal: control.signal });
      this.#store.dispatch({ type: 'search/answered', hits: hits.map((hit) => ({ ...hit, title: this.#titleOf(hit) })) });
      this.#nameTheRest(hits, control.signal);
    } catch (error) {
      if (!control.signal.aborted) this.#store.dispatch({ type: 'search/refused', problem: error.detail ?? 'The answer could not be read.' });
    }
  }

  /** Hits name their document by id only; its task, the very same id, knows the file's name. */
  #titleOf(hit) {
    return hit.filename ?? this.#store.state.tasks.byId.get(hit.document_id)?.title ?? null;
  }

  #nameTheRest(hits, signal) {
    const nameless = new Set(hits.filter((hit) => !this.#titleOf(hit)).map((hit) => hit.document_id));
    for (const documentId of nameless) {
      this.#api.task(documentId).then(
        (task) => !signal.aborted && this.#store.dispatch({ type: 'search/named', documentId, title: task.title }),
        () => {}, // The id stands in for the name.
      );
    }
  }
}

/** What was asked and found. `status`: idle, asking, answered or refused; `hits` of the last answer stay until the next. */
export const noSearch = { question: '', answered: '', status: 'idle', hits: [], problem: null };

export function search(state, action) {
  switch (action.type) {
    case 'search/asked':
      return { ...state, question: action.question, status: 'asking', problem: null };
    case 'search/answered':
      return { ...state, answered: state.question, status: 'answered', hits: action.hits };
    case 'search/named':
      return { ...state, hits: state.hits.map((hit) => (hit.document_id === action.documentId ? { ...hit, title: action.title } : hit)) };
    case 'search/refused':
      return { ...state, status: 'refused', hits: [], problem: action.problem };
    case 'search/cleared':
      return noSearch;
    default:
      return state;
  }
}

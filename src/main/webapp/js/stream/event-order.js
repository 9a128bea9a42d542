/** What proves that nothing was missed, doubled or disordered: event ids and sequence numbers. */

const MOST_SEQUENCES = 10_000;

/**
 * Orders two event ids (`<ms>-<n>`).
 *
 * @returns {number} below 0, 0 or above 0; NaN when one of them is not of this form and order can't be told
 */
export function compareEventIds(a, b) {
  const [left, right] = [a, b].map((id) => /^(\d+)-(\d+)$/.exec(id ?? ''));
  if (!left || !right) return a && a === b ? 0 : NaN;
  return Number(left[1]) - Number(right[1]) || Number(left[2]) - Number(right[2]);
}

/** Remembers the newest `seq` of each task and tells where one is missing. */
export class SequenceLedger {
  #newest = new Map();

  /** @returns {boolean} whether events are missing between the newest known one of this task and this one */
  isGap({ task_id: taskId, seq, skipped = 0 }) {
    if (!Number.isInteger(seq)) return false;
    const known = this.#newest.get(taskId);
    this.#newest.delete(taskId);
    this.#newest.set(taskId, Math.max(known ?? 0, seq));
    if (this.#newest.size > MOST_SEQUENCES) this.#newest.delete(this.#newest.keys().next().value);
    return known !== undefined && seq > known + 1 + skipped;
  }

  /** Forgets all: what comes next is a snapshot. */
  reset() {
    this.#newest.clear();
  }
}

/** Holds the state and tells those who show it: at most once a frame, however many actions arrived in between. */

const nextFrame = (action) => requestAnimationFrame(action);

/**
 * @param reduce (state, action) → state, pure; the same object when nothing changed
 * @param schedule when to notify; hidden tabs get no frames and so render nothing
 */
export function createStore(reduce, initial, schedule = nextFrame) {
  let state = initial;
  let shown = initial;
  let scheduled = false;
  const subscribers = new Set();

  function notify() {
    scheduled = false;
    const before = shown;
    if (state === before) return;
    shown = state;
    for (const subscriber of subscribers) subscriber(state, before);
  }

  return {
    get state() {
      return state;
    },
    dispatch(action) {
      state = reduce(state, action);
      if (scheduled || state === shown) return;
      scheduled = true;
      schedule(notify);
    },
    /** @param subscriber (state, before); the answer ends the subscription */
    subscribe(subscriber) {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
  };
}

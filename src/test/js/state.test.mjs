import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { initialState, reduce } from '../../main/webapp/js/state/reducer.js';
import { partialTasks, visibleTasks } from '../../main/webapp/js/state/tasks.js';
import { createStore } from '../../main/webapp/js/store.js';

const aTask = (more = {}) => ({
  task_id: 't', type: 'document', title: 'report.pdf', status: 'running', attempt: 1, progress: 10, stage: 'extraction',
  created_at: '2026-01-01T10:00:00Z', started_at: '2026-01-01T10:00:01Z', updated_at: '2026-01-01T10:00:05Z',
  stages: [{ name: 'extraction', status: 'running', started_at: '2026-01-01T10:00:01Z' }], last_event_id: '10-0', ...more,
});
const anEvent = (id, data = {}, name = 'progress') => ({
  type: 'tasks/event', name, id, at: 7,
  data: { task_id: 't', progress: 20, stage: 'extraction', message: 'Reading', updated_at: '2026-01-01T10:00:09Z', attempt: 1, ...data },
});
const listed = (...tasks) => ({ type: 'tasks/listed', tasks, nextCursor: null, at: 1 });
const after = (...actions) => actions.reduce(reduce, initialState);
const task = (state, id = 't') => state.tasks.byId.get(id);

describe('the tasks', () => {
  it('move on with each event', () => {
    const { progress, message, heardAt, eta_seconds: eta } = task(after(listed(aTask()), anEvent('11-0', { eta_seconds: 31 })));
    assert.deepEqual([progress, message, heardAt, eta], [20, 'Reading', 7, 31]);
  });

  it('drop what they know already, so that a replay changes nothing', () => {
    const state = after(listed(aTask()), anEvent('11-0', { seq: 4 }));
    assert.equal(reduce(state, anEvent('11-0', { seq: 4, progress: 99 })), state);
    assert.equal(reduce(state, anEvent('9-0', { progress: 99 })), state);
    assert.equal(reduce(state, anEvent(null, { seq: 3, progress: 99 })), state);
  });

  it('never fall back within an attempt, but begin anew with the next', () => {
    const state = after(listed(aTask({ progress: 40 })), anEvent('11-0', { progress: 30 }));
    assert.equal(task(state).progress, 40);
    const again = reduce(state, anEvent('12-0', { progress: 0, stage: 'queued', attempt: 2 }));
    assert.deepEqual([task(again).progress, task(again).status, task(again).attempt], [0, 'queued', 2]);
    assert.equal(reduce(again, anEvent('13-0', { attempt: 1 })), again);
  });

  it('keep the durations of stages by the times of the events', () => {
    const state = after(listed(aTask()), anEvent('11-0', { stage: 'chunking', updated_at: '2026-01-01T10:00:11Z' }));
    assert.deepEqual(task(state).stages.map(({ name, status, seconds }) => [name, status, seconds]), [
      ['extraction', 'succeeded', 10],
      ['chunking', 'running', undefined],
    ]);
  });

  it('end as completed, failed or cancelled, and remember where', () => {
    const running = after(listed(aTask()), anEvent('11-0', { stage: 'embedding' }));
    const completed = task(reduce(running, anEvent('12-0', { progress: 100, stage: 'completed', result: { pages: 3 } }, 'complete')));
    const failed = task(reduce(running, anEvent('12-0', { stage: 'failed', error: 'Encrypted' }, 'error')));
    const cancelled = task(reduce(running, anEvent('12-0', { stage: 'cancelled', error: 'By you' }, 'error')));
    assert.deepEqual([completed.status, completed.result], ['succeeded', { pages: 3 }]);
    assert.deepEqual([failed.status, failed.error, failed.workStage, failed.progress], ['failed', 'Encrypted', 'embedding', 20]);
    assert.deepEqual([cancelled.status, cancelled.workStage], ['cancelled', 'embedding']);
  });

  it('stay with the newer event when a read was overtaken by it', () => {
    const state = after(listed(aTask()), anEvent('20-0', { progress: 60, stage: 'embedding' }), { type: 'tasks/read', task: aTask({ progress: 11, title: 'new name' }), at: 9 });
    assert.deepEqual([task(state).progress, task(state).stage, task(state).title], [60, 'embedding', 'new name']);
  });

  it('take over a read that is as new, without its estimate counting as fresh', () => {
    const state = after(listed(aTask()), anEvent('20-0', { eta_seconds: 5 }), { type: 'tasks/read', task: aTask({ last_event_id: '20-0', stalled: true }), at: 99 });
    assert.deepEqual([task(state).stalled, task(state).heardAt], [true, 7]);
  });

  it('of which only events are known are not shown until they have been read', () => {
    const state = after(listed(), anEvent('11-0'));
    assert.equal(visibleTasks(state.tasks).length, 0);
    assert.equal(partialTasks(state.tasks).length, 1);
    const read = reduce(state, { type: 'tasks/read', task: aTask(), at: 9 });
    assert.equal(visibleTasks(read.tasks)[0].progress, 20);
  });

  it('are newest first', () => {
    const state = after(listed(aTask(), aTask({ task_id: 'new', created_at: '2026-01-02T10:00:00Z' })));
    assert.deepEqual(visibleTasks(state.tasks).map((each) => each.task_id), ['new', 't']);
  });

  it('that ended before the oldest one listed are left to their page', () => {
    const old = anEvent('2-0', { task_id: 'old', updated_at: '2025-01-01T00:00:00Z' }, 'complete');
    const state = after(old, { ...listed(aTask()), nextCursor: 'c' });
    assert.equal(state.tasks.byId.has('old'), false);
    assert.equal(after(old, listed(aTask())).tasks.byId.has('old'), true);
  });

  it('keep the cursor that the user has paged to when the first page is read again', () => {
    const paged = after({ ...listed(aTask()), nextCursor: 'c1' }, { ...listed(), nextCursor: 'c2', more: true }, { ...listed(aTask()), nextCursor: 'c1' });
    assert.equal(paged.tasks.nextCursor, 'c2');
  });

  it('stay cancelling until the end is told', () => {
    const state = after(listed(aTask()), { type: 'tasks/accepted', taskId: 't', status: 'cancelling' }, anEvent('11-0'));
    assert.equal(task(state).status, 'cancelling');
    assert.equal(task(reduce(state, anEvent('12-0', { stage: 'cancelled' }, 'error'))).status, 'cancelled');
  });
});

describe('the session', () => {
  const entered = (user) => ({ type: 'session/entered', user });

  it('keeps everything for the same user after it expired', () => {
    const state = after(entered('alice'), listed(aTask()), { type: 'session/ended' });
    assert.equal(state.session.reason, 'expired');
    assert.equal(task(reduce(state, entered('alice'))).title, 'report.pdf');
  });

  it('shows nothing of one user to another', () => {
    const state = after(entered('alice'), listed(aTask()), { type: 'session/ended' }, entered('bob'));
    assert.equal(state.tasks.byId.size, 0);
    assert.equal(after(entered('alice'), listed(aTask()), { type: 'session/left' }).tasks.byId.size, 0);
  });

  it('that never was is absent, not expired', () => {
    assert.equal(after({ type: 'session/ended' }).session.reason, 'absent');
  });
});

describe('the store', () => {
  it('tells once a frame, with the newest state', () => {
    const frames = [];
    const store = createStore((state, { by }) => state + by, 0, (frame) => frames.push(frame));
    const told = [];
    const release = store.subscribe((state, before) => told.push([state, before]));
    [1, 2, 3].forEach((by) => store.dispatch({ by }));
    assert.equal(frames.length, 1);
    frames.pop()();
    assert.deepEqual(told, [[6, 0]]);
    release();
    store.dispatch({ by: 1 });
    frames.pop()();
    assert.equal(told.length, 1);
  });

  it('says nothing when nothing changed', () => {
    const frames = [];
    const store = createStore((state) => state, 0, (frame) => frames.push(frame));
    store.dispatch({});
    assert.equal(frames.length, 0);
  });
});

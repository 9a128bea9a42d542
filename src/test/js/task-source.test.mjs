import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ApiError } from '../../main/webapp/js/api.js';
import { initialState, reduce } from '../../main/webapp/js/state/reducer.js';
import { visibleTasks } from '../../main/webapp/js/state/tasks.js';
import { createStore } from '../../main/webapp/js/store.js';
import { TaskSource } from '../../main/webapp/js/task-source.js';
import { UploadQueue } from '../../main/webapp/js/upload-queue.js';
import { settle } from './fakes.mjs';

const aTask = (id, more = {}) => ({ task_id: id, title: `${id}.pdf`, status: 'running', attempt: 1, progress: 1, stage: 'extraction', created_at: '2026-01-01T10:00:00Z', last_event_id: '1-0', ...more });
const anEvent = (id, number, name = 'progress') => ({ name, id: `${number}-0`, data: { task_id: id, progress: 5, stage: 'extraction', updated_at: '2026-01-01T10:00:05Z', attempt: 1 } });

let api;
let handlers;
let store;
let source;

beforeEach(() => {
  api = { asked: [], pages: [], task: async (id) => (api.asked.push(id), aTask(id, { last_event_id: '99-0' })), tasks: async () => (api.asked.push('page'), api.pages.shift()) };
  store = createStore(reduce, initialState, () => {});
  source = new TaskSource({ api, store, client: { subscribeToAll: (given) => ((handlers = given), { close() {}, reconnect() {} }) } });
  source.start();
});

afterEach(() => source.stop());

describe('the source of tasks', () => {
  it('reads a task once that was made in another tab', async () => {
    source.accept({ tasks: [] });
    [2, 3, 4].forEach((number) => handlers.onEvent(anEvent('x', number)));
    await settle();
    assert.deepEqual(api.asked, ['x']);
    assert.equal(visibleTasks(store.state.tasks)[0].title, 'x.pdf');
  });

  it('waits for the list before it reads tasks one by one', async () => {
    handlers.onEvent(anEvent('x', 2));
    await settle();
    assert.deepEqual(api.asked, []);
    source.accept({ tasks: [aTask('x')] });
    await settle();
    assert.deepEqual(api.asked, []);
  });

  it('reads a task again when it has ended, for its times and result', async () => {
    source.accept({ tasks: [aTask('x')] });
    handlers.onEvent(anEvent('x', 2, 'complete'));
    await settle();
    assert.deepEqual(api.asked, ['x']);
  });

  it('reads many unknown tasks by the page', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `t${index}`);
    api.pages = [{ tasks: ids.slice(0, 200).map((id) => aTask(id)), next_cursor: 'c' }, { tasks: ids.slice(200).map((id) => aTask(id)), next_cursor: null }];
    ids.forEach((id, index) => handlers.onEvent(anEvent(id, 10 + index)));
    source.accept({ tasks: [] });
    await settle();
    assert.equal(visibleTasks(store.state.tasks).length, 300);
    assert.ok(api.asked.length <= 6, `${api.asked.length} requests`);
  });

  it('forgets a task that is gone', async () => {
    api.task = async () => {
      throw new ApiError(404);
    };
    source.accept({ tasks: [] });
    handlers.onEvent(anEvent('x', 2));
    await settle();
    assert.equal(store.state.tasks.byId.size, 0);
  });

  it('shows why an action was refused, and where the task is now', async () => {
    api.cancel = async () => {
      throw new ApiError(409, { detail: 'The task has ended already.' });
    };
    source.accept({ tasks: [aTask('x')] });
    await source.act('cancel', 'x');
    assert.equal(store.state.tasks.byId.get('x').problem, 'The task has ended already.');
    await settle();
    assert.deepEqual(api.asked, ['x']);
  });
});

describe('the queue of uploads', () => {
  it('sends two at a time and tells each that has arrived', async () => {
    const sending = [];
    const accepted = [];
    const send = (file, caseId) => new Promise((resolve) => sending.push({ name: file.name, caseId, arrive: () => resolve({ task_id: file.name }) }));
    const queue = new UploadQueue({ store, send, onAccepted: (answer) => accepted.push(answer.task_id) });
    queue.add([{ name: 'a', size: 1 }, { name: 'b', size: 1 }, { name: 'c', size: 1 }], 'case-1');
    assert.deepEqual(sending.map((each) => each.name), ['a', 'b']);
    sending[0].arrive();
    await settle();
    assert.deepEqual(sending.map((each) => each.name), ['a', 'b', 'c']);
    assert.deepEqual(accepted, ['a']);
    assert.deepEqual(store.state.uploads.map((upload) => upload.name), ['b', 'c']);
  });

  it('keeps a refused file with the reason, and tries again only where that may help', async () => {
    const statuses = [415, 503];
    const send = async () => {
      throw new ApiError(statuses.shift(), { detail: 'No.' });
    };
    new UploadQueue({ store, send, onAccepted: () => {} }).add([{ name: 'a', size: 1 }, { name: 'b', size: 1 }], 'case-1');
    await settle();
    assert.deepEqual(store.state.uploads.map(({ status, problem, again }) => [status, problem, again]), [['refused', 'No.', false], ['refused', 'No.', true]]);
  });

  it('stops sending what was dismissed', async () => {
    let aborted = false;
    const send = (file, caseId, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => ((aborted = true), reject(new ApiError(0)))));
    const queue = new UploadQueue({ store, send, onAccepted: () => {} });
    queue.add([{ name: 'a', size: 1 }], 'case-1');
    queue.dismiss(store.state.uploads[0].key);
    await settle();
    assert.deepEqual([aborted, store.state.uploads], [true, []]);
  });
});

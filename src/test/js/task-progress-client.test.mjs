import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { TaskProgressClient, compareEventIds } from '../../main/webapp/js/task-progress-client.js';
import { FakeClock, FakeEventSource, fakeServer, settle } from './fakes.mjs';

let clock;
let server;
let page;
let tab;
let heard;

beforeEach(() => {
  clock = new FakeClock();
  server = fakeServer(() => ({ json: { tasks: [] } }));
  page = new EventTarget();
  tab = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  heard = { events: [], reads: [], statuses: [], unauthorized: 0, refused: [], resyncs: 0 };
  FakeEventSource.opened = [];
});

function client(options = {}) {
  return new TaskProgressClient({
    EventSource: FakeEventSource, fetch: (url) => server.fetch(url), clock, random: () => 1, window: page, document: tab, ...options,
  });
}

function subscribeToAll(options) {
  return client(options).subscribeToAll({
    onEvent: (event) => heard.events.push(event),
    onRead: (json) => heard.reads.push(json),
    onStatus: (status) => heard.statuses.push(status),
    onUnauthorized: () => heard.unauthorized++,
    onRefused: (status) => heard.refused.push(status),
    onResync: () => heard.resyncs++,
  });
}

const progress = (seq, more = {}) => ({ task_id: 't', progress: seq, stage: 'embedding', seq, attempt: 1, ...more });

describe('a subscription to everything', () => {
  it('opens one stream without a cursor and delivers events with their ids', () => {
    const subscription = subscribeToAll();
    assert.equal(FakeEventSource.last.url, '/api/v1/tasks/stream?all=true');
    assert.equal(subscription.connectionStatus, 'connecting');
    FakeEventSource.last.open();
    FakeEventSource.last.say('progress', progress(1), '5-0');
    assert.equal(subscription.connectionStatus, 'connected');
    assert.deepEqual(heard.events, [{ name: 'progress', id: '5-0', data: progress(1) }]);
  });

  it('does not poll while the stream works', async () => {
    subscribeToAll();
    FakeEventSource.last.open();
    for (let beat = 0; beat < 20; beat++) {
      await clock.advance(30_000);
      FakeEventSource.last.say('heartbeat', { ts: 'now' });
    }
    assert.deepEqual(server.asked, []);
    assert.equal(FakeEventSource.opened.length, 1);
  });

  it('takes an error event with data for news of a task, not for trouble', () => {
    const subscription = subscribeToAll();
    FakeEventSource.last.open();
    FakeEventSource.last.say('error', progress(1, { stage: 'failed', error: 'Encrypted' }), '5-0');
    assert.equal(heard.events[0].name, 'error');
    assert.equal(subscription.connectionStatus, 'connected');
  });

  it('leaves a broken connection to EventSource, and does not report it as an event', () => {
    const subscription = subscribeToAll();
    FakeEventSource.last.open();
    FakeEventSource.last.stumble();
    assert.equal(subscription.connectionStatus, 'connecting');
    assert.equal(FakeEventSource.opened.length, 1);
    FakeEventSource.last.open();
    assert.equal(subscription.connectionStatus, 'connected');
    assert.deepEqual(heard.events, []);
  });

  it('polls when EventSource takes long to come back, and stops when it has', async () => {
    subscribeToAll();
    FakeEventSource.last.open();
    FakeEventSource.last.stumble();
    await clock.advance(9_000);
    assert.deepEqual(server.asked, []);
    await clock.advance(20_000);
    assert.ok(server.asked.length >= 3, `${server.asked.length} polls`);
    FakeEventSource.last.open();
    const before = server.asked.length;
    await clock.advance(60_000);
    assert.equal(server.asked.length, before);
  });

  it('reopens from the last event once EventSource has given up, and polls in between', async () => {
    const subscription = subscribeToAll();
    FakeEventSource.last.open();
    FakeEventSource.last.say('progress', progress(1), '5-0');
    FakeEventSource.last.giveUp();
    assert.equal(subscription.connectionStatus, 'disconnected');
    await clock.advance(1_000);
    assert.equal(FakeEventSource.last.url, '/api/v1/tasks/stream?all=true&last_event_id=5-0');
    assert.equal(heard.reads.length, 1);
    assert.deepEqual(heard.statuses.at(-1), { status: 'connecting', polling: true });
    FakeEventSource.last.open();
    assert.deepEqual(heard.statuses.at(-1), { status: 'connected', polling: false });
  });

  it('waits longer after each refusal, up to half a minute', async () => {
    subscribeToAll();
    const waits = [];
    for (let refusal = 0; refusal < 8; refusal++) {
      const opened = FakeEventSource.opened.length;
      const from = clock.now();
      FakeEventSource.last.giveUp();
      while (FakeEventSource.opened.length === opened) await clock.advance(100);
      waits.push(clock.now() - from);
    }
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    assert.equal(FakeEventSource.live, 1);
  });

  it('goes on polling while the stream is opened again in vain', async () => {
    subscribeToAll();
    FakeEventSource.last.giveUp();
    await clock.advance(1_000);
    const before = server.asked.length;
    await clock.advance(8_000);
    assert.ok(server.asked.length > before);
  });

  it('does not take an open without a word for success', async () => {
    subscribeToAll();
    for (let refusal = 0; refusal < 4; refusal++) {
      FakeEventSource.last.open();
      FakeEventSource.last.giveUp();
      await clock.advance(500 * 2 ** refusal - 1);
      assert.equal(FakeEventSource.opened.length, refusal + 1);
      await clock.advance(500 * 2 ** refusal + 1);
      assert.equal(FakeEventSource.opened.length, refusal + 2);
    }
  });

  it('keeps to Retry-After', async () => {
    server.answer = () => ({ status: 429, headers: { 'Retry-After': '20' } });
    subscribeToAll();
    FakeEventSource.last.giveUp();
    await clock.advance(19_000);
    assert.equal(FakeEventSource.opened.length, 1);
    assert.equal(server.asked.length, 1);
    await clock.advance(2_000);
    assert.equal(FakeEventSource.opened.length, 2);
  });

  it('reopens after 75 seconds of silence', async () => {
    subscribeToAll();
    FakeEventSource.last.open();
    FakeEventSource.last.say('heartbeat', {});
    await clock.advance(74_000);
    assert.equal(FakeEventSource.opened.length, 1);
    await clock.advance(2_100);
    assert.equal(FakeEventSource.opened.length, 2);
    assert.equal(FakeEventSource.live, 1);
  });

  it('notices on waking that the laptop has slept', async () => {
    subscribeToAll();
    FakeEventSource.last.open();
    clock.sleep(600_000);
    tab.dispatchEvent(new Event('visibilitychange'));
    await clock.advance(1_000);
    assert.equal(FakeEventSource.opened.length, 2);
  });

  it('reopens at once when the network is back', () => {
    const subscription = subscribeToAll();
    FakeEventSource.last.open();
    FakeEventSource.last.say('progress', progress(1), '5-0');
    page.dispatchEvent(new Event('offline'));
    assert.equal(subscription.connectionStatus, 'disconnected');
    page.dispatchEvent(new Event('online'));
    assert.match(FakeEventSource.last.url, /last_event_id=5-0$/);
    assert.equal(FakeEventSource.live, 1);
  });

  it('stops at a 401 and goes on from the last event after reconnect', async () => {
    const subscription = subscribeToAll();
    FakeEventSource.last.open();
    FakeEventSource.last.say('progress', progress(1), '5-0');
    server.answer = () => ({ status: 401 });
    FakeEventSource.last.say('expired', {});
    await clock.advance(600_000);
    assert.equal(heard.unauthorized, 1);
    assert.equal(subscription.connectionStatus, 'error');
    assert.equal(FakeEventSource.live, 0);
    assert.equal(clock.pending, 0);
    subscription.reconnect();
    assert.match(FakeEventSource.last.url, /last_event_id=5-0$/);
  });

  it('carries on by itself when the expired token was renewed in another tab', async () => {
    const subscription = subscribeToAll();
    FakeEventSource.last.open();
    FakeEventSource.last.say('expired', {});
    await clock.advance(1_000);
    FakeEventSource.last.open();
    assert.equal(heard.unauthorized, 0);
    assert.equal(subscription.connectionStatus, 'connected');
  });

  it('reads a task again where its sequence has a hole', async () => {
    subscribeToAll();
    FakeEventSource.last.open();
    for (const seq of [3, 4, 6]) FakeEventSource.last.say('progress', progress(seq), `${seq}-0`);
    await clock.advance(500);
    assert.deepEqual(server.asked, ['/api/v1/tasks/t']);
  });

  it('counts conflated events as received', async () => {
    subscribeToAll();
    FakeEventSource.last.open();
    FakeEventSource.last.say('progress', progress(3), '3-0');
    FakeEventSource.last.say('progress', progress(9, { skipped: 5 }), '9-0');
    await clock.advance(500);
    assert.deepEqual(server.asked, []);
  });

  it('reads everything again after a resync, and sees no hole in the snapshot', async () => {
    subscribeToAll();
    FakeEventSource.last.open();
    FakeEventSource.last.say('progress', progress(3), '3-0');
    FakeEventSource.last.say('resync', { reason: 'trimmed' });
    FakeEventSource.last.say('progress', progress(90), '90-0');
    await clock.advance(500);
    assert.deepEqual(server.asked, ['/api/v1/tasks?limit=100']);
    assert.equal(heard.resyncs, 1);
  });

  it('survives data that is no JSON, and reads instead', async () => {
    subscribeToAll();
    FakeEventSource.last.open();
    FakeEventSource.last.say('progress', '{"task_id":', '4-0');
    FakeEventSource.last.say('progress', 'null', '5-0');
    FakeEventSource.last.say('progress', progress(1), '6-0');
    await clock.advance(500);
    assert.equal(heard.events.length, 1);
    assert.deepEqual(server.asked, ['/api/v1/tasks?limit=100']);
  });

  it('polls only when told to do without streams', async () => {
    subscribeToAll({ enableSSE: false });
    await clock.advance(10_000);
    assert.equal(FakeEventSource.opened.length, 0);
    assert.ok(heard.reads.length >= 3);
  });

  it('asks once why, but does not poll, when told to do without polling', async () => {
    subscribeToAll({ enablePollingFallback: false });
    FakeEventSource.last.giveUp();
    await clock.advance(900);
    assert.equal(server.asked.length, 1);
    assert.equal(heard.statuses.some((status) => status.polling), false);
  });

  it('leaves nothing behind when closed', async () => {
    const subscription = subscribeToAll();
    FakeEventSource.last.giveUp();
    await settle();
    subscription.close();
    assert.equal(clock.pending, 0);
    assert.equal(FakeEventSource.live, 0);
    page.dispatchEvent(new Event('online'));
    await clock.advance(100_000);
    assert.equal(FakeEventSource.opened.length, 1);
  });
});

describe('a subscription to one task', () => {
  let calls;

  function subscribe(options) {
    calls = [];
    const call = (name) => (payload) => calls.push([name, payload]);
    return client(options).subscribeToTask('a b', call('progress'), call('complete'), call('error'));
  }

  it('tells progress and then the end once, and closes by itself', () => {
    subscribe();
    assert.equal(FakeEventSource.last.url, '/api/v1/tasks/stream?task_ids=a%20b');
    FakeEventSource.last.open();
    FakeEventSource.last.say('progress', progress(1), '1-0');
    FakeEventSource.last.say('complete', progress(2), '2-0');
    FakeEventSource.last.say('complete', progress(2), '2-0');
    assert.deepEqual(calls.map(([name]) => name), ['progress', 'complete']);
    assert.equal(FakeEventSource.live, 0);
    assert.equal(clock.pending, 0);
  });

  it('learns the end by polling when the stream is refused', async () => {
    server.answer = () => ({ json: { task_id: 'a b', status: 'failed', error: 'Encrypted', last_event_id: '9-0' } });
    subscribe();
    FakeEventSource.last.giveUp();
    await clock.advance(100);
    assert.deepEqual(calls.map(([name, { error }]) => [name, error]), [['error', 'Encrypted']]);
    assert.equal(clock.pending, 0);
  });

  it('does not repeat by polling what the stream has told', async () => {
    server.answer = () => ({ json: { task_id: 'a b', status: 'running', progress: 1, last_event_id: '1-0' } });
    subscribe();
    FakeEventSource.last.open();
    FakeEventSource.last.say('progress', progress(1), '1-0');
    FakeEventSource.last.giveUp();
    await clock.advance(100);
    assert.equal(calls.length, 1);
  });

  it('ends with an error when the task is unknown', async () => {
    server.answer = () => ({ status: 404 });
    subscribe();
    FakeEventSource.last.giveUp();
    await clock.advance(100);
    assert.equal(calls[0][0], 'error');
    assert.equal(clock.pending, 0);
  });
});

describe('the order of event ids', () => {
  it('compares both halves as numbers', () => {
    assert.ok(compareEventIds('9-10', '9-9') > 0);
    assert.ok(compareEventIds('10-0', '9-99') > 0);
    assert.equal(compareEventIds('9-1', '9-1'), 0);
  });

  it('says nothing where an id is of another form', () => {
    assert.ok(Number.isNaN(compareEventIds('p0:1-0', '2-0')));
    assert.ok(Number.isNaN(compareEventIds(null, '2-0')));
    assert.equal(compareEventIds('p0:1-0', 'p0:1-0'), 0);
  });
});

// Watches an event stream with a client that others wrote: node watch.mjs <client> <url> <token>
// Prints each event as a line of JSON, and ends by itself when the client stops, which it only does at 204.
import { setTimeout as later } from 'node:timers/promises';

const [client, url, token] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${token}` };
const names = ['progress', 'complete', 'error', 'resync'];

function tell(event) {
  console.log(JSON.stringify({ id: event.lastEventId ?? event.id, event: event.type ?? event.event, data: event.data }));
}

function listen(source, CLOSED) {
  for (const name of names) {
    // The client's own "error" has no data
    source.addEventListener(name, event => { if (event.data !== undefined) tell(event); });
  }
  source.addEventListener('error', () => { if (source.readyState === CLOSED) process.exit(0); });
}

const clients = {
  async eventsource() {
    const { EventSource } = await import('eventsource');
    const withToken = (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } });
    listen(new EventSource(url, { fetch: withToken }), EventSource.CLOSED);
  },

  async 'event-source-polyfill'() {
    // It takes a 204, which has no body, for a broken connection and comes back for ever: its user has to stop it
    let status = 0;
    const plain = globalThis.fetch;
    globalThis.fetch = async (...request) => {
      const response = await plain(...request);
      status = response.status;
      return response;
    };
    const { EventSourcePolyfill } = (await import('event-source-polyfill')).default;
    const source = new EventSourcePolyfill(url, { headers, lastEventIdQueryParameterName: 'last_event_id' });
    listen(source, EventSourcePolyfill.CLOSED);
    source.addEventListener('error', () => { if (status === 204) process.exit(0); });
  },

  async 'fetch-event-source'() {
    // Written for pages
    globalThis.window = globalThis;
    globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };
    const { fetchEventSource } = await import('@microsoft/fetch-event-source');
    await fetchEventSource(url, {
      headers,
      async onopen(response) { if (response.status !== 200) process.exit(response.status === 204 ? 0 : 1); },
      onmessage(event) { if (names.includes(event.event)) tell(event); },
      onclose() { throw new Error('comes back, as a native EventSource does'); },
      onerror() { return 500; },
    });
  },
};

await clients[client]();
await later(600_000);

import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NacosError } from '../../src/nacos/errors.ts';
import type { Transport, WireRequest, WireResponse } from '../../src/nacos/transport.ts';
import { createUndiciTransport } from '../../src/nacos/undici-transport.ts';
import { after, inOrder, json, text } from '../fakes/acts.ts';
import { closedPort, startFakeServer } from '../fakes/fake-server.ts';
import type { FakeServer } from '../fakes/fake-server.ts';
import * as faults from '../fakes/faults.ts';

const get: WireRequest = { method: 'GET', path: '/nacos/x?a=1', headers: {}, timeoutMs: 2_000, maxBytes: 1_000_000 };

let server: FakeServer;
let transport: Transport;

beforeEach(async () => {
  server = await startFakeServer(() => json({ ok: true }));
  transport = createUndiciTransport({ scheme: 'http', host: server.host, port: server.port, connectTimeoutMs: 500 });
});
afterEach(async () => {
  await transport.close();
  await server.close();
});

function single(): Transport {
  return createUndiciTransport({ scheme: 'http', host: server.host, port: server.port, connectTimeoutMs: 500, connections: 1 });
}

async function failure(request: Promise<WireResponse>): Promise<NacosError> {
  const error: unknown = await request.then(
    (response) => expect.fail(`answered ${response.status}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NacosError);
  return error as NacosError;
}

describe('an answer', () => {
  it('brings status, lower-case headers, body and times', async () => {
    server.use(() => after(30, json({ a: 'ü' }, 503, { 'X-Thing': 'yes' })));
    const response = await transport.request({ ...get, headers: { 'user-agent': 'nacos-exporter/test' } });
    expect(response.status).toBe(503);
    expect(response.headers['x-thing']).toBe('yes');
    expect(response.body.toString()).toBe('{"a":"ü"}');
    expect(response.headersMs).toBeGreaterThanOrEqual(25);
    expect(response.durationMs).toBeGreaterThanOrEqual(response.headersMs);
    expect(server.requests[0]).toMatchObject({ method: 'GET', url: '/nacos/x?a=1' });
    expect(server.requests[0]?.headers['user-agent']).toBe('nacos-exporter/test');
    expect(server.requests[0]?.headers['accept-encoding']).toBeUndefined();
  });

  it('may be posted for', async () => {
    await transport.request({ ...get, method: 'POST', body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(server.requests[0]).toMatchObject({ method: 'POST', body: 'a=b' });
  });

  it('of 3xx is handed up and not followed', async () => {
    server.use(() => faults.redirect('http://127.0.0.1:1/elsewhere'));
    expect((await transport.request(get)).status).toBe(302);
    expect(server.requests).toHaveLength(1);
  });

  it('with an empty body is an answer', async () => {
    server.use(() => faults.emptyOk);
    expect((await transport.request(get)).body).toHaveLength(0);
  });

  it('in tiny chunks arrives whole', async () => {
    server.use(() => faults.drip('abcdefghij', 1));
    expect((await transport.request(get)).body.toString()).toBe('abcdefghij');
  });
});

describe('connections', () => {
  it('are kept and reused', async () => {
    for (let i = 0; i < 10; i += 1) await transport.request(get);
    expect(server.connections.accepted).toBeLessThanOrEqual(2);
  });

  it('are two at most, and a long read leaves one free', async () => {
    server.use(({ url }) => (url.includes('slow') ? after(400, text('slow')) : text('fast')));
    const slow = transport.request({ ...get, path: '/slow' });
    const started = performance.now();
    await Promise.all([1, 2, 3, 4].map(() => transport.request({ ...get, path: '/fast' })));
    expect(performance.now() - started).toBeLessThan(300);
    await slow;
    expect(server.connections.accepted).toBe(2);
  });

  it('do not count the wait for a free one as the node being slow', async () => {
    server.use(() => after(150, text('x')));
    const responses = await Promise.all([1, 2, 3, 4, 5, 6].map(() => transport.request({ ...get, timeoutMs: 300 })));
    for (const response of responses) expect(response.durationMs).toBeLessThan(300);
  });

  it('are not waited for without end', async () => {
    server.use(() => faults.hang);
    const errors = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(() => failure(transport.request({ ...get, timeoutMs: 200 }))));
    expect(new Set(errors.map(({ reason }) => reason))).toEqual(new Set(['timeout']));
  });

  it('closed by the server in the meantime are replaced, without a failed request', async () => {
    for (const how of [faults.reset, faults.hangUp]) {
      server.use(() => faults.dropReused(how, json({ ok: true })));
      for (let i = 0; i < 3; i += 1) expect((await transport.request(get)).status).toBe(200);
    }
    expect(server.requests.length).toBeGreaterThan(6);
  });

  it('that are all stale cost as many tries as there are', async () => {
    server.use(() => after(20, text('x')));
    await Promise.all([transport.request(get), transport.request(get)]);
    server.use(() => faults.dropReused(faults.reset, text('fresh')));
    const before = server.requests.length;
    expect((await transport.request(get)).body.toString()).toBe('fresh');
    expect(server.requests.length - before).toBeLessThanOrEqual(3);
  });

  it('closed on a POST are not tried again', async () => {
    transport = single();
    await transport.request(get);
    server.use(() => faults.dropReused(faults.reset, json({ ok: true })));
    expect((await failure(transport.request({ ...get, method: 'POST', body: 'a=b' }))).reason).toBe('connect');
    expect(server.requests).toHaveLength(2);
  });

  it('that are fresh are not tried again', async () => {
    for (const how of [faults.reset, faults.hangUp]) {
      server.use(() => how);
      const before = server.requests.length;
      expect((await failure(transport.request(get))).reason).toBe('connect');
      expect(server.requests.length - before).toBe(1);
    }
  });

  it('that fail twice in a row fail the request', async () => {
    transport = single();
    await transport.request(get);
    server.use(() => faults.reset);
    expect((await failure(transport.request(get))).reason).toBe('connect');
    expect(server.requests).toHaveLength(3);
  });

  it('come back after the server was away', async () => {
    await transport.request(get);
    const { port } = server;
    await server.close();
    expect((await failure(transport.request(get))).reason).toBe('connect');
    server = await startFakeServer(() => text('back'), { port });
    expect((await transport.request(get)).body.toString()).toBe('back');
  });

  it('end with the transport, requests in flight included', async () => {
    server.use(() => faults.hang);
    const pending = failure(transport.request(get));
    await sleep(30);
    await transport.close();
    expect((await pending).reason).toBe('connect');
    expect((await failure(transport.request(get))).reason).toBe('connect');
  });
});

describe('a failure', () => {
  it.each([
    ['no answer', () => faults.hang, 'timeout'],
    ['no end of the body', () => faults.hangInBody, 'timeout'],
    ['a body that drips for longer than the limit', () => faults.drip('x'.repeat(200), 20), 'timeout'],
    ['slow headers', () => after(1_000, text('late')), 'timeout'],
    ['half a body', () => faults.halfBody('{"a":"0123456789"}'), 'protocol'],
    ['half a body in chunks', () => faults.halfBodyChunked('{"a":"0123456789"}'), 'protocol'],
    ['a malformed status line', () => faults.malformedStatusLine, 'protocol'],
  ])('by %s', async (_name, handler, reason) => {
    server.use(handler);
    const started = performance.now();
    const error = await failure(transport.request({ ...get, timeoutMs: 250 }));
    expect(error.reason).toBe(reason);
    expect(performance.now() - started).toBeLessThan(900);
    server.use(() => text('well again'));
    expect((await transport.request(get)).body.toString()).toBe('well again');
  });

  it('keeps the status that was seen', async () => {
    server.use(() => faults.hangInBody);
    expect((await failure(transport.request({ ...get, timeoutMs: 100 }))).httpStatus).toBe(200);
  });

  it.each([
    ['nobody listens', '127.0.0.1', 'connect'],
    ['the name is unknown', 'does-not-exist.invalid', 'connect'],
  ])('where %s', async (_name, host, reason) => {
    const other = createUndiciTransport({ scheme: 'http', host, port: await closedPort(), connectTimeoutMs: 1_000 });
    expect((await failure(other.request(get))).reason).toBe(reason);
    await other.close();
  });

  it('of a header that cannot be sent is no connection failure and does not quote it', async () => {
    const error = await failure(transport.request({ ...get, headers: { authorization: 'Bearer s3cret\nx' } }));
    expect(error.reason).toBe('protocol');
    expect(inspect(error)).not.toContain('s3cret');
  });

  it('shows no bytes of the answer, however deep one looks', async () => {
    server.use(() => ({ socket }) => {
      socket.end('HTTP/1.1 2x0 OK\r\n\r\n{"accessToken":"s3cret-token"}');
    });
    expect(inspect(await failure(transport.request(get)), { depth: 20, showHidden: true })).not.toContain('s3cret');
  });
});

describe('an answer that is too large', () => {
  const limit = 1_000_000;

  it.each([true, false])('is cut off at the limit (length declared: %s)', async (declared) => {
    let sent = 0;
    server.use(() => faults.huge(200_000_000, { declared, onSent: (bytes) => (sent = bytes) }));
    const before = process.memoryUsage().rss;
    const error = await failure(transport.request({ ...get, timeoutMs: 10_000, maxBytes: limit }));
    expect(error).toMatchObject({ reason: 'too_large', httpStatus: 200 });
    const sentByThen = sent;
    await sleep(100);
    expect(sent).toBe(sentByThen);
    // Both ends run in this process; what was written beyond the limit sits in socket buffers.
    expect(sent).toBeLessThan(20_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
  });

  it('is one byte over the limit, not one at it', async () => {
    server.use(() => faults.huge(limit));
    expect((await transport.request({ ...get, maxBytes: limit })).body).toHaveLength(limit);
    server.use(() => faults.huge(limit + 1));
    expect((await failure(transport.request({ ...get, maxBytes: limit }))).reason).toBe('too_large');
  });
});

describe('a script in order', () => {
  it('plays each act once and the last for ever', async () => {
    server.use(inOrder(text('a'), text('b')));
    const bodies = [];
    for (let i = 0; i < 3; i += 1) bodies.push((await transport.request(get)).body.toString());
    expect(bodies).toEqual(['a', 'b', 'b']);
  });
});

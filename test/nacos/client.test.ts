import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeClient } from '../../src/nacos/client.ts';
import type { NodeClient, NodeClientOptions, RequestObservation } from '../../src/nacos/client.ts';
import type { Call } from '../../src/nacos/dialects/dialect.ts';
import { NacosError } from '../../src/nacos/errors.ts';
import { createUndiciTransport } from '../../src/nacos/undici-transport.ts';
import { json, text } from '../fakes/acts.ts';
import { catalogPages } from '../fakes/catalog-pages.ts';
import { startFakeServer } from '../fakes/fake-server.ts';
import type { FakeServer } from '../fakes/fake-server.ts';
import * as faults from '../fakes/faults.ts';
import { scriptedTransport } from '../fakes/scripted-transport.ts';

const switches: Call<unknown> = { api: 'switches', path: '/v1/ns/operator/switches', decode: (answer) => answer.json() };
const base = { contextPath: '/nacos', timeoutMs: 300, maxBytes: 100_000, userAgent: 'nacos-exporter/0.0.0-test' };

function clientOf(script: Parameters<typeof scriptedTransport>[0], more: Partial<NodeClientOptions> = {}) {
  const transport = scriptedTransport(script);
  return { transport, client: createNodeClient({ ...base, transport, ...more }) };
}

async function failure(promise: Promise<unknown>): Promise<NacosError> {
  const error: unknown = await promise.then(
    () => expect.fail('did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NacosError);
  return error as NacosError;
}

describe('a call', () => {
  it('is sent below the context path under our own name, and its cost is told', async () => {
    const seen: RequestObservation[] = [];
    let time = 0;
    const { transport, client } = clientOf(
      () => ({ status: 200, body: '{"a":1}', headers: { date: 'Sat, 21 Nov 2026 10:22:51 GMT' } }),
      { onRequest: (one) => seen.push(one), clock: () => (time += 7) },
    );
    const reply = await client.call(switches);
    expect(reply).toEqual({ value: { a: 1 }, status: 200, bytes: 7, headersMs: 3, durationMs: 5, serverDate: Date.UTC(2026, 10, 21, 10, 22, 51) });
    expect(transport.requests).toEqual([{
      method: 'GET', path: '/nacos/v1/ns/operator/switches', timeoutMs: 300, maxBytes: 100_000,
      headers: { accept: '*/*', 'user-agent': 'nacos-exporter/0.0.0-test' },
    }]);
    expect(seen).toEqual([{ api: 'switches', code: '200', durationMs: 7, bytes: 7 }]);
  });

  it('has no server clock where there is no date', async () => {
    for (const headers of [{}, { date: 'yesterday' }] as const) {
      expect(await clientOf(() => ({ status: 200, body: '{}', headers })).client.call(switches)).not.toHaveProperty('serverDate');
    }
  });

  it('may have its own time limit', async () => {
    const { transport, client } = clientOf(() => '{}');
    await client.call(switches, { timeoutMs: 15_000 });
    expect(transport.requests[0]?.timeoutMs).toBe(15_000);
  });

  it('gets statuses that it understands', async () => {
    const call: Call<string> = { api: 'readiness', path: '/v1/x', accepts: (status) => status === 503, decode: ({ status, text: body }) => `${status} ${body()}` };
    expect((await clientOf(() => ({ status: 503, body: 'DOWN' })).client.call(call)).value).toBe('503 DOWN');
    expect((await clientOf(() => ({ status: 503, body: '' })).client.call(call)).value).toBe('503 ');
    expect((await failure(clientOf(() => ({ status: 500, body: 'no' })).client.call(call))).reason).toBe('status');
  });

  it('reads UTF-8 and JSON whatever the content type says', async () => {
    const { client } = clientOf(() => ({ status: 200, body: '{"name":"服务"}', headers: { 'content-type': 'application/octet-stream' } }));
    expect((await client.call(switches)).value).toEqual({ name: '服务' });
  });

  it('is counted when it fails, with the status that was seen', async () => {
    const seen: string[] = [];
    const onRequest = ({ api, code }: RequestObservation): void => void seen.push(`${api} ${code}`);
    await failure(clientOf(() => new NacosError('timeout', 'late'), { onRequest }).client.call(switches));
    await failure(clientOf(() => new NacosError('too_large', 'big', { httpStatus: 200 }), { onRequest }).client.call(switches));
    await failure(clientOf(() => ({ status: 500 }), { onRequest }).client.call(switches));
    expect(seen).toEqual(['switches none', 'switches 200', 'switches 500']);
  });

  it('closes its transport', async () => {
    const { transport, client } = clientOf(() => '{}');
    await client.close();
    expect(transport.closed).toBe(true);
  });
});

describe('a failure', () => {
  it.each<[string, Parameters<typeof scriptedTransport>[0], object]>([
    ['of the wire', () => new NacosError('connect', 'connect ECONNREFUSED 127.0.0.1:8848'), { reason: 'connect', message: 'switches: connect ECONNREFUSED 127.0.0.1:8848' }],
    ['410', () => ({ status: 410, body: '{"status":410}' }), { reason: 'gone', httpStatus: 410 }],
    ['501', () => ({ status: 501, body: 'no such api' }), { reason: 'status', httpStatus: 501, message: 'switches: HTTP 501: no such api' }],
    ['500 without words', () => ({ status: 500 }), { reason: 'status', httpStatus: 500, message: 'switches: HTTP 500' }],
    ['500 with many words', () => ({ status: 500, body: `a\n\r b ${'x'.repeat(50_000)}` }), { reason: 'status', message: expect.stringMatching(/^switches: HTTP 500: a b x{114,116}…$/) }],
    ['204', () => ({ status: 204 }), { reason: 'status', httpStatus: 204 }],
    ['302', () => ({ status: 302, headers: { location: 'https://u:p@sso.example/login?ticket=s3cret' } }), { reason: 'redirect', httpStatus: 302, message: 'switches: HTTP 302 to https://sso.example/login; redirects are not followed' }],
    ['302 to nowhere', () => ({ status: 302 }), { reason: 'redirect' }],
    ['an empty answer', () => '', { reason: 'empty', httpStatus: 200 }],
    ['an answer of blanks', () => ' \n', { reason: 'empty', httpStatus: 200 }],
    ['HTML', () => '\n<!DOCTYPE html><p>Sign in', { reason: 'decode', message: 'switches: body is HTML or XML (26 bytes): <!DOCTYPE html><p>Sign in' }],
    ['half of a JSON', () => '{"a":', { reason: 'decode', message: 'switches: body is no JSON (5 bytes): {"a":' }],
    ['a compressed answer', () => ({ status: 200, body: 'xx', headers: { 'content-encoding': 'gzip' } }), { reason: 'decode' }],
    ['401 without credentials', () => ({ status: 401 }), { reason: 'auth', httpStatus: 401 }],
    ['403 without credentials', () => ({ status: 403, body: 'unknown user!' }), { reason: 'auth', httpStatus: 403, message: 'switches: HTTP 403: no credentials are configured' }],
  ])('%s', async (_name, script, expected) => {
    expect(await failure(clientOf(script).client.call(switches))).toMatchObject(expected);
  });

  it('of the dialect passes through', async () => {
    const error = new NacosError('envelope', 'switches: code 30000');
    const { client } = clientOf(() => '{}');
    expect(await failure(client.call({ ...switches, decode: () => { throw error; } }))).toBe(error);
    const bare = new NacosError('envelope', 'code 30000', { httpStatus: 200 });
    expect(await failure(client.call({ ...switches, decode: () => { throw bare; } }))).toMatchObject({ reason: 'envelope', message: 'switches: code 30000', httpStatus: 200 });
  });

  it('by a bug counts as decode and keeps the trace', async () => {
    const { client } = clientOf(() => '{}');
    const error = await failure(client.call({ ...switches, decode: () => { throw new TypeError('x is not iterable'); } }));
    expect(error).toMatchObject({ reason: 'decode', message: 'switches: unexpected error: x is not iterable', cause: expect.any(TypeError) });
  });

  it('carries the label where there is one', async () => {
    const { client } = clientOf(() => ({ status: 500 }), { label: '10.0.0.1:8848' });
    expect((await failure(client.call(switches))).message).toBe('10.0.0.1:8848 switches: HTTP 500');
  });

  it('quotes no token, known or not', async () => {
    const { client } = clientOf(() => ({ status: 500, body: 'bad token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJuYWNvcyJ9.cHh7 (Bearer abcdef)' }));
    expect((await failure(client.call(switches))).message).toBe('switches: HTTP 500: bad token *** (Bearer ***');
  });
});

describe('what must not be sent', () => {
  it.each(['/v2/core/loader/smartReload', '/v1/ns/push/state?reset=true', '/v1/cs/ops/derby'])('%s is not', async (path) => {
    const { transport, client } = clientOf(() => '{}');
    await expect(client.call({ ...switches, path })).rejects.toMatchObject({ code: 'NACOS_UNSAFE_CALL' });
    expect(transport.requests).toEqual([]);
  });

  it.each(['Nacos-Server:v2.3.2', 'Nacos-Java-Client:v2.3.2', 'nacos-server', ''])('a user agent %j is not', (userAgent) => {
    expect(() => clientOf(() => '{}', { userAgent })).toThrow(TypeError);
  });
});

describe('against a server', () => {
  let server: FakeServer;
  let client: NodeClient;
  beforeEach(async () => {
    server = await startFakeServer(() => json({ ok: true }));
    client = createNodeClient({ ...base, transport: createUndiciTransport({ scheme: 'http', host: server.host, port: server.port, connectTimeoutMs: 300 }) });
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  it.each([
    ['hang', faults.hang, 'timeout'],
    ['hangInBody', faults.hangInBody, 'timeout'],
    ['halfBody', faults.halfBody('{"a":"0123456789"}'), 'protocol'],
    ['malformedStatusLine', faults.malformedStatusLine, 'protocol'],
    ['reset', faults.reset, 'connect'],
    ['brokenJson', faults.brokenJson, 'decode'],
    ['html', faults.html, 'decode'],
    ['emptyOk', faults.emptyOk, 'empty'],
    ['unauthorized', faults.unauthorized, 'auth'],
    ['forbidden', faults.forbidden, 'auth'],
    ['gone', faults.gone, 'gone'],
    ['internalError', faults.internalError, 'status'],
    ['noSuchApi', faults.noSuchApi, 'status'],
    ['serverDown', faults.serverDown, 'status'],
    ['redirect', faults.redirect('/login'), 'redirect'],
    ['huge', faults.huge(200_000_000), 'too_large'],
  ])('%s', async (_name, act, reason) => {
    server.use(() => act);
    const error = await failure(client.call(switches));
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(/^switches: /);
    expect(inspect(error).length).toBeLessThan(3_000);
  });

  it('a wrong envelope is the dialect\'s to find', async () => {
    server.use(() => faults.wrongEnvelope);
    expect((await client.call(switches)).value).toMatchObject({ code: 30000 });
  });

  it('gives the server\'s clock', async () => {
    const { serverDate } = await client.call(switches);
    expect(Math.abs((serverDate ?? 0) - Date.now())).toBeLessThan(3_000);
  });

  it('pages as the script says', async () => {
    const rows = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name }));
    const page = async (pageNo: number): Promise<string> => {
      const { value } = await client.call({ api: 'catalog_services', path: `/v1/ns/catalog/services?pageNo=${pageNo}&pageSize=2`, decode: (answer) => answer.json() });
      const { serviceList, count } = value as { serviceList: { name: string }[]; count: number };
      return `${serviceList.map(({ name }) => name).join('')}/${count}`;
    };
    const pages = async (paging: Parameters<typeof catalogPages>[1]): Promise<string[]> => {
      server.use(catalogPages(rows, paging));
      return [await page(1), await page(2), await page(3), await page(4)];
    };
    expect(await pages('faithful')).toEqual(['ab/5', 'cd/5', 'e/5', '/5']);
    expect(await pages('reordered')).toEqual(['ab/5', 'de/5', 'b/5', '/5']);
    expect(await pages('repeating')).toEqual(['ab/5', 'ab/5', 'ab/5', 'ab/5']);
    expect(await pages('shrinking')).toEqual(['ab/5', 'de/4', '/3', '/2']);
    expect(await pages('zero_past_end')).toEqual(['ab/5', 'cd/5', 'e/5', '/0']);
  });

  it('a liveness check is answered while a long read is under way', async () => {
    server.use(({ path }) => (path.endsWith('/services') ? faults.drip('x'.repeat(100), 5) : text('alive')));
    const long = client.call({ api: 'catalog_services', path: '/v1/ns/catalog/services', decode: ({ text: body }) => body() }, { timeoutMs: 5_000 });
    const { value, durationMs } = await client.call({ api: 'server_state', path: '/v1/console/server/state', accepts: () => true, decode: ({ text: body }) => body() });
    expect(value).toBe('alive');
    expect(durationMs).toBeLessThan(200);
    expect((await long).bytes).toBe(100);
  });
});

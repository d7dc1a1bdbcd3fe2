import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAuthenticator } from '../../src/nacos/auth.ts';
import type { AuthenticatorOptions } from '../../src/nacos/auth.ts';
import { createNodeClient } from '../../src/nacos/client.ts';
import type { Call } from '../../src/nacos/dialects/dialect.ts';
import { NacosError } from '../../src/nacos/errors.ts';
import type { WireRequest } from '../../src/nacos/transport.ts';
import { scriptedTransport } from '../fakes/scripted-transport.ts';
import type { Scripted } from '../fakes/scripted-transport.ts';

const guarded: Call<unknown> = { api: 'catalog_services', path: '/v1/ns/catalog/services', decode: (answer) => answer.json() };
const other: Call<unknown> = { ...guarded, api: 'namespaces', path: '/v1/console/namespaces' };
const liveness: Call<number> = { api: 'server_state', path: '/v1/console/server/state', accepts: () => true, decode: ({ status }) => status };

const password = 'p@ss w0rd/é';
const denied: Scripted = { status: 403, body: '{"status":403,"error":"Forbidden","message":"unknown user!"}' };

let now = 0;
beforeEach(() => {
  now = 1_000_000;
});

/** A server with one user; its tokens are numbered, and only `valid` ones open what is guarded. */
function nacos() {
  const state = {
    tokens: 0,
    valid: new Set<string>(),
    password,
    ttl: 18_000,
    login: undefined as ((request: WireRequest, number: number) => Scripted | Promise<Scripted>) | undefined,
    guard: undefined as ((request: WireRequest) => Scripted | undefined) | undefined,
  };
  const posts: WireRequest[] = [];
  const transport = scriptedTransport(async (request) => {
    if (request.method === 'POST') {
      posts.push(request);
      if (state.login !== undefined) return state.login(request, posts.length);
      if (new URLSearchParams(request.body).get('password') !== state.password) return new NacosError('protocol', 'Response does not match the HTTP/1.1 protocol (Invalid status code)');
      state.tokens += 1;
      const token = `token-${state.tokens}-s3cret`;
      state.valid.add(token);
      return JSON.stringify({ accessToken: token, tokenTtl: state.ttl, globalAdmin: true, username: 'nacos' });
    }
    const special = state.guard?.(request);
    if (special !== undefined) return special;
    const token = request.headers['authorization']?.replace('Bearer ', '') ?? '';
    return state.valid.has(token) ? '{"ok":true}' : denied;
  });
  const gets = (): readonly WireRequest[] => transport.requests.filter(({ method }) => method === 'GET');
  return { state, posts, gets, transport };
}

function connect(server: ReturnType<typeof nacos>, more: Partial<AuthenticatorOptions> = {}) {
  return createNodeClient({
    transport: server.transport, contextPath: '/nacos', timeoutMs: 300, maxBytes: 10_000, userAgent: 'nacos-exporter/0.0.0-test',
    authenticator: createAuthenticator({
      user: { username: 'nacos', password: () => password }, loginPaths: () => ['/v1/auth/login', '/v1/auth/users/login'], now: () => now, ...more,
    }),
  });
}

async function failure(promise: Promise<unknown>): Promise<NacosError> {
  const error: unknown = await promise.then(
    () => expect.fail('did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NacosError);
  // Wherever one looks, no error of this file may show a secret.
  const shown = `${inspect(error, { depth: 20, showHidden: true })} ${String((error as Error).stack)} ${JSON.stringify(error)}`;
  expect(shown).not.toMatch(/s3cret|w0rd/);
  return error as NacosError;
}

describe('a login', () => {
  it('comes before the first call, as a form, and its token goes out in the header only', async () => {
    const server = nacos();
    expect((await connect(server).call(guarded)).value).toEqual({ ok: true });
    expect(server.posts).toEqual([expect.objectContaining({
      path: '/nacos/v1/auth/login', body: 'username=nacos&password=p%40ss+w0rd%2F%C3%A9',
      headers: expect.objectContaining({ 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'nacos-exporter/0.0.0-test' }),
    })]);
    expect(server.gets()[0]?.headers['authorization']).toBe('Bearer token-1-s3cret');
    expect(server.transport.requests.map(({ path }) => path).join()).not.toMatch(/s3cret|w0rd/);
  });

  it('serves all later calls, and concurrent ones share it', async () => {
    const server = nacos();
    const client = connect(server);
    await Promise.all([1, 2, 3, 4, 5].map(() => client.call(guarded)));
    await client.call(guarded);
    expect(server.posts).toHaveLength(1);
  });

  it('is counted as a request of its own', async () => {
    const server = nacos();
    const seen: string[] = [];
    const client = createNodeClient({
      transport: server.transport, contextPath: '', timeoutMs: 300, maxBytes: 10_000, userAgent: 'nacos-exporter/x',
      onRequest: ({ api, code }) => void seen.push(`${api} ${code}`),
      authenticator: createAuthenticator({ user: { username: 'nacos', password: () => password }, loginPaths: () => ['/v1/auth/login'], now: () => now }),
    });
    await client.call(guarded);
    expect(seen).toEqual(['login 200', 'catalog_services 200']);
  });

  it.each([404, 405, 410, 501])('tries the next path on %i', async (status) => {
    const server = nacos();
    server.state.login = ({ path }) => {
      server.state.valid.add('t');
      return path.endsWith('/users/login') ? '{"accessToken":"t","tokenTtl":10}' : { status };
    };
    await connect(server).call(guarded);
    expect(server.posts.map(({ path }) => path)).toEqual(['/nacos/v1/auth/login', '/nacos/v1/auth/users/login']);
  });

  it('tries all known paths until the version is known', async () => {
    const server = nacos();
    server.state.login = () => ({ status: 404 });
    await failure(connect(server, { loginPaths: () => undefined }).call(guarded));
    expect(server.posts.map(({ path }) => path)).toEqual(['/nacos/v1/auth/login', '/nacos/v1/auth/users/login', '/nacos/v3/auth/user/login']);
  });

  it('is never posted anywhere else', async () => {
    const server = nacos();
    await expect(connect(server, { loginPaths: () => ['/v1/ns/instance'] }).call(guarded)).rejects.toMatchObject({ code: 'NACOS_UNSAFE_CALL' });
    expect(server.transport.requests).toEqual([]);
  });

  it.each([
    ['of 1.1.4', '{"code":200,"message":null,"data":"Bearer eyJ.s3cret"}', 'Bearer eyJ.s3cret'],
    ['in an envelope', '{"code":0,"message":"success","data":{"accessToken":"eyJ.s3cret","tokenTtl":5}}', 'Bearer eyJ.s3cret'],
    ['with a life time as text', '{"accessToken":"eyJ.s3cret","tokenTtl":"5"}', 'Bearer eyJ.s3cret'],
    ['that says authentication is off', '{"accessToken":"AUTH_DISABLED","tokenTtl":18000,"globalAdmin":false,"username":"x"}', undefined],
  ])('understands the reply %s', async (_name, reply, header) => {
    const server = nacos();
    server.state.login = () => reply;
    server.state.guard = () => '{}';
    await connect(server).call(guarded);
    expect(server.gets()[0]?.headers['authorization']).toBe(header);
  });

  it('that the server does not have is no failure where nothing is guarded', async () => {
    const server = nacos();
    server.state.login = () => ({ status: 404 });
    server.state.guard = () => '{}';
    const client = connect(server);
    await client.call(guarded);
    await client.call(guarded);
    expect(server.posts).toHaveLength(2);
    server.state.guard = undefined;
    expect(await failure(client.call(guarded))).toMatchObject({ reason: 'auth', message: expect.stringContaining('no login at /v1/auth/login, /v1/auth/users/login') });
  });

  it('is not tried where the version has none', async () => {
    const server = nacos();
    expect((await failure(connect(server, { loginPaths: () => [] }).call(guarded))).reason).toBe('auth');
    expect(server.posts).toEqual([]);
  });
});

describe('a token', () => {
  it('is renewed at 80 % of its life', async () => {
    const server = nacos();
    server.state.ttl = 100;
    const client = connect(server);
    await client.call(guarded);
    now += 79_999;
    await client.call(guarded);
    expect(server.posts).toHaveLength(1);
    now += 1;
    await client.call(guarded);
    expect(server.posts).toHaveLength(2);
    expect(server.gets().at(-1)?.headers['authorization']).toBe('Bearer token-2-s3cret');
  });

  it('of 1.1.4 is taken to live for 30 minutes', async () => {
    const server = nacos();
    server.state.login = () => '{"code":200,"data":"Bearer t"}';
    server.state.valid.add('t');
    const client = connect(server);
    await client.call(guarded);
    now += 24 * 60_000 - 1;
    await client.call(guarded);
    expect(server.posts).toHaveLength(1);
    now += 1;
    await client.call(guarded);
    expect(server.posts).toHaveLength(2);
  });

  it('re-issued with no life left is not renewed at every call', async () => {
    const server = nacos();
    server.state.ttl = 0;
    server.state.guard = () => '{}';
    const client = connect(server);
    for (let i = 0; i < 10; i += 1) {
      await client.call(guarded);
      now += 99;
    }
    expect(server.posts).toHaveLength(1);
    now += 10;
    await client.call(guarded);
    expect(server.posts).toHaveLength(2);
  });

  it('re-issued with little life left is renewed at its end, and no call goes without one', async () => {
    const server = nacos();
    const life = 6_000;
    let issuedAt = -Infinity;
    // The token cache of 2.2.1 and later: the same token until less than a tenth of its life is left.
    server.state.login = () => {
      if (issuedAt + life - now < life / 10) issuedAt = now;
      return JSON.stringify({ accessToken: `issued-${issuedAt}`, tokenTtl: Math.floor((issuedAt + life - now) / 1000) });
    };
    server.state.guard = ({ headers }) => (now < issuedAt + life && headers['authorization'] === `Bearer issued-${issuedAt}` ? '{}' : denied);
    const client = connect(server);
    for (const end = now + 5 * life; now < end; now += 70) expect((await client.call(guarded)).status).toBe(200);
    // Where no second at all is left, the server may be the first to notice.
    expect(server.gets().length).toBeLessThanOrEqual(5 * life / 70 + 6);
    expect(server.posts.length).toBeLessThanOrEqual(20);
  });

  it('keeps serving until its end while the renewal fails', async () => {
    const server = nacos();
    server.state.ttl = 100;
    const client = connect(server);
    await client.call(guarded);
    now += 90_000;
    server.state.login = () => new NacosError('timeout', 'no answer within 300 ms');
    await client.call(guarded);
    expect(server.posts).toHaveLength(2);
    now += 10_000;
    expect(await failure(client.call(guarded))).toMatchObject({ reason: 'auth', message: 'catalog_services: HTTP 403: no answer within 300 ms' });
  });

  it('refused by the server is replaced, and the call sent once more', async () => {
    const server = nacos();
    const client = connect(server);
    await client.call(guarded);
    now += 60_000;
    server.state.valid.clear();
    expect((await client.call(guarded)).value).toEqual({ ok: true });
    expect(server.posts).toHaveLength(2);
    expect(server.gets().map(({ headers }) => headers['authorization'])).toEqual(['Bearer token-1-s3cret', 'Bearer token-1-s3cret', 'Bearer token-2-s3cret']);
  });

  it('refused to many at once is replaced once', async () => {
    const server = nacos();
    const client = connect(server);
    await client.call(guarded);
    now += 60_000;
    server.state.valid.clear();
    await Promise.all([guarded, other, guarded, other].map((call) => client.call(call)));
    expect(server.posts).toHaveLength(2);
  });

  it('is of one node alone', async () => {
    const [a, b] = [nacos(), nacos()];
    b.state.tokens = 10;
    await connect(a).call(guarded);
    await connect(b).call(guarded);
    expect(b.gets()[0]?.headers['authorization']).toBe('Bearer token-11-s3cret');
  });

  it('is fetched with the password as it is now', async () => {
    const server = nacos();
    let current = password;
    const client = connect(server, { user: { username: 'nacos', password: () => current } });
    await client.call(guarded);
    current = 'n3w';
    server.state.password = 'n3w';
    server.state.valid.clear();
    now += 60_000;
    await client.call(guarded);
    expect(server.posts.at(-1)?.body).toBe('username=nacos&password=n3w');
  });
});

describe('a missing permission', () => {
  it('is told from a bad login, after one login and one more try', async () => {
    const server = nacos();
    const client = connect(server);
    await client.call(other);
    now += 60_000;
    server.state.guard = ({ path }) => (path.includes('/catalog/') ? denied : undefined);
    expect(await failure(client.call(guarded))).toMatchObject({ reason: 'forbidden', httpStatus: 403 });
    expect(server.posts).toHaveLength(2);
    expect(server.gets()).toHaveLength(3);
  });

  it('does not cost a login at every poll, and is gone as soon as it is given', async () => {
    const server = nacos();
    const client = connect(server);
    server.state.guard = () => denied;
    for (let i = 0; i < 19; i += 1) {
      expect((await failure(client.call(guarded))).reason).toBe('forbidden');
      now += 15_000;
    }
    expect(server.posts).toHaveLength(1);
    server.state.guard = undefined;
    expect((await client.call(guarded)).value).toEqual({ ok: true });
    expect(server.posts).toHaveLength(1);
  });

  it('for one path does not hide a token that ended for the others', async () => {
    const server = nacos();
    const client = connect(server);
    server.state.guard = ({ path }) => (path.includes('/catalog/') ? denied : undefined);
    await failure(client.call(guarded));
    now += 60_000;
    server.state.valid.clear();
    await client.call(other);
    expect(server.posts).toHaveLength(2);
  });
});

describe('a failed login', () => {
  it.each<[string, Scripted, string]>([
    ['a malformed status line', new NacosError('protocol', 'Response does not match the HTTP/1.1 protocol (Invalid status code)'), 'Response does not match the HTTP/1.1 protocol (Invalid status code); some versions say so that the password is wrong'],
    ['500 and text', { status: 500, body: `caused: User zzz not found; ${password}` }, 'HTTP 500: caused: User zzz not found; ***'],
    ['500 and JSON', { status: 500, body: '{"timestamp":"x","status":500,"error":"Internal Server Error","path":"/nacos/v3/auth/user/login"}' }, 'HTTP 500: Internal Server Error'],
    ['403 and text', { status: 403, body: 'unknown user!' }, 'HTTP 403: unknown user!'],
    ['401 under HTTP 200', '{"code":401,"message":"Login failed","data":null}', 'code 401 in the answer: Login failed'],
    ['no token', '{"something":"s3cret"}', 'HTTP 200 without a token'],
    ['an unfit token', '{"accessToken":"s3cret\\r\\nx: y","tokenTtl":5}', 'HTTP 200 without a token'],
    ['HTML', '<html>s3cret</html>', 'HTTP 200 without a token'],
    ['nothing', '', 'HTTP 200 without a token'],
  ])('by %s is told, without secrets', async (_name, reply, detail) => {
    const server = nacos();
    server.state.login = () => reply;
    expect(await failure(connect(server).call(guarded))).toMatchObject({
      reason: 'auth', httpStatus: 403, message: `catalog_services: HTTP 403: login at /v1/auth/login failed: ${detail}`,
    });
    expect(server.posts).toHaveLength(1);
    expect(server.gets()).toHaveLength(1);
  });

  it('leaves open readings open', async () => {
    const server = nacos();
    server.state.password = 'another';
    server.state.guard = ({ path }) => (path.includes('/console/') ? '{"open":true}' : undefined);
    const client = connect(server);
    expect((await client.call(other)).value).toEqual({ open: true });
    expect((await failure(client.call(guarded))).reason).toBe('auth');
    expect(server.gets()[0]?.headers['authorization']).toBeUndefined();
  });

  it('is repeated ever more slowly: after 1, 2, 4, 8, 16, then 30 s', async () => {
    const server = nacos();
    server.state.password = 'another';
    const client = connect(server);
    const at: number[] = [];
    const start = now;
    for (; now < start + 130_000; now += 500) {
      const before = server.posts.length;
      await failure(client.call(guarded));
      if (server.posts.length > before) at.push((now - start) / 1000);
    }
    expect(at).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
  });

  it('is repeated soon where the node did not answer', async () => {
    const server = nacos();
    server.state.login = () => new NacosError('connect', 'connect ECONNREFUSED');
    server.state.guard = () => new NacosError('connect', 'connect ECONNREFUSED');
    const client = connect(server);
    for (let i = 0; i < 20; i += 1) {
      expect((await failure(client.call(guarded))).reason).toBe('connect');
      now += 15_000;
    }
    expect(server.posts).toHaveLength(20);
  });

  it('is forgotten by the first that succeeds', async () => {
    const server = nacos();
    server.state.login = (_request, number) => (number <= 3 ? { status: 403 } : JSON.stringify({ accessToken: 't', tokenTtl: 10 }));
    server.state.valid.add('t');
    const client = connect(server);
    for (const pause of [1_000, 2_000, 4_000]) {
      await failure(client.call(guarded));
      now += pause;
    }
    expect((await client.call(guarded)).value).toEqual({ ok: true });
  });

  it('is shared by concurrent calls', async () => {
    const server = nacos();
    server.state.password = 'another';
    const client = connect(server);
    await Promise.all([1, 2, 3].map(() => failure(client.call(guarded))));
    expect(server.posts).toHaveLength(1);
  });

  it('may be for want of the password itself', async () => {
    const server = nacos();
    const unreadable = (): string => {
      throw Object.assign(new Error('w0rd'), { code: 'ENOENT' });
    };
    const error = await failure(connect(server, { user: { username: 'nacos', password: unreadable } }).call(guarded));
    expect(error.message).toBe('catalog_services: HTTP 403: the password could not be read (ENOENT)');
    expect(server.posts).toEqual([]);
  });
});

describe('liveness', () => {
  it('never waits for a login and never starts one', async () => {
    const server = nacos();
    server.state.login = () => new Promise(() => undefined);
    const client = connect(server);
    expect((await client.call(liveness)).value).toBe(403);
    expect(server.posts).toEqual([]);
    void client.call(guarded);
    expect((await client.call(liveness)).value).toBe(403);
    expect(await failure(client.call(other, { anonymous: true }))).toMatchObject({ reason: 'auth', httpStatus: 403 });
    expect(server.posts).toHaveLength(1);
  });

  it('takes the token along where there is one', async () => {
    const server = nacos();
    const client = connect(server);
    await client.call(guarded);
    expect((await client.call(liveness)).value).toBe(200);
  });
});

describe('the identity header', () => {
  const identity = { key: 'server-identity', value: () => 'id-s3cret' };

  it('goes out with every request, logins included', async () => {
    const server = nacos();
    const client = connect(server, { identity });
    await client.call(guarded);
    await client.call(liveness);
    expect(server.transport.requests).toHaveLength(3);
    for (const { headers } of server.transport.requests) expect(headers['server-identity']).toBe('id-s3cret');
    expect(server.posts[0]?.headers['authorization']).toBeUndefined();
  });

  it('may be all there is', async () => {
    const server = nacos();
    server.state.guard = ({ headers }) => (headers['server-identity'] === 'id-s3cret' ? '{"ok":1}' : undefined);
    const authenticator = createAuthenticator({ identity, loginPaths: () => ['/v1/auth/login'], now: () => now });
    const client = createNodeClient({ transport: server.transport, contextPath: '', timeoutMs: 1, maxBytes: 1, userAgent: 'nacos-exporter/x', authenticator });
    expect((await client.call(guarded)).value).toEqual({ ok: 1 });
    server.state.guard = () => ({ status: 403, body: 'id-s3cret' });
    expect(await failure(client.call(guarded))).toMatchObject({ reason: 'auth', message: 'catalog_services: HTTP 403: the identity header does not help' });
    server.state.guard = () => ({ status: 500, body: 'what is id-s3cret?' });
    expect((await failure(client.call(guarded))).message).toBe('catalog_services: HTTP 500: what is ***?');
    expect(server.posts).toEqual([]);
  });

  it.each([
    ['cannot be read', () => { throw new Error('gone'); }],
    ['is not fit for a header', () => 'a\nb'],
    ['is empty', () => ''],
  ])('is left out while its value %s, and liveness goes on', async (_name, value) => {
    const server = nacos();
    const client = connect(server, { identity: { key: 'server-identity', value } });
    expect((await client.call(liveness)).value).toBe(403);
    expect(server.gets()[0]?.headers).not.toHaveProperty('server-identity');
  });

  it('has a name fit for a header', () => {
    expect(() => createAuthenticator({ identity: { key: 'a b', value: () => 'c' }, loginPaths: () => [], now: () => now })).toThrow(TypeError);
  });
});

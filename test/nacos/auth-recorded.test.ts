/** Logins as real servers answered them, over a real connection. */

import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuthenticator } from '../../src/nacos/auth.ts';
import { createNodeClient } from '../../src/nacos/client.ts';
import { NacosError } from '../../src/nacos/errors.ts';
import { createUndiciTransport } from '../../src/nacos/undici-transport.ts';
import { text } from '../fakes/acts.ts';
import { startFakeServer } from '../fakes/fake-server.ts';
import type { Act, FakeServer } from '../fakes/fake-server.ts';
import { springError } from '../fakes/faults.ts';

const recorded = (name: string): Buffer => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
const raw = (name: string): Act => ({ socket }) => void socket.end(recorded(name));

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function call(login: Act): Promise<{ readonly server: FakeServer; readonly outcome: unknown }> {
  const server = await startFakeServer(({ method, headers }) => {
    if (method === 'POST') return login;
    return headers.authorization?.startsWith('Bearer ') === true ? text('{}') : springError(403, 'Forbidden');
  });
  const client = createNodeClient({
    transport: createUndiciTransport({ scheme: 'http', host: server.host, port: server.port, connectTimeoutMs: 500 }),
    contextPath: '/nacos', timeoutMs: 1_000, maxBytes: 10_000, userAgent: 'nacos-exporter/0.0.0-test',
    authenticator: createAuthenticator({
      user: { username: 'nacos', password: () => 'p4ssw0rd' }, loginPaths: () => ['/v1/auth/login', '/v3/auth/user/login'], now: Date.now,
    }),
  });
  open.push(server, client);
  const outcome: unknown = await client
    .call({ api: 'catalog_services', path: '/v1/ns/catalog/services', decode: ({ json }) => json() })
    .then(({ value }) => value, (error: unknown) => error);
  return { server, outcome };
}

describe('a good login', () => {
  it.each(['1.4.1/auth/login-v1.json', '1.4.1/auth/login-v1-users.json', '2.0.4/auth/login-v1.json', '2.2.4/auth/login-v1.json', '3.1.0/auth/login-v3.json'])(
    'as in %s opens what is guarded', async (name) => {
      const { outcome, server } = await call(text(recorded(name).toString()));
      expect(outcome).toEqual({});
      expect(server.requests).toHaveLength(2);
    },
  );
});

describe('a bad login', () => {
  it.each<[string, Act, RegExp]>([
    ['2.0.4/auth/login-bad.raw.http', raw('2.0.4/auth/login-bad.raw.http'), /Invalid status code.*password is wrong/],
    ['2.2.4/auth/login-bad.raw.http', raw('2.2.4/auth/login-bad.raw.http'), /Invalid status code.*password is wrong/],
    ['2.2.4/auth/login-nouser.txt', text(recorded('2.2.4/auth/login-nouser.txt').toString(), 500), /HTTP 500: caused: zzz;/],
    ['3.1.0/auth/login-v3-bad.json', text(recorded('3.1.0/auth/login-v3-bad.json').toString(), 500), /HTTP 500: Internal Server Error/],
  ])('as in %s is an auth failure that names what came back', async (_name, login, detail) => {
    const { outcome, server } = await call(login);
    expect(outcome).toBeInstanceOf(NacosError);
    expect(outcome).toMatchObject({ reason: 'auth', httpStatus: 403, message: expect.stringMatching(detail) });
    expect(inspect(outcome, { depth: 20, showHidden: true })).not.toContain('p4ssw0rd');
    // One login, one call without a token: a wrong password is not hammered on.
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });
});

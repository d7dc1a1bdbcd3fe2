/** Basic auth, headers, the rate limit and who may reload: over real sockets, and the password check by itself. */

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { openWeb } from '../../../src/server/web-config/keeper.ts';
import { lifecycleRefusal } from '../../../src/server/web-config/lifecycle.ts';
import { createPasswords, credentialsIn } from '../../../src/server/web-config/passwords.ts';
import { createTokenBucket } from '../../../src/server/web-config/token-bucket.ts';
import { client, login, mutual, sites, tls, users } from './fixture.ts';

const dave = login('dave', 'dave123');
const start = sites();

describe('basic auth', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, number]>([
    ['no credentials', {}, 401],
    ['right ones', dave, 200],
    ['a wrong password', login('dave', 'bob123'), 401],
    ['an unknown user with a known one\'s password', login('nonexistent', 'dave123'), 401],
    ['no password', login('dave', ''), 401],
    ['the name of an object\'s own part', login('__proto__', 'dave123'), 401],
    ['a scheme in small letters', { authorization: dave.authorization.replace('Basic', 'basic') }, 200],
    ['another scheme', { authorization: dave.authorization.replace('Basic', 'Bearer') }, 401],
    ['no base64', { authorization: 'Basic dave:dave123' }, 401],
    ['no colon', { authorization: `Basic ${Buffer.from('dave').toString('base64')}` }, 401],
  ])('%s', async (_name, headers, status) => {
    const { ask } = await start(users);
    const answer = await ask('/metrics', { headers });
    expect(answer.status).toBe(status);
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Basic' : undefined);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each(['/', '/metrics', '/-/healthy', '/-/ready', '/config', '/divergence', '/nowhere', '/%zz', '/alertmanager/feishu'])('guards %s', async (path) => {
    const { ask } = await start(users);
    expect(await ask(path)).toMatchObject({ status: 401, body: 'unauthorized\n' });
  });

  it('goes with TLS', async () => {
    const { ask } = await start(`${tls}${users}`);
    expect((await ask('/metrics', { tls: true })).status).toBe(401);
    expect((await ask('/metrics', { tls: true, headers: dave })).status).toBe(200);
  });

  it('follows the file from the next request on', async () => {
    const { ask, write } = await start(users);
    expect((await ask('/metrics', { headers: dave })).status).toBe(200);
    write(users.replace('dave', 'carol'));
    expect((await ask('/metrics', { headers: dave })).status).toBe(401);
    expect((await ask('/metrics', { headers: login('carol', 'dave123') })).status).toBe(200);
    // A mistake opens no door.
    write('basic_auth_users: {carol: dave123}');
    expect((await ask('/metrics')).status).toBe(401);
    expect((await ask('/metrics', { headers: login('carol', 'dave123') })).status).toBe(200);
    write('');
    expect((await ask('/metrics')).status).toBe(200);
  });

  it('does not wait for a body that it will not read', async () => {
    const { ask } = await start(users);
    const answer = await ask('/-/reload', { method: 'POST', headers: { 'content-length': '1000000' } });
    expect(answer).toMatchObject({ status: 401, headers: { connection: 'close' } });
  });

  it('answers who is known while many wrong passwords are tried', async () => {
    // Cost 13: each try takes hundreds of milliseconds.
    const slow = users.replace('$2y$04$', '$2y$13$');
    const { ask, write, scrapeMeanwhile, stop } = await start(users);
    await scrapeMeanwhile({ headers: dave });
    write(`${users}${slow.split('\n')[1]!.replace('dave', 'slow')}\n`);
    const tries = Array.from({ length: 100 }, async (_, i) => ask('/metrics', { headers: login('slow', `wrong${i}`) }).then(({ status, headers }) => `${status} ${headers['retry-after']}`, () => 'cut'));
    await sleep(300);
    expect(await scrapeMeanwhile({ headers: dave })).toBeLessThan(1000);
    const refused = await Promise.race([Promise.all(tries), sleep(500).then(() => Promise.all(tries.map((one) => Promise.race([one, 'waiting']))))]);
    expect(refused.filter((one) => one === '429 1')).toHaveLength(36);
    await stop();
    await Promise.all(tries);
  }, 30_000);
});

describe('the check of passwords', () => {
  const known = new Map([['dave', 'hash-of-dave'], ['carol', 'hash-of-carol']]);
  const here = (): boolean => false;
  const bytes = (text: string): Buffer => Buffer.from(text);

  function passwordsThat(right: string) {
    const compared: string[] = [];
    const passwords = createPasswords(async (password, hash) => {
      compared.push(`${Buffer.from(password).toString()} ${String(hash)}`);
      return Buffer.from(password).toString() === right;
    });
    return { passwords, compared };
  }

  it('works as much for an unknown user, who is never right', async () => {
    const { passwords, compared } = passwordsThat('secret');
    expect(await passwords.check(known, 'mallory', bytes('secret'), here)).toBe('wrong');
    expect(await passwords.check(known, 'mallory', bytes('secret'), here)).toBe('wrong');
    expect(compared).toEqual(['secret hash-of-dave', 'secret hash-of-dave']);
  });

  it('works once for what was right, every time for what was wrong, and anew for a new hash', async () => {
    const { passwords, compared } = passwordsThat('secret');
    expect(await passwords.check(known, 'dave', bytes('secret'), here)).toBe('right');
    expect(passwords.check(known, 'dave', bytes('secret'), here)).toBe('right');
    expect(await passwords.check(known, 'dave', bytes('other'), here)).toBe('wrong');
    expect(await passwords.check(known, 'dave', bytes('other'), here)).toBe('wrong');
    expect(await passwords.check(new Map([['dave', 'new']]), 'dave', bytes('secret'), here)).toBe('right');
    expect(compared).toHaveLength(4);
  });

  it('remembers a bounded number, and tells users apart', async () => {
    const { passwords, compared } = passwordsThat('secret');
    const many = new Map(Array.from({ length: 1001 }, (_, i) => [`user${i}`, 'same']));
    for (const user of many.keys()) await passwords.check(many, user, bytes('secret'), here);
    expect(compared).toHaveLength(1001);
    expect(passwords.check(many, 'user1', bytes('secret'), here)).toBe('right');
    await passwords.check(many, 'user0', bytes('secret'), here);
    expect(compared).toHaveLength(1002);
  });

  it('does nothing for who has left', async () => {
    const { passwords, compared } = passwordsThat('secret');
    expect(await passwords.check(known, 'dave', bytes('secret'), () => true)).toBe('wrong');
    expect(compared).toEqual([]);
  });

  it('splits at the first colon and takes any bytes', () => {
    const given = credentialsIn(`Basic ${Buffer.from('用户:a:b\0').toString('base64')}`);
    expect(given).toEqual({ user: '用户', password: bytes('a:b\0') });
  });
});

describe('headers', () => {
  const headers = 'http_server_config:\n  headers:\n    X-Frame-Options: deny\n    Strict-Transport-Security: max-age=31536000\n    Content-Security-Policy: default-src \'self\'\n    X-Content-Type-Options: ""\n';
  const wanted = { 'x-frame-options': 'deny', 'strict-transport-security': 'max-age=31536000', 'content-security-policy': 'default-src \'self\'', 'referrer-policy': 'no-referrer' };

  it.each([['/metrics', 200], ['/', 200], ['/divergence', 200], ['/nowhere', 404]])('of the file stand over our own at %s', async (path, status) => {
    const { ask } = await start(headers);
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(wanted);
    expect(answer.headers['x-content-type-options']).toBeUndefined();
  });

  it('go with a refusal as well', async () => {
    const { ask } = await start(`${headers}${users}`);
    const answer = await ask('/metrics');
    expect(answer.status).toBe(401);
    expect(answer.headers).toMatchObject(wanted);
    expect(answer.headers['x-content-type-options']).toBeUndefined();
  });
});

describe('the rate limit', () => {
  it('answers a burst, then one request an interval', () => {
    let now = 0;
    const bucket = createTokenBucket({ interval: 1000, burst: 2 }, () => now);
    const takes = [0, 0, 0, 999, 1000, 1001, 10_000, 10_000, 10_000].map((time) => {
      now = time;
      return bucket.take();
    });
    expect(takes).toEqual([true, true, false, false, true, false, true, true, false]);
  });

  it('holds for all clients together, before the password, and is not refilled by a file that is touched', async () => {
    const { ask, write } = await start(`rate_limit: {interval: 1h, burst: 2}\n${users}`);
    expect((await ask('/metrics', { headers: dave })).status).toBe(200);
    expect((await ask('/metrics')).status).toBe(401);
    expect(await ask('/metrics', { headers: dave })).toMatchObject({ status: 429, body: 'too many requests\n' });
    write(`# another\nrate_limit: {interval: 1h, burst: 2}\n${users}`);
    expect((await ask('/metrics', { headers: dave })).status).toBe(429);
    write(users);
    expect((await ask('/metrics', { headers: dave })).status).toBe(200);
  });

  it('limits nothing with an interval of 0', async () => {
    const { ask } = await start('rate_limit: {interval: 0, burst: 0}');
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask('/metrics')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
  });
});

describe('who may reload', () => {
  const from = (remoteAddress: string, headers: Readonly<Record<string, string>> = {}) => ({ socket: { remoteAddress }, headers });
  const withUsers = { ...openWeb, users: new Map([['a', 'hash']]) };
  const verified = (clientAuth: 'require' | 'require_and_verify') =>
    ({ ...openWeb, tls: { cert: '', key: '', clientAuth, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ciphers: '', preferServerCiphers: true } }) as const;

  it.each([
    ['this host', 'protected', openWeb, from('127.0.0.1'), true],
    ['this host by IPv6', 'protected', openWeb, from('::1'), true],
    ['this host by a mapped address', 'protected', openWeb, from('::ffff:127.0.0.1'), true],
    ['another host', 'protected', openWeb, from('10.0.0.1'), false],
    ['an address that only begins like ours', 'protected', openWeb, from('::ffff:1.127.0.0'), false],
    ['a proxy on this host', 'protected', openWeb, from('127.0.0.1', { 'x-forwarded-for': '10.0.0.1' }), false],
    ['another host that has logged in', 'protected', withUsers, from('10.0.0.1'), true],
    ['another host with a verified certificate', 'protected', verified('require_and_verify'), from('10.0.0.1'), true],
    ['another host with any certificate', 'protected', verified('require'), from('10.0.0.1'), false],
    ['anyone', 'anyone', openWeb, from('10.0.0.1'), true],
    ['nobody', 'off', withUsers, from('127.0.0.1'), false],
    ['a page of another site', 'anyone', withUsers, from('127.0.0.1', { host: 'localhost:18848', origin: 'https://example.org' }), false],
    ['a page of ours', 'protected', openWeb, from('127.0.0.1', { host: 'localhost:18848', origin: 'http://localhost:18848' }), true],
  ] as const)('%s', (_name, lifecycle, web, call, may) => {
    expect(lifecycleRefusal(lifecycle, web, call) === undefined).toBe(may);
  });

  it('is told at the door', async () => {
    const { ask } = await start(undefined);
    expect(await ask('/-/reload', { method: 'POST' })).toMatchObject({ status: 200, body: 'reloaded\n' });
    const passedOn = await ask('/-/reload', { method: 'POST', headers: { forwarded: 'for=10.0.0.1' } });
    expect(passedOn).toMatchObject({ status: 403, body: expect.stringContaining('web.lifecycle: anyone') });
    expect((await ask('/%2D/reload', { method: 'POST', headers: { forwarded: 'for=10.0.0.1' } })).status).not.toBe(200);
  });

  it('needs the same certificate or password as all else', async () => {
    const { ask } = await start(`${mutual}${users}`);
    await expect(ask('/-/reload', { method: 'POST', tls: true, headers: dave })).rejects.toThrow(/alert|socket|ECONNRESET/);
    expect((await ask('/-/reload', { method: 'POST', tls: true, ...client })).status).toBe(401);
    expect((await ask('/-/reload', { method: 'POST', tls: true, ...client, headers: dave })).status).toBe(200);
  });
});

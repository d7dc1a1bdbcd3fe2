/** No password, token or identity value in anything the program says, however its logins go. */

import { afterEach, describe, expect, it } from 'vitest';
import { createCluster, listen, type SimCluster } from '../../src/sim/index.ts';
import { startFakeServer } from '../fakes/fake-server.ts';
import { configOf, startProgram, until, untilReady, valueIn, type Program } from './program.ts';

const password = 'p@ss w0rd&"中"\\x';
const identity = 'identity-value-7311';
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function serverOf(version: string, tokenTtlSeconds?: number): Promise<{ sim: SimCluster; urls: readonly string[] }> {
  const sim = createCluster({
    versions: [version], auth: { username: 'monitor', password, identity: { key: 'x-identity', value: identity }, ...(tokenTtlSeconds === undefined ? {} : { tokenTtlSeconds }) },
  });
  sim.bulk({ services: 5, instances: 2, name: (i) => `svc-${i}` });
  const listening = await listen(sim);
  open.push(async () => {
    sim.close();
    await listening.close();
  });
  return { sim, urls: listening.urls };
}

async function start(urls: readonly string[], auth: string, given: string): Promise<Program> {
  const running = await startProgram({
    config: configOf('c', urls, `auth: ${auth}\n    poll: {interval: 1s, timeout: 1s}`),
    files: { '/secrets/password': `${given}\n`, '/secrets/identity': `${identity}\n` }, env: { NACOS_PASSWORD: given },
  });
  open.push(running.stop);
  return running;
}

/** Everything that leaves the program. */
async function everything(running: Program): Promise<string> {
  const pages = await Promise.all(['/metrics', '/config', '/', '/-/ready', '/-/healthy', '/nothing'].map((path) => running.page(path)));
  const openMetrics = await running.page('/metrics', { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
  const reload = await running.page('/-/reload', { method: 'POST' });
  return [...pages, openMetrics, reload].map((page) => page.body).join('\n') + running.output.join('\n');
}

const spellings = (secret: string): readonly string[] => [
  secret, encodeURIComponent(secret), new URLSearchParams({ p: secret }).toString().slice(2), JSON.stringify(secret).slice(1, -1),
  JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1), Buffer.from(secret).toString('base64'),
];

function expectNoSecret(said: string, ...secrets: readonly string[]): void {
  for (const secret of secrets) for (const spelling of spellings(secret)) expect(said.includes(spelling), `leaks ${spelling}`).toBe(false);
  // Every token begins so: {"alg":…
  expect(/eyJ[\w-]{6,}/.exec(said)?.[0]).toBeUndefined();
}

describe.each(['1.4.1', '2.2.4', '3.1.0'])('against %s with authentication on', (version) => {
  it('with the right password from a file', async () => {
    const { urls } = await serverOf(version);
    const running = await start(urls, '{username: monitor, password_file: /secrets/password}', password);
    await untilReady(running);
    const families = await running.scrape();
    expect(valueIn(families, 'nacos_namespace_instances', { namespace_id: 'public' })).toBe(10);
    expect(valueIn(families, 'nacos_exporter_requests_total', { api: 'login', code: '200' })).toBeGreaterThan(0);
    const said = await everything(running);
    expect(said).toContain('/secrets/password');
    expectNoSecret(said, password, identity);
  });

  it('with a wrong password', async () => {
    const wrong = 'not-the-pass word&9321';
    const { urls } = await serverOf(version);
    const running = await start(urls, '{username: monitor, password_env: NACOS_PASSWORD}', wrong);
    await untilReady(running);
    await until('the failure', async () => ((valueIn(await running.scrape(), 'nacos_poll_failures_total', { stage: 'counts', reason: 'auth' }) ?? 0) > 0 ? true : undefined));
    const families = await running.scrape();
    expect(valueIn(families, 'nacos_node_up')).toBe(1);
    expect(valueIn(families, 'nacos_namespace_instances', { namespace_id: 'public' })).toBeUndefined();
    const said = await everything(running);
    expect(said).toContain('login');
    expectNoSecret(said, wrong, password);
  });

  it('with tokens that end every few seconds, and the password in the file itself', async () => {
    const { urls } = await serverOf(version, 4);
    const running = await start(urls, `{username: monitor, password: ${JSON.stringify(password)}}`, password);
    await untilReady(running);
    await until('a second login', async () => ((valueIn(await running.scrape(), 'nacos_exporter_requests_total', { api: 'login', code: '200' }) ?? 0) > 1 ? true : undefined));
    const families = await running.scrape();
    expect(valueIn(families, 'nacos_namespace_instances', { namespace_id: 'public' })).toBe(10);
    expect(valueIn(families, 'nacos_poll_failures_total', { stage: 'counts', reason: 'auth' })).toBe(0);
    const said = await everything(running);
    expect(said).toContain('<secret>');
    expectNoSecret(said, password);
  });
});

it('with the identity header', async () => {
  const { urls } = await serverOf('2.2.4');
  const running = await start(urls, '{identity: {key: x-identity, value_file: /secrets/identity}}', password);
  await untilReady(running);
  expect(valueIn(await running.scrape(), 'nacos_namespace_instances', { namespace_id: 'public' })).toBe(10);
  expectNoSecret(await everything(running), identity, password);
});

describe('a server that repeats what it was sent', () => {
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtb25pdG9yIn0.c2lnbmF0dXJl';
  const granted = JSON.stringify({ accessToken: token, tokenTtl: 18_000 });

  it.each([
    { what: 'after a login', login: { status: 200, body: () => granted }, status: 500, says: 'no: *** Bearer ***' },
    { what: 'at the login', login: { status: 500, body: (sent: string) => `no: ${sent}` }, status: 403, says: 'no: username=monitor&password=***' },
  ])('$what', async ({ login, status, says }) => {
    const heard: string[] = [];
    const echo = await startFakeServer(({ url, headers, body }) => ({ response }) => {
      const sent = `${String(headers['x-identity'] ?? '')} ${headers.authorization ?? ''}`;
      heard.push(sent, body);
      if (url.includes('/login')) response.writeHead(login.status, { 'content-type': 'application/json' }).end(login.body(body));
      else response.writeHead(status, { 'content-type': 'text/plain' }).end(`no: ${sent} ${url}`);
    });
    open.push(echo.close);
    const running = await start(
      [`http://127.0.0.1:${echo.port}`], '{username: monitor, password_file: /secrets/password, identity: {key: x-identity, value_file: /secrets/identity}}', password,
    );
    const line = await until('what it said is logged', async () => running.output.find((said) => said.includes('no: ')));
    expect(line).toContain(says);
    expect(heard.some((text) => text.includes(identity))).toBe(true);
    expect(heard.some((text) => text.includes('password='))).toBe(true);
    expectNoSecret(await everything(running), password, identity, token);
  });
});

import { describe, expect, it } from 'vitest';

import { detect, dialectFor, loginBeforeDetection } from '../../src/nacos/detect.ts';
import type { Answer } from '../../src/nacos/dialects/dialect.ts';
import { rNacos } from '../../src/nacos/dialects/r-nacos.ts';
import { v1, v1Old } from '../../src/nacos/dialects/v1.ts';
import { v20 } from '../../src/nacos/dialects/v2-0.ts';
import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { v3, v3AdminOnly, v3Open, v3OpenWithoutMetrics } from '../../src/nacos/dialects/v3.ts';
import { NacosError } from '../../src/nacos/errors.ts';
import { answer, fakeClient, notFound, recorded, recordedClient } from './dialects.fixtures.ts';

const yes = { hasCredentials: true };
const no = { hasCredentials: false };

/** Answers by path without its query; 404 elsewhere. */
function node(answers: Readonly<Record<string, Answer | NacosError>>) {
  return fakeClient((path) => answers[path.split('?')[0]!] ?? notFound(path));
}

async function failure(promise: Promise<unknown>): Promise<NacosError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof NacosError) return error;
    throw error;
  }
  throw new Error('no failure');
}

describe('dialectFor', () => {
  it.each([
    ['1.0.0', v1Old], ['1.1.4', v1Old], ['1.2.1', v1Old], ['1.3.2', v1Old], ['1.4.0', v1], ['1.4.1', v1], ['1.4.8', v1],
    ['2.0.0', v20], ['2.0.4', v20], ['2.1.2', v20], ['2.2.0', v22], ['2.2.0.1', v22], ['2.2.4', v22], ['2.3.2', v22], ['2.5.1', v22], ['2.10.0', v22],
    ['3.0.0-ALPHA', v3], ['3.1.0-bugfix', v3], ['3.1.0-SNAPSHOT', v3], ['v3.0.3', v3], ['4.0.0', v3], [' 2.1.2\n', v20],
  ])('%s', (version, dialect) => {
    expect(dialectFor(version)).toBe(dialect);
  });

  it.each(['', 'unknown', '2', 'two.one', '0.8.0', '-1.2.3', '${revision}', 'null'])('knows nothing of %o', (version) => {
    expect(dialectFor(version)).toBeUndefined();
  });

  it.each([
    [{ openOnly: true }, v3Open], [{ openMetrics: false }, v3AdminOnly], [{ openOnly: true, openMetrics: false }, v3OpenWithoutMetrics], [{}, v3],
  ])('3.x with %o', (options, dialect) => {
    expect(dialectFor('3.0.3', options)).toBe(dialect);
    expect(dialectFor('2.5.1', options)).toBe(v22);
  });
});

describe('detect, by recordings', () => {
  it.each([
    ['1.4.1/cluster3/node1', v1, { version: '1.4.1', mode: 'cluster' }, 2],
    ['2.0.4/cluster3/node1', v20, { version: '2.0.4', mode: 'cluster' }, 2],
    ['2.2.4/single', v22, { version: '2.2.4', mode: 'standalone' }, 2],
    ['3.1.0/cluster3/node1', v3, { version: '3.1.0-bugfix', mode: 'cluster' }, 2],
    ['rnacos/single', rNacos, { version: '', mode: 'unknown' }, 3],
    ['upgrade-1.4.1-to-2.0.4/1-one-of-three/node1', v1, { version: '1.4.1', mode: 'cluster' }, 2],
    ['upgrade-1.4.1-to-2.0.4/1-one-of-three/node3', v20, { version: '2.0.4', mode: 'cluster' }, 2],
  ] as const)('%s', async (folder, dialect, state, requests) => {
    const client = recordedClient(folder);

    expect(await detect(client, yes)).toEqual({ dialect, state });
    expect(client.asked).toHaveLength(requests);
  });

  it('3.1.0 without credentials: open only, unless the admin API is', async () => {
    const closed = recordedClient('3.1.0/single-noauth');
    expect((await detect(closed, no)).dialect).toBe(v3Open);
    expect(closed.asked).toEqual(['/v3/admin/core/state', '/v1/ns/operator/metrics', '/v3/admin/core/cluster/node/list']);
    expect((await detect(recordedClient('3.1.0/cluster3/node1'), no)).dialect).toBe(v3);
  });
});

describe('detect', () => {
  const state = (version: string) => answer(200, { version, standalone_mode: 'cluster', function_mode: null });
  const switches = (name: string) => answer(200, { name, pushEnabled: true });
  const nacosSwitches = switches('00-00---000-NACOS_SWITCH_DOMAIN-000---00-00');
  const stateV3 = recorded('3.1.0/single-noauth', 'v3-state');
  const paths = {
    v3: '/v3/admin/core/state',
    console: '/v1/console/server/state',
    switches: '/v1/ns/operator/switches',
    self: '/v1/core/cluster/self',
    metrics: '/v1/ns/operator/metrics',
    nodes: '/v3/admin/core/cluster/node/list',
  };

  it.each([404, 410, 501])('3.x whose v1 is closed with %i: metrics by the admin API, or none', async (status) => {
    const answers = { [paths.v3]: stateV3, [paths.metrics]: answer(status, '') };
    expect((await detect(node(answers), yes)).dialect).toBe(v3AdminOnly);
    const forbidden = { ...answers, [paths.nodes]: new NacosError('auth', 'HTTP 403', { httpStatus: 403 }) };
    expect((await detect(node(forbidden), no)).dialect).toBe(v3OpenWithoutMetrics);
  });

  it('3.x that is DOWN still has its metrics', async () => {
    const answers = { [paths.v3]: stateV3, [paths.metrics]: answer(503, 'server is DOWNnow, detailed error message: x') };
    expect((await detect(node(answers), yes)).dialect).toBe(v3);
  });

  it('3.x that fails while it is tried without credentials is not taken for closed', async () => {
    const answers = { [paths.v3]: stateV3, [paths.metrics]: answer(200, ''), [paths.nodes]: new NacosError('timeout', 'after 5 s') };
    expect(await failure(detect(node(answers), no))).toMatchObject({ reason: 'timeout' });
  });

  it('takes a version that is none by the endpoint that told it', async () => {
    expect((await detect(node({ [paths.console]: state('${revision}') }), yes)).dialect).toBe(v20);
    const odd = answer(200, { code: 0, message: 'success', data: { version: 'dev', startup_mode: 'cluster' } });
    expect(await detect(node({ [paths.v3]: odd, [paths.metrics]: answer(200, '') }), yes)).toEqual({ dialect: v3, state: { version: 'dev', mode: 'cluster' } });
  });

  it('1.1.x without a console on this port', async () => {
    const client = node({ [paths.switches]: nacosSwitches });
    expect(await detect(client, no)).toEqual({ dialect: v1Old, state: { version: '', mode: 'unknown' } });
    expect(client.asked).toHaveLength(4);
  });

  it('2.x without a console on this port: by its own entry among the members', async () => {
    const answers = { [paths.switches]: nacosSwitches, [paths.self]: recorded('2.2.4/single', 'core-self') };
    expect(await detect(node(answers), no)).toEqual({ dialect: v22, state: { version: '2.2.4', mode: 'unknown' } });
  });

  it('r-nacos with auth on is asked again with a token by the client, or says that it needs one', async () => {
    const error = new NacosError('auth', 'switches: HTTP 403', { httpStatus: 403 });
    const answers = { [paths.v3]: answer(403, ''), [paths.console]: answer(403, ''), [paths.switches]: error };
    expect(await failure(detect(node(answers), no))).toBe(error);
    expect(loginBeforeDetection).toEqual(expect.arrayContaining(['/v1/auth/login', '/v3/auth/user/login']));
  });

  it.each([
    ['nothing at all', new NacosError('connect', 'ECONNREFUSED')],
    ['a time-out', new NacosError('timeout', 'after 5 s')],
    ['no HTTP', new NacosError('protocol', 'x')],
    ['a redirect', new NacosError('redirect', 'to elsewhere', { httpStatus: 302 })],
  ])('lets %s through as it is', async (_, error) => {
    expect(await failure(detect(fakeClient(() => error), yes))).toBe(error);
  });

  it.each([500, 502, 503])('lets a gateway that answers %i through as it is', async (status) => {
    expect(await failure(detect(fakeClient(() => answer(status, 'upstream')), yes))).toMatchObject({ reason: 'status', httpStatus: status });
  });

  it.each([
    ['another server (404)', answer(404, 'not here'), '/v3/admin/core/state answered 404, /v1/console/server/state answered 404, /v1/ns/operator/switches answered 404'],
    ['a page for everything', answer(200, '<html>'), '/v3/admin/core/state answered 200, /v1/console/server/state answered 200, /v1/ns/operator/switches answered 200'],
    ['JSON for everything', answer(200, {}), '/v3/admin/core/state answered 200, /v1/console/server/state answered 200, /v1/ns/operator/switches answered 200'],
    ['something with a name', switches('prometheus'), '/v3/admin/core/state answered 200, /v1/console/server/state answered 200, /v1/ns/operator/switches named itself "prometheus"'],
  ])('says of %s that it is no Nacos', async (_, given, what) => {
    const error = await failure(detect(fakeClient(() => given), yes));
    expect(error.reason).toBe('envelope');
    expect(error.message).toBe(`no Nacos API here, check port and context path: ${what}`);
  });
});

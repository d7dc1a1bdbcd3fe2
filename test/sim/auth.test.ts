/** Logins and tokens, compared with the recorded ones. */

import { describe, expect, it } from 'vitest';
import { createCluster, virtualClock } from '../../src/sim/index.ts';
import type { SimCluster, SimResponse, VirtualClock } from '../../src/sim/index.ts';
import { ask } from './ask.ts';
import { fixture, shapeOf } from './shape.ts';

function make(version: string): { readonly cluster: SimCluster; readonly clock: VirtualClock } {
  const clock = virtualClock();
  const cluster = createCluster({
    versions: [version, version], clock, auth: { username: 'nacos', password: 'secret', tokenTtlSeconds: 60, identity: { key: 'labIdentity', value: 'labValue' } },
  });
  return { cluster, clock };
}

const login = (cluster: SimCluster, path: string, body: string): SimResponse => cluster.handle(0, { method: 'POST', path: `/nacos${path}`, body });
const list = '/v1/ns/catalog/services?hasIpCount=true&withInstances=false&pageNo=1&pageSize=10&namespaceId=';

describe.each([['1.4.1', '/v1/auth/login', 'login-v1'], ['2.0.4', '/v1/auth/login', 'login-v1'], ['2.2.4', '/v1/auth/login', 'login-v1'], ['3.1.0', '/v3/auth/user/login', 'login-v3']])(
  '%s',
  (version, path, recorded) => {
    it('logs in as recorded', () => {
      const answer = login(make(version).cluster, path, 'username=nacos&password=secret');
      expect(answer.status).toBe(200);
      expect(shapeOf(JSON.parse(answer.body.toString()))).toEqual(shapeOf(JSON.parse(fixture(`${version}/auth/${recorded}.json`))));
    });

    it('accepts its token on every node until it expires', () => {
      const { cluster, clock } = make(version);
      const { accessToken } = JSON.parse(login(cluster, path, 'username=nacos&password=secret').body.toString()) as { accessToken: string };
      const guarded = version.startsWith('3') ? '/v3/admin/ns/service/list' : list;
      const statuses = (): readonly number[] => [0, 1].map((index) => ask(cluster, index, guarded, { authorization: `Bearer ${accessToken}` }).status);
      expect(statuses()).toEqual([200, 200]);
      clock.advance(60_000);
      expect(statuses()).toEqual([403, 403]);
    });

    it('leaves open what is open', () => {
      const { cluster } = make(version);
      expect(ask(cluster, 0, '/v1/ns/operator/metrics').status).toBe(200);
      expect(ask(cluster, 0, version.startsWith('3') ? '/v3/admin/core/state' : '/v1/console/server/state').status).toBe(200);
    });
  },
);

describe('a request without a token', () => {
  it.each([['1.4.1', list, 'catalog-none'], ['2.0.4', list, 'catalog-none'], ['2.2.4', list, 'catalog-none'], ['2.2.4', '/v2/core/cluster/node/list', 'v2-nodes-none'],
    ['3.1.0', '/v3/admin/core/cluster/node/list', 'v3-nodes-none'], ['3.1.0', '/v3/admin/ns/service/list', 'v3-services-none'], ['3.1.0', '/v1/ns/instance/list?serviceName=a', 'v1-inst-none']])(
    '%s %s: 403 as recorded',
    (version, path, recorded) => {
      const answer = ask(make(version).cluster, 0, path);
      expect(answer.status).toBe(403);
      expect(shapeOf(JSON.parse(answer.body.toString()))).toEqual(shapeOf(JSON.parse(fixture(`${version}/auth/${recorded}.json`))));
    },
  );

  it('is let in with the server identity', () => {
    expect(ask(make('2.2.4').cluster, 0, list, { labidentity: 'labValue' }).status).toBe(200);
  });

  it.each([['1.4.1', 403], ['2.0.4', 403], ['2.2.4', 200], ['3.1.0', 410]])('%s with the token in a header of its own: %i', (version, status) => {
    const { cluster } = make(version);
    const { accessToken } = JSON.parse(login(cluster, '/v1/auth/login', 'username=nacos&password=secret').body.toString()) as { accessToken: string };
    expect(ask(cluster, 0, list, { accesstoken: accessToken }).status).toBe(status);
  });
});

describe('a wrong password', () => {
  it.each(['1.4.1', '2.0.4', '2.2.4'])('%s breaks the status line', (version) => {
    expect(login(make(version).cluster, '/v1/auth/login', 'username=nacos&password=bad').fault).toBe('malformed');
  });

  it('is a 500 on 3.x', () => {
    const answer = login(make('3.1.0').cluster, '/v3/auth/user/login', 'username=nacos&password=bad');
    expect(answer.status).toBe(500);
    expect(shapeOf(JSON.parse(answer.body.toString()))).toEqual(shapeOf(JSON.parse(fixture('3.1.0/auth/login-v3-bad.json'))));
  });

  it('of an unknown user is named by 2.2', () => {
    const answer = login(make('2.2.4').cluster, '/v1/auth/login', 'username=zzz&password=bad');
    expect([answer.status, answer.body.toString()]).toEqual([500, fixture('2.2.4/auth/login-nouser.txt')]);
  });
});

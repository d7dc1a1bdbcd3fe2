/** The paging traps of the catalog, release by release. */

import { describe, expect, it } from 'vitest';
import { createCluster, virtualClock } from '../../src/sim/index.ts';
import type { SimCluster } from '../../src/sim/index.ts';
import { ask, json } from './ask.ts';

function five(version: string): SimCluster {
  const cluster = createCluster({ versions: [version], clock: virtualClock(), compatibility: true });
  for (let i = 1; i <= 5; i += 1) cluster.register({ service: `s${i}`, ip: '10.0.1.1', port: 80 });
  return cluster;
}

const page = (cluster: SimCluster, pageNo: number, pageSize: number): string => {
  const { count, serviceList } = json<{ count: number; serviceList: readonly { name: string }[] }>(
    cluster, 0, `/v1/ns/catalog/services?hasIpCount=false&pageNo=${pageNo}&pageSize=${pageSize}&namespaceId=public`,
  );
  return `${count}: ${serviceList.map(({ name }) => name).join(' ')}`;
};

const all = '5: s1 s2 s3 s4 s5';

describe('catalog/services', () => {
  it.each([
    ['1.4.1', 1, 2, '5: s1 s2'], ['1.4.1', 3, 2, '5: s5'], ['1.4.1', 4, 2, '0: '], ['1.4.1', 7, 5, all], ['1.4.1', 7, 6, all],
    ['2.0.4', 3, 2, '5: s5'], ['2.0.4', 4, 2, '5: '], ['2.0.4', 2, 5, '5: '], ['2.0.4', 7, 6, all],
    ['2.2.4', 0, 2, '5: s1 s2'], ['2.2.4', 2, 5, '5: '], ['2.2.4', 2, 6, all],
    ['3.1.0', 1, 6, all], ['3.1.0', 2, 6, '5: '],
  ])('%s, page %i of %i: %s', (version, pageNo, pageSize, expected) => {
    expect(page(five(version), pageNo, pageSize)).toBe(expected);
  });

  it('is served by the 1.x store on 2.0 until the upgrade', () => {
    const clock = virtualClock();
    const cluster = createCluster({ versions: ['2.0.4', '1.4.1'], clock });
    for (let i = 1; i <= 5; i += 1) cluster.register({ service: `s${i}`, ip: '10.0.1.1', port: 80 });
    expect(page(cluster, 4, 2)).toBe('0: ');
    cluster.node(1).upgrade('2.0.4');
    clock.advance(60_000);
    expect(page(cluster, 4, 2)).toBe('5: ');
  });

  it.each([['1.4.1', 's3 s4'], ['2.2.4', 's1 s2']])('%s counts pages with instances from its own base', (version, expected) => {
    const list = json<readonly { serviceName: string }[]>(five(version), 0, '/v1/ns/catalog/services?withInstances=true&pageNo=1&pageSize=2&namespaceId=');
    expect(list.map(({ serviceName }) => serviceName).join(' ')).toBe(expected);
  });

  it('hides empty services with hasIpCount, and takes names as regular expressions', () => {
    const cluster = five('2.2.4');
    cluster.deregister({ service: 's3' });
    const count = (query: string): number => json<{ count: number }>(cluster, 0, `/v1/ns/catalog/services?pageNo=1&pageSize=10&${query}`).count;
    expect([count('hasIpCount=true'), count('hasIpCount=false'), count('serviceNameParam=s[12]'), count('groupNameParam=OTHER')]).toEqual([4, 5, 2, 0]);
  });

  it('answers an unchanged page from memory', () => {
    const cluster = five('2.2.4');
    const path = '/v1/ns/catalog/services?hasIpCount=false&pageNo=1&pageSize=10&namespaceId=public';
    const first = ask(cluster, 0, path).body;
    expect(ask(cluster, 0, path).body).toBe(first);
    cluster.register({ service: 's6', ip: '10.0.1.1', port: 80 });
    expect(ask(cluster, 0, path).body).not.toBe(first);
  });
});

describe('the v3 list', () => {
  it('promises a page too many on exact multiples, and none when empty', () => {
    const cluster = five('3.1.0');
    const pages = (query: string): unknown => {
      const { totalCount, pagesAvailable, pageItems } = json<{ data: { totalCount: number; pagesAvailable: number; pageItems: readonly unknown[] } }>(
        cluster, 0, `/v3/admin/ns/service/list?${query}`,
      ).data;
      return [totalCount, pagesAvailable, pageItems.length];
    };
    expect([pages('pageNo=1&pageSize=5'), pages('pageNo=2&pageSize=2'), pages('pageNo=2&pageSize=9'), pages('namespaceId=nope')])
      .toEqual([[5, 2, 5], [5, 3, 2], [5, 1, 0], [0, 0, 0]]);
  });
});

describe('catalog/instances', () => {
  it.each([['1.4.1', 200], ['2.0.4', 404], ['2.2.4', 404]])('%s answers for an emptied service with %i', (version, status) => {
    const cluster = five(version);
    cluster.deregister({ service: 's1' });
    expect(ask(cluster, 0, '/v1/ns/catalog/instances?serviceName=DEFAULT_GROUP@@s1&clusterName=DEFAULT&pageNo=1&pageSize=10').status).toBe(status);
  });
});

describe('missing things', () => {
  it.each([
    ['1.4.1', '/v1/ns/upgrade/ops/metrics', 501], ['2.2.4', '/v1/ns/raft/state', 501], ['2.0.4', '/v1/ns/raft/state', 500], ['1.4.1', '/v2/core/cluster/node/list', 404],
    ['2.2.4', '/v1/ns/service?serviceName=nope', 400], ['1.4.1', '/v1/ns/service?serviceName=nope', 404], ['3.1.0', '/v1/console/server/state', 404],
  ])('%s %s: %i', (version, path, status) => expect(ask(five(version), 0, path).status).toBe(status));
});

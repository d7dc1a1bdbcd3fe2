/** Members, raft and readiness as each observer shows them while nodes come and go. */

import { describe, expect, it } from 'vitest';
import { createCluster, virtualClock } from '../../src/sim/index.ts';
import type { SimCluster } from '../../src/sim/index.ts';
import { ask, json } from './ask.ts';

interface MemberJson {
  readonly state: string;
  readonly failAccessCnt: number;
  readonly address: string;
  readonly extendInfo: { readonly version?: string; readonly raftMetaData?: { readonly metaDataMap: Readonly<Record<string, { readonly leader: string; readonly term: number }>> } };
}

const states = (cluster: SimCluster, observer: number): readonly string[] =>
  json<{ data: readonly MemberJson[] }>(cluster, observer, '/v1/core/cluster/nodes').data.map(({ state }) => state);

const raft = (cluster: SimCluster, index: number, group: string): { readonly leader: string; readonly term: number } | undefined =>
  json<{ data: MemberJson }>(cluster, index, '/v1/core/cluster/self').data.extendInfo.raftMetaData?.metaDataMap[group];

describe('members', () => {
  it.each([['1.4.1', 4000, 'DOWN'], ['2.0.4', 4000, 'DOWN'], ['2.2.4', 4000, 'SUSPICIOUS'], ['2.2.4', 18_000, 'DOWN']])(
    '%s: %i ms after a death the peer is %s',
    (version, ms, state) => {
      const clock = virtualClock();
      const cluster = createCluster({ versions: [version, version, version], clock });
      cluster.node(2).stop();
      clock.advance(ms);
      expect(states(cluster, 0)).toEqual(['UP', 'UP', state]);
      cluster.node(2).start();
      clock.advance(4000);
      expect([states(cluster, 0), states(cluster, 2)]).toEqual([['UP', 'UP', 'UP'], ['UP', 'UP', 'UP']]);
    },
  );

  it('can be seen otherwise by one observer', () => {
    const cluster = createCluster({ versions: ['2.0.4', '2.0.4', '2.0.4'], clock: virtualClock() });
    cluster.node(0).sees(1, 'SUSPICIOUS');
    expect([states(cluster, 0), states(cluster, 2)]).toEqual([['UP', 'SUSPICIOUS', 'UP'], ['UP', 'UP', 'UP']]);
  });

  it('learn of a new version with the next report', () => {
    const clock = virtualClock();
    const cluster = createCluster({ versions: ['1.4.1', '1.4.1', '1.4.1'], clock });
    cluster.node(2).upgrade('2.0.4', { downMs: 8000 });
    clock.advance(13_000);
    const seen = json<{ data: readonly MemberJson[] }>(cluster, 0, '/v1/core/cluster/nodes').data.map(({ extendInfo }) => extendInfo.version);
    expect(seen).toEqual(['1.4.1', '1.4.1', '2.0.4']);
    expect(json(cluster, 2, '/v1/console/server/state')).toMatchObject({ version: '2.0.4' });
  });
});

describe('raft', () => {
  const group = 'naming_persistent_service_v2';

  it('shows a dead leader until another is elected, with a higher term', () => {
    const clock = virtualClock();
    const cluster = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], clock });
    cluster.elect(group, 2);
    const before = raft(cluster, 0, group);
    expect(before?.leader).toBe('10.0.0.3:7848');
    cluster.node(2).stop();
    clock.advance(4000);
    expect(raft(cluster, 0, group)).toEqual(before);
    clock.advance(1000);
    const after = raft(cluster, 0, group);
    expect(after?.term).toBe((before?.term ?? 0) + 1);
    expect(after?.leader).not.toBe(before?.leader);
    expect(raft(cluster, 1, group)).toEqual(after);
  });

  it('keeps the old leader for good without a quorum', () => {
    const clock = virtualClock();
    const cluster = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], clock });
    cluster.elect(group, 2);
    cluster.node(2).stop();
    cluster.node(1).stop();
    clock.advance(60_000);
    expect(raft(cluster, 0, group)?.leader).toBe('10.0.0.3:7848');
  });

  it('lets a script split it', () => {
    const cluster = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], clock: virtualClock() });
    cluster.elect(group, 1);
    cluster.node(0).believes(group, { leader: 0, term: 1 });
    cluster.elect(group, 2);
    expect([0, 1, 2].map((index) => raft(cluster, index, group)?.leader)).toEqual(['10.0.0.1:7848', '10.0.0.3:7848', '10.0.0.3:7848']);
  });
});

describe('a node', () => {
  it.each([
    ['1.4.1', '/v1/ns/operator/metrics', 503, 'server is DOWN now, please try again later!'],
    ['2.2.4', '/v1/ns/operator/metrics', 503, 'server is DOWNnow, detailed error message: Optional[The naming module is not ready]'],
    ['2.3.2', '/v1/console/health/readiness', 500, 'naming not in readiness'],
    ['2.2.4', '/v2/ns/operator/metrics', 200, '{"code":0,"message":"success","data":{"status":"DOWN"}}'],
    ['3.1.0', '/v3/admin/ns/ops/metrics', 200, '{"code":0,"message":"success","data":{"status":"DOWN"}}'],
    ['3.1.0', '/v3/admin/core/state/readiness', 200, '{"code":30000,"message":"naming not in readiness","data":null}'],
  ])('%s that is DOWN answers %s with %i', (version, path, status, body) => {
    const cluster = createCluster({ versions: [version], clock: virtualClock() });
    cluster.node(0).setStatus('DOWN');
    const answer = ask(cluster, 0, path);
    expect([answer.status, answer.body.toString()]).toEqual([status, body]);
  });

  it('forgets its push counters at midnight', () => {
    const clock = virtualClock(Date.UTC(2026, 0, 1, 23, 59));
    const cluster = createCluster({ versions: ['2.2.4'], clock });
    cluster.node(0).setPush({ failing: 0.5 });
    cluster.register({ service: 'a', ip: '10.0.0.1', port: 1 });
    expect(json(cluster, 0, '/v1/ns/operator/push/state')).toMatchObject({ total: 2, succeed: 1, ratio: 0.5 });
    clock.advance(60_000);
    expect(json(cluster, 0, '/v1/ns/operator/push/state')).toMatchObject({ total: 0, succeed: 0, ratio: 0 });
  });

  it('writes the Date of its own clock', () => {
    const cluster = createCluster({ versions: ['2.2.4'], clock: virtualClock(Date.UTC(2026, 0, 1)) });
    cluster.node(0).skew(90_000);
    expect(ask(cluster, 0, '/v1/console/server/state').headers['date']).toBe('Thu, 01 Jan 2026 00:01:30 GMT');
  });
});

describe('who is in the cluster', () => {
  const addresses = (cluster: SimCluster, node: number): readonly string[] => (json(cluster, node, '/v1/core/cluster/nodes') as { data: { address: string }[] }).data.map(({ address }) => address);
  const raftMembers = (cluster: SimCluster): readonly string[] => {
    const self = json(cluster, 0, '/v1/core/cluster/self') as { data: { extendInfo: { raftMetaData: { metaDataMap: Record<string, { raftGroupMember: string[] }> } } } };
    return self.data.extendInfo.raftMetaData.metaDataMap['naming_persistent_service']!.raftGroupMember;
  };

  it('is what each node lists, and what raft has', () => {
    const cluster = createCluster({ versions: ['2.1.0', '2.1.0', '2.1.0'], clock: virtualClock() });
    cluster.node(0).lists(2, false);
    cluster.setInRaft(2, false);
    expect([addresses(cluster, 0).length, addresses(cluster, 1).length, raftMembers(cluster)]).toEqual([2, 3, ['10.0.0.1:7848', '10.0.0.2:7848']]);
    cluster.node(0).lists(2, true);
    cluster.setInRaft(2, true);
    expect([addresses(cluster, 0).length, raftMembers(cluster).length]).toEqual([3, 3]);
  });

  it('serves clients over gRPC until it restarts', () => {
    const clock = virtualClock();
    const cluster = createCluster({ versions: ['2.1.0', '2.1.0'], sdkClients: 0, clock });
    const connections = (): number => Object.keys(json(cluster, 0, '/v2/core/loader/current') as object).length;
    cluster.node(0).setClients(5);
    expect(connections()).toBe(6);
    cluster.node(0).restart({ downMs: 1_000 });
    clock.advance(2_000);
    expect(connections()).toBe(1);
  });

  it('loses what only the old store held, where double write is closed too early', () => {
    const cluster = createCluster({ versions: ['2.0.4', '2.0.4'], clock: virtualClock() });
    cluster.register({ service: 'a', ip: '10.0.0.1', port: 1 });
    cluster.node(1).setUpgrade({ upgraded: false, v2Missing: ['public##DEFAULT_GROUP@@a'] });
    cluster.closeDoubleWrite();
    expect([0, 1].map((node) => (json(cluster, node, '/v1/ns/catalog/services?pageNo=1&pageSize=10&namespaceId=public') as { count: number }).count)).toEqual([1, 0]);
    expect(json(cluster, 1, '/v1/ns/upgrade/ops/metrics?json=true')).toMatchObject({ upgraded: true, isDoubleWriteEnabled: false });
  });
});

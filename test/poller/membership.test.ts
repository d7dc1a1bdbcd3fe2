/** Members that appear and go, versions that change under us, and the namespaces that are read. */

import { afterEach, describe, expect, it } from 'vitest';
import { createCluster } from '../../src/sim/index.ts';
import { fillSmall, openRig, type ConfigChanges, type Rig, type RigOptions } from './harness.ts';

let rig: Rig;
const open = async (options: RigOptions = {}): Promise<void> => {
  rig = await openRig(options);
};
afterEach(() => rig.close());

const auth = { username: 'nacos', password: 'nacos' };
const credentials: ConfigChanges = { auth: { user: { username: 'nacos', password: { from: 'value', value: 'nacos' } } } };
const agreed = (namespace = 'public'): number | undefined => rig.value('nacos_namespace_instances', { namespace_id: namespace });
const info = (index: number): readonly string[] =>
  rig.samples('nacos_node_info', { nacos_node: rig.node(index) }).map((sample) => `${sample.labels.get('version')} ${sample.labels.get('api')}`);
/** Families in which a node has a series under any of its labels. */
const seriesOf = (node: string): readonly string[] =>
  [...rig.everySample().keys()].filter((key) => key.includes(`nacos_node="${node}"`) || key.includes(`observer="${node}"`));

describe('a rolling upgrade', () => {
  it.each([
    ['1.4.1', 'v1', '2.0.4', 'v2.0'], ['2.0.4', 'v2.0', '2.2.4', 'v2.2'], ['2.2.4', 'v2.2', '3.1.0', 'v3'], ['2.2.4', 'v2.2', '2.0.4', 'v2.0'],
  ] as const)('from %s to %s shows each node at its version within two checks, and no dip', async (from, oldApi, to, newApi) => {
    await open({ versions: [from, from, from], cluster: { auth }, config: credentials });
    await rig.play(60_000);
    const seen = new Set<number | undefined>();
    rig.atEveryText(() => void seen.add(agreed()));
    for (const index of [2, 1, 0]) {
      expect(info(index)).toEqual([`${from} ${oldApi}`]);
      rig.sim.node(index).upgrade(to, { downMs: 11_000, startingMs: 4_000, emptyMs: 1_000, fillMs: 8_000 });
      await rig.play(11_000);
      const took = await rig.playUntil(() => info(index)[0] === `${to} ${newApi}`, 60_000);
      expect(took, 'until the version is right').toBeLessThanOrEqual(10_000);
      await rig.play(120_000);
      expect(info(index)).toEqual([`${to} ${newApi}`]);
      expect(rig.value('nacos_agreement_nodes', { namespace_id: 'public' })).toBe(3);
    }
    expect(seen).toEqual(new Set([200]));
  });

  it('mixed versions all vote: 1.4.1, 2.0.4, 2.2.4 and 3.1.0 side by side', async () => {
    await open({ versions: ['1.4.1', '2.0.4', '2.2.4', '3.1.0'], cluster: { auth }, config: credentials });
    await rig.play();
    expect(rig.labelValues('nacos_node_info', 'api')).toEqual(['v1', 'v2.0', 'v2.2', 'v3']);
    expect(rig.value('nacos_agreement_nodes', { namespace_id: 'public' })).toBe(4);
    expect([agreed(), agreed('orders')]).toEqual([200, 30]);
  });
});

describe('expansion', () => {
  it('a member that appears in the members list is read, and joins before it votes', async () => {
    await open({ versions: ['2.2.4', '2.2.4', '2.2.4', '2.2.4'], servers: ['10.0.0.1:8848', '10.0.0.2:8848', '10.0.0.3:8848'], build(clock) {
      const sim = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4', '2.2.4'], clock });
      sim.bulk({ services: 40, instances: 5, name: (i) => `svc-${i}` });
      sim.node(3).stop();
      return sim;
    } });
    rig.listOnly([0, 1, 2]);
    await rig.play(120_000);
    // The first round, before the lists were cut, has named four.
    expect(rig.samples('nacos_node_up')).toHaveLength(3);
    const seen = new Set<number | undefined>();
    rig.atEveryText(() => void seen.add(agreed()));
    rig.listOnly(undefined);
    rig.sim.node(3).start({ emptyMs: 10_000, fillMs: 20_000 });
    await rig.play(15_000);
    const fourth = { nacos_node: rig.node(3) };
    expect(rig.value('nacos_node_up', fourth)).toBe(1);
    expect(rig.value('nacos_node_joining', fourth)).toBe(1);
    expect(rig.value('nacos_cluster_nodes', { source: 'discovered' })).toBe(4);
    expect(rig.value('nacos_cluster_nodes', { source: 'configured' })).toBe(3);
    expect(rig.value('nacos_agreement_nodes', { namespace_id: 'public' })).toBe(3);
    await rig.playUntil(() => rig.value('nacos_agreement_nodes', { namespace_id: 'public' }) === 4, 120_000);
    expect(rig.value('nacos_node_joining', fourth)).toBe(0);
    expect(seen).toEqual(new Set([200]));
  });

  it('one server of three finds the other two', async () => {
    await open({ servers: ['10.0.0.2:8848'] });
    await rig.play();
    expect(rig.labelValues('nacos_node_up', 'nacos_node')).toEqual(['10.0.0.1:8848', '10.0.0.2:8848', '10.0.0.3:8848']);
    expect(rig.value('nacos_agreement_nodes', { namespace_id: 'public' })).toBe(3);
    expect(rig.value('nacos_cluster_nodes', { source: 'configured' })).toBe(1);
    expect(rig.value('nacos_cluster_nodes_expected')).toBe(3);
  });

  it('goes on with the members it knows when the one configured server is down', async () => {
    await open({ servers: ['10.0.0.2:8848'] });
    await rig.play();
    rig.sim.node(1).stop();
    await rig.play(60_000);
    expect(rig.value('nacos_node_up', { nacos_node: rig.node(1) })).toBe(0);
    expect(rig.value('nacos_agreement_nodes', { namespace_id: 'public' })).toBe(2);
    expect(agreed()).toBe(200);
  });

  it('discover: false reads what is configured and nothing else', async () => {
    await open({ servers: ['10.0.0.1:8848', '10.0.0.3:8848'], config: { discover: false } });
    await rig.play(30_000);
    expect(rig.labelValues('nacos_node_up', 'nacos_node')).toEqual(['10.0.0.1:8848', '10.0.0.3:8848']);
    expect(rig.sim.node(1).requests.size).toBe(0);
    // What the others say of the second is theirs to say.
    expect(rig.value('nacos_cluster_nodes', { source: 'discovered' })).toBe(3);
  });
});

describe('contraction', () => {
  it('a member that is gone from the majority\'s list loses all its series at once, and is expected for ten minutes more', async () => {
    await open({ servers: ['10.0.0.1:8848'] });
    await rig.play(60_000);
    const gone = rig.node(2);
    expect(seriesOf(gone).length).toBeGreaterThan(20);
    rig.listOnly([0, 1]);
    rig.sim.node(2).stop();
    await rig.play(10_000);
    expect(seriesOf(gone)).toEqual([]);
    expect(rig.forgotten).toContain(gone);
    expect(rig.value('nacos_cluster_nodes', { source: 'discovered' })).toBe(2);
    expect(rig.value('nacos_cluster_nodes_expected')).toBe(3);
    expect([agreed(), rig.value('nacos_agreement_nodes', { namespace_id: 'public' })]).toEqual([200, 2]);
    await rig.play(570_000);
    expect(rig.value('nacos_cluster_nodes_expected')).toBe(3);
    await rig.play(45_000);
    expect(rig.value('nacos_cluster_nodes_expected')).toBe(2);
    expect(seriesOf(gone)).toEqual([]);
  });

  it('no request is sent to it any more', async () => {
    await open({ servers: ['10.0.0.1:8848'] });
    await rig.play(30_000);
    rig.listOnly([0, 1]);
    await rig.play(10_000);
    const asked = rig.requests.filter((request) => request.node === rig.node(2)).length;
    await rig.play(60_000);
    expect(rig.requests.filter((request) => request.node === rig.node(2))).toHaveLength(asked);
  });

  it('one node that alone has lost a member from its list removes nothing', async () => {
    await open({ servers: ['10.0.0.1:8848'] });
    rig.sim.node(0).fault({ kind: 'body', path: '/v1/core/cluster/nodes', body: JSON.stringify({ code: 200, message: null, data: [{ ip: '10.0.0.1', port: 8848, state: 'UP', extendInfo: {}, address: '10.0.0.1:8848' }] }) });
    await rig.play(60_000);
    expect(rig.samples('nacos_node_up')).toHaveLength(3);
    expect(rig.value('nacos_cluster_nodes', { source: 'discovered' })).toBe(3);
  });

  it('a configured node that no list names stays, down as it may be', async () => {
    await open();
    await rig.play();
    rig.listOnly([0, 1]);
    rig.sim.node(2).stop();
    await rig.play(30_000);
    expect(rig.value('nacos_node_up', { nacos_node: rig.node(2) })).toBe(0);
  });

  it('all nodes down: nobody is forgotten', async () => {
    await open({ servers: ['10.0.0.1:8848'] });
    await rig.play();
    for (const node of rig.sim.nodes) node.stop();
    await rig.play(120_000);
    expect(rig.samples('nacos_node_up').map((sample) => sample.value)).toEqual([0, 0, 0]);
    expect(rig.value('nacos_up')).toBe(0);
    expect(rig.value('nacos_cluster_nodes_expected')).toBe(3);
  });
});

describe('3.x without credentials', () => {
  it('has liveness, readiness and metrics, and nothing that it cannot know', async () => {
    await open({ versions: ['3.1.0', '3.1.0', '3.1.0'], cluster: { auth: { ...auth, adminOnly: true } } });
    await rig.play(30_000);
    for (const index of [0, 1, 2]) {
      const supported = rig.samples('nacos_poll_supported', { nacos_node: rig.node(index) }).filter((sample) => sample.value === 1).map((sample) => sample.labels.get('stage'));
      expect(supported).toEqual(['liveness', 'readiness', 'metrics']);
      expect(rig.labelValues('nacos_poll_supported', 'stage', { nacos_node: rig.node(index) })).toEqual(['actuator', 'beats', 'connections', 'contents', 'counts', 'database', 'liveness', 'members', 'metrics', 'namespaces', 'ports', 'push', 'raft', 'readiness', 'switches', 'upgrade']);
      expect(info(index)).toEqual(['3.1.0 v3-open']);
      expect(rig.value('nacos_node_ready', { nacos_node: rig.node(index) })).toBe(1);
      expect(rig.value('nacos_node_cpu_ratio', { nacos_node: rig.node(index) })).toBeGreaterThan(0);
    }
    for (const absent of ['nacos_instances', 'nacos_namespace_instances', 'nacos_agreement_nodes', 'nacos_member_state', 'nacos_raft_term', 'nacos_switch_enabled', 'nacos_service_instances']) {
      expect(rig.samples(absent), `${absent}`).toEqual([]);
    }
    expect(rig.samples('nacos_cluster_nodes', { source: 'discovered' })).toEqual([]);
    expect(rig.labelValues('nacos_poll_success', 'stage')).toEqual(['liveness', 'metrics', 'readiness']);
    expect(rig.samples('nacos_poll_failures_total').filter((sample) => sample.value > 0)).toEqual([]);
  });

  it('finds the admin API once it has been opened', async () => {
    const closed = { kind: 'status', status: 403, path: /^\/v3\/admin\/(core\/(cluster|namespace)|ns)\// } as const;
    await open({ build(clock) {
      const sim = createCluster({ versions: ['3.1.0', '3.1.0', '3.1.0'], clock });
      fillSmall(sim);
      for (const node of sim.nodes) node.fault(closed);
      return sim;
    } });
    await rig.play(30_000);
    expect([agreed(), rig.labelValues('nacos_node_info', 'api')]).toEqual([undefined, ['v3-open']]);
    for (const node of rig.sim.nodes) node.clearFaults();
    await rig.play(330_000);
    expect([agreed(), rig.labelValues('nacos_node_info', 'api')]).toEqual([200, ['v3']]);
    expect(rig.value('nacos_cluster_nodes', { source: 'discovered' })).toBe(3);
  });
});

describe('namespaces', () => {
  const fill: RigOptions['fill'] = (sim) => {
    sim.addNamespace({ id: 'team-a', name: 'A' });
    sim.addNamespace({ id: 'team-b', name: 'B' });
    sim.addNamespace({ id: 'empty', name: 'nothing in it' });
    for (const [i, namespace] of ['public', 'team-a', 'team-b', 'unlisted'].entries()) {
      sim.bulk({ namespace, services: 2, instances: i + 1, name: (service) => `svc-${service}`, firstAddress: i * 1000 });
    }
  };
  const read = (): readonly string[] => rig.labelValues('nacos_namespace_instances', 'namespace_id');

  it.each(['1.4.1', '2.0.4', '2.2.4'])('one that only services use is read on %s', async (version) => {
    await open({ versions: [version, version, version], fill });
    await rig.play();
    expect(read()).toEqual(['empty', 'public', 'team-a', 'team-b', 'unlisted']);
    expect(agreed('unlisted')).toBe(8);
    expect(agreed('empty')).toBe(0);
  });

  it.each([
    { allow: [], deny: [], expected: ['empty', 'public', 'team-a', 'team-b', 'unlisted'] },
    { allow: ['team-*'], deny: [], expected: ['team-a', 'team-b'] },
    { allow: [], deny: ['team-*', 'empty'], expected: ['public', 'unlisted'] },
    { allow: ['team-*', 'public'], deny: ['*-b'], expected: ['public', 'team-a'] },
  ])('allow $allow, deny $deny', async ({ allow, deny, expected }) => {
    await open({ fill, config: { namespaces: { allow, deny } } });
    await rig.play();
    expect(read()).toEqual(expected);
    expect(rig.labelValues('nacos_instances', 'namespace_id')).toEqual(expected);
    expect(rig.labelValues('nacos_service_instances', 'namespace_id')).toEqual(expected.filter((id) => id !== 'empty'));
  });

  it('one that is new is read after the next list, one that is gone loses its series', async () => {
    await open({ fill });
    await rig.play();
    rig.sim.addNamespace({ id: 'late', name: 'late' });
    rig.sim.register({ namespace: 'late', service: 's', ip: '10.1.1.1', port: 80 });
    rig.sim.removeNamespace('empty');
    await rig.play(330_000);
    expect(read()).toEqual(['late', 'public', 'team-a', 'team-b', 'unlisted']);
  });

  it('a list that cannot be read any more takes no namespace away', async () => {
    await open({ versions: ['2.2.4'], fill });
    await rig.play();
    rig.sim.node(0).fault({ kind: 'status', status: 500, path: '/v1/console/namespaces' });
    await rig.play(1_300_000);
    expect(rig.value('nacos_poll_failures_total', { stage: 'namespaces', reason: 'status' })).toBeGreaterThanOrEqual(2);
    expect(read()).toEqual(['empty', 'public', 'team-a', 'team-b', 'unlisted']);
  });

  it('a list that could not be read at first is asked for again at the next poll', async () => {
    await open({ versions: ['2.2.4'], build(clock) {
      const sim = createCluster({ versions: ['2.2.4'], clock });
      fill(sim);
      sim.node(0).fault({ kind: 'status', status: 500, path: '/v1/console/namespaces', times: 1 });
      return sim;
    } });
    expect(read()).toEqual(['public']);
    await rig.play();
    expect(read()).toEqual(['empty', 'public', 'team-a', 'team-b', 'unlisted']);
  });
});

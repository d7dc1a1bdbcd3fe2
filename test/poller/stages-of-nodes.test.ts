/** Stages that are one reading of a node: what the versions have of them, what is shown, and what is missing without being a failure. */

import { afterEach, describe, expect, it } from 'vitest';
import type { SimCluster } from '../../src/sim/index.ts';
import { fillSmall, openRig, type Rig, type RigOptions } from './harness.ts';

let rig: Rig;
const open = async (versions: readonly string[], options: RigOptions = {}): Promise<void> => {
  rig = await openRig({ versions, config: { poll: { slowInterval: 15_000, rareInterval: 15_000 } }, ...options });
  await rig.play();
};
afterEach(() => rig.close());

const three = (version: string): readonly string[] => [version, version, version];
/** The family's values on a node, by its last label. */
const onNode = (name: string, index = 0): Readonly<Record<string, number>> => Object.fromEntries(
  rig.samples(name, { nacos_node: rig.node(index) }).map(({ labels, value }) => [[...labels.values()].slice(2).join(' '), value]),
);
const upgradeFamilies = [
  'nacos_upgrade_completed', 'nacos_upgrade_all_members_2x', 'nacos_upgrade_ready', 'nacos_upgrade_double_write_enabled', 'nacos_upgrade_double_write_pending_tasks',
  'nacos_upgrade_services', 'nacos_upgrade_instances', 'nacos_upgrade_store_only_services',
] as const;
const shown = (index = 0): readonly string[] => upgradeFamilies.filter((name) => rig.samples(name, { nacos_node: rig.node(index) }).length > 0);
const asked = (path: string, index = 0): number => rig.sim.node(index).requests.get(path) ?? 0;

describe('an upgrade', () => {
  it('is told by 2.0.4, both stores', async () => {
    await open(three('2.0.4'));
    expect(shown()).toEqual(upgradeFamilies);
    expect(onNode('nacos_upgrade_completed')).toEqual({ '': 1 });
    expect(onNode('nacos_upgrade_all_members_2x')).toEqual({ '': 1 });
    expect(onNode('nacos_upgrade_ready')).toEqual({ '': 1 });
    expect(onNode('nacos_upgrade_double_write_pending_tasks')).toEqual({ '': 0 });
    expect(onNode('nacos_upgrade_services')).toEqual({ v1: 50, v2: 50 });
    expect(onNode('nacos_upgrade_instances')).toEqual({ v1: 230, v2: 230 });
    expect(onNode('nacos_upgrade_store_only_services')).toEqual({ v1: 0, v2: 0 });
  });

  it('shows what one store lacks, as long as both are written', async () => {
    await open(three('2.0.4'));
    rig.sim.node(1).setUpgrade({ pendingTasks: 3, v1Missing: ['public##G@@a', 'public##G@@b'], v2Missing: ['public##G@@c'], upgraded: false });
    await rig.play();
    expect(onNode('nacos_upgrade_double_write_pending_tasks', 1)).toEqual({ '': 3 });
    expect(onNode('nacos_upgrade_store_only_services', 1)).toEqual({ v1: 1, v2: 2 });
    expect(onNode('nacos_upgrade_ready', 1)).toEqual({ '': 0 });
    expect(onNode('nacos_upgrade_completed', 1)).toEqual({ '': 0 });
  });

  it('is not asked of a frozen node, which would thaw by it, and is asked again at once when it moves', async () => {
    await open(three('2.0.4'), { config: { poll: { rareInterval: 300_000 } } });
    const path = '/v1/ns/upgrade/ops/metrics';
    rig.sim.node(1).setSwitch('pushEnabled', false);
    await rig.play(30_000);
    const before = asked(path, 1);
    await rig.play(600_000);
    expect(asked(path, 1)).toBe(before);
    expect([asked(path, 0) > before, shown(1), rig.value('nacos_poll_supported', { nacos_node: rig.node(1), stage: 'upgrade' })]).toEqual([true, ['nacos_upgrade_ready', 'nacos_upgrade_double_write_enabled'], 0]);
    rig.sim.node(1).setSwitch('pushEnabled', true);
    await rig.play(30_000);
    expect(asked(path, 1)).toBe(before + 1);
    expect(shown(1)).toEqual(upgradeFamilies);
  });

  it('raises no alarm when double write is closed: the shut store holds nothing, and nothing is compared with it', async () => {
    await open(three('2.0.4'));
    rig.sim.closeDoubleWrite();
    await rig.play();
    expect(onNode('nacos_upgrade_double_write_enabled')).toEqual({ '': 0 });
    expect(onNode('nacos_upgrade_services')).toEqual({ v1: 0, v2: 50 });
    expect(onNode('nacos_upgrade_instances')).toEqual({ v1: 0, v2: 230 });
    expect(rig.samples('nacos_upgrade_store_only_services')).toEqual([]);
  });

  it.each(['2.0.0', '2.0.1'])('is told by %s as far as switches and members go: the endpoint is missing, which is no failure', async (version) => {
    await open(three(version));
    await rig.play(180_000);
    expect(shown()).toEqual(['nacos_upgrade_ready', 'nacos_upgrade_double_write_enabled']);
    const of = { nacos_node: rig.node(0), stage: 'upgrade' };
    expect([rig.value('nacos_poll_supported', of), rig.value('nacos_poll_success', of)]).toEqual([0, undefined]);
    expect(rig.samples('nacos_poll_failures_total').filter(({ value }) => value > 0)).toEqual([]);
    // Nobody wonders who is there because of it.
    expect(asked('/v3/admin/core/state')).toBe(1);
    rig.sim.closeDoubleWrite();
    await rig.play();
    expect(onNode('nacos_upgrade_double_write_enabled')).toEqual({ '': 0 });
  });

  it.each(['1.4.1', '2.2.4', '3.1.0'])('is none of %s', async (version) => {
    await open(three(version));
    expect(shown()).toEqual([]);
    expect(rig.value('nacos_poll_supported', { nacos_node: rig.node(0), stage: 'upgrade' })).toBe(0);
    expect(asked('/v1/ns/upgrade/ops/metrics')).toBe(0);
  });

  it('fails where the endpoint answers badly, and keeps the last word once', async () => {
    await open(three('2.0.4'));
    rig.sim.node(0).fault({ kind: 'status', status: 500, body: 'caused: null;', path: '/v1/ns/upgrade/ops/metrics' });
    await rig.play();
    const of = { nacos_node: rig.node(0), stage: 'upgrade' };
    expect([rig.value('nacos_poll_success', of), rig.value('nacos_poll_failures_total', { ...of, reason: 'status' })]).toEqual([0, 1]);
    expect(onNode('nacos_upgrade_services')).toEqual({ v1: 50, v2: 50 });
    await rig.play();
    // Members and switches go on telling what they know.
    expect(shown()).toEqual(['nacos_upgrade_ready', 'nacos_upgrade_double_write_enabled']);
  });

  it('is read right while 1.x and 2.x are mixed', async () => {
    await open(['1.4.1', '1.4.1', '2.0.4']);
    await rig.play(30_000);
    expect([0, 1].map((index) => shown(index))).toEqual([[], []]);
    expect(onNode('nacos_upgrade_completed', 2)).toEqual({ '': 0 });
    expect(onNode('nacos_upgrade_all_members_2x', 2)).toEqual({ '': 0 });
    expect(onNode('nacos_upgrade_ready', 2)).toEqual({ '': 1 });
    expect(onNode('nacos_upgrade_services', 2)).toEqual({ v1: 50, v2: 50 });
  });
});

describe('the database', () => {
  it.each(['1.4.1', '2.0.4', '2.2.4'])('is as the node sees it, on %s', async (version) => {
    await open(three(version));
    expect(onNode('nacos_node_database_state')).toEqual({ up: 1, slave_down: 0, master_down: 0 });
    const away = rig.sim.node(0).fault({ kind: 'body', body: 'WARN:slave db (10.0.0.9) down. ', path: '/v1/cs/health' });
    await rig.play();
    expect(onNode('nacos_node_database_state')).toEqual({ up: 0, slave_down: 1, master_down: 0 });
    away();
    rig.sim.node(0).fault({ kind: 'body', body: 'DOWN:master db (10.0.0.8) down. ', path: '/v1/cs/health' });
    await rig.play();
    expect(onNode('nacos_node_database_state')).toEqual({ up: 0, slave_down: 0, master_down: 1 });
    expect(onNode('nacos_node_database_state', 1)).toEqual({ up: 1, slave_down: 0, master_down: 0 });
  });

  it('is told by nobody on 3.x, and not by a node without configuration center', async () => {
    await open(['3.1.0', '3.1.0', '2.2.4']);
    rig.sim.node(2).fault({ kind: 'status', status: 404, body: '{}', path: '/v1/cs/health' });
    await rig.play(60_000);
    expect([0, 1, 2].map((index) => rig.value('nacos_poll_supported', { nacos_node: rig.node(index), stage: 'database' }))).toEqual([0, 0, 0]);
    expect(rig.samples('nacos_node_database_state')).toEqual([]);
    expect(asked('/v1/cs/health')).toBe(0);
  });
});

describe('ports', () => {
  it.each<[string, readonly string[]]>([
    ['1.4.1', ['http', 'raft']], ['2.0.4', ['http', 'grpc_sdk', 'grpc_cluster', 'raft']], ['3.1.0', ['http', 'grpc_sdk', 'grpc_cluster', 'raft']],
  ])('are those of %s', async (version, ports) => {
    await open(three(version));
    expect(onNode('nacos_node_port_open')).toEqual(Object.fromEntries(ports.map((port) => [port, 1])));
  });

  it('that refuse are 0, and nothing has failed', async () => {
    await open(three('2.2.4'), { closedPorts: [9848, 7848] });
    expect(onNode('nacos_node_port_open')).toEqual({ http: 1, grpc_sdk: 0, grpc_cluster: 1, raft: 0 });
    expect(rig.value('nacos_poll_success', { nacos_node: rig.node(0), stage: 'ports' })).toBe(1);
  });

  it('are not shown of a node that is down', async () => {
    await open(three('2.2.4'));
    rig.sim.node(0).stop();
    await rig.play(30_000);
    expect(onNode('nacos_node_port_open')).toEqual({});
  });
});

describe('clients', () => {
  it.each(['2.0.4', '2.2.4', '3.1.0'])('are counted by %s', async (version) => {
    await open(three(version));
    expect(onNode('nacos_clients')).toEqual({ connection: 9, ephemeral_ip_port: 230, persistent_ip_port: 0 });
    const own = [0, 1, 2].map((index) => rig.value('nacos_clients_responsible', { nacos_node: rig.node(index) })!);
    expect(own.reduce((sum, count) => sum + count)).toBe(239);
    expect(onNode('nacos_subscribers')).toEqual({ '': 9 });
    expect(onNode('nacos_connections')).toEqual({ sdk: 3, cluster: 2 });
    expect(onNode('nacos_client_versions')).toEqual({ 'Nacos-Java-Client:v2.1.0': 1, 'Nacos-Java-Client:v2.3.2': 2 });
    expect(rig.value('nacos_client_counts_consistent')).toBe(1);
  });

  it('are subscribers alone on 2.0.1, and nothing on 1.4.1', async () => {
    await open(['2.0.1', '2.0.1', '1.4.1']);
    expect(['nacos_clients', 'nacos_clients_responsible', 'nacos_client_counts_consistent'].flatMap((name) => rig.samples(name))).toEqual([]);
    expect(rig.labelValues('nacos_subscribers', 'nacos_node')).toEqual([rig.node(0), rig.node(1)]);
    expect(rig.labelValues('nacos_connections', 'nacos_node')).toEqual([rig.node(0), rig.node(1)]);
  });

  it('disagree if a node lacks some for two readings, until it has them', async () => {
    await open(three('2.2.4'));
    rig.sim.node(1).drop({ service: 'svc-1' });
    await rig.play();
    expect(rig.value('nacos_client_counts_consistent')).toBe(1);
    await rig.play();
    await rig.play();
    expect(rig.value('nacos_client_counts_consistent')).toBe(0);
    rig.sim.node(1).heal();
    await rig.play();
    expect(rig.value('nacos_client_counts_consistent')).toBe(1);
  });
});

describe('configurations', () => {
  const withConfigs = (sim: SimCluster): void => {
    fillSmall(sim);
    sim.addNamespace({ id: 'team-a', name: 'A', configCount: 12 });
    sim.addNamespace({ id: 'team-b', name: 'B', configCount: 5 });
  };

  it.each(['1.4.1', '2.2.4'])('are those of the console, on %s, of namespaces that are read', async (version) => {
    await open(three(version), { fill: withConfigs, config: { namespaces: { deny: ['team-b'] } } });
    expect(rig.samples('nacos_configs').map(({ labels, value }) => [labels.get('namespace_id'), value])).toEqual([['orders', 0], ['public', 0], ['team-a', 12]]);
  });
});

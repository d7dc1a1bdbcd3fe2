/** Alerts on nodes: each fires once, and is silent close to its edge. */

import { fired, type Case } from './promtool.ts';
import { a, b, c, nodes } from './world.ts';

const cluster = { nacos_cluster: 'prod' };
const on = (nacos_node: string) => ({ ...cluster, nacos_node });
const group = { ...cluster, raft_group: 'naming_persistent_service' };
const quiet = { '14m': [] } as const;

export const nodeCases: readonly Case[] = [
  {
    name: 'NacosClusterDown: no node answers',
    change(world) {
      world.set('nacos_up', {}, [1, '5m'], [0]);
      for (const node of nodes) world.set('nacos_node_up', { nacos_node: node }, [1, '5m'], [0]);
    },
    expect: {
      '5m45s': [fired('NacosQuorumLost', 'critical', cluster)],
      '6m': [fired('NacosClusterDown', 'critical', cluster), fired('NacosQuorumLost', 'critical', cluster), ...nodes.map((node) => fired('NacosNodeDown', 'warning', on(node)))],
    },
  },
  { name: 'NacosClusterDown is silent about 45 s', change: (world) => world.set('nacos_up', {}, [1, '5m'], [0, '45s'], [1]), expect: { '5m45s': [], '6m': [], '10m': [] } },
  {
    name: 'NacosQuorumLost: one of three answers',
    change(world) { for (const node of [b, c]) world.set('nacos_node_up', { nacos_node: node }, [1, '5m'], [0]); },
    expect: { '5m15s': [], '5m30s': [fired('NacosQuorumLost', 'critical', cluster)] },
  },
  {
    name: 'NacosQuorumLost: the dead nodes lose all their series, the expected number stands',
    change(world) { for (const node of [b, c]) world.set('nacos_node_up', { nacos_node: node }, [1, '5m'], [null]); },
    expect: { '6m': [fired('NacosQuorumLost', 'critical', cluster)] },
  },
  {
    name: 'NacosQuorumLost is silent about a lone node, which has no majority to lose',
    change(world) {
      for (const node of [b, c]) {
        world.remove('nacos_node_up', { nacos_node: node });
        world.remove('nacos_member_state', { nacos_node: node });
        world.remove('nacos_member_state', { observer: node });
      }
      world.set('nacos_cluster_nodes_expected', {}, [1]);
      world.set('nacos_node_up', { nacos_node: a }, [1, '5m'], [0, '45s'], [1]);
    },
    expect: { '5m45s': [], '10m': [] },
  },
  {
    name: 'NacosQuorumAtRisk: two of three answer',
    change: (world) => world.set('nacos_node_up', { nacos_node: c }, [1, '5m'], [0]),
    expect: { '6m45s': [fired('NacosNodeDown', 'warning', on(c))], '7m': [fired('NacosNodeDown', 'warning', on(c)), fired('NacosQuorumAtRisk', 'warning', cluster)] },
  },
  {
    name: 'NacosQuorumAtRisk does not shrink with its own denominator: the node that failed has no series left',
    change(world) {
      world.set('nacos_node_up', { nacos_node: c }, [1, '5m'], [null]);
      world.set('nacos_cluster_nodes', { source: 'discovered' }, [3, '5m'], [2]);
    },
    expect: { '8m': [fired('NacosQuorumAtRisk', 'warning', cluster)] },
  },
  {
    name: 'NacosQuorumAtRisk is silent in a complete cluster of two',
    change(world) {
      world.remove('nacos_node_up', { nacos_node: c });
      world.remove('nacos_member_state', { nacos_node: c });
      world.remove('nacos_member_state', { observer: c });
      world.set('nacos_cluster_nodes_expected', {}, [2]);
      world.set('nacos_agreement_nodes', {}, [2]);
    },
    expect: quiet,
  },
  { name: 'NacosNodeDown: one node of three', change: (world) => world.set('nacos_node_up', { nacos_node: b }, [1, '5m'], [0]), expect: { '5m45s': [], '6m': [fired('NacosNodeDown', 'warning', on(b))] } },
  { name: 'NacosNodeDown is silent about a restart of 45 s', change: (world) => world.set('nacos_node_up', { nacos_node: b }, [1, '5m'], [0, '45s'], [1]), expect: { '5m45s': [], '6m30s': [] } },
  { name: 'NacosNodeNotReady: up, and says no', change: (world) => world.set('nacos_node_ready', { nacos_node: b }, [1, '5m'], [0]), expect: { '6m45s': [], '7m': [fired('NacosNodeNotReady', 'warning', on(b))] } },
  { name: 'NacosNodeNotReady is silent about a start of 105 s', change: (world) => world.set('nacos_node_ready', { nacos_node: b }, [1, '5m'], [0, '1m45s'], [1]), expect: { '6m45s': [], '7m': [] } },
  { name: 'NacosNodeJoinStuck: joining for 10 min', change: (world) => world.set('nacos_node_joining', { nacos_node: b }, [0, '5m'], [1]), expect: { '14m45s': [], '15m': [fired('NacosNodeJoinStuck', 'warning', on(b))] } },
  { name: 'NacosNodeJoinStuck is silent about nine minutes', change: (world) => world.set('nacos_node_joining', { nacos_node: b }, [0, '5m'], [1, '9m'], [0]), expect: { '14m': [], '15m': [] } },
  {
    name: 'NacosMembershipDisagreement: a node suspects a member that answers',
    change: (world) => world.set('nacos_member_state', { observer: a, nacos_node: c }, [1, '5m'], [0]),
    expect: { '6m45s': [], '7m': [fired('NacosMembershipDisagreement', 'warning', { ...cluster, observer: a })] },
  },
  {
    name: 'NacosMembershipDisagreement: a node does not list two members',
    change(world) { for (const node of [b, c]) world.set('nacos_member_state', { observer: a, nacos_node: node }, [1, '5m'], [null]); },
    expect: { '8m': [fired('NacosMembershipDisagreement', 'warning', { ...cluster, observer: a })] },
  },
  {
    name: 'NacosMembershipDisagreement is silent about a member that is down for everybody',
    change(world) {
      for (const observer of [a, b]) world.set('nacos_member_state', { observer, nacos_node: c }, [1, '5m'], [0]);
      world.set('nacos_member_state', { observer: c }, [1, '5m'], [null]);
      world.set('nacos_node_up', { nacos_node: c }, [1, '5m'], [0]);
    },
    expect: { '6m45s': [fired('NacosNodeDown', 'warning', on(c))], '7m': [fired('NacosNodeDown', 'warning', on(c)), fired('NacosQuorumAtRisk', 'warning', cluster)] },
  },
  {
    name: 'NacosMixedVersions: for more than an hour',
    change(world) {
      world.set('nacos_node_info', { nacos_node: a }, [1, '5m'], [null]);
      world.add('nacos_node_info', { nacos_node: a, version: '2.5.1', api: 'v2', mode: 'cluster' }, [null, '5m'], [1]);
    },
    expect: { '1h4m45s': [], '1h5m': [fired('NacosMixedVersions', 'warning', cluster)] },
  },
  {
    name: 'NacosMixedVersions is silent about a node whose version is not known',
    change(world) {
      world.set('nacos_node_info', { nacos_node: a }, [null]);
      world.add('nacos_node_info', { nacos_node: a, version: '', api: 'v3', mode: 'unknown' }, [1]);
    },
    expect: { '1h10m': [] },
  },
  {
    name: 'NacosSwitchDrift: pushEnabled is off on one node',
    change: (world) => world.set('nacos_switch_enabled', { nacos_node: b, switch: 'pushEnabled' }, [1, '5m'], [0]),
    expect: { '6m45s': [], '7m': [fired('NacosSwitchDrift', 'warning', { ...cluster, switch: 'pushEnabled' })] },
  },
  {
    name: 'NacosSwitchDrift: pushEnabled is off on all nodes',
    change: (world) => world.set('nacos_switch_enabled', { switch: 'pushEnabled' }, [1, '5m'], [0]),
    expect: { '8m': [fired('NacosSwitchDrift', 'warning', { ...cluster, switch: 'pushEnabled' })] },
  },
  { name: 'NacosSwitchDrift is silent about another switch that is off everywhere', change: (world) => world.set('nacos_switch_enabled', { switch: 'doubleWriteEnabled' }, [1, '5m'], [0]), expect: quiet },
  { name: 'NacosClockSkew: six seconds behind', change: (world) => world.set('nacos_node_clock_offset_seconds', { nacos_node: b }, [0, '5m'], [-6]), expect: { '9m45s': [], '10m': [fired('NacosClockSkew', 'warning', on(b))] } },
  { name: 'NacosClockSkew is silent about just 5 s', change: (world) => world.set('nacos_node_clock_offset_seconds', { nacos_node: b }, [5]), expect: quiet },
  {
    name: 'NacosDatabaseUnavailable: the master',
    change: (world) => world.set('nacos_node_database_state', { nacos_node: b, state: 'master_down' }, [0, '5m'], [1]),
    expect: { '5m45s': [], '6m': [fired('NacosDatabaseUnavailable', 'critical', on(b))] },
  },
  {
    name: 'NacosDatabaseUnavailable: a slave is a warning',
    change: (world) => world.set('nacos_node_database_state', { nacos_node: b, state: 'slave_down' }, [0, '5m'], [1]),
    expect: { '6m': [fired('NacosDatabaseUnavailable', 'warning', on(b))] },
  },
  { name: 'NacosDatabaseUnavailable is silent about 45 s', change: (world) => world.set('nacos_node_database_state', { nacos_node: b, state: 'master_down' }, [0, '5m'], [1, '45s'], [0]), expect: { '5m45s': [], '6m': [] } },
  { name: 'NacosRaftNoLeader: for a minute', change: (world) => world.set('nacos_raft_leaders', {}, [1, '5m'], [0]), expect: { '5m45s': [], '6m': [fired('NacosRaftNoLeader', 'critical', group)] } },
  { name: 'NacosRaftNoLeader is silent about an election', change: (world) => world.set('nacos_raft_leaders', {}, [1, '5m'], [0, '30s'], [1]), expect: { '5m30s': [], '6m': [], '7m': [] } },
  { name: 'NacosRaftSplitBrain: two nodes lead', change: (world) => world.set('nacos_raft_leaders', {}, [1, '5m'], [2]), expect: { '5m45s': [], '6m': [fired('NacosRaftSplitBrain', 'critical', group)] } },
  { name: 'NacosRaftSplitBrain: two leaders are named for 5 min', change: (world) => world.set('nacos_raft_claimed_leaders', {}, [1, '5m'], [2]), expect: { '9m45s': [], '10m15s': [fired('NacosRaftSplitBrain', 'critical', group)] } },
  {
    name: 'NacosRaftSplitBrain does not take a lost leader, displayed for four minutes more, for a second one',
    change(world) {
      world.set('nacos_raft_claimed_leaders', {}, [1, '5m'], [2, '4m'], [1]);
      world.set('nacos_raft_leader_changes_total', {}, [0, '5m'], [1]);
    },
    expect: { '6m': [], '9m': [], '10m': [], '11m': [] },
  },
  {
    name: 'NacosRaftSplitBrain does not add up two lost leaders, each displayed for a minute, four minutes apart',
    change: (world) => world.set('nacos_raft_claimed_leaders', {}, [1, '3m'], [2, '1m30s'], [1, '2m30s'], [2, '1m30s'], [1]),
    expect: { '8m': [], '8m15s': [] },
  },
  { name: 'NacosRaftSplitBrain does not judge what was displayed before the exporter started', change: (world) => world.set('nacos_raft_claimed_leaders', {}, [2, '3m'], [1]), expect: { '1m': [], '2m45s': [], '4m': [] } },
  { name: 'NacosRaftLeaderChurn: three changes within 15 min', change: (world) => world.set('nacos_raft_leader_changes_total', {}, [0, '5m'], [1, '2m'], [2, '2m'], [3]), expect: { '8m': [], '10m': [fired('NacosRaftLeaderChurn', 'warning', group)] } },
  { name: 'NacosRaftLeaderChurn is silent about two', change: (world) => world.set('nacos_raft_leader_changes_total', {}, [0, '16m'], [1, '2m'], [2]), expect: { '18m': [], '20m': [], '30m': [] } },
  {
    name: 'NacosConnectionsDropped: 200 become 90',
    change: (world) => world.set('nacos_connections', { nacos_node: b, source: 'sdk' }, [200, '8m'], [90]),
    expect: { '7m45s': [], '8m': [fired('NacosConnectionsDropped', 'warning', on(b))] },
  },
  { name: 'NacosConnectionsDropped is silent about half', change: (world) => world.set('nacos_connections', { nacos_node: b, source: 'sdk' }, [200, '8m'], [100]), expect: { '8m': [], '10m': [] } },
  { name: 'NacosConnectionsDropped is silent about 19 that go', change: (world) => world.set('nacos_connections', { nacos_node: b, source: 'sdk' }, [19, '8m'], [0]), expect: { '8m': [], '10m': [] } },
  {
    name: 'NacosConnectionsDropped is silent about a restart: clients do not come back by themselves',
    change(world) {
      world.set('nacos_connections', { nacos_node: b, source: 'sdk' }, [200, '8m'], [null, '30s'], [3]);
      world.set('nacos_node_up', { nacos_node: b }, [1, '8m'], [0, '30s'], [1]);
      world.set('nacos_node_joining', { nacos_node: b }, [0, '8m'], [null, '30s'], [1, '1m'], [0]);
    },
    expect: { '8m30s': [], '10m': [], '15m': [] },
  },
  {
    name: 'NacosConnectionsDropped is silent about a restart too quick to be seen as down: the node joins',
    change(world) {
      world.set('nacos_connections', { nacos_node: b, source: 'sdk' }, [200, '8m'], [3]);
      world.set('nacos_node_joining', { nacos_node: b }, [0, '8m'], [1, '1m'], [0]);
    },
    expect: { '8m30s': [], '10m': [] },
  },
];

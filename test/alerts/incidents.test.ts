/**
 * Incidents that users of Nacos have reported, each with its shape, against the whole pack: what catches it, and that
 * nothing else fires. Every one plays in cluster prod beside a healthy cluster staging, and both are watched by two
 * exporters: each alert is there once, for the right cluster.
 *
 * Left out: I19, a full disk, which no API of Nacos tells; alerts/examples/node-exporter.rules.yaml catches it (examples.test.ts).
 * I14, a configuration that went back to an earlier text: the order of versions is not exported, but the nodes that have the
 * older one differ from what is stored, which is. I22 for those without the exporter is in actuator.test.ts.
 */

import { describeRules, fired, type Case } from './promtool.ts';
import { a, b, c, nodes, type World } from './world.ts';

const cluster = { nacos_cluster: 'prod' };
const namespace = { ...cluster, namespace_id: 'public' };
const on = (nacos_node: string) => ({ ...cluster, nacos_node });
const data = (nacos_node: string) => ({ ...namespace, nacos_node });
const group = { ...cluster, raft_group: 'naming_persistent_service' };
const mass = [fired('NacosMassDeregistration', 'warning', namespace), fired('NacosMassDeregistration', 'critical', namespace)];
const divergence = [fired('NacosNodeDataDivergence', 'warning', namespace), fired('NacosNodeDataDivergence', 'critical', namespace)];
const flapped = fired('NacosTemporaryDeregistration', 'warning', { ...namespace, signal: 'flapped' });
const world = { clusters: ['prod', 'staging'], instances: ['exporter-1:18848', 'exporter-2:18848'] } as const;

/** A node that restarts at 1m: 30 s down, a minute of joining; its peers see it go and come. */
function restart(state: World, node: string): void {
  state.set('nacos_node_up', { nacos_node: node }, [1, '1m'], [0, '30s'], [1]);
  for (const name of ['nacos_node_ready', 'nacos_connections', 'nacos_subscribers', 'nacos_node_missing_instances']) {
    state.set(name, { nacos_node: node }, [name.endsWith('ready') ? 1 : name.endsWith('connections') ? 200 : 0, '1m'], [null, '30s'], [name.endsWith('ready') ? 1 : 0]);
  }
  state.set('nacos_instances', { nacos_node: node }, [1000, '1m'], [null, '30s'], [400, '30s'], [1000]);
  state.set('nacos_node_joining', { nacos_node: node }, [0, '1m'], [null, '30s'], [1, '1m'], [0]);
  for (const observer of nodes) if (observer !== node) state.set('nacos_member_state', { observer, nacos_node: node }, [1, '1m'], [0, '45s'], [1]);
  state.set('nacos_agreement_nodes', {}, [3, '1m'], [2, '1m30s'], [3]);
  state.set('nacos_poll_success', { nacos_node: node }, [1, '1m'], [0, '45s'], [1]);
}

const incidents: readonly Case[] = [
  { name: 'health: two clusters, two exporters, ten minutes', change: () => undefined, expect: { '1m': [], '10m': [] } },
  {
    name: 'health: a node restarts, its clients move, and a deploy replaces everything',
    change(state) {
      restart(state, c);
      state.set('nacos_push_total', { nacos_node: a }, [[0, 10], '1m15s'], [[600, 10]]);
      state.set('nacos_instances_flapped_total', { cause: 'other' }, [0, '5m'], [[0, 20], '1m'], [80]);
      state.set('nacos_instances_flapping', {}, [0, '5m'], [20, '3m'], [0]);
      state.set('nacos_namespace_instances', {}, [1000, '5m'], [940, '30s'], [1060, '1m'], [1000]);
      state.set('nacos_namespace_instances_healthy', {}, [1000, '5m'], [930, '30s'], [1040, '1m'], [1000]);
      state.set('nacos_namespace_instances_baseline', {}, [1000, '5m30s'], [1060]);
      state.set('nacos_vanished_services', {}, [0, '5m'], [2, '1m'], [0]);
    },
    expect: { '1m45s': [], '2m30s': [], '4m': [], '6m': [], '9m': [] },
  },
  {
    name: 'I1 the restart of one node makes another one push empty lists',
    change(state) {
      restart(state, c);
      state.set('nacos_instances', { nacos_node: a }, [1000, '1m15s'], [820, '15s'], [1000]);
      state.set('nacos_push_empty_total', { nacos_node: a }, [0, '1m30s'], [60]);
      state.set('nacos_instances_flapped_total', { cause: 'ownership' }, [0, '1m30s'], [45]);
    },
    expect: { '1m15s': [], '2m': [flapped, fired('NacosEmptyPush', 'warning', cluster)] },
  },
  {
    name: 'I2 avalanche: threads are stuck, states flap, nothing can be read',
    change(state) {
      for (const node of [b, c]) {
        state.set('nacos_node_ready', { nacos_node: node }, [1, '1m'], [0]);
        state.set('nacos_poll_success', { nacos_node: node }, [1, '1m'], [0]);
        state.set('nacos_member_state', { observer: a, nacos_node: node }, [1, '1m'], [0]);
      }
      state.set('nacos_poll_last_success_timestamp_seconds', { stage: 'counts' }, [[0, 15], '1m'], [45]);
    },
    expect: {
      '4m': [
        ...[b, c].map((node) => fired('NacosNodeNotReady', 'warning', on(node))),
        fired('NacosMembershipDisagreement', 'warning', { ...cluster, observer: a }), fired('NacosPollStale', 'critical', { ...cluster, stage: 'counts' }),
      ],
    },
  },
  {
    name: 'I3 a removed node goes on serving, two nodes hold half of the instances',
    change(state) {
      const removed = '10.0.0.4:8848';
      state.add('nacos_node_up', { nacos_node: removed }, [1]);
      for (const node of [...nodes, removed]) state.add('nacos_member_state', { observer: removed, nacos_node: node, state: 'up' }, [null, '1m'], [1]);
      state.set('nacos_node_missing_instances', { nacos_node: a }, [0, '1m'], [500]);
      state.set('nacos_node_missing_instances', { nacos_node: b }, [0, '1m'], [650]);
      state.set('nacos_divergent_services', { kind: 'instance' }, [0, '1m30s'], [380]);
    },
    expect: {
      '4m': [
        ...divergence, ...[a, b].map((node) => fired('NacosNodeMissingInstances', 'critical', data(node))),
        ...nodes.map((observer) => fired('NacosMembershipDisagreement', 'warning', { ...cluster, observer })),
      ],
    },
  },
  {
    name: 'I4 Raft is dead on one node, whose metadata stands still while its page is green',
    change(state) {
      state.set('nacos_divergent_services', { kind: 'attributes' }, [0, '1m'], [40]);
      state.set('nacos_raft_claimed_leaders', {}, [1, '1m'], [2]);
    },
    expect: { '1m45s': [], '4m': divergence, '6m15s': [...divergence, fired('NacosRaftSplitBrain', 'critical', group)] },
  },
  {
    name: 'I5 a snapshot is too large: a restarted node never fills',
    change(state) {
      restart(state, c);
      state.set('nacos_node_joining', { nacos_node: c }, [0, '1m'], [null, '30s'], [1]);
      state.set('nacos_instances', { nacos_node: c }, [1000, '1m'], [null, '30s'], [400]);
      state.set('nacos_node_missing_instances', { nacos_node: c }, [0, '1m'], [null, '30s'], [600]);
      state.set('nacos_divergent_services', { kind: 'instance' }, [0, '11m30s'], [350]);
    },
    expect: { '5m': [], '11m15s': [], '11m30s': [fired('NacosNodeJoinStuck', 'warning', on(c))], '14m': [fired('NacosNodeJoinStuck', 'warning', on(c)), ...divergence, fired('NacosNodeMissingInstances', 'critical', data(c))] },
  },
  {
    name: 'I6 a dead peer blocks the queue: registrations on one node do not reach the other',
    change(state) {
      state.set('nacos_node_up', { nacos_node: c }, [1, '1m'], [0]);
      state.set('nacos_canary_replications_total', { nacos_node: a, observer: b, result: 'timeout' }, [0, '1m'], [[1, 1]]);
    },
    expect: {
      '4m': [fired('NacosNodeDown', 'warning', on(c)), fired('NacosQuorumAtRisk', 'warning', cluster)],
      '11m30s': [fired('NacosNodeDown', 'warning', on(c)), fired('NacosQuorumAtRisk', 'warning', cluster), fired('NacosReplicationSlow', 'warning', { ...on(a), observer: b, signal: 'timeout' })],
    },
  },
  {
    name: 'I7 pushes pile up in direct memory: one node lacks a fifth of the instances',
    change(state) {
      state.set('nacos_node_missing_instances', { nacos_node: c }, [0, '1m'], [200]);
      state.set('nacos_divergent_services', { kind: 'instance' }, [0, '1m15s'], [90]);
      state.set('nacos_push_cost_seconds', { nacos_node: c, stat: 'avg' }, [0.02, '1m'], [3, '30s'], [null, '30s'], [3]);
    },
    expect: { '4m': [...divergence, fired('NacosNodeMissingInstances', 'critical', data(c)), fired('NacosPushSlow', 'warning', on(c))] },
  },
  {
    name: 'I8 two minutes of garbage collection: unhealthy first, deleted 15 s later',
    change(state) {
      state.set('nacos_namespace_instances_healthy', {}, [1000, '1m'], [690]);
      state.set('nacos_namespace_instances', {}, [1000, '1m15s'], [690]);
    },
    expect: { '1m': [fired('NacosMassUnhealthy', 'warning', namespace)], '1m15s': [fired('NacosMassUnhealthy', 'warning', namespace)], '1m45s': [fired('NacosMassUnhealthy', 'warning', namespace), ...mass], '5m': mass },
  },
  {
    name: 'I9 stale beats: random instances keep vanishing and coming back',
    change(state) {
      state.set('nacos_instances_flapping', {}, [0, '1m'], [120]);
      state.set('nacos_instances_flapped_total', { cause: 'other' }, [0, '1m'], [[30, 30]]);
      state.set('nacos_namespace_instances', {}, [1000, '1m'], [960, '1m'], [985, '1m'], [955]);
      state.set('nacos_namespace_instances_healthy', {}, [1000, '1m'], [950, '1m'], [970, '1m'], [940]);
    },
    expect: { '4m': [], '6m': [fired('NacosInstanceFlapping', 'warning', namespace)] },
  },
  {
    name: 'I10 a pod that is gone stays healthy on one node',
    change(state) {
      state.set('nacos_divergent_services', { kind: 'instance' }, [0, '1m'], [1]);
      state.set('nacos_beat_overdue_instances', { limit: 'delete' }, [0, '1m'], [1]);
    },
    expect: { '4m': [divergence[0]!, fired('NacosBeatsOverdue', 'warning', namespace)] },
  },
  {
    name: 'I11 a proxy restarts: connections are reset, instances come back disabled',
    change(state) {
      state.set('nacos_connections', { nacos_node: b, source: 'sdk' }, [200, '1m'], [60]);
      state.set('nacos_metadata_overridden_instances', {}, [0, '1m30s'], [30]);
    },
    expect: { '1m': [fired('NacosConnectionsDropped', 'warning', on(b))], '4m': [fired('NacosConnectionsDropped', 'warning', on(b)), fired('NacosMetadataOutlivesRegistration', 'warning', namespace)] },
  },
  {
    name: 'I12 a fourth node joins and all owners change: the dip is told as what it is, and not as a loss',
    change(state) {
      const added = '10.0.0.4:8848';
      state.set('nacos_cluster_nodes_expected', {}, [3, '1m'], [4]);
      state.add('nacos_node_up', { nacos_node: added }, [null, '1m'], [1]);
      state.add('nacos_node_joining', { nacos_node: added }, [null, '1m'], [1, '1m'], [0]);
      state.set('nacos_namespace_instances', {}, [1000, '1m15s'], [600, '30s'], [1000]);
      state.set('nacos_namespace_instances_healthy', {}, [1000, '1m15s'], [600, '30s'], [1000]);
      state.set('nacos_instances_flapped_total', { cause: 'ownership' }, [0, '1m45s'], [400]);
    },
    expect: { '1m15s': [], '1m30s': [], '2m': [flapped], '5m': [] },
  },
  {
    name: 'I13 a node lost a notification and serves an old configuration',
    change: (state) => state.set('nacos_config_divergent_items', { nacos_node: c }, [0, '1m'], [1]),
    expect: { '5m45s': [], '6m': [fired('NacosConfigDivergence', 'warning', data(c))] },
  },
  {
    name: 'I14 a dump of all overwrote newer configurations on two nodes',
    change(state) { for (const node of [b, c]) state.set('nacos_config_divergent_items', { nacos_node: node }, [0, '1m'], [3]); },
    expect: { '6m': [b, c].map((node) => fired('NacosConfigDivergence', 'warning', data(node))) },
  },
  {
    name: 'I15 no leader after an address changed: naming is not ready',
    change(state) {
      state.set('nacos_raft_leaders', {}, [1, '1m'], [0]);
      state.set('nacos_node_ready', {}, [1, '1m'], [0]);
    },
    expect: { '2m': [fired('NacosRaftNoLeader', 'critical', group)], '3m': [fired('NacosRaftNoLeader', 'critical', group), ...nodes.map((node) => fired('NacosNodeNotReady', 'warning', on(node)))] },
  },
  {
    name: 'I16 split brain: each node leads itself and sees nobody',
    change(state) {
      state.set('nacos_raft_leaders', {}, [1, '1m'], [3]);
      state.set('nacos_raft_claimed_leaders', {}, [1, '1m'], [3]);
      for (const observer of nodes) for (const node of nodes) if (node !== observer) state.set('nacos_member_state', { observer, nacos_node: node }, [1, '1m'], [0]);
    },
    expect: { '4m': [fired('NacosRaftSplitBrain', 'critical', group), ...nodes.map((observer) => fired('NacosMembershipDisagreement', 'warning', { ...cluster, observer }))] },
  },
  {
    name: 'I17 double write came back with the restart of one node, and its stores differ',
    world: { ...world, version: '2.1.0' },
    change(state) {
      state.set('nacos_switch_enabled', { nacos_node: a, switch: 'doubleWriteEnabled' }, [0, '1m'], [1]);
      for (const node of nodes) {
        state.add('nacos_upgrade_completed', { nacos_node: node }, [1]);
        state.add('nacos_upgrade_all_members_2x', { nacos_node: node }, [1]);
        state.add('nacos_upgrade_double_write_enabled', { nacos_node: node }, [0, '1m'], [node === a ? 1 : 0]);
        state.add('nacos_upgrade_store_only_services', { nacos_node: node, store: 'v1' }, [0, '1m'], [node === a ? 7 : 0]);
      }
    },
    expect: {
      '4m': [fired('NacosSwitchDrift', 'warning', { ...cluster, switch: 'doubleWriteEnabled' })],
      '16m15s': [fired('NacosSwitchDrift', 'warning', { ...cluster, switch: 'doubleWriteEnabled' }), fired('NacosDoubleWriteInconsistent', 'warning', { ...on(a), store: 'v1' })],
    },
  },
  {
    name: 'I18 the database hangs while every page says UP',
    change: (state) => state.set('nacos_config_exceptions_total', { reason: 'db' }, [0, '1m'], [[1, 2]]),
    expect: { '6m15s': nodes.map((node) => fired('NacosConfigCenterFailing', 'warning', on(node))) },
  },
  {
    name: 'I18 the database is gone, and the node says so',
    change: (state) => state.set('nacos_node_database_state', { state: 'master_down' }, [0, '1m'], [1]),
    expect: { '2m15s': nodes.map((node) => fired('NacosDatabaseUnavailable', 'critical', on(node))) },
  },
  {
    name: 'I20 a service below its protection threshold for weeks',
    change(state) {
      state.set('nacos_service_protection_triggered', {}, [0, '1m'], [1]);
      state.set('nacos_namespace_protected_services', {}, [0, '1m'], [1]);
    },
    expect: { '6m': [fired('NacosProtectionTriggered', 'warning', { ...namespace, group_name: 'DEFAULT_GROUP', service_name: 'orders' })] },
  },
  {
    name: 'I20 a threshold of 0 with nothing healthy is no protection: the exporter has no series for it',
    change: (state) => state.remove('nacos_service_protection_triggered', {}),
    expect: { '6m': [] },
  },
  {
    name: 'I21 clients of 1.x that are gone make a constant 18 % of failed pushes: silence',
    world: { ...world, version: '1.4.8' },
    change: (state) => state.set('nacos_push_failures_total', {}, [[0, 1.8]]),
    expect: { '8m': [] },
  },
  {
    name: 'I21 dead targets on 2.x, where a failure is one',
    change: (state) => state.set('nacos_push_failures_total', { nacos_node: b }, [[0, 1.8]]),
    expect: { '5m': [fired('NacosPushFailureRateHigh', 'warning', on(b))] },
  },
  {
    name: 'I22 an upgrade takes the actuator away: told, and the rest goes on by the API',
    change(state) {
      for (const node of nodes) state.add('nacos_poll_success', { nacos_node: node, stage: 'actuator' }, [1, '1m'], [0]);
      state.set('nacos_node_missing_instances', { nacos_node: b }, [0, '3m'], [300]);
    },
    expect: { '7m15s': [...nodes.map((node) => fired('NacosPollFailing', 'warning', { ...on(node), stage: 'actuator' })), fired('NacosNodeMissingInstances', 'critical', data(b))] },
  },
  {
    name: 'I23 r-nacos serves three versions of one configuration',
    world: { ...world, version: 'R-NACOS' },
    change(state) {
      for (const name of ['nacos_push_total', 'nacos_push_failures_total', 'nacos_push_empty_total', 'nacos_push_cost_seconds', 'nacos_connections', 'nacos_subscribers', 'nacos_raft_leader_changes_total']) state.remove(name, {});
      for (const node of [b, c]) state.set('nacos_config_divergent_items', { nacos_node: node }, [0, '1m'], [1]);
    },
    expect: { '6m': [b, c].map((node) => fired('NacosConfigDivergence', 'warning', data(node))) },
  },
];

describeRules({ title: 'incidents', ruleFiles: ['alerts/nacos.rules.yaml'], cases: incidents.map((one) => ({ world, ...one })) });

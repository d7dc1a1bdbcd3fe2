/** Alerts on upgrades, with what 2.0 and 2.1 tell of them: each fires once, and is silent close to its edge. */

import { fired, type Case } from './promtool.ts';
import { a, b, nodes, type Segment, type World } from './world.ts';

const cluster = { nacos_cluster: 'prod' };
const on = (nacos_node: string) => ({ ...cluster, nacos_node });
const inProgress = fired('NacosUpgradeInProgress', 'info', cluster);
const world = { version: '2.1.0' } as const;

interface State {
  readonly completed?: readonly Segment[];
  readonly all2x?: readonly Segment[];
  readonly doubleWrite?: readonly Segment[];
  readonly storeOnly?: readonly Segment[];
}

/** All nodes upgraded, double write off, unless told. */
function upgrade(state: World, { completed = [[1]], all2x = [[1]], doubleWrite = [[0]], storeOnly = [[0]] }: State): void {
  for (const nacos_node of nodes) {
    state.add('nacos_upgrade_completed', { nacos_node }, ...completed);
    state.add('nacos_upgrade_all_members_2x', { nacos_node }, ...all2x);
    state.add('nacos_upgrade_double_write_enabled', { nacos_node }, ...doubleWrite);
    for (const store of ['v1', 'v2']) state.add('nacos_upgrade_store_only_services', { nacos_node, store }, ...storeOnly);
  }
}

function replaceVersion(state: World, node: string, version: string, at: string): void {
  state.set('nacos_node_info', { nacos_node: node }, [1, at], [null]);
  state.add('nacos_node_info', { nacos_node: node, version, api: 'v2', mode: 'cluster' }, [null, at], [1]);
}

export const upgradeCases: readonly Case[] = [
  { name: 'an upgraded cluster without double write is silent', world, change: (state) => upgrade(state, {}), expect: { '5m': [], '35m': [] } },
  { name: 'NacosUpgradeInProgress: mixed versions', change: (state) => replaceVersion(state, a, '2.5.1', '2m'), expect: { '1m45s': [], '2m': [inProgress] } },
  {
    name: 'NacosUpgradeInProgress: double write is on and a node has not completed',
    world, change: (state) => upgrade(state, { completed: [[0]], all2x: [[0]], doubleWrite: [[1]] }), expect: { '2m': [inProgress] },
  },
  {
    name: 'NacosUpgradeInProgress: the last node came back with the new version within 30 min',
    change(state) { for (const node of nodes) replaceVersion(state, node, '2.5.1', '2m'); },
    expect: { '3m': [inProgress], '31m': [inProgress], '33m': [] },
  },
  { name: 'NacosUpgradeInProgress is silent about a restart with the same version', change: (state) => state.set('nacos_node_info', { nacos_node: a }, [1, '2m'], [null, '1m'], [1]), expect: { '3m': [], '4m': [] } },
  {
    name: 'NacosUpgradeStalled: all 2.x for half an hour',
    world, change: (state) => upgrade(state, { completed: [[0]], all2x: [[0, '2m'], [1]] }),
    expect: { '31m45s': [], '32m': nodes.map((node) => fired('NacosUpgradeStalled', 'warning', on(node))) },
  },
  { name: 'NacosUpgradeStalled is silent while a member of 1.x is left', world, change: (state) => upgrade(state, { completed: [[0]], all2x: [[0]] }), expect: { '32m': [] } },
  {
    name: 'NacosUpgradeReverted: 1 -> 0',
    world, change: (state) => upgrade(state, { completed: [[1, '3m'], [0]], all2x: [[1, '3m'], [0]] }),
    expect: { '8m45s': [], '9m': nodes.map((node) => fired('NacosUpgradeReverted', 'warning', on(node))) },
  },
  { name: 'NacosUpgradeReverted is silent about one reading after a restart', world, change: (state) => upgrade(state, { completed: [[1, '3m'], [0, '5m'], [1]], all2x: [[1, '3m'], [0, '5m'], [1]] }), expect: { '8m': [], '9m': [] } },
  { name: 'NacosUpgradeReverted is silent about an upgrade that never completed', world, change: (state) => upgrade(state, { completed: [[0]], all2x: [[0]] }), expect: { '10m': [] } },
  {
    name: 'NacosDoubleWriteInconsistent: services in v1 only',
    world, change(state) {
      upgrade(state, { doubleWrite: [[1]] });
      state.set('nacos_upgrade_store_only_services', { nacos_node: b, store: 'v1' }, [0, '2m'], [4]);
    },
    expect: { '16m45s': [], '17m': [fired('NacosDoubleWriteInconsistent', 'warning', { ...on(b), store: 'v1' })] },
  },
  { name: 'NacosDoubleWriteInconsistent is silent once double write is off: the v1 store is emptied then', world, change: (state) => upgrade(state, { storeOnly: [[4]] }), expect: { '17m': [] } },
];

/** A day long, at one scrape in five minutes. */
export const slowUpgradeCases: readonly Case[] = [
  {
    name: 'NacosDoubleWriteLeftOn: a day after the upgrade, a restart of the exporter in between',
    world, change: (state) => upgrade(state, { doubleWrite: [[1, '10h'], [null, '30m'], [1]] }),
    expect: { '22h55m': [], '1d5m': nodes.map((node) => fired('NacosDoubleWriteLeftOn', 'warning', on(node))) },
  },
  { name: 'NacosDoubleWriteLeftOn is silent where it was off for a while', world, change: (state) => upgrade(state, { doubleWrite: [[1, '10h'], [0, '10m'], [1]] }), expect: { '1d1h': [] } },
  { name: 'NacosDoubleWriteLeftOn is silent while the upgrade goes on', world, change: (state) => upgrade(state, { completed: [[0, '2h'], [1]], doubleWrite: [[1]] }), expect: { '1d1h': [] } },
];

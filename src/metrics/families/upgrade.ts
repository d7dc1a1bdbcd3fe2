/** A 2.0 or 2.1 node on its way from the store of 1.x (v1) to its own (v2). */

import type { PerStore, UpgradeState } from '../../model.ts';
import type { Emit } from '../family.ts';
import { family, stageValue, type ClusterView, type NodeView } from '../view.ts';

const perNode = ['nacos_cluster', 'nacos_node'] as const;
const perStore = [...perNode, 'store'] as const;

export const upgradeFamilies = [
  family({
    name: 'nacos_upgrade_completed', type: 'gauge', labels: perNode,
    help: '1 if the node serves the store of 2.x; 0 again once a member of 1.x joins.',
    rows: (view, emit) => eachTold(view, emit, ({ upgraded }) => upgraded),
  }),
  family({
    name: 'nacos_upgrade_all_members_2x', type: 'gauge', labels: perNode,
    help: '1 if the node believes that all members are 2.0 or newer.',
    rows: (view, emit) => eachTold(view, emit, ({ allMembers2x }) => allMembers2x),
  }),
  family({
    name: 'nacos_upgrade_ready', type: 'gauge', labels: perNode,
    help: '1 if the node says of itself, in its members list, that both stores hold the same and nothing waits to be written: once all members do, they change over. Absent before its first check of that.',
    rows: (view, emit) => eachNode(view, emit, readyToUpgrade),
  }),
  family({
    name: 'nacos_upgrade_double_write_enabled', type: 'gauge', labels: perNode,
    help: '1 while the node writes both stores. Where the endpoint for upgrades does not tell (2.0.0 and 2.0.1 have none) this is the switch doubleWriteEnabled.',
    rows: (view, emit) => eachNode(view, emit, writesTwice),
  }),
  family({
    name: 'nacos_upgrade_double_write_pending_tasks', type: 'gauge', labels: perNode,
    help: 'Changes that the node has still to write to the other store.',
    rows: (view, emit) => eachTold(view, emit, ({ pendingTasks }) => pendingTasks),
  }),
  family({
    name: 'nacos_upgrade_services', type: 'gauge', labels: perStore,
    help: 'Services in each of the two stores. The store of 1.x is shut with double write, and then really holds none.',
    rows: (view, emit) => eachStore(view, emit, ({ services }) => services),
  }),
  family({
    name: 'nacos_upgrade_instances', type: 'gauge', labels: perStore,
    help: 'Instances in each of the two stores. The store of 1.x is shut with double write, and then really holds none; 2.x counts its own up and down, which may drift.',
    rows: (view, emit) => eachStore(view, emit, ({ instances }) => instances),
  }),
  family({
    name: 'nacos_upgrade_store_only_services', type: 'gauge', labels: perStore,
    help: 'Services that are in the one store and not in the other. Absent once double write is off: the store of 1.x is shut then, and there is nothing to compare with.',
    rows: (view, emit) => eachStore(view, emit, ({ doubleWriteEnabled, only }) => (
      doubleWriteEnabled ? { v1: only.v1.length, v2: only.v2.length } : undefined
    )),
  }),
] as const;

/** What the members list says is hard-coded from 2.2 on, and unknown to 1.x. */
function readyToUpgrade(node: NodeView): boolean | undefined {
  return stageValue(node, 'members')?.find(({ address }) => address === node.name)?.readyToUpgrade;
}

function writesTwice(node: NodeView): boolean | undefined {
  return stageValue(node, 'upgrade')?.doubleWriteEnabled ?? stageValue(node, 'switches')?.enabled['doubleWriteEnabled'];
}

function eachNode(view: ClusterView, emit: Emit<typeof perNode>, value: (node: NodeView) => boolean | number | undefined): void {
  for (const node of view.nodes) {
    if (node.node.api !== 'v2.0') continue;
    const told = value(node);
    if (told !== undefined) emit(Number(told), view.cluster, node.name);
  }
}

/** Of nodes whose endpoint told. */
function eachTold(view: ClusterView, emit: Emit<typeof perNode>, value: (state: UpgradeState) => boolean | number): void {
  eachNode(view, emit, (node) => {
    const state = stageValue(node, 'upgrade');
    return state === undefined ? undefined : value(state);
  });
}

function eachStore(view: ClusterView, emit: Emit<typeof perStore>, value: (state: UpgradeState) => PerStore<number> | undefined): void {
  for (const node of view.nodes) {
    const state = stageValue(node, 'upgrade');
    const told = state === undefined ? undefined : value(state);
    if (told === undefined) continue;
    emit(told.v1, view.cluster, node.name, 'v1');
    emit(told.v2, view.cluster, node.name, 'v2');
  }
}

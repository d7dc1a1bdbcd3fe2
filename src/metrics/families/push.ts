/** What the nodes pushed to subscribers: counters that never fall, made of those that the servers set back. */

import type { PushHistory } from '../../analysis/push.ts';
import type { PushTotals } from '../../model.ts';
import type { Emit } from '../family.ts';
import { family, stageValue, type ClusterView, type NodeView } from '../view.ts';

const perNode = ['nacos_cluster', 'nacos_node'] as const;

export const pushFamilies = [
  family({
    name: 'nacos_push_total', type: 'counter', labels: perNode,
    help: 'Pushes to subscribers that the node attempted, failures included, since the exporter first read them.',
    rows: (view, emit) => eachNode(view, emit, ({ total }) => total),
  }),
  family({
    name: 'nacos_push_failures_total', type: 'counter', labels: perNode,
    help: 'Pushes to subscribers that failed; 1.x counts those that wait for their answer too.',
    rows: (view, emit) => eachNode(view, emit, ({ failed }) => failed),
  }),
  family({
    name: 'nacos_push_empty_total', type: 'counter', labels: perNode,
    help: 'Pushes of a service without a valid instance; told by the actuator endpoint of 2.2 and later only.',
    rows: (view, emit) => eachNode(view, emit, ({ empty }) => empty),
  }),
  family({
    name: 'nacos_push_cost_seconds', type: 'gauge', labels: [...perNode, 'stat'],
    help: 'How long pushes took of late, from the change to the subscriber\'s answer: of at most five minutes (15 s in 1.x, which tells it on its actuator endpoint only); absent where nothing was pushed.',
    rows(view, emit) {
      for (const node of view.nodes) {
        const { avg, max } = told(node)?.cost ?? {};
        if (avg !== undefined) emit(avg / 1000, view.cluster, node.name, 'avg');
        if (max !== undefined) emit(max / 1000, view.cluster, node.name, 'max');
      }
    },
  }),
  family({
    name: 'nacos_push_pending_tasks', type: 'gauge', labels: perNode,
    help: 'Push tasks that wait; told by the actuator endpoint of 2.2 and later only.',
    rows(view, emit) {
      for (const node of view.nodes) {
        const pending = told(node)?.pending;
        if (pending !== undefined) emit(pending, view.cluster, node.name);
      }
    },
  }),
] as const;

/** What the node says now: on its actuator endpoint where that is open. */
function told(node: NodeView): PushTotals | undefined {
  return stageValue(node, 'actuator')?.push ?? stageValue(node, 'push');
}

function eachNode(view: ClusterView, emit: Emit<typeof perNode>, value: (history: PushHistory) => number | undefined): void {
  for (const { name } of view.nodes) {
    const history = view.ledger.pushes.get(name);
    const counted = history === undefined ? undefined : value(history);
    if (counted !== undefined) emit(counted, view.cluster, name);
  }
}

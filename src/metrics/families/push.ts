/** What the nodes pushed to subscribers: counters that never fall, made of those that the servers set back. */

import type { PushHistory } from '../../analysis/push.ts';
import { family, type ClusterView } from '../view.ts';
import type { Emit } from '../family.ts';

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
] as const;

function eachNode(view: ClusterView, emit: Emit<typeof perNode>, value: (history: PushHistory) => number): void {
  for (const { name } of view.nodes) {
    const history = view.ledger.pushes.get(name);
    if (history !== undefined) emit(value(history), view.cluster, name);
  }
}

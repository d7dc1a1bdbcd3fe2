/** Where the nodes differ in what they hold: confirmed after the time that replication may take. */

import { kinds } from '../../analysis/contents/patience.ts';
import type { NamespaceDivergence, NodeDivergence } from '../../analysis/contents/summary.ts';
import type { Emit } from '../family.ts';
import { family, type ClusterView } from '../view.ts';

const perNode = ['nacos_cluster', 'nacos_node', 'namespace_id'] as const;
const perNamespace = ['nacos_cluster', 'namespace_id'] as const;

export const divergenceFamilies = [
  family({
    name: 'nacos_divergent_services', type: 'gauge', labels: [...perNamespace, 'kind'],
    help: 'Services on which the nodes differ, confirmed; each once, under the first kind that applies: service, instance, health, attributes.',
    rows(view, emit) {
      for (const [namespace, found] of compared(view)) for (const kind of kinds) emit(found.confirmed[kind], view.cluster, namespace, kind);
    },
  }),
  family({
    name: 'nacos_suspected_divergent_services', type: 'gauge', labels: perNamespace,
    help: 'Services on which the nodes differ, not yet for longer than replication may take.',
    rows(view, emit) {
      for (const [namespace, found] of compared(view)) emit(found.suspected, view.cluster, namespace);
    },
  }),
  family({
    name: 'nacos_node_divergent_services', type: 'gauge', labels: perNode,
    help: 'Services on which the node differs from what is agreed, confirmed.',
    rows: (view, emit) => eachNode(view, emit, (found) => found.services),
  }),
  family({
    name: 'nacos_node_missing_services', type: 'gauge', labels: perNode,
    help: 'Services with agreed instances of which the node shows none, confirmed or not.',
    rows: (view, emit) => eachNode(view, emit, (found) => found.missingServices),
  }),
  family({
    name: 'nacos_node_missing_instances', type: 'gauge', labels: perNode,
    help: 'Agreed instances that the node does not show, confirmed or not.',
    rows: (view, emit) => eachNode(view, emit, (found) => found.missingInstances),
  }),
  family({
    name: 'nacos_node_surplus_instances', type: 'gauge', labels: perNode,
    help: 'Instances that the node shows and that are not agreed, confirmed or not.',
    rows: (view, emit) => eachNode(view, emit, (found) => found.surplusInstances),
  }),
  family({
    name: 'nacos_node_conflicting_instances', type: 'gauge', labels: perNode,
    help: 'Instances that the node shows with other health, weight, metadata or enabled than is agreed, confirmed or not.',
    rows: (view, emit) => eachNode(view, emit, (found) => found.conflictingInstances),
  }),
  family({
    name: 'nacos_divergence_since_timestamp_seconds', type: 'gauge', labels: perNamespace,
    help: 'When the oldest confirmed difference was first seen; absent if there is none.',
    rows(view, emit) {
      for (const [namespace, found] of compared(view)) if (found.since !== undefined) emit(found.since / 1000, view.cluster, namespace);
    },
  }),
  family({
    name: 'nacos_divergence_last_complete_timestamp_seconds', type: 'gauge', labels: perNamespace,
    help: 'Oldest contents read that the verdict rests on.',
    rows(view, emit) {
      for (const [namespace, found] of compared(view)) emit(found.lastComplete! / 1000, view.cluster, namespace);
    },
  }),
  family({
    name: 'nacos_divergence_confirmation_sampled', type: 'gauge', labels: ['nacos_cluster'],
    help: '1 while more differences are due for a verdict than may be read again: what is confirmed is a sample.',
    rows(view, emit) {
      if (view.contents !== undefined) emit(view.contents.sampled ? 1 : 0, view.cluster);
    },
  }),
] as const;

/** Namespaces of which a complete comparison exists. */
function compared(view: ClusterView): readonly (readonly [string, NamespaceDivergence])[] {
  return [...view.contents?.namespaces ?? []].filter(([, found]) => found.lastComplete !== undefined).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function eachNode(view: ClusterView, emit: Emit<typeof perNode>, value: (found: NodeDivergence) => number): void {
  const up = new Set(view.nodes.filter((node) => node.up === true).map((node) => node.name));
  for (const [namespace, { nodes }] of compared(view)) {
    for (const [node, found] of nodes) if (up.has(node)) emit(value(found), view.cluster, node, namespace);
  }
}

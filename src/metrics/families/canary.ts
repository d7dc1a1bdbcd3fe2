/** The canary: how fast nodes take a beat, show each other's registrations and push them. Absent while it is off. */

import { emptyNode, emptyPair, runResults, type NodeRecord, type PairRecord } from '../../analysis/canary/ledger.ts';
import { emitHistogram } from '../histogram.ts';
import { family, type ClusterView } from '../view.ts';

const perNode = ['nacos_cluster', 'nacos_node'] as const;
const perPair = ['nacos_cluster', 'nacos_node', 'observer'] as const;

export const canaryFamilies = [
  family({
    name: 'nacos_canary_beat_seconds', type: 'histogram', labels: perNode,
    help: 'Round trip of a beat at the node that is responsible for the canary.',
    rows(view, emit) {
      for (const [node, { beats }] of watched(view)) emitHistogram(emit, beats, view.cluster, node);
    },
  }),
  family({
    name: 'nacos_canary_replication_seconds', type: 'histogram', labels: perPair,
    help: 'From the answer to a registration at nacos_node until observer showed it to consumers; what never arrived is not in it.',
    rows(view, emit) {
      for (const [node, observer, { replication }] of otherPairs(view)) emitHistogram(emit, replication, view.cluster, node, observer);
    },
  }),
  family({
    name: 'nacos_canary_replications_total', type: 'counter', labels: [...perPair, 'result'],
    help: 'Registrations at nacos_node that observer showed, or did not show within 30 s although it answered.',
    rows(view, emit) {
      for (const [node, observer, { seen, timeouts }] of otherPairs(view)) {
        emit(seen, view.cluster, node, observer, 'seen');
        emit(timeouts, view.cluster, node, observer, 'timeout');
      }
    },
  }),
  family({
    name: 'nacos_canary_push_seconds', type: 'histogram', labels: perNode,
    help: 'From the answer to a registration until a subscriber of the same node was pushed it, by UDP on 1.x; absent on other versions.',
    rows(view, emit) {
      const pushed = new Set(view.canary?.pushed);
      for (const [node, { push }] of watched(view)) if (pushed.has(node)) emitHistogram(emit, push, view.cluster, node);
    },
  }),
  family({
    name: 'nacos_canary_deregistration_seconds', type: 'histogram', labels: perPair,
    help: 'From the answer to a deregistration at nacos_node until observer, which may be the same node, showed it no more.',
    rows(view, emit) {
      for (const [node, observer, { deregistration }] of pairs(view)) emitHistogram(emit, deregistration, view.cluster, node, observer);
    },
  }),
  family({
    name: 'nacos_canary_runs_total', type: 'counter', labels: [...perNode, 'result'],
    help: 'Runs with the node responsible, by what failed first.',
    rows(view, emit) {
      for (const [node, { runs }] of watched(view)) for (const result of runResults) emit(runs[result], view.cluster, node, result);
    },
  }),
] as const;

/** Nodes that can be measured, measured or not. */
function watched({ canary, nodes }: ClusterView): readonly (readonly [string, NodeRecord])[] {
  if (canary === undefined) return [];
  const { ledger } = canary;
  const able = nodes.filter(({ name, node }) => !ledger.unsupported.has(name) && node.api !== 'r-nacos');
  return able.map(({ name }) => [name, ledger.nodes.get(name) ?? emptyNode] as const);
}

/** Every node as seen by every node. */
function pairs(view: ClusterView): readonly (readonly [string, string, PairRecord])[] {
  const nodes = watched(view);
  return nodes.flatMap(([node, { observers }]) => nodes.map(([observer]) => [node, observer, observers.get(observer) ?? emptyPair] as const));
}

function otherPairs(view: ClusterView): readonly (readonly [string, string, PairRecord])[] {
  return pairs(view).filter(([node, observer]) => node !== observer);
}

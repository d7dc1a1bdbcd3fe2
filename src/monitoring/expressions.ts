/** Expressions that several rules share. Each alert holds its own copy: one that is copied alone still works. */

import { ago, and, by, calc, calcPer, call, max, or, over, range, scalarLeft, unless, type Expr, type Queries } from './promql.ts';

export const cluster = ['nacos_cluster'] as const;
export const node = ['nacos_cluster', 'nacos_node'] as const;
export const namespace = ['nacos_cluster', 'namespace_id'] as const;

export type ClusterLabel = (typeof cluster)[number];
export type NodeLabel = (typeof node)[number];
export type NamespaceLabel = (typeof namespace)[number];

/** Nodes that ought to be there: it does not shrink when one fails. */
export const expectedNodes = (q: Queries): Expr<ClusterLabel> => max(cluster, q.metric('nacos_cluster_nodes_expected'));

/** The smallest majority of them: all, in a cluster of two. */
export const quorum = (q: Queries): Expr<ClusterLabel> => calc(call('floor', calc(expectedNodes(q), '/', 2)), '+', 1);

export const nodeUp = (q: Queries): Expr<NodeLabel> => max(node, q.metric('nacos_node_up'));

export const nodesUp = (q: Queries): Expr<ClusterLabel> => by('sum', cluster, nodeUp(q));

/** Namespaces whose agreed numbers a majority of the expected nodes stands behind. */
export const enoughVoters = (q: Queries): Expr<NamespaceLabel> => calcPer(max(namespace, q.metric('nacos_agreement_nodes')), '>=', quorum(q));

/** Share of the baseline that is lost. Written so that exactly 10 of 100 is exactly 0.1. */
export function lossShare(q: Queries, now: Expr<NamespaceLabel> = max(namespace, q.metric('nacos_namespace_instances'))): Expr<NamespaceLabel> {
  const baseline = max(namespace, q.metric('nacos_namespace_instances_baseline'));
  return calc(calc(baseline, '-', now), '/', baseline);
}

/** Share of the agreed instances that are unhealthy, of each exporter by itself: two of them may see a short phase at different moments. */
export function unhealthyShare(q: Queries) {
  const all = q.metric('nacos_namespace_instances');
  return calc(calc(all, '-', q.metric('nacos_namespace_instances_healthy')), '/', all);
}

export const nodesOf1x = (q: Queries): Expr<NodeLabel> => max(node, q.metric('nacos_node_info', { version: { like: '1\\..*' } }));

export function pushFailureShare(q: Queries, window: string): Expr<NodeLabel> {
  return calc(
    max(node, over('increase', range(q.metric('nacos_push_failures_total'), window))), '/',
    max(node, over('increase', range(q.metric('nacos_push_total'), window))),
  );
}

/** Subscribers that were told of no provider, all nodes of a cluster together. */
export const emptyPushes = (q: Queries, window: string): Expr<ClusterLabel> =>
  by('sum', cluster, max(node, over('increase', range(q.metric('nacos_push_empty_total'), window))));

/** Nodes that fill, except those that have done so for longer than the grace. */
export function freshlyJoining(q: Queries, grace: string): Expr<NodeLabel> {
  const joining = q.metric('nacos_node_joining');
  const throughout = and(calc(max(node, over('min_over_time', range(joining, grace))), '==', 1), calc(max(node, ago(joining, grace)), '==', 1));
  return unless(calc(max(node, joining), '==', 1), throughout);
}

/** A node went, came or joined within the window, or a member was seen to. */
export function memberChange(q: Queries, window: string): Expr<ClusterLabel> {
  return or(or(
    calc(max(cluster, over('changes', range(q.metric('nacos_node_up'), window))), '>', 0),
    calc(max(cluster, over('max_over_time', range(q.metric('nacos_node_joining'), window))), '==', 1),
  ), calc(max(cluster, over('changes', range(q.metric('nacos_member_state', { state: 'up' }), window))), '>', 0));
}

/** More than one version among the nodes that answer. */
export const mixedVersions = (q: Queries): Expr<ClusterLabel> => {
  const versions = by('count', ['nacos_cluster', 'version'], q.metric('nacos_node_info', { version: { not: '' } }));
  return calc(by('count', cluster, versions), '>', 1);
};

/** A term that may be absent, as 0 wherever the other is there. */
export const orZero = <L extends string>(of: Expr<L>, wherever: Expr<L>): Expr<L> => ({ ...or(of, scalarLeft(0, '*', wherever)), labels: of.labels, optional: [] });

/**
 * Whether a cluster's registry can be trusted: each cause of doubt with its weight, by the conditions of the alerts but mostly
 * without their patience, since this is looked at and not waited for. Unknown is a doubt too: what was not compared is not the same.
 */

import { cluster, expectedNodes, lossShare, namespace, nodesUp, quorum, unhealthyShare } from '../expressions.ts';
import { and, anyOf, by, calc, calcPer, marked, max, now, or, over, range, scalarLeft, unless, type Expr } from '../promql.ts';
import type { DashboardKit } from './kit.ts';
import { colors, type Words } from './looks.ts';

export const trustWords = { 0: ['trusted', colors.good], 1: ['with care', colors.careful], 2: ['not trusted', colors.bad] } as const satisfies Words;
export const causeWords = { 0: ['watched', colors.good], 1: ['look', colors.careful], 2: ['bad', colors.bad] } as const satisfies Words;

type Cause = Expr<'nacos_cluster'>;

/** 2 while it must not be trusted, 1 while it is to be taken with care. Each is there only while it holds, besides `watched`. */
export function causesOfDoubt({ whole: q, limits }: DashboardKit): Expr<'nacos_cluster' | 'cause'> {
  const { NacosMassDeregistration: loss, NacosMassUnhealthy: sick, NacosNodeDataDivergence: differ, NacosPollStale: stale } = limits;
  const raftGroup = ['nacos_cluster', 'raft_group'] as const;
  // An election leaves a group without a leader for some seconds: told is what lasted.
  const leaders = (how: 'max_over_time' | 'min_over_time', window: string) => max(raftGroup, over(how, range(q.metric('nacos_raft_leaders'), window)));
  const baseline = max(namespace, q.metric('nacos_namespace_instances_baseline'));
  const lost = (share: number): Cause => by('max', cluster, and(calc(lossShare(q), '>=', share), calc(baseline, '>=', loss.min_instances)));
  const differing = by('sum', namespace, max([...namespace, 'kind'], q.metric('nacos_divergent_services')));
  const many = and(calc(calc(differing, '/', max(namespace, q.metric('nacos_namespace_services'))), '>=', differ.critical_share), calc(differing, '>=', differ.critical_services));
  const unhealthy = and(calc(max(namespace, unhealthyShare(q)), '>', sick.share), calc(max(namespace, q.metric('nacos_namespace_instances')), '>=', sick.min_instances));
  const up = max(cluster, q.metric('nacos_up'));
  const compared = by('min', cluster, max(namespace, q.metric('nacos_divergence_last_complete_timestamp_seconds')));
  const tooOld = calc(scalarLeft(now, '-', compared), '>', scalarLeft(stale.intervals, '*', max(cluster, q.metric('nacos_poll_interval_seconds', { stage: 'contents' }))));
  return anyOf(
    weighed('watched', 0, up),
    weighed('cluster down', 2, calc(up, '==', 0)),
    weighed('no quorum', 2, calc(nodesUp(q), '<', quorum(q))),
    weighed('node down', 1, calc(nodesUp(q), '<', expectedNodes(q))),
    weighed('node not ready', 1, by('max', cluster, calc(max(['nacos_cluster', 'nacos_node'], q.metric('nacos_node_ready')), '==', 0))),
    weighed('node fills', 1, calc(max(cluster, q.metric('nacos_node_joining')), '==', 1)),
    weighed('no Raft leader', 2, by('max', cluster, calc(leaders('max_over_time', limits.NacosRaftNoLeader.for), '==', 0))),
    weighed('two Raft leaders', 2, by('max', cluster, calc(leaders('min_over_time', limits.NacosRaftSplitBrain.for), '>', 1))),
    weighed('nodes differ', 1, by('max', cluster, calc(differing, '>', 0))),
    weighed('nodes differ widely', 2, by('max', cluster, many)),
    weighed('instances lost', 1, lost(loss.warning)),
    weighed('mass loss', 2, lost(loss.critical)),
    weighed('many unhealthy', 1, by('max', cluster, unhealthy)),
    weighed('not compared', 1, or(tooOld, unless(calc(up, '==', 1), compared), cluster) as Cause),
  );
}

/** The heaviest cause of each cluster. */
export const trust = (kit: DashboardKit): Cause => by('max', cluster, causesOfDoubt(kit));

function weighed(cause: string, weight: number, of: Cause): Expr<'nacos_cluster' | 'cause'> {
  return marked(calc(calc(of, '*', 0), '+', weight), 'cause', cause);
}

/** Difference of each node's instances from the agreed number, below zero where it lacks some. */
export function againstAgreed({ q }: DashboardKit): Expr<'nacos_cluster' | 'nacos_node' | 'namespace_id'> {
  return calcPer(max(['nacos_cluster', 'nacos_node', 'namespace_id'], q.metric('nacos_instances')), '-', max(namespace, q.metric('nacos_namespace_instances')));
}

/** What happened, drawn across all graphs of a dashboard. Two minutes of window, at steps of one: no event falls between. */

import { AnnotationQueryBuilder, type AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard';
import { lossShare, namespace, node } from '../expressions.ts';
import { and, calc, max, over, range, unless, type Expr } from '../promql.ts';
import type { DashboardKit } from './kit.ts';
import { colors } from './looks.ts';
import { dataSource } from './panels.ts';

const window = '2m';
/** A node that was away for as long may come back with another version. */
const remembered = '1h';

export function annotationsOf({ whole: q, limits }: DashboardKit): AnnotationQuery[] {
  const loss = limits.NacosMassDeregistration;
  const version = ['nacos_cluster', 'nacos_node', 'version'] as const;
  const info = q.metric('nacos_node_info', { version: { not: '' } });
  const before = over('max_over_time', range(info, remembered, window));
  return [
    event('Leader changes', colors.notice, calc(max(['nacos_cluster', 'raft_group'], over('increase', range(q.metric('nacos_raft_leader_changes_total'), window))), '>', 0),
      (l) => `Another node leads ${l.raft_group} of ${l.nacos_cluster}`),
    event('Node restarts', colors.careful, calc(max(node, over('changes', range(q.metric('nacos_node_up'), window))), '>', 0), (l) => `${l.nacos_node} of ${l.nacos_cluster} went or came`),
    event('Mass deregistration', colors.bad, and(calc(lossShare(q), '>=', loss.warning), calc(max(namespace, q.metric('nacos_namespace_instances_baseline')), '>=', loss.min_instances)),
      (l) => `Instances of ${l.namespace_id} of ${l.nacos_cluster} are gone`),
    event('Upgrades', 'purple', and(unless(max(version, info), max(version, before)), max(node, before)), (l) => `${l.nacos_node} of ${l.nacos_cluster} came back as ${l.version}`),
  ];
}

function event<L extends string>(name: string, color: string, of: Expr<L>, text: (l: { readonly [K in L]: string }) => string): AnnotationQuery {
  const labels = Object.fromEntries(of.labels.map((label) => [label, `{{${label}}}`])) as { readonly [K in L]: string };
  return new AnnotationQueryBuilder().name(name).datasource(dataSource).enable(true).hide(false).iconColor(color)
    .expr(of.text).step('1m').titleFormat(name).textFormat(text(labels)).build();
}

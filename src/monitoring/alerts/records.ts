/** Recording rules: what dashboards and people ask for often, already folded over several exporters of a cluster. */

import { by, histogramQuantile, max, over, range } from '../promql.ts';
import { cluster, expectedNodes, lossShare, namespace, node, nodesUp, pushFailureShare, quorum, unhealthyShare } from '../expressions.ts';
import type { Kit, RuleGroup } from '../rules.ts';

export function recordingRules({ q, limits }: Kit): RuleGroup {
  const rate = (name: 'nacos_instances_registered_total' | 'nacos_instances_deregistered_total') => max(namespace, over('rate', range(q.metric(name), '5m')));
  const p99 = (window: string) => ({
    beat: histogramQuantile(0.99, max([...node, 'le'], over('rate', range(q.buckets('nacos_canary_beat_seconds'), window)))),
    replication: histogramQuantile(0.99, max([...node, 'observer', 'le'], over('rate', range(q.buckets('nacos_canary_replication_seconds'), window)))),
  });
  return {
    name: 'nacos-records', title: 'Recording rules', alerts: [],
    records: [
      { record: 'nacos_cluster:nodes_expected:max', expr: expectedNodes(q) },
      { record: 'nacos_cluster:nodes_quorum:max', expr: quorum(q) },
      { record: 'nacos_cluster:nodes_up:sum', expr: nodesUp(q) },
      { record: 'nacos_cluster:instances:sum', expr: by('sum', cluster, max(namespace, q.metric('nacos_namespace_instances'))) },
      { record: 'nacos_namespace:instances:max', expr: max(namespace, q.metric('nacos_namespace_instances')) },
      { record: 'nacos_namespace:instances_lost:ratio', expr: lossShare(q) },
      { record: 'nacos_namespace:instances_unhealthy:ratio', expr: max(namespace, unhealthyShare(q)) },
      { record: 'nacos_namespace:instances_registered:rate5m', expr: rate('nacos_instances_registered_total') },
      { record: 'nacos_namespace:instances_deregistered:rate5m', expr: rate('nacos_instances_deregistered_total') },
      { record: 'nacos_namespace:divergent_services:sum', expr: by('sum', namespace, max([...namespace, 'kind'], q.metric('nacos_divergent_services'))) },
      { record: 'nacos_node:push:rate5m', expr: max(node, over('rate', range(q.metric('nacos_push_total'), '5m'))) },
      { record: 'nacos_node:push_failures:ratio_increase5m', expr: pushFailureShare(q, '5m') },
      { record: 'nacos_node:canary_beat_seconds:p99_5m', expr: p99('5m').beat },
      { record: 'nacos_node_observer:canary_replication_seconds:p99', expr: p99(limits.NacosReplicationSlow.window).replication },
    ],
  };
}

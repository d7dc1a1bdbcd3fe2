/** Data: whether every node holds what the others hold. */

import { cluster, enoughVoters, freshlyJoining, namespace, node } from '../expressions.ts';
import { and, by, calc, calcPer, max, or, unless, type Expr, type Queries } from '../promql.ts';
import { alert, percent, value, type Kit, type RuleGroup } from '../rules.ts';

export function dataAlerts({ q, limits }: Kit): RuleGroup {
  const nodeNamespace = ['nacos_cluster', 'nacos_node', 'namespace_id'] as const;
  const agreed = max(namespace, q.metric('nacos_namespace_instances'));
  const diverging = divergentServices(q);
  const missing = limits.NacosNodeMissingInstances;
  return {
    name: 'nacos-data', title: 'Data', records: [],
    alerts: [
      alert({
        alert: 'NacosNodeDataDivergence', for: limits.NacosNodeDataDivergence.for, divergence: true,
        meaning: 'Nodes differ on services, confirmed.',
        expr: calc(diverging, '>', 0),
        texts: (l) => ({
          summary: `Nodes of Nacos cluster ${l.nacos_cluster} differ on ${value.count} services`,
          description: `The nodes of ${l.nacos_cluster} have shown different instances, health or metadata of ${value.count} services of namespace ${l.namespace_id} for longer than replication may take. Consumers get different answers from different nodes; the page of differences names service, node and values.`,
        }),
      }),
      alert({
        alert: 'NacosNodeDataDivergence', severity: 'critical', for: limits.NacosNodeDataDivergence.for, divergence: true,
        meaning: `Nodes differ on at least ${percent(limits.NacosNodeDataDivergence.critical_share)} of the services of a namespace, and on no fewer than ${limits.NacosNodeDataDivergence.critical_services}.`,
        expr: and(
          calc(calc(diverging, '/', max(namespace, q.metric('nacos_namespace_services'))), '>=', limits.NacosNodeDataDivergence.critical_share),
          calc(diverging, '>=', limits.NacosNodeDataDivergence.critical_services),
        ),
        texts: (l) => ({
          summary: `Nodes of Nacos cluster ${l.nacos_cluster} differ on ${value.percent} of the services`,
          description: `The nodes of ${l.nacos_cluster} have shown different instances, health or metadata of ${value.percent} of the services of namespace ${l.namespace_id} for longer than replication may take: a node as a whole is cut off or stands still, not a single service.`,
        }),
      }),
      alert({
        alert: 'NacosNodeCatalogEmpty', for: limits.NacosNodeCatalogEmpty.for, divergence: true,
        meaning: 'A node shows no instance of a namespace in which the cluster has some.',
        expr: unless(and(calc(max(nodeNamespace, q.metric('nacos_instances')), '==', 0), calc(agreed, '>', 0)), freshlyJoining(q, missing.join_grace)),
        texts: (l) => ({
          summary: `Nacos node ${l.nacos_node} of ${l.nacos_cluster} shows an empty namespace`,
          description: `${l.nacos_node} of ${l.nacos_cluster} has no instance of namespace ${l.namespace_id}, although the cluster agrees on some. Consumers that ask this node find no provider.`,
        }),
      }),
      alert({
        alert: 'NacosNodeMissingInstances', severity: 'critical', for: missing.for, divergence: true,
        meaning: `A node lacks more than ${percent(missing.share)} of the instances that the cluster agrees on.`,
        expr: unless(and(
          calc(calcPer(max(nodeNamespace, q.metric('nacos_node_missing_instances')), '/', agreed), '>', missing.share),
          calc(max(nodeNamespace, q.metric('nacos_node_missing_instances')), '>=', missing.min_instances),
        ), freshlyJoining(q, missing.join_grace)),
        texts: (l) => ({
          summary: `Nacos node ${l.nacos_node} of ${l.nacos_cluster} lacks ${value.percent} of the instances`,
          description: `${l.nacos_node} of ${l.nacos_cluster} has lacked ${value.percent} of the agreed instances of namespace ${l.namespace_id} for ${missing.for}. Consumers that ask this node see too few providers.`,
        }),
      }),
      alert({
        alert: 'NacosClientCountsDisagree', for: limits.NacosClientCountsDisagree.for,
        meaning: 'The nodes do not know the same number of clients.',
        expr: calc(max(cluster, q.metric('nacos_client_counts_consistent')), '==', 0),
        texts: (l) => ({
          summary: `Nodes of Nacos cluster ${l.nacos_cluster} know different numbers of clients`,
          description: `The nodes of ${l.nacos_cluster} have not known the same number of clients for ${limits.NacosClientCountsDisagree.for}: clients of one node are not replicated to another. This is the cheapest sign of a divergence, seen before contents are compared.`,
        }),
      }),
      alert({
        alert: 'NacosConfigDivergence', for: limits.NacosConfigDivergence.for, divergence: true,
        meaning: "A node's cached configurations differ from the stored ones.",
        expr: calc(max(nodeNamespace, q.metric('nacos_config_divergent_items')), '>', 0),
        texts: (l) => ({
          summary: `Nacos node ${l.nacos_node} of ${l.nacos_cluster} serves ${value.count} stale configurations`,
          description: `${l.nacos_node} of ${l.nacos_cluster} has served ${value.count} configurations of namespace ${l.namespace_id} with other contents than are stored, for ${limits.NacosConfigDivergence.for}. Applications that ask this node run with old settings.`,
        }),
      }),
      alert({
        alert: 'NacosMetadataOutlivesRegistration', for: limits.NacosMetadataOutlivesRegistration.for, divergence: true,
        meaning: 'Instances that registered anew are still disabled by metadata of the earlier registration.',
        expr: and(calc(max(namespace, q.metric('nacos_metadata_overridden_instances')), '>', 0), enoughVoters(q)),
        texts: (l) => ({
          summary: `${value.count} instances of Nacos cluster ${l.nacos_cluster} are disabled by old metadata`,
          description: `${value.count} instances of namespace ${l.namespace_id} of ${l.nacos_cluster} registered anew and are still disabled, since "enabled=false" of the earlier registration outlived it. They get no traffic.`,
        }),
      }),
    ],
  };
}

/** Confirmed, by namespace; without health on 1.1.x, whose nodes keep wrong health of each other's instances for good. */
function divergentServices(q: Queries): Expr<'nacos_cluster' | 'namespace_id'> {
  const labels = [...namespace, 'kind'] as const;
  const health = unless(
    max(labels, q.metric('nacos_divergent_services', { kind: 'health' })),
    by('count', cluster, max(node, q.metric('nacos_node_info', { version: { like: '1\\.1\\..*' } }))),
  );
  return by('sum', namespace, or(max(labels, q.metric('nacos_divergent_services', { kind: { not: 'health' } })), health));
}

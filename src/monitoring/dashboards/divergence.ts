/** Where nodes differ: on which node and namespace, since when, and how far the comparison can be relied on. */

import { cluster, expectedNodes, namespace } from '../expressions.ts';
import { by, max, now, scalarLeft, type Expr } from '../promql.ts';
import type { BoardSpec } from './dashboard.ts';
import type { DashboardKit } from './kit.ts';
import type { Section } from './layout.ts';
import { chosen, differences, differencesOfNamespace, differencesUrl, ofCell, opens } from './links.ts';
import { badAbove0, badFrom, colors, warnAndBad } from './looks.ts';
import { graph, stat, text, timeline } from './panels.ts';
import { table, type Column } from './table.ts';
import { query } from './targets.ts';

export const divergence: BoardSpec = {
  name: 'divergence', showExporter: true,
  description: 'Which node lacks, has too much or contradicts, in which namespace, since when. The exporter has the page with services and values.',
  variables: [{ name: 'cluster', single: true }, { name: 'node' }, { name: 'namespace' }],
  sections: (kit) => [glance(kit), perNode(kit), reliance(kit), configurations(kit)],
};

const each = ['nacos_cluster', 'nacos_node', 'namespace_id'] as const;
const uncompared = 'Not compared yet';

/** Seconds since the moment that a metric tells. */
const since = <L extends string>(of: Expr<L>): Expr<L> => scalarLeft(now, '-', of);

function glance(kit: DashboardKit): Section {
  const { q } = kit;
  const kinds = max([...namespace, 'kind'], q.metric('nacos_divergent_services'));
  const compared = by('min', cluster, max(namespace, q.metric('nacos_divergence_last_complete_timestamp_seconds')));
  const oldest = by('min', cluster, max(namespace, q.metric('nacos_divergence_since_timestamp_seconds')));
  return {
    title: 'Do the nodes agree?',
    pieces: [
      stat({
        title: 'Diverging services', width: 5, unit: 'none', loud: true, steps: badAbove0(), empty: uncompared, click: differences,
        description: 'Services on which the nodes differ, confirmed by a second reading: of the chosen namespaces.', targets: [query(by('sum', cluster, kinds), '')],
      }),
      stat({
        title: 'Oldest difference', width: 5, unit: 's', steps: { below: colors.careful, from: [[600, colors.bad]] }, empty: 'None', click: differences,
        description: 'Since when the oldest confirmed difference stands. What stands for minutes does not heal by itself.', targets: [query(since(oldest), '')],
      }),
      stat({
        title: 'Suspected', width: 4, unit: 'none', steps: badAbove0(colors.careful), empty: uncompared,
        description: 'Services on which the nodes differ, but not yet for longer than replication may take. Most of them heal.',
        targets: [query(by('sum', cluster, max(namespace, q.metric('nacos_suspected_divergent_services'))), '')],
      }),
      stat({
        title: 'Compared', width: 5, unit: 's', empty: uncompared, steps: comparisonSteps(),
        description: 'Age of the oldest reading that the verdict rests on: what changed since is not in it.', targets: [query(since(compared), '')],
      }),
      text({
        title: 'Which services?', width: 5, height: 4, description: "The exporter's own page of differences.",
        markdown: `**[Open the page of differences](${differencesUrl(chosen('cluster', 'percentencode'))})**: service, instance, field and values, node by node.`,
      }),
      table({
        title: 'By node and namespace', width: 24, height: 9, empty: 'No node was compared',
        labels: { nacos_cluster: 'Cluster', nacos_node: 'Node', namespace_id: 'Namespace' }, oneCluster: true, columns: columns(kit), sort: [{ by: 'Diverging services' }, { by: 'Missing instances' }, { by: 'Conflicting instances' }],
        description: 'At this moment, the worst first. Instances count whether confirmed or not; diverging services are confirmed.',
        clicks: { namespace_id: opens('services', { cluster: chosen('cluster'), namespace: ofCell }), nacos_node: opens('cluster', { cluster: chosen('cluster'), node: ofCell }) },
      }),
    ],
  };
}

/** The slowest rotation that is still ordinary takes some minutes. */
const comparisonSteps = () => warnAndBad(300, 900);

function columns({ q }: DashboardKit): readonly Column<(typeof each)[number]>[] {
  return [
    { title: 'Diverging services', of: max(each, q.metric('nacos_node_divergent_services')), unit: 'none', steps: badAbove0() },
    { title: 'Missing services', of: max(each, q.metric('nacos_node_missing_services')), unit: 'none', steps: badAbove0() },
    { title: 'Missing instances', of: max(each, q.metric('nacos_node_missing_instances')), unit: 'none', steps: badAbove0() },
    { title: 'Surplus instances', of: max(each, q.metric('nacos_node_surplus_instances')), unit: 'none', steps: badAbove0(colors.careful) },
    { title: 'Conflicting instances', of: max(each, q.metric('nacos_node_conflicting_instances')), unit: 'none', steps: badAbove0(colors.careful) },
    { title: 'Instances', of: max(each, q.metric('nacos_instances')), unit: 'none' },
  ];
}

function perNode({ q, limits }: DashboardKit): Section {
  const lines = (title: string, description: string, name: 'nacos_node_missing_instances' | 'nacos_node_surplus_instances' | 'nacos_node_conflicting_instances' | 'nacos_node_divergent_services') =>
    graph({ title, description, width: 12, unit: 'short', min: 0, many: true, empty: uncompared, click: differencesOfNamespace, targets: [query(max(each, q.metric(name)), (l) => `${l.nacos_node} ${l.namespace_id}`)] });
  const missing = limits.NacosNodeMissingInstances;
  return {
    title: 'Per node and namespace',
    pieces: [
      lines('Missing instances', `Agreed instances that the node does not show. More than ${missing.share * 100} % and no fewer than ${missing.min_instances} for ${missing.for} is an alert.`, 'nacos_node_missing_instances'),
      lines('Surplus instances', 'Instances that the node shows and the others do not: processes that are gone, as a rule. Consumers of this node call them.', 'nacos_node_surplus_instances'),
      lines('Conflicting instances', 'Instances that the node shows with other health, weight, metadata or enabled than the others.', 'nacos_node_conflicting_instances'),
      lines('Diverging services', 'Services on which the node differs from what is agreed, confirmed.', 'nacos_node_divergent_services'),
      graph({
        title: 'Diverging services by kind', width: 12, unit: 'short', min: 0, stacked: true, empty: uncompared, click: differences,
        description: 'Each service once, under the first kind that applies: the service as a whole, an instance, its health, its attributes.',
        targets: [query(by('sum', ['nacos_cluster', 'kind'], max([...namespace, 'kind'], q.metric('nacos_divergent_services'))), (l) => l.kind)],
      }),
      graph({
        title: 'Age of the oldest difference', width: 12, unit: 'dthms', min: 0, softMax: 60, empty: 'No difference in this time', click: differencesOfNamespace,
        description: 'Of each namespace, while there is a confirmed difference. A line that rises without end does not heal by itself.',
        targets: [query(since(max(namespace, q.metric('nacos_divergence_since_timestamp_seconds'))), (l) => l.namespace_id)],
      }),
    ],
  };
}

function reliance({ q, whole }: DashboardKit): Section {
  return {
    title: 'How far the comparison can be relied on',
    pieces: [
      graph({
        title: 'Age of the comparison', width: 8, unit: 'dthms', min: 0, softMax: 60, empty: uncompared, steps: comparisonSteps(),
        description: 'Age of the oldest reading that the verdict on a namespace rests on. It grows while a node or a namespace cannot be read.',
        targets: [query(since(max(namespace, q.metric('nacos_divergence_last_complete_timestamp_seconds'))), (l) => l.namespace_id)],
      }),
      graph({
        title: 'Nodes that vote', width: 8, unit: 'short', min: 0, reference: 'expected', empty: 'No node votes',
        description: 'Nodes whose word counts in each namespace: up, read, not filling, not frozen. Below the dashed line a node is left out.',
        targets: [query(max(namespace, q.metric('nacos_agreement_nodes')), (l) => l.namespace_id), query(expectedNodes(whole), 'expected')],
      }),
      graph({
        title: 'Services looked at within two polls', width: 8, unit: 'percentunit', min: 0, max: 1, empty: uncompared,
        description: 'Share of the services whose contents every node has shown within two polls. Changes of the rest are seen when the sweep comes by.',
        targets: [query(max(namespace, q.metric('nacos_churn_identity_coverage_ratio')), (l) => l.namespace_id)],
      }),
      timeline({
        title: 'Even splits', width: 12, height: 6, unit: 'none', words: { 0: ['none', colors.good], 1: ['split', colors.careful] }, empty: 'No agreement',
        description: 'Whether some service stands at an even split of the voters: nobody can say which half is right.',
        targets: [query(max(namespace, q.metric('nacos_agreement_tied')), (l) => l.namespace_id)],
      }),
      timeline({
        title: 'All differences read again', width: 12, height: 6, unit: 'none', words: { 0: ['all', colors.good], 1: ['a sample', colors.careful] }, empty: uncompared,
        description: 'While more differences are due than may be read again, what is confirmed is a sample: the true number is higher.',
        targets: [query(max(cluster, whole.metric('nacos_divergence_confirmation_sampled')), (l) => l.nacos_cluster)],
      }),
    ],
  };
}

function configurations({ q }: DashboardKit): Section {
  return {
    title: 'Configurations',
    pieces: [
      graph({
        title: 'Configurations that differ', width: 24, height: 7, unit: 'short', min: 0, many: true, steps: badFrom(1), empty: 'The check of configurations is off (docs/config-check.md)',
        description: 'Configurations that the node serves with other content than is stored, or not at all, seen twice. Opt-in.',
        targets: [query(max(each, q.metric('nacos_config_divergent_items')), (l) => `${l.nacos_node} ${l.namespace_id}`)],
      }),
    ],
  };
}

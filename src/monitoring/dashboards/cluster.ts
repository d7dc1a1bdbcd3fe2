/** One cluster, its nodes side by side: never the highest of them, each against what they agree on. */

import { cluster, expectedNodes, namespace, node, nodesUp, quorum } from '../expressions.ts';
import { by, calc, max, type Expr } from '../promql.ts';
import { firing } from './clusters.ts';
import type { BoardSpec } from './dashboard.ts';
import type { DashboardKit } from './kit.ts';
import type { Section } from './layout.ts';
import { chosen, differences, ofCell, ofSeries, opens } from './links.ts';
import { badAbove0, colors, reached, upDown, yesNo } from './looks.ts';
import { clients, configCenter, jvm, latency, raft, switches, views } from './nodes.ts';
import { graph, stat, timeline } from './panels.ts';
import { table, type Column } from './table.ts';
import { query } from './targets.ts';
import { againstAgreed, causeWords, causesOfDoubt, trust, trustWords } from './trust.ts';

export const clusterBoard: BoardSpec = {
  name: 'cluster',
  description: 'The nodes of one cluster side by side: what each holds, what each believes of the others, how each fares.',
  variables: [{ name: 'cluster', single: true }, { name: 'node' }, { name: 'namespace' }],
  sections: (kit) => [glance(kit), sideBySide(kit), views(kit), raft(kit), switches(kit), latency(kit), clients(kit), configCenter(kit), jvm(kit)],
};

const nodeNamespace = ['nacos_cluster', 'nacos_node', 'namespace_id'] as const;

function glance(kit: DashboardKit): Section {
  const { whole: q } = kit;
  const divergent = by('sum', cluster, max([...namespace, 'kind'], q.metric('nacos_divergent_services')));
  return {
    title: 'Can it be trusted?',
    pieces: [
      stat({
        title: 'Verdict', width: 4, unit: 'none', words: trustWords, loud: true, empty: 'Not reported', click: differences,
        description: 'Of the whole cluster, whichever nodes are chosen above. Its causes are beside it.', targets: [query(trust(kit), '')],
      }),
      stat({ title: 'Nodes up', width: 3, unit: 'none', description: 'Nodes that answer.', empty: 'Not reported', targets: [query(nodesUp(q), '')] }),
      stat({ title: 'Expected', width: 3, unit: 'none', description: 'Nodes that ought to be there: the larger of the configured list and what most members list.', empty: 'Not reported', targets: [query(expectedNodes(q), '')] }),
      stat({
        title: 'Spare nodes', width: 3, unit: 'none', words: { [-1]: ['-1', colors.bad] }, empty: 'Not reported',
        steps: { below: colors.bad, from: [[0, colors.careful], [1, colors.good]] },
        description: 'How many more nodes may fail before writes through Raft do. Below 0: they fail.', targets: [query(calc(nodesUp(q), '-', quorum(q)), '')],
      }),
      stat({
        title: 'Agreed instances', width: 4, unit: 'none', empty: 'No agreement', description: 'Instances that the nodes agree on, all namespaces together.',
        targets: [query(by('sum', cluster, max(namespace, q.metric('nacos_namespace_instances'))), '')],
      }),
      stat({
        title: 'Diverging services', width: 4, unit: 'none', steps: badAbove0(), empty: 'Not compared yet', click: opens('divergence', { cluster: chosen('cluster') }),
        description: 'Services on which the nodes differ, confirmed.', targets: [query(divergent, '')],
      }),
      stat({
        title: 'Firing alerts', width: 3, unit: 'none', steps: badAbove0(), words: { [-2]: ['rules not loaded', colors.careful] }, empty: 'Not reported',
        description: 'Warnings and worse of this pack that fire for the cluster.', targets: [query(firing(kit), '')],
      }),
      timeline({
        title: 'Causes of doubt', width: 24, height: 7, unit: 'none', words: causeWords, empty: 'No exporter reports the cluster',
        description: 'What takes away trust, while it does. "watched" stands for the exporter itself: where it has a gap nobody looked.',
        targets: [query(by('max', ['nacos_cluster', 'cause'], causesOfDoubt(kit)), (l) => l.cause)],
      }),
    ],
  };
}

const openNode = opens('divergence', { cluster: chosen('cluster'), node: ofSeries('nacos_node') });

function sideBySide(kit: DashboardKit): Section {
  const { q } = kit;
  const perNode = (of: Expr<(typeof nodeNamespace)[number]>): Expr<'nacos_cluster' | 'nacos_node'> => by('sum', node, of);
  const agreed = (of: Expr<'nacos_cluster' | 'namespace_id'>) => query(by('sum', cluster, of), 'agreed');
  return {
    title: 'Nodes side by side',
    pieces: [
      table({
        title: 'Nodes', width: 24, height: 7, labels: { nacos_cluster: 'Cluster', nacos_node: 'Node' }, oneCluster: true, columns: nodeColumns(kit), sort: [{ by: 'Up', ascending: true }, { by: 'Diverging' }], empty: 'No node reported',
        description: 'Of the chosen namespaces, the worst node first. Leads: Raft groups. Off by: instances more or less than the nodes agree on. Missing, surplus and conflicting count single instances, confirmed or not; diverging are services, confirmed.',
        clicks: { nacos_node: opens('divergence', { cluster: chosen('cluster'), node: ofCell }) },
      }),
      timeline({ title: 'Up', width: 8, height: 6, unit: 'none', words: upDown, description: 'Whether the node answers at all, an error included. Down from the second failed check on.', targets: [query(max(node, q.metric('nacos_node_up')), (l) => l.nacos_node)] }),
      timeline({ title: 'Ready', width: 8, height: 6, unit: 'none', words: yesNo, empty: 'Not told', description: 'Whether the node says that it is ready.', targets: [query(max(node, q.metric('nacos_node_ready')), (l) => l.nacos_node)] }),
      timeline({
        title: 'Filling', width: 8, height: 6, unit: 'none', words: { 0: ['complete', colors.good], 1: ['fills', colors.careful] }, description: 'A node that came up is still filling: it has no vote until it holds what the others agree on.',
        targets: [query(max(node, q.metric('nacos_node_joining')), (l) => l.nacos_node)],
      }),
      graph({
        title: 'Instances of each node', width: 12, unit: 'short', reference: 'agreed', click: openNode, empty: 'Not counted',
        description: "Each node's own catalog over the chosen namespaces. Dashed: what the nodes agree on. A line that leaves the dashed one is a node that shows something else.",
        targets: [query(perNode(max(nodeNamespace, q.metric('nacos_instances'))), (l) => l.nacos_node), agreed(max(namespace, q.metric('nacos_namespace_instances')))],
      }),
      graph({
        title: 'Instances off the agreed number', width: 12, unit: 'short', many: true, click: openNode, empty: 'Not counted',
        description: 'Each node in each namespace: above 0 it shows more instances than agreed, below 0 fewer. At 0 it may still show others.',
        targets: [query(againstAgreed(kit), (l) => `${l.nacos_node} ${l.namespace_id}`)],
      }),
      graph({
        title: 'Healthy instances of each node', width: 12, unit: 'short', reference: 'agreed', click: openNode, empty: 'Not counted',
        description: "Healthy instances in each node's own catalog. Dashed: healthy by agreement.",
        targets: [query(perNode(max(nodeNamespace, q.metric('nacos_instances_healthy'))), (l) => l.nacos_node), agreed(max(namespace, q.metric('nacos_namespace_instances_healthy')))],
      }),
      graph({
        title: 'Services of each node', width: 12, unit: 'short', click: openNode, empty: 'Not counted',
        description: "Rows of each node's own catalog, services without instances included: those come and go by themselves.",
        targets: [query(perNode(max(nodeNamespace, q.metric('nacos_services'))), (l) => l.nacos_node)],
      }),
    ],
  };
}

function nodeColumns(kit: DashboardKit): readonly Column<'nacos_cluster' | 'nacos_node'>[] {
  const { q } = kit;
  const sum = (name: 'nacos_instances' | 'nacos_node_missing_instances' | 'nacos_node_surplus_instances' | 'nacos_node_conflicting_instances' | 'nacos_node_divergent_services') =>
    by('sum', node, max(nodeNamespace, q.metric(name)));
  const leads = by('sum', node, max([...node, 'raft_group'], q.metric('nacos_raft_is_leader')));
  const offset = max(node, q.metric('nacos_node_clock_offset_seconds'));
  return [
    { title: 'Up', of: max(node, q.metric('nacos_node_up')), unit: 'none', words: upDown },
    { title: 'Complete', of: calc(calc(max(node, q.metric('nacos_node_joining')), '*', -1), '+', 1), unit: 'none', words: reached },
    { title: 'Leads', of: leads, unit: 'none' },
    { title: 'Instances', of: sum('nacos_instances'), unit: 'none' },
    { title: 'Off by', of: by('sum', node, againstAgreed(kit)), unit: 'none', steps: { below: colors.bad, from: [[0, colors.good], [1, colors.careful]] }, words: { [-1]: ['-1', colors.bad] } },
    { title: 'Missing', of: sum('nacos_node_missing_instances'), unit: 'none', steps: badAbove0() },
    { title: 'Surplus', of: sum('nacos_node_surplus_instances'), unit: 'none', steps: badAbove0(colors.careful) },
    { title: 'Conflicting', of: sum('nacos_node_conflicting_instances'), unit: 'none', steps: badAbove0(colors.careful) },
    { title: 'Diverging', of: sum('nacos_node_divergent_services'), unit: 'none', steps: badAbove0() },
    { title: 'Answers in', of: max(node, q.metric('nacos_node_response_seconds')), unit: 's' },
    { title: 'Clock off by', of: offset, unit: 's', words: { [-1]: ['-1 s', colors.good] }, steps: { below: colors.bad, from: [[-kit.limits.NacosClockSkew.offset, colors.good], [kit.limits.NacosClockSkew.offset, colors.bad]] } },
  ];
}


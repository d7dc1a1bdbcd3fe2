/** The war room of an upgrade, an expansion or a rollback: who is where, what may be done next, and what it costs. */

import { cluster, lossShare, namespace, node, nodeUp } from '../expressions.ts';
import { by, calc, clampMin, max, over, range, type Expr } from '../promql.ts';
import type { BoardSpec } from './dashboard.ts';
import { gates } from './gates.ts';
import { rateInterval, type DashboardKit } from './kit.ts';
import type { Section } from './layout.ts';
import { badAbove0, colors, onOff, reached, upDown, warnAndBad } from './looks.ts';
import { graph, stat, timeline } from './panels.ts';
import { table, type Column } from './table.ts';
import { orUnsupported, query, stateOrUnsupported, unsupported, unsupportedText, type Target } from './targets.ts';
import { causeWords, causesOfDoubt, trust, trustWords } from './trust.ts';

export const migration: BoardSpec = {
  name: 'migration', from: 'now-3h',
  description: 'For an upgrade, an expansion, a contraction or a rollback: versions, readiness, double write, both stores side by side, and every dip.',
  variables: [{ name: 'cluster', single: true }, { name: 'node' }, { name: 'namespace' }],
  sections: (kit) => [glance(kit), versions(kit), doubleWrite(kit), stores(kit), dips(kit), { title: 'Gates', pieces: [gates()] }],
};

const nothingToTell = `Only 2.0 and 2.1 tell: ${unsupportedText}`;

function glance(kit: DashboardKit): Section {
  const { q, whole, limits } = kit;
  const { NacosMassDeregistration: loss } = limits;
  const versionsOf = by('count', ['nacos_cluster', 'version'], max([...node, 'version'], whole.metric('nacos_node_info', { version: { not: '' } })));
  const nodesWith = (of: Expr<'nacos_cluster' | 'nacos_node'>): readonly Target[] => [query(orUnsupported(by('sum', cluster, of), whole, 'upgrade'), '')];
  const notUpgraded = calc(calc(max(node, whole.metric('nacos_upgrade_completed')), '*', -1), '+', 1);
  return {
    title: 'May the next step be taken?',
    pieces: [
      stat({ title: 'Verdict', width: 6, unit: 'none', words: trustWords, loud: true, empty: 'Not reported', description: 'Of the whole cluster. A step is taken on a trusted registry, and checked with its gate.', targets: [query(trust(kit), '')] }),
      stat({ title: 'Versions', width: 4, unit: 'none', steps: { below: colors.good, from: [[2, colors.careful]] }, empty: 'Not reported', description: 'Different versions among the nodes that answer. More than one: a step is half done.', targets: [query(by('count', cluster, versionsOf), '')] }),
      stat({ title: 'Lost', width: 4, unit: 'percentunit', decimals: 1, steps: warnAndBad(loss.warning, loss.critical), empty: 'No baseline yet', description: 'The namespace that lost the largest share of the highest number of the last minutes.', targets: [query(by('max', cluster, clampMin(lossShare(q), 0)), '')] }),
      stat({ title: 'Nodes that write twice', width: 5, unit: 'none', steps: { below: colors.good, from: [[1, colors.careful]] }, empty: nothingToTell, description: 'Nodes that write both stores. It comes back with each restart, until it is switched off everywhere.', targets: nodesWith(max(node, whole.metric('nacos_upgrade_double_write_enabled'))) }),
      stat({ title: 'Nodes not upgraded yet', width: 5, unit: 'none', steps: badAbove0(colors.careful), empty: nothingToTell, description: 'Nodes of 2.0 or 2.1 that still serve the store of 1.x.', targets: nodesWith(notUpgraded) }),
      timeline({
        title: 'Causes of doubt', width: 24, height: 7, unit: 'none', words: causeWords, empty: 'No exporter reports the cluster', description: 'What takes away trust, while it does. Wait with the next step until only "watched" is left.',
        targets: [query(by('max', ['nacos_cluster', 'cause'], causesOfDoubt(kit)), (l) => l.cause)],
      }),
    ],
  };
}

function versions({ q }: DashboardKit): Section {
  const told = ['nacos_cluster', 'nacos_node', 'version', 'api', 'mode'] as const;
  return {
    title: 'Versions',
    pieces: [
      table({
        title: 'Nodes', width: 10, height: 8, empty: 'No node answers', oneCluster: true, description: 'Version of each node that answers, the API it is read by, and the mode it runs in.',
        labels: { nacos_cluster: 'Cluster', nacos_node: 'Node', version: 'Version', api: 'API', mode: 'Mode' },
        columns: [{ title: 'State', of: max(told, q.metric('nacos_node_info')), unit: 'none', words: { 1: ['answers', colors.good] } }],
      }),
      graph({
        title: 'Nodes by version', width: 7, unit: 'short', min: 0, stacked: true, empty: 'No node answers', description: 'How the cluster moves from one version to the other. A hole is a node that is down.',
        targets: [query(by('count', ['nacos_cluster', 'version'], max([...node, 'version'], q.metric('nacos_node_info'))), (l) => l.version)],
      }),
      timeline({ title: 'Up', width: 7, unit: 'none', words: upDown, description: 'Restarts as they happened.', targets: [query(nodeUp(q), (l) => l.nacos_node)] }),
    ],
  };
}

function doubleWrite({ q, limits }: DashboardKit): Section {
  const states = (title: string, description: string, name: 'nacos_upgrade_completed' | 'nacos_upgrade_all_members_2x' | 'nacos_upgrade_ready' | 'nacos_upgrade_double_write_enabled', words: typeof reached | typeof onOff = reached) =>
    timeline({ title, description, width: 12, height: 6, unit: 'none', words, empty: nothingToTell, targets: [query(stateOrUnsupported(max(node, q.metric(name)), q, 'upgrade'), (l) => l.nacos_node)] });
  return {
    title: 'Readiness and double write (2.0 and 2.1)',
    pieces: [
      states('All members are 2.x', 'Whether each node believes that all members are 2.0 or newer. No node changes over before.', 'nacos_upgrade_all_members_2x'),
      states('Ready to change over', 'Whether each node says that both of its stores hold the same and nothing waits. Once all do, they change over.', 'nacos_upgrade_ready'),
      states('Serves the store of 2.x', `Whether each node has changed over. Back to "not yet" means that a member of 1.x joined; longer than ${limits.NacosUpgradeReverted.for} is an alert.`, 'nacos_upgrade_completed'),
      states('Writes both stores', 'Double write, node by node. It is on after each start of 2.0 and 2.1, also of a node that was added.', 'nacos_upgrade_double_write_enabled', onOff),
    ],
  };
}

const stored = { v1: { store: 'v1' }, v2: { store: 'v2' } } as const;

function stores(kit: DashboardKit): Section {
  const { q } = kit;
  const both = (title: string, description: string, name: 'nacos_upgrade_services' | 'nacos_upgrade_instances') =>
    graph({ title, description, width: 12, unit: 'short', min: 0, many: true, empty: nothingToTell, targets: [query(max([...node, 'store'], q.metric(name)), (l) => `${l.nacos_node} ${l.store}`), unsupported(q, 'upgrade')] });
  return {
    title: 'The store of 1.x against that of 2.x',
    pieces: [
      table({
        title: 'May double write be closed?', width: 24, height: 6, empty: nothingToTell, oneCluster: true, sort: [{ by: 'In one only' }, { by: 'Waiting' }], labels: { nacos_cluster: 'Cluster', nacos_node: 'Node' }, columns: closing(kit),
        description: 'What the gate ready-to-close-double-write looks at, read every 5 min. Closing it with one of these open loses instances: run the gate.',
      }),
      graph({
        title: 'Double writes that wait', width: 12, unit: 'short', min: 0, many: true, empty: nothingToTell, description: 'Changes that each node has still to write to the other store.',
        targets: [query(max(node, q.metric('nacos_upgrade_double_write_pending_tasks')), (l) => l.nacos_node), unsupported(q, 'upgrade')],
      }),
      both('Services in both stores', 'The two lines of a node must meet. With double write off the store of 1.x is shut, and holds none.', 'nacos_upgrade_services'),
      both('Instances in both stores', 'The two lines of a node must meet. The number of 2.x is counted up and down, and may drift.', 'nacos_upgrade_instances'),
      graph({
        title: 'Services in one store only', width: 12, unit: 'short', min: 0, many: true, empty: `Double write is off, or: ${nothingToTell}`, steps: badAbove0(colors.plain), description: 'What would be lost, or would come back, if double write were closed now.',
        targets: [query(max([...node, 'store'], q.metric('nacos_upgrade_store_only_services')), (l) => `${l.nacos_node} ${l.store} only`), unsupported(q, 'upgrade')],
      }),
    ],
  };
}

function closing({ q }: DashboardKit): readonly Column<'nacos_cluster' | 'nacos_node'>[] {
  const state = (name: 'nacos_upgrade_completed' | 'nacos_upgrade_all_members_2x' | 'nacos_upgrade_ready' | 'nacos_upgrade_double_write_enabled') => max(node, q.metric(name));
  const apart = (name: 'nacos_upgrade_services' | 'nacos_upgrade_instances') => calc(max(node, q.metric(name, stored.v1)), '-', max(node, q.metric(name, stored.v2)));
  const only = by('sum', node, max([...node, 'store'], q.metric('nacos_upgrade_store_only_services')));
  const same = { below: colors.careful, from: [[0, colors.good], [1, colors.careful]] } as const;
  const minusOne = { [-1]: ['-1', colors.careful] } as const;
  return [
    { title: 'Writes both', of: state('nacos_upgrade_double_write_enabled'), unit: 'none', words: onOff },
    { title: 'Upgraded', of: state('nacos_upgrade_completed'), unit: 'none', words: reached },
    { title: 'All 2.x', of: state('nacos_upgrade_all_members_2x'), unit: 'none', words: reached },
    { title: 'Ready', of: state('nacos_upgrade_ready'), unit: 'none', words: reached },
    { title: 'Waiting', of: max(node, q.metric('nacos_upgrade_double_write_pending_tasks')), unit: 'none', steps: badAbove0(colors.careful) },
    { title: 'Services v1 - v2', of: apart('nacos_upgrade_services'), unit: 'none', steps: same, words: minusOne },
    { title: 'Instances v1 - v2', of: apart('nacos_upgrade_instances'), unit: 'none', steps: same, words: minusOne },
    { title: 'In one only', of: only, unit: 'none', steps: badAbove0() },
  ];
}

function dips({ q, whole, limits }: DashboardKit): Section {
  const { NacosMassDeregistration: loss } = limits;
  const counted = (name: 'nacos_instances_registered_total' | 'nacos_instances_deregistered_total') =>
    by('sum', cluster, max(namespace, over('increase', range(q.metric(name), rateInterval))));
  const ownership = by('sum', cluster, max(namespace, over('increase', range(q.metric('nacos_instances_flapped_total', { cause: 'ownership' }), rateInterval))));
  const notYet = 'Not compared yet';
  return {
    title: 'Dips',
    pieces: [
      graph({
        title: 'Agreed instances', width: 12, unit: 'short', reference: 'baseline', empty: 'No agreement', description: 'A restart, or a change of the members, moves instances to other owners: up to a beat long they may be gone. Dashed: the number to come back to.',
        targets: [query(max(namespace, q.metric('nacos_namespace_instances')), (l) => l.namespace_id), query(max(namespace, q.metric('nacos_namespace_instances_baseline')), (l) => `baseline of ${l.namespace_id}`)],
      }),
      graph({
        title: 'Instances of each node', width: 12, unit: 'short', empty: 'Not counted', description: 'What each node shows, the chosen namespaces together. A node that comes back climbs to the others, then stays with them.',
        targets: [query(by('sum', node, max(['nacos_cluster', 'nacos_node', 'namespace_id'], q.metric('nacos_instances'))), (l) => l.nacos_node)],
      }),
      graph({
        title: 'Share lost', width: 6, unit: 'percentunit', min: 0, steps: warnAndBad(loss.warning, loss.critical), limits: true, empty: 'No baseline yet', description: `Of the highest number of the last minutes. What is back within ${loss.dip} is a dip, and no loss.`,
        targets: [query(clampMin(lossShare(q), 0), (l) => l.namespace_id)],
      }),
      graph({
        title: 'Gone and registered', width: 6, unit: 'short', min: 0, bars: true, empty: notYet, description: 'Instances that left the agreed registry, and that appeared in it, the chosen namespaces together.',
        targets: [query(counted('nacos_instances_deregistered_total'), 'gone'), query(counted('nacos_instances_registered_total'), 'registered')],
      }),
      graph({ title: 'Gone and back by a change of owner', width: 6, unit: 'short', min: 0, bars: true, empty: notYet, description: 'Instances that came back within two minutes with the same identity, close to a change of members or owners.', targets: [query(ownership, 'instances')] }),
      graph({
        title: 'Empty pushes', width: 6, unit: 'ops', min: 0, empty: 'Told by the actuator endpoint of 2.2 and later only', description: 'Subscribers told of no provider: what a dip costs consumers without protection against empty lists.',
        targets: [query(max(node, over('rate', range(whole.metric('nacos_push_empty_total'), rateInterval))), (l) => l.nacos_node), unsupported(whole, 'actuator')],
      }),
    ],
  };
}

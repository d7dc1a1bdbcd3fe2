/** Every word of the pages in English; what another language has to say is typed by it. */

import type { Reason } from './verdict.ts';

const number = new Intl.NumberFormat('en');
const n = (value: number): string => number.format(value);
const many = (value: number, one: string, more: string): string => `${n(value)} ${value === 1 ? one : more}`;
const list = (items: readonly string[]): string => items.join(', ');

export const en = {
  code: 'en',
  number: n,
  /** `share` is 0 to 1; a share that is not all is never rounded up to all. */
  percent: (share: number): string => `${share === 1 ? 100 : Math.min(99, Math.round(share * 100))} %`,
  age: (seconds: number): string => {
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
    if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
    return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3_600)} h`;
  },
  ago: (age: string): string => `${age} ago`,
  list,

  skip: 'Skip to content',
  product: 'nacos-exporter',
  pages: 'Pages',
  status: 'Status',
  divergence: 'Differences',
  otherLanguage: '中文',

  live: {
    on: 'Updated every 5 s',
    pause: 'Pause updates',
    resume: 'Resume updates',
    paused: 'Updates are paused: this page stands still.',
    stale: 'The exporter does not answer. What is shown is old; last answer at {time}.',
    back: 'The exporter answers again.',
  },

  headline: {
    ok: 'Can be trusted',
    care: 'Can be trusted, with care',
    bad: 'Cannot be trusted',
    unknown: 'Not known',
    only: (nodes: readonly string[]): string => `Cannot be trusted on ${list(nodes)}`,
  },
  level: { ok: 'trusted', care: 'care', bad: 'not trusted', unknown: 'not known', note: 'note' },
  allWell: (nodes: number): string => (nodes === 1 ? 'The only node answers.' : `All ${n(nodes)} nodes answer, and hold the same.`),
  allAnswer: (nodes: number): string => (nodes === 1 ? 'The only node answers.' : `All ${n(nodes)} nodes answer.`),
  clustersWell: (count: number): string => (count === 1 ? 'The registry can be trusted' : `All ${n(count)} registries can be trusted`),
  clustersBad: (bad: number, all: number): string => `${n(bad)} of ${many(all, 'registry', 'registries')} cannot be trusted`,
  clustersCare: (care: number, all: number): string => `${n(care)} of ${many(all, 'registry needs', 'registries need')} attention`,
  noClusters: 'No cluster is polled here',

  reason: (reason: Reason, time: (at: number) => string): string => {
    switch (reason.code) {
      case 'not_polled': return 'No poll has been completed yet.';
      case 'stale': return `Nothing was read since ${time(reason.since)}: the exporter itself hangs or is cut off.`;
      case 'nobody_up': return 'No node answers.';
      case 'nobody_votes': return 'No node may speak for the cluster: there is no agreed number.';
      case 'quorum': return `Only ${n(reason.up)} of ${n(reason.expected)} nodes are up: no majority, nothing persistent can be changed.`;
      case 'differs': return `${many(reason.services, 'service differs', 'services differ')} on ${list(reason.nodes)}${reason.since === undefined ? '' : `, since ${time(reason.since)}`}.`;
      case 'loss': return `${reason.namespace}: ${n(reason.lost)} of ${n(reason.baseline)} instances are gone.`;
      case 'unhealthy': return `${reason.namespace}: ${n(reason.unhealthy)} of ${n(reason.instances)} instances are unhealthy.`;
      case 'no_leader': return `Raft group ${reason.group} has no leader.`;
      case 'leaders': return `Raft group ${reason.group} has ${n(reason.leaders)} leaders.`;
      case 'down': return `${reason.node} is down.`;
      case 'unread': return `${reason.node}: its catalog could not be read.`;
      case 'frozen': return `${reason.node} stands still: its clients are shown the past.`;
      case 'not_ready': return `${reason.node} is up and says that it is not ready.`;
      case 'joining': return `${reason.node} is filling after a start${reason.lacks === undefined || reason.lacks === 0 ? '' : `, and lacks ${many(reason.lacks, 'instance', 'instances')}`}.`;
      case 'absent': return `${many(reason.count, 'expected node is', 'expected nodes are')} not in the members list.`;
      case 'protected': return `${many(reason.count, 'service is', 'services are')} below the protection threshold: consumers are given unhealthy instances too.`;
      case 'tied': return `The voters are split evenly on ${list(reason.namespaces)}: nobody can be called wrong.`;
      case 'suspected': return `${many(reason.count, 'service seems', 'services seem')} to differ; it may only be replication on its way.`;
      case 'sampled': return 'Too many differences to confirm each: what is confirmed is a sample.';
      case 'not_compared': return 'Contents have not been compared yet, only counts.';
      case 'versions': return `Nodes run different versions: ${list(reason.versions)}.`;
      case 'failing': return `${many(reason.count, 'reading fails', 'readings fail')}: see the exporter's own state.`;
    }
  },

  overview: {
    title: 'Clusters',
    caption: 'Clusters, worst first',
    cluster: 'Cluster', verdict: 'Verdict', why: 'Why', nodes: 'Nodes up', instances: 'Agreed instances', differing: 'Services that differ', looked: 'Last look',
    none: 'The configuration names no cluster.',
    all: 'All clusters',
  },

  matrix: {
    title: 'Instances by namespace and node',
    caption: 'Of each namespace what every node holds: instances, healthy share, and the difference from the agreed number',
    namespace: 'Namespace', agreed: 'Agreed', services: 'services',
    none: 'No catalog has been read yet.',
    legend: 'Each cell: instances the node shows, share of them that is healthy, difference from the agreed number (= none). “≠ 2”: two instances with other values than agreed. –: not known; the cell says why.',
    same: 'as agreed', more: (count: number): string => `${n(count)} more than agreed`, fewer: (count: number): string => `${n(count)} fewer than agreed`,
    exact: (missing: number, surplus: number): string => list([...(missing > 0 ? [`${n(missing)} missing`] : []), ...(surplus > 0 ? [`${n(surplus)} surplus`] : [])]),
    conflicting: (count: number): string => `${many(count, 'instance has', 'instances have')} other values than agreed`,
    healthy: (share: string): string => `${share} healthy`,
    differing: (count: number): string => many(count, 'service differs', 'services differ'),
    noAgreed: 'No agreed number: no node votes on this namespace',
    incomparable: 'There is no agreed number to compare it with',
    absent: {
      down: 'The node is down', unread: 'Not read yet, or too long ago', failed: 'Reading the catalog failed', unsupported: 'This version does not tell', unknown_here: 'The node does not list this namespace',
    },
    protected: (count: number): string => `${n(count)} protected`,
    filter: 'Namespace contains',
  },

  nodes: {
    title: 'Nodes', caption: 'The members of the cluster: state, version, vote, leadership, and when they were read last',
    node: 'Node', state: 'State', version: 'Version', vote: 'Votes', leads: 'Leads', seen: 'Others see it up', latency: 'Latency', read: 'Catalog read',
    up: 'up', down: 'down', unknown: 'not checked yet', notReady: 'not ready',
    votes: { votes: 'yes', down: 'no: down', unread: 'no: not read lately', joining: 'no: filling after a start', frozen: 'no: stands still' },
    lacks: (count: number): string => `lacks ${n(count)}`,
    seenOf: (up: number, of: number): string => `${n(up)} of ${n(of)}`,
    ms: (value: number): string => `${n(value)} ms`,
    noVersion: 'The node does not tell its version', noLeads: 'Leads no raft group by its own word', noSeen: 'No other member tells', noLatency: 'Not measured', noRead: 'Its catalog was not read yet',
  },

  differences: {
    title: 'What differs now', all: (count: number): string => `All ${many(count, 'service', 'services')} that differ`,
    caption: 'Services on which the nodes differ: instance by instance the agreed value and what the node shows instead',
    none: 'All nodes that answer hold the same.', notCompared: 'Not compared yet.', nothingFound: 'Nothing matches the filter.', clear: 'Clear the filter',
    service: 'Service', namespace: 'Namespace', kind: 'Kind', since: 'Since (UTC)', instance: 'Instance', what: 'Field', agreed: 'Agreed', shown: 'Node shows',
    kinds: { service: 'whole service', instance: 'instances', health: 'health', attributes: 'attributes' } as Readonly<Record<string, string>>,
    fields: { healthy: 'healthy', enabled: 'enabled', weight: 'weight', metadata: 'metadata' } as Readonly<Record<string, string>>,
    confirmed: 'confirmed', suspected: 'suspected',
    wontHeal: 'will not heal by itself', causes: { not_replicated: 'held by one node: this version does not replicate it' } as Readonly<Record<string, string>>,
    present: 'present', missing: 'missing', surplus: 'surplus', notAgreed: 'not agreed', differs: 'differs', absentField: 'Not a field: the whole instance',
    unknownValue: 'The values are not remembered', empty: 'empty',
    persistent: 'persistent', more: (count: number): string => `and ${n(count)} more`,
    sampled: 'What is confirmed is a sample: too many differ to confirm each.',
    filter: 'Filter', cluster: 'Cluster', anyCluster: 'all', anyKind: 'all', anyNamespace: 'all', text: 'Service, node or address contains', apply: 'Apply', link: 'Link to this view',
    configs: 'Configurations', configsCaption: 'Configurations that a node serves otherwise than they are stored', config: 'Configuration', node: 'Node', content: 'other content', difference: 'Difference',
    configsNone: 'Every node serves configurations as they are stored.',
    bounded: (listed: number, total: number): string => `The ${n(listed)} oldest of ${n(total)} are listed here; sorting and filter cover those.`,
    count: (from: number, to: number, total: number): string => (total === 0 ? 'No service' : `${n(from)}–${n(to)} of ${many(total, 'service', 'services')}`),
    previous: 'Previous', next: 'Next', paging: 'Pages of the list', pageOf: (page: number, pages: number): string => `Page ${n(page)} of ${n(pages)}`,
  },

  events: {
    title: 'Last events', caption: 'What happened to instances lately, newest first', time: 'Time (UTC)', service: 'Service', instance: 'Instance', cause: 'What happened', tag: 'Identity tag',
    none: 'Nothing has happened since the exporter began to watch.', notRead: 'Contents are not read yet: events are not known.',
    causes: {
      registered: 'registered', deregistered: 'deregistered', expired: 'expired: unhealthy before it went', restarted: 'restarted: another identity', flapped: 'gone and back within two minutes',
      duplicate: 'registered twice', metadata: 'weight, metadata or enabled changed', unhealthy: 'became unhealthy', recovered: 'healthy again',
    } as Readonly<Record<string, string>>,
    noTag: 'No identity tag',
  },

  exporter: {
    title: 'The exporter itself', version: 'Version', running: 'Running since', config: 'Configuration in force since', reload: 'Last reload', reloadOk: 'accepted', reloadFailed: 'refused; the configuration before it stays in force',
    looked: 'Last look', failures: 'Failed readings since start', dropped: 'Series left out by limits', failing: 'Readings that fail now', failingCaption: 'Readings that failed when they were last due',
    node: 'Node', stage: 'Reading', reason: 'Reason', detail: 'Detail', at: 'At (UTC)', noneFailing: 'none', never: 'not yet',
  },
  sortBy: (column: string): string => `sort by ${column}`,
};

export type Texts = typeof en;

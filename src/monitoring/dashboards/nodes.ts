/** The lower sections of the dashboard of one cluster: what its nodes say of each other, and how each fares. */

import { node } from '../expressions.ts';
import { by, calc, histogramQuantile, max, over, range, type Expr } from '../promql.ts';
import { rateInterval, type DashboardKit } from './kit.ts';
import type { Section } from './layout.ts';
import { badAbove0, colors, onOff, type Words } from './looks.ts';
import { graph, stat, timeline } from './panels.ts';
import { matrix } from './table.ts';
import { query, stateOrUnsupported, unsupported } from './targets.ts';

const states = ['up', 'starting', 'suspicious', 'down', 'isolation'] as const;
const stateWords: Words = { 1: ['up', colors.good], 2: ['starting', colors.notice], 3: ['suspicious', colors.careful], 4: ['down', colors.bad], 5: ['isolated', colors.bad] };

export function views({ q }: DashboardKit): Section {
  const view = ['nacos_cluster', 'observer', 'nacos_node'] as const;
  // One state of a set is 1 and the others are 0: the sum of their numbers, each times its own, is the number of the state.
  const numbered = states.map((state, i) => calc(max(view, q.metric('nacos_member_state', { state })), '*', i + 1))
    .reduce((sum: Expr<(typeof view)[number]>, one) => calc(sum, '+', one));
  const listed = by('count', ['nacos_cluster', 'observer'], max(view, q.metric('nacos_member_state', { state: 'up' })));
  return {
    title: 'What the members say of each other',
    pieces: [
      timeline({
        title: "Members in each node's list", width: 12, height: 9, unit: 'none', words: stateWords, empty: 'No members list was read',
        description: 'One row for each observing node and member. Rows of one member that differ are nodes that disagree: a broken network between some of them, or a list that stands still.',
        targets: [query(numbered, (l) => `${l.observer} sees ${l.nacos_node}`), unsupported(q, 'members')],
      }),
      graph({
        title: "Length of each node's list", width: 5, height: 9, unit: 'short', min: 0, empty: 'No members list was read',
        description: 'Members that each node lists, of the chosen ones. Lines that part are lists that differ.',
        targets: [query(listed, (l) => l.observer)],
      }),
      timeline({
        title: 'Ports', width: 7, height: 9, unit: 'none', words: { 0: ['closed', colors.bad], 1: ['open', colors.good] }, empty: 'Not tried',
        description: 'Whether a connection from the exporter to the port comes about.',
        targets: [query(max([...node, 'port'], q.metric('nacos_node_port_open')), (l) => `${l.port} ${l.nacos_node}`)],
      }),
    ],
  };
}

export function raft({ q, whole, limits }: DashboardKit): Section {
  const group = ['nacos_cluster', 'raft_group'] as const;
  const own = [...node, 'raft_group'] as const;
  const churn = limits.NacosRaftLeaderChurn;
  return {
    title: 'Raft',
    pieces: [
      timeline({
        title: 'Leaders of each group', width: 10, height: 9, unit: 'none', empty: 'No node tells',
        words: { 0: ['none', colors.bad], 1: ['one', colors.good], 2: ['two', colors.bad], 3: ['three', colors.bad] },
        description: 'Nodes that call themselves leader of the group. Exactly one is right, whichever nodes are chosen above.',
        targets: [query(max(group, whole.metric('nacos_raft_leaders')), (l) => l.raft_group), unsupported(whole, 'raft')],
      }),
      timeline({
        title: 'Who leads', width: 14, height: 9, unit: 'none', empty: 'No node tells', words: { 0: ['follows', colors.neutral], 1: ['leads', colors.notice] },
        description: 'What each node says of itself, group by group.',
        targets: [query(max(own, q.metric('nacos_raft_is_leader')), (l) => `${l.nacos_node} ${l.raft_group}`), unsupported(q, 'raft')],
      }),
      graph({
        title: 'Term', width: 12, unit: 'none', many: true, empty: 'No node tells', description: "Raft term in each node's view. A line that stands still while the others rise is a node that Raft does not reach.",
        targets: [query(max(own, q.metric('nacos_raft_term')), (l) => `${l.nacos_node} ${l.raft_group}`), unsupported(q, 'raft')],
      }),
      graph({
        title: 'Changes of leader', width: 12, unit: 'short', min: 0, bars: true, empty: 'No node tells',
        description: `Times that another node was seen to lead. ${churn.changes} within ${churn.window} is an alert.`,
        targets: [query(max(group, over('increase', range(whole.metric('nacos_raft_leader_changes_total'), rateInterval))), (l) => l.raft_group), unsupported(whole, 'raft')],
      }),
    ],
  };
}

export function switches({ q, whole }: DashboardKit): Section {
  const each = max([...node, 'switch'], q.metric('nacos_switch_enabled'));
  const all = max([...node, 'switch'], whole.metric('nacos_switch_enabled'));
  const perSwitch = ['nacos_cluster', 'switch'] as const;
  return {
    title: 'Switches',
    pieces: [
      matrix({
        title: 'Switches of each node', width: 12, height: 12, unit: 'none', of: each, row: 'switch', rows: 'Switch', column: 'nacos_node', empty: 'No node tells',
        words: onOff, description: 'As Nacos spells them, at this moment. A row whose cells differ is a change that stayed on one node.',
      }),
      timeline({
        title: 'Switches that differ', width: 12, height: 12, unit: 'none', empty: 'No node tells', words: { 0: ['same', colors.good], 1: ['differs', colors.bad] },
        description: 'Whether all nodes of the cluster have the switch in one position.',
        targets: [query(calc(by('max', perSwitch, all), '-', by('min', perSwitch, all)), (l) => l.switch), unsupported(whole, 'switches')],
      }),
    ],
  };
}

export function latency({ q, limits }: DashboardKit): Section {
  const api = ['nacos_cluster', 'api'] as const;
  const skew = limits.NacosClockSkew.offset;
  return {
    title: 'Latency and load',
    pieces: [
      graph({ title: 'Time to answer', width: 6, unit: 's', min: 0, description: 'Time to the first byte of the last liveness check of each node, seen from the exporter.', targets: [query(max(node, q.metric('nacos_node_response_seconds')), (l) => l.nacos_node)] }),
      graph({
        title: 'Requests of the exporter, slowest of a hundred', width: 12, many: true, unit: 's', min: 0, empty: 'Nothing was asked',
        description: '99th percentile of the time from a request of the exporter to the last byte of its answer, by API, all nodes together.',
        targets: [query(histogramQuantile(0.99, max([...api, 'le'], over('rate', range(q.buckets('nacos_exporter_request_duration_seconds'), rateInterval)))), (l) => l.api)],
      }),
      graph({
        title: 'Clock', width: 6, unit: 's', steps: { below: colors.bad, from: [[-skew, colors.good], [skew, colors.bad]] }, limits: true,
        description: `Clock of the node minus the clock of the exporter, good to about a second. From ${skew} s on beats are judged by the wrong time.`,
        targets: [query(max(node, q.metric('nacos_node_clock_offset_seconds')), (l) => l.nacos_node)],
      }),
      graph({
        title: 'CPU', width: 8, unit: 'percentunit', min: 0, max: 1, empty: 'Not told', description: 'CPU use as the node reports it.',
        targets: [query(max(node, q.metric('nacos_node_cpu_ratio')), (l) => l.nacos_node)],
      }),
      graph({
        title: 'Memory', width: 8, unit: 'percentunit', min: 0, max: 1, empty: 'Not told', description: 'Memory use as the node reports it: of the machine, not of the JVM.',
        targets: [query(max(node, q.metric('nacos_node_memory_ratio')), (l) => l.nacos_node)],
      }),
      graph({
        title: 'Load', width: 8, unit: 'short', min: 0, softMax: 1, empty: 'Not told', description: 'One-minute load of the operating system as the node reports it.',
        targets: [query(max(node, q.metric('nacos_node_load1')), (l) => l.nacos_node)],
      }),
    ],
  };
}

export function clients({ q, whole, limits }: DashboardKit): Section {
  const dropped = limits.NacosConnectionsDropped;
  return {
    title: 'Clients',
    pieces: [
      graph({
        title: 'Connections', width: 12, unit: 'short', min: 0, many: true, empty: '1.x keeps no connections',
        description: `Open gRPC connections to each node. A fall of ${dropped.share * 100} % within ${dropped.window} on a node that stays up is an alert.`,
        targets: [query(max([...node, 'source'], q.metric('nacos_connections')), (l) => `${l.nacos_node} ${l.source}`), unsupported(q, 'connections')],
      }),
      graph({
        title: 'Clients that each node knows', width: 12, unit: 'short', min: 0, many: true, empty: 'Told from 2.0.4 on',
        description: 'By gRPC connection, or by the address of an instance that was registered over HTTP. All nodes ought to know the same number.',
        targets: [query(max([...node, 'type'], q.metric('nacos_clients')), (l) => `${l.nacos_node} ${l.type}`)],
      }),
      stat({
        title: 'Clients counted alike', width: 6, height: 6, unit: 'none', empty: 'Told from 2.0.4 on', words: { 0: ['no', colors.bad], 1: ['yes', colors.good] },
        description: 'Whether all nodes know the same number of clients, beyond what came and went between two readings.',
        targets: [query(max(['nacos_cluster'], whole.metric('nacos_client_counts_consistent')), '')],
      }),
      graph({
        title: 'Versions of clients', width: 18, height: 6, unit: 'short', min: 0, stacked: true, empty: '1.x keeps no connections',
        description: 'Open connections by the version that the client tells, all chosen nodes together.',
        targets: [query(by('sum', ['nacos_cluster', 'version'], max([...node, 'version'], q.metric('nacos_client_versions'))), (l) => l.version), unsupported(q, 'connections')],
      }),
    ],
  };
}

/** The companion tells of versions without the endpoint. Open, it has not every series of every JVM. */
const notByActuator = 'Not told: the actuator endpoint is closed, or lacks it';

const databaseStates = ['up', 'slave_down', 'master_down'] as const;

export function configCenter({ q }: DashboardKit): Section {
  const database = databaseStates.map((state, i) => calc(max(node, q.metric('nacos_node_database_state', { state })), '*', i + 1))
    .reduce((sum: Expr<'nacos_cluster' | 'nacos_node'>, one) => calc(sum, '+', one));
  return {
    title: 'Configuration center',
    pieces: [
      timeline({
        title: 'Database', width: 6, unit: 'none', empty: 'Told up to 2.5', words: { 1: ['up', colors.good], 2: ['slave down', colors.careful], 3: ['master down', colors.bad] },
        description: 'Database of the configuration center as each node sees it.', targets: [query(stateOrUnsupported(database, q, 'database'), (l) => l.nacos_node)],
      }),
      graph({
        title: 'Tasks that wait', width: 9, unit: 'short', min: 0, many: true, empty: notByActuator, steps: badAbove0(colors.plain),
        description: 'Changed configurations still to be dumped to the node, or told to other nodes and clients.',
        targets: [query(max([...node, 'queue'], q.metric('nacos_config_pending_tasks')), (l) => `${l.nacos_node} ${l.queue}`), unsupported(q, 'actuator')],
      }),
      graph({
        title: 'Reads and publishes', width: 9, unit: 'ops', min: 0, many: true, empty: notByActuator, description: 'Configurations that clients read from each node, and that were published through it.',
        targets: [
          query(max(node, over('rate', range(q.metric('nacos_config_gets_total'), rateInterval))), (l) => `${l.nacos_node} reads`),
          query(max(node, over('rate', range(q.metric('nacos_config_publishes_total'), rateInterval))), (l) => `${l.nacos_node} publishes`),
          unsupported(q, 'actuator'),
        ],
      }),
    ],
  };
}

export function jvm({ q, passed }: DashboardKit): Section {
  const pool = [...node, 'id'] as const;
  const heap = { area: 'heap' } as const;
  const used = by('sum', node, max(pool, passed('jvm_memory_used_bytes', heap)));
  const most = by('sum', node, calc(max(pool, passed('jvm_memory_max_bytes', heap)), '>', 0));
  return {
    title: 'JVM (where the actuator endpoint is open)',
    pieces: [
      graph({ title: 'Heap', width: 8, unit: 'percentunit', min: 0, max: 1, empty: notByActuator, description: 'Heap in use, of the most it may grow to. A floor that rises from collection to collection is what precedes long pauses.', targets: [query(calc(used, '/', most), (l) => l.nacos_node), unsupported(q, 'actuator')] }),
      graph({
        title: 'Time stopped by collections', width: 8, unit: 'percentunit', min: 0, empty: notByActuator, description: 'Share of the time that garbage collection stopped the node. While it stands still it judges no beat, and afterwards many at once.',
        targets: [query(by('sum', node, max([...node, 'action', 'cause'], over('rate', range(passed('jvm_gc_pause_seconds_sum'), rateInterval)))), (l) => l.nacos_node), unsupported(q, 'actuator')],
      }),
      graph({ title: 'Longest pause', width: 8, unit: 's', min: 0, empty: notByActuator, description: 'Longest garbage collection of late, as the node tells.', targets: [query(max(node, passed('jvm_gc_pause_seconds_max')), (l) => l.nacos_node), unsupported(q, 'actuator')] }),
      graph({ title: 'Memory outside of the heap', width: 8, unit: 'bytes', min: 0, empty: notByActuator, description: 'Buffers of gRPC and Raft. A queue of pushes that grows here has made nodes lose instances.', targets: [query(by('sum', node, max(pool, passed('jvm_buffer_memory_used_bytes'))), (l) => l.nacos_node), unsupported(q, 'actuator')] }),
      graph({ title: 'CPU of the process', width: 8, unit: 'percentunit', min: 0, max: 1, empty: notByActuator, description: 'Share of all processors that the node uses.', targets: [query(max(node, passed('process_cpu_usage')), (l) => l.nacos_node), unsupported(q, 'actuator')] }),
      graph({ title: 'Threads', width: 8, unit: 'short', min: 0, empty: notByActuator, description: 'Live threads: they pile up behind a lock or a slow database.', targets: [query(max(node, passed('jvm_threads_live_threads')), (l) => l.nacos_node), unsupported(q, 'actuator')] }),
    ],
  };
}


/** The exporter itself: whether what the other dashboards show is fresh and whole, and what it costs Nacos. */

import { by, calc, histogramQuantile, joined, max, now, or, over, range, scalarLeft, topk, type Expr } from '../promql.ts';
import type { BoardSpec } from './dashboard.ts';
import { rateInterval, type DashboardKit } from './kit.ts';
import type { Section } from './layout.ts';
import { badAbove0, colors, upDown } from './looks.ts';
import { graph, stat } from './panels.ts';
import { matrix, table } from './table.ts';
import { query } from './targets.ts';

export const exporter: BoardSpec = {
  name: 'exporter',
  description: 'Whether every reading works and is fresh, what is left out, and what the exporter asks of Nacos and of its own machine.',
  variables: [{ name: 'cluster' }, { name: 'node' }],
  sections: (kit) => [glance(kit), readings(kit), load(kit), itself(kit)],
};

const instance = ['instance'] as const;
const stage = ['nacos_cluster', 'stage'] as const;
const nodeStage = ['nacos_cluster', 'nacos_node', 'stage'] as const;

function glance({ q, limits }: DashboardKit): Section {
  const failing = by('count', ['nacos_cluster'], calc(max(nodeStage, q.metric('nacos_poll_success')), '==', 0));
  const none = calc(max(['nacos_cluster'], q.metric('nacos_up')), '*', 0);
  const dropped = by('sum', [], max(['nacos_cluster', 'family'], q.metric('nacos_exporter_series_dropped')));
  const build = ['instance', 'version', 'revision', 'node_version'] as const;
  return {
    title: 'Is what is shown fresh and whole?',
    pieces: [
      stat({ title: 'Exporters', width: 6, unit: 'none', words: upDown, loud: true, named: true, empty: 'No target of this job', description: 'Whether Prometheus can scrape each exporter.', targets: [query(max(instance, q.up()), (l) => l.instance)] }),
      stat({
        title: 'Readings that fail', width: 6, unit: 'none', loud: true, steps: badAbove0(), empty: 'No exporter reports', description: `Readings of nodes that failed the last time, a node that is down included, the chosen clusters together. For ${limits.NacosPollFailing.for} it is an alert.`,
        targets: [query(by('sum', [], or(failing, none)), '')],
      }),
      stat({ title: 'Series left out', width: 6, unit: 'none', loud: true, steps: badAbove0(colors.careful), empty: 'No family has a limit', description: 'Series beyond a limit of the configuration, by family in the last row. Totals are right all the same.', targets: [query(dropped, '')] }),
      stat({ title: 'Configuration in force', width: 6, unit: 'none', loud: true, named: true, words: { 0: ['the last reload failed', colors.bad], 1: ['as written', colors.good] }, empty: 'No exporter reports', description: 'Whether the last attempt to load the configuration succeeded; if not, the one before is in force.', targets: [query(max(instance, q.metric('nacos_exporter_config_last_reload_successful')), (l) => l.instance)] }),
      table({
        title: 'Builds', width: 12, height: 6, empty: 'No exporter reports', description: 'Which build of the exporter runs where. Replicas of one configuration show the same hash and shard counts beside this.',
        labels: { instance: 'Exporter', version: 'Version', revision: 'Revision', node_version: 'Node.js' }, columns: [{ title: 'State', of: max(build, q.metric('nacos_exporter_build_info')), unit: 'none', words: { 1: ['reports', colors.good] } }],
      }),
      table({
        title: 'Configuration', width: 12, height: 6, empty: 'No exporter reports', labels: { instance: 'Exporter' }, description: 'When the configuration in force was loaded, its hash, and which share of the clusters the exporter has.',
        columns: [
          { title: 'Loaded', width: 170, of: calc(max(instance, q.metric('nacos_exporter_config_last_reload_success_timestamp_seconds')), '*', 1000), unit: 'dateTimeAsIso' },
          { title: 'Hash', width: 130, of: max(instance, q.metric('nacos_exporter_config_hash')), unit: 'none' },
          { title: 'Shard', of: max(instance, q.metric('nacos_exporter_shard_ordinal')), unit: 'none' },
          { title: 'Shards', of: max(instance, q.metric('nacos_exporter_total_shards')), unit: 'none' },
        ],
      }),
    ],
  };
}

function readings({ q }: DashboardKit): Section {
  const success = max(nodeStage, q.metric('nacos_poll_success'));
  const unsupported = calc(calc(max(nodeStage, q.metric('nacos_poll_supported')), '==', 0), '-', 1);
  const last = calc(max(stage, q.metric('nacos_poll_last_success_timestamp_seconds')), '>', 0);
  const whole = { ...or(success, unsupported), labels: nodeStage, optional: [] } as Expr<(typeof nodeStage)[number]>;
  const eachNode = by('max', ['node', 'stage'], joined(whole, ['nacos_cluster', 'nacos_node'], 'node'));
  const reason = ['nacos_cluster', 'nacos_node', 'stage', 'reason'] as const;
  const byStage = ['stage'] as const;
  return {
    title: 'Readings',
    pieces: [
      matrix({
        title: 'Readings of each node', width: 24, height: 9, unit: 'none', of: eachNode, row: 'node', rows: 'Node', column: 'stage', empty: 'No exporter reports', words: { 0: ['failed', colors.bad], 1: ['ok', colors.good] },
        description: 'The last reading of each kind; "n/a" is not supported by this version: it is not read, and its panels on the other dashboards say so.',
      }),
      graph({
        title: 'Age of readings', width: 12, unit: 'dthms', min: 0, softMax: 60, many: true, empty: 'Nothing was read yet', description: 'Time since all nodes that are up last completed each kind of reading: the oldest of theirs, of the chosen clusters. Readings have intervals of their own.',
        targets: [query(scalarLeft(now, '-', by('min', byStage, last)), (l) => l.stage)],
      }),
      graph({
        title: 'Failures', width: 12, unit: 'short', min: 0, bars: true, many: true, empty: 'None in this time', description: 'Failed readings by cluster, kind and reason; choose a node above for its own.',
        targets: [query(calc(by('sum', ['nacos_cluster', 'stage', 'reason'], max(reason, over('increase', range(q.metric('nacos_poll_failures_total'), rateInterval)))), '>', 0), (l) => `${l.nacos_cluster} ${l.stage}: ${l.reason}`)],
      }),
      graph({
        title: 'Time that a reading takes', width: 12, unit: 's', min: 0, softMax: 0.01, many: true, empty: 'Nothing was read yet', description: 'All requests of one reading together, on the slowest of the chosen nodes.',
        targets: [query(by('max', byStage, q.metric('nacos_poll_duration_seconds')), (l) => l.stage)],
      }),
      graph({
        title: 'Intervals in force', width: 12, unit: 'dthms', min: 0, many: true, empty: 'Nothing was read yet', description: 'The longest of the chosen nodes: after a slow answer the exporter waits longer.',
        targets: [query(by('max', byStage, q.metric('nacos_poll_interval_seconds')), (l) => l.stage)],
      }),
    ],
  };
}

function load({ q }: DashboardKit): Section {
  const byCode = ['instance', 'nacos_cluster', 'nacos_node', 'code'] as const;
  const byApi = ['instance', 'nacos_cluster', 'api'] as const;
  return {
    title: 'What it asks of Nacos',
    pieces: [
      graph({
        title: 'Requests by status', width: 12, unit: 'reqps', min: 0, stacked: true, many: true, empty: 'Nothing was asked', description: 'HTTP requests of all exporters to the chosen nodes, by status; "none" where no answer came. Two exporters ask twice.',
        targets: [query(by('sum', ['code'], by('sum', byCode, over('rate', range(q.metric('nacos_exporter_requests_total'), rateInterval)))), (l) => l.code)],
      }),
      graph({
        title: 'Bytes received', width: 12, unit: 'Bps', min: 0, stacked: true, many: true, empty: 'Nothing was asked', description: 'Bodies that the chosen nodes answered with, by cluster, all exporters together.',
        targets: [query(by('sum', ['nacos_cluster'], by('sum', ['instance', 'nacos_cluster', 'nacos_node'], over('rate', range(q.metric('nacos_poll_bytes_total'), rateInterval)))), (l) => l.nacos_cluster)],
      }),
      graph({
        title: 'Requests by API', width: 12, unit: 'reqps', min: 0, stacked: true, many: true, empty: 'Nothing was asked', description: 'The same requests by what was asked for.',
        targets: [query(by('sum', ['api'], by('sum', byApi, over('rate', range(q.metric('nacos_exporter_requests_total'), rateInterval)))), (l) => l.api)],
      }),
      graph({
        title: 'Slowest of a hundred requests', width: 12, unit: 's', min: 0, many: true, empty: 'Nothing was asked', description: '99th percentile from a request to the last byte of its answer, by API, all exporters together.',
        targets: [query(histogramQuantile(0.99, by('sum', ['api', 'le'], max([...byApi, 'le'], over('rate', range(q.buckets('nacos_exporter_request_duration_seconds'), rateInterval))))), (l) => l.api)],
      }),
    ],
  };
}

function itself({ q, process }: DashboardKit): Section {
  const family = ['nacos_cluster', 'family'] as const;
  return {
    title: 'Its own process',
    pieces: [
      graph({ title: 'Memory', width: 8, unit: 'bytes', min: 0, empty: 'No target of this job', description: 'Resident memory of each exporter.', targets: [query(max(instance, process('process_resident_memory_bytes')), (l) => l.instance)] }),
      graph({ title: 'CPU', width: 8, unit: 'percentunit', min: 0, empty: 'No target of this job', description: 'Processor time: 100 % is one processor.', targets: [query(max(instance, over('rate', range(process('process_cpu_seconds_total'), rateInterval))), (l) => l.instance)] }),
      graph({ title: 'Lag of the event loop', width: 8, unit: 's', min: 0, empty: 'No target of this job', description: '99th percentile: how long one step of work held up everything else.', targets: [query(max(instance, process('nodejs_eventloop_lag_p99_seconds')), (l) => l.instance)] }),
      graph({
        title: 'Series by family', width: 12, unit: 'short', min: 0, stacked: true, many: true, empty: 'No exporter reports', description: 'Series that /metrics serves of the chosen clusters, the 20 largest families.',
        targets: [query(topk(20, by('sum', ['family'], max(family, q.metric('nacos_exporter_series')))), (l) => l.family)],
      }),
      graph({
        title: 'Series left out', width: 12, unit: 'short', min: 0, many: true, empty: 'No family has a limit', description: 'By a limit of the configuration, by family, the chosen clusters together.',
        targets: [query(by('sum', ['family'], max(family, q.metric('nacos_exporter_series_dropped'))), (l) => l.family)],
      }),
      graph({
        title: 'Chat messages', width: 24, height: 6, unit: 'short', min: 0, bars: true, many: true, empty: 'No chat channel is configured', description: "Calls of Alertmanager for a chat channel: confirmed by its service, not delivered in time, or turned away.",
        targets: [query(by('sum', ['instance', 'channel', 'result'], over('increase', range(q.metric('nacos_exporter_notifications_total'), rateInterval))), (l) => `${l.channel} ${l.result}`)],
      }),
    ],
  };
}


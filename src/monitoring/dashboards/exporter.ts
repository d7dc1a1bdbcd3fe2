/** The exporter itself: whether what the other dashboards show is fresh and whole, and what it costs Nacos. */

import { by, calc, histogramQuantile, max, now, or, over, range, scalarLeft, topk, type Expr } from '../promql.ts';
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
  const dropped = by('sum', ['nacos_cluster'], max(['nacos_cluster', 'family'], q.metric('nacos_exporter_series_dropped')));
  const build = ['instance', 'version', 'revision', 'node_version'] as const;
  return {
    title: 'Is what is shown fresh and whole?',
    pieces: [
      stat({ title: 'Exporters', width: 6, unit: 'none', words: upDown, loud: true, named: true, empty: 'No target of this job', description: 'Whether Prometheus can scrape each exporter.', targets: [query(max(instance, q.up()), (l) => l.instance)] }),
      stat({
        title: 'Readings that fail', width: 6, unit: 'none', loud: true, named: true, steps: badAbove0(), empty: 'No exporter reports', description: `Readings of nodes that failed the last time, a node that is down included. For ${limits.NacosPollFailing.for} it is an alert.`,
        targets: [query({ ...or(failing, none), labels: ['nacos_cluster'] as const, optional: [] }, (l) => l.nacos_cluster)],
      }),
      stat({ title: 'Series left out', width: 6, unit: 'none', loud: true, named: true, steps: badAbove0(colors.careful), empty: 'No family has a limit', description: 'Series beyond a limit of the configuration. Totals are right all the same.', targets: [query(dropped, (l) => l.nacos_cluster)] }),
      stat({ title: 'Configuration in force', width: 6, unit: 'none', loud: true, named: true, words: { 0: ['the last reload failed', colors.bad], 1: ['as written', colors.good] }, empty: 'No exporter reports', description: 'Whether the last attempt to load the configuration succeeded; if not, the one before is in force.', targets: [query(max(instance, q.metric('nacos_exporter_config_last_reload_successful')), (l) => l.instance)] }),
      table({
        title: 'Builds', width: 14, height: 6, empty: 'No exporter reports', description: 'Which build of the exporter runs where. Replicas of one configuration show the same hash and shard counts beside this.',
        labels: { instance: 'Exporter', version: 'Version', revision: 'Revision', node_version: 'Node.js' }, columns: [{ title: 'State', of: max(build, q.metric('nacos_exporter_build_info')), unit: 'none', words: { 1: ['reports', colors.good] } }],
      }),
      table({
        title: 'Configuration', width: 10, height: 6, empty: 'No exporter reports', labels: { instance: 'Exporter' }, description: 'When the configuration in force was loaded, its hash, and which share of the clusters the exporter has.',
        columns: [
          { title: 'Loaded', of: calc(max(instance, q.metric('nacos_exporter_config_last_reload_success_timestamp_seconds')), '*', 1000), unit: 'dateTimeAsIso' },
          { title: 'Hash', of: max(instance, q.metric('nacos_exporter_config_hash')), unit: 'none' },
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
  const reason = ['nacos_cluster', 'nacos_node', 'stage', 'reason'] as const;
  return {
    title: 'Readings',
    pieces: [
      matrix({
        title: 'Readings of each node', width: 12, height: 14, unit: 'none', of: whole, row: 'stage', column: 'nacos_node', empty: 'No exporter reports', words: { 0: ['failed', colors.bad], 1: ['ok', colors.good] },
        description: 'The last reading of each kind. What a version has no source for is not read, and its panels on the other dashboards say so.',
      }),
      graph({
        title: 'Age of readings', width: 12, height: 7, unit: 's', min: 0, empty: 'Nothing was read yet', description: 'Time since all nodes that are up last completed each kind of reading: the oldest of theirs. Readings have intervals of their own.',
        targets: [query(scalarLeft(now, '-', last), (l) => `${l.nacos_cluster} ${l.stage}`)],
      }),
      graph({
        title: 'Failures', width: 12, height: 7, unit: 'short', min: 0, bars: true, stacked: true, empty: 'None in this time', description: 'Failed readings by node, kind and reason.',
        targets: [query(calc(max(reason, over('increase', range(q.metric('nacos_poll_failures_total'), rateInterval))), '>', 0), (l) => `${l.nacos_node} ${l.stage}: ${l.reason}`)],
      }),
      graph({
        title: 'Time that a reading takes', width: 12, unit: 's', min: 0, empty: 'Nothing was read yet', description: 'All requests of one reading together; the 20 slowest.',
        targets: [query(topk(20, max(nodeStage, q.metric('nacos_poll_duration_seconds'))), (l) => `${l.nacos_node} ${l.stage}`)],
      }),
      graph({
        title: 'Intervals in force', width: 12, unit: 's', min: 0, empty: 'Nothing was read yet', description: 'The longest of all nodes: after a slow answer the exporter waits longer.',
        targets: [query(max(stage, q.metric('nacos_poll_interval_seconds')), (l) => `${l.nacos_cluster} ${l.stage}`)],
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
        title: 'Requests by status', width: 12, unit: 'reqps', min: 0, stacked: true, empty: 'Nothing was asked', description: 'HTTP requests of each exporter to each node, by status; "none" where no answer came. Two exporters ask twice.',
        targets: [query(by('sum', byCode, over('rate', range(q.metric('nacos_exporter_requests_total'), rateInterval))), (l) => `${l.instance} to ${l.nacos_node}: ${l.code}`)],
      }),
      graph({
        title: 'Bytes received', width: 12, unit: 'Bps', min: 0, stacked: true, empty: 'Nothing was asked', description: 'Bodies that each node answered with.',
        targets: [query(by('sum', ['instance', 'nacos_cluster', 'nacos_node'], over('rate', range(q.metric('nacos_poll_bytes_total'), rateInterval))), (l) => `${l.nacos_node} to ${l.instance}`)],
      }),
      graph({
        title: 'Requests by API', width: 12, unit: 'reqps', min: 0, stacked: true, empty: 'Nothing was asked', description: 'The same requests by what was asked for, all nodes together.',
        targets: [query(by('sum', byApi, over('rate', range(q.metric('nacos_exporter_requests_total'), rateInterval))), (l) => `${l.instance} ${l.api}`)],
      }),
      graph({
        title: 'Slowest of a hundred requests', width: 12, unit: 's', min: 0, empty: 'Nothing was asked', description: '99th percentile from a request to the last byte of its answer, by API.',
        targets: [query(histogramQuantile(0.99, max([...byApi, 'le'], over('rate', range(q.buckets('nacos_exporter_request_duration_seconds'), rateInterval)))), (l) => `${l.instance} ${l.api}`)],
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
        title: 'Series by family', width: 8, unit: 'short', min: 0, stacked: true, empty: 'No exporter reports', description: 'Series that /metrics serves, the 20 largest families.',
        targets: [query(topk(20, max(family, q.metric('nacos_exporter_series'))), (l) => `${l.nacos_cluster} ${l.family}`)],
      }),
      graph({
        title: 'Series left out', width: 8, unit: 'short', min: 0, empty: 'No family has a limit', description: 'By a limit of the configuration, by family.',
        targets: [query(max(family, q.metric('nacos_exporter_series_dropped')), (l) => `${l.nacos_cluster} ${l.family}`)],
      }),
      graph({
        title: 'Chat messages', width: 8, unit: 'short', min: 0, bars: true, stacked: true, empty: 'No chat channel is configured', description: "Calls of Alertmanager for a chat channel: confirmed by its service, not delivered in time, or turned away.",
        targets: [query(by('sum', ['instance', 'channel', 'result'], over('increase', range(q.metric('nacos_exporter_notifications_total'), rateInterval))), (l) => `${l.channel} ${l.result}`)],
      }),
    ],
  };
}


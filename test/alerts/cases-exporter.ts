/** Alerts on the exporter: each fires once, and is silent close to its edge. */

import { fired, type Case } from './promtool.ts';
import { a, b, job } from './world.ts';

const cluster = { nacos_cluster: 'prod' };
const on = (nacos_node: string) => ({ ...cluster, nacos_node });
const quiet = { '3m': [], '8m': [], '16m': [] } as const;
const two = { instances: ['exporter-1:18848', 'exporter-2:18848'] } as const;

export const exporterCases: readonly Case[] = [
  {
    name: 'NacosExporterDown: one of two replicas',
    world: two, change: (world) => {
      world.set('up', { instance: 'exporter-2:18848' }, [1, '2m'], [0]);
      world.set('nacos_exporter_build_info', { instance: 'exporter-2:18848' }, [1, '2m'], [null]);
    },
    expect: { '2m45s': [], '3m': [fired('NacosExporterDown', 'critical', { job, instance: 'exporter-2:18848' })] },
  },
  {
    name: 'NacosExporterDown: the only one, once',
    change: (world) => {
      world.set('up', {}, [1, '2m'], [0]);
      world.set('nacos_exporter_build_info', {}, [1, '2m'], [null]);
    },
    expect: { '3m': [fired('NacosExporterDown', 'critical', { job, instance: 'exporter-1:18848' })] },
  },
  {
    name: 'NacosExporterDown: no target at all',
    change: (world) => {
      world.set('up', {}, [1, '2m'], [null]);
      world.set('nacos_exporter_build_info', {}, [1, '2m'], [null]);
    },
    expect: { '2m45s': [], '3m': [fired('NacosExporterDown', 'critical')] },
  },
  { name: 'NacosExporterDown is silent about three scrapes', world: two, change: (world) => world.set('up', { instance: 'exporter-2:18848' }, [1, '2m'], [0, '45s'], [1]), expect: { '2m45s': [], '3m': [] } },
  { name: 'NacosExporterDown is silent about other jobs', change: (world) => {
    world.series.push({ name: 'up', labels: { job: 'mysql', instance: 'mysql:9104' }, values: [[0]] });
  }, expect: quiet },
  {
    name: 'NacosPollStale: counts stand for more than six intervals of 15 s',
    change: (world) => world.set('nacos_poll_last_success_timestamp_seconds', { stage: 'counts' }, [[0, 15], '5m'], [285]),
    expect: { '7m15s': [], '7m30s': [fired('NacosPollStale', 'critical', { ...cluster, stage: 'counts' })] },
  },
  {
    name: 'NacosPollStale uses the interval in force: eight minutes are nothing at 300 s',
    change: (world) => world.set('nacos_poll_last_success_timestamp_seconds', { stage: 'connections' }, [[0, 15], '5m'], [285]),
    expect: { '8m': [], '13m': [] },
  },
  {
    name: 'NacosPollStale uses the interval in force: a slow server is read every two minutes',
    change(world) {
      world.set('nacos_poll_interval_seconds', { stage: 'counts' }, [15, '4m'], [120]);
      world.set('nacos_poll_last_success_timestamp_seconds', { stage: 'counts' }, [[0, 15], '5m'], [285, '10m'], [900]);
    },
    expect: { '8m': [], '15m': [], '16m': [] },
  },
  {
    name: 'NacosPollStale: never read since the start, ten minutes on',
    change: (world) => world.set('nacos_poll_last_success_timestamp_seconds', { stage: 'counts' }, [0]),
    expect: { '1m15s': [], '10m45s': [], '11m': [fired('NacosPollStale', 'critical', { ...cluster, stage: 'counts' })] },
  },
  {
    name: 'NacosPollStale is silent while the whole cluster is down',
    change(world) {
      world.set('nacos_poll_last_success_timestamp_seconds', { stage: 'counts' }, [[0, 15], '5m'], [285]);
      world.set('nacos_up', {}, [1, '5m'], [0]);
    },
    expect: { '9m': [] },
  },
  {
    name: 'NacosPollStale is silent while one of two exporters still reads',
    world: two, change: (world) => world.set('nacos_poll_last_success_timestamp_seconds', { stage: 'counts', instance: 'exporter-2:18848' }, [[0, 15], '5m'], [285]),
    expect: { '9m': [] },
  },
  {
    name: 'NacosPollFailing: for six minutes',
    change: (world) => world.set('nacos_poll_success', { nacos_node: b }, [1, '2m'], [0]),
    expect: { '7m45s': [], '8m': [fired('NacosPollFailing', 'warning', { ...on(b), stage: 'counts' })] },
  },
  { name: 'NacosPollFailing is silent about one failed reading of a stage that is read every five minutes', change: (world) => world.set('nacos_poll_success', { nacos_node: b }, [1, '2m'], [0, '5m'], [1]), expect: { '7m': [], '8m': [] } },
  {
    name: 'NacosPollFailing is silent about a node that is down',
    change(world) {
      world.set('nacos_poll_success', { nacos_node: b }, [1, '2m'], [0]);
      world.set('nacos_node_up', { nacos_node: b }, [1, '2m'], [0]);
    },
    expect: { '9m': [] },
  },
  {
    name: 'NacosAuthenticationFailing: four readings in five minutes',
    change: (world) => world.set('nacos_poll_failures_total', { nacos_node: a, reason: 'auth' }, [0, '3m'], [[1, 1], '1m'], [4]),
    expect: { '3m15s': [], '4m15s': [fired('NacosAuthenticationFailing', 'warning', on(a))] },
  },
  { name: 'NacosAuthenticationFailing is silent about two, by a token that ran out', change: (world) => world.set('nacos_poll_failures_total', { nacos_node: a, reason: 'auth' }, [0, '3m'], [2]), expect: quiet },
  { name: 'NacosAuthenticationFailing is silent about time-outs', change: (world) => world.set('nacos_poll_failures_total', { nacos_node: a, reason: 'timeout' }, [[0, 1]]), expect: quiet },
  {
    name: 'NacosSignalUnavailable: no node tells its push counters',
    change: (world) => world.set('nacos_poll_supported', { stage: 'push' }, [0]),
    expect: { '14m45s': [], '15m': [fired('NacosSignalUnavailable', 'info', { ...cluster, signal: 'push' })] },
  },
  {
    name: 'NacosSignalUnavailable: neither beats, nor canary, nor configurations',
    change(world) {
      world.set('nacos_poll_supported', { stage: 'beats' }, [0]);
      for (const name of ['nacos_canary_runs_total', 'nacos_config_divergent_items']) world.set(name, {}, [null]);
    },
    expect: { '16m': ['beats', 'canary', 'config_divergence'].map((signal) => fired('NacosSignalUnavailable', 'info', { ...cluster, signal })) },
  },
  { name: 'NacosSignalUnavailable is silent where one node of three tells', change: (world) => {
    for (const node of [a, b]) world.set('nacos_poll_supported', { nacos_node: node }, [0]);
  }, expect: quiet },
  { name: 'NacosSeriesDropped: services beyond the limit', change: (world) => world.set('nacos_exporter_series_dropped', {}, [0, '1m'], [1200]), expect: { '15m45s': [], '16m': [fired('NacosSeriesDropped', 'info', { ...cluster, family: 'nacos_service_instances' })] } },
  { name: 'NacosSeriesDropped is silent about a deploy of 14 min', change: (world) => world.set('nacos_exporter_series_dropped', {}, [0, '1m'], [12, '14m'], [0]), expect: { '15m': [], '16m': [] } },
  {
    name: 'NacosShardMissing: two of three',
    world: two, change(world) {
      world.set('nacos_exporter_total_shards', {}, [3]);
      world.set('nacos_exporter_shard_ordinal', { instance: 'exporter-2:18848' }, [2]);
    },
    expect: { '4m45s': [], '5m': [fired('NacosShardMissing', 'warning', { job })] },
  },
  {
    name: 'NacosShardMissing is silent about two shards with a replica each',
    world: { instances: ['exporter-1:18848', 'exporter-2:18848', 'exporter-3:18848', 'exporter-4:18848'] }, change(world) {
      world.set('nacos_exporter_total_shards', {}, [2]);
      for (const instance of ['exporter-3:18848', 'exporter-4:18848']) world.set('nacos_exporter_shard_ordinal', { instance }, [1]);
    },
    expect: { '6m': [] },
  },
  {
    name: 'NacosShardMissing: two replicas of one shard are not two shards',
    world: two, change: (world) => world.set('nacos_exporter_total_shards', {}, [2]),
    expect: { '6m': [fired('NacosShardMissing', 'warning', { job })] },
  },
  { name: 'NacosNotificationsFailing: one is lost', change: (world) => world.set('nacos_exporter_notifications_total', { result: 'failed' }, [0, '3m'], [1]), expect: { '2m45s': [], '3m30s': [fired('NacosNotificationsFailing', 'warning', { channel: 'feishu', result: 'failed' })], '9m': [] } },
  { name: 'NacosNotificationsFailing is silent about those that arrive', change: (world) => world.set('nacos_exporter_notifications_total', { result: 'sent' }, [[0, 3]]), expect: quiet },
  {
    name: 'NacosConfigReloadFailed: one of two replicas',
    world: two, change: (world) => world.set('nacos_exporter_config_last_reload_successful', { instance: 'exporter-2:18848' }, [1, '2m'], [0]),
    expect: { '2m45s': [], '3m': [fired('NacosConfigReloadFailed', 'warning', { job, instance: 'exporter-2:18848' })] },
  },
  { name: 'NacosConfigReloadFailed is silent about 45 s', change: (world) => world.set('nacos_exporter_config_last_reload_successful', {}, [1, '2m'], [0, '45s'], [1]), expect: { '2m45s': [], '3m': [] } },
];

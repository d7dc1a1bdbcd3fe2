/** Alerts on beats, canary, pushes and the config center: each fires once, and is silent close to its edge. */

import { fired, type Case } from './promtool.ts';
import { a, b, type World } from './world.ts';

const cluster = { nacos_cluster: 'prod' };
const namespace = { ...cluster, namespace_id: 'public' };
const on = (nacos_node: string) => ({ ...cluster, nacos_node });
const quiet = { '3m': [], '8m': [], '16m': [] } as const;

/** Of every hundred runs so many take longer than the bound. */
function slower(world: World, name: string, bound: string, share: number): void {
  const order = ['0.05', '1', '2', '5', '8', '+Inf'];
  for (const le of order.slice(0, order.indexOf(bound) + 1)) world.set(`${name}_bucket`, { nacos_node: b, le }, [[0, 1 - share]]);
}

export const beatAndPushCases: readonly Case[] = [
  { name: 'NacosBeatsOverdue: five for two minutes', change: (world) => world.set('nacos_beat_overdue_instances', { limit: 'delete' }, [0, '2m'], [5]), expect: { '3m45s': [], '4m': [fired('NacosBeatsOverdue', 'warning', namespace)] } },
  { name: 'NacosBeatsOverdue is silent about what is merely unhealthy', change: (world) => world.set('nacos_beat_overdue_instances', { limit: 'unhealthy' }, [5]), expect: quiet },
  {
    name: 'NacosCanaryFailing: every run of a node',
    change(world) {
      world.set('nacos_canary_runs_total', { nacos_node: b, result: 'success' }, [[0, 1], '10m'], [40]);
      world.set('nacos_canary_runs_total', { nacos_node: b, result: 'beat_failed' }, [0, '10m'], [[1, 1]]);
    },
    expect: { '14m30s': [], '16m': [fired('NacosCanaryFailing', 'warning', on(b))] },
  },
  {
    name: 'NacosCanaryFailing is silent about one run in two',
    change: (world) => world.set('nacos_canary_runs_total', { nacos_node: b, result: 'beat_failed' }, [[0, 1]]),
    expect: quiet,
  },
  { name: 'NacosBeatSlow: three in a hundred take up to two seconds', change: (world) => slower(world, 'nacos_canary_beat_seconds', '1', 0.03), expect: { '10m': [], '11m': [fired('NacosBeatSlow', 'warning', on(b))] } },
  { name: 'NacosBeatSlow is silent about half of one in a hundred', change: (world) => slower(world, 'nacos_canary_beat_seconds', '1', 0.005), expect: quiet },
  { name: 'NacosBeatSlow is silent where nothing was measured', change: (world) => {
    for (const le of ['0.05', '1', '2', '5', '8', '+Inf']) world.set('nacos_canary_beat_seconds_bucket', { le }, [7]);
  }, expect: quiet },
  {
    name: 'NacosReplicationSlow: three in a hundred take up to eight seconds',
    change: (world) => slower(world, 'nacos_canary_replication_seconds', '5', 0.03),
    expect: { '10m': [], '11m': [fired('NacosReplicationSlow', 'warning', { ...on(b), observer: a, signal: 'slow' })] },
  },
  {
    name: 'NacosReplicationSlow: again and again not seen in time',
    change: (world) => world.set('nacos_canary_replications_total', { nacos_node: b, result: 'timeout' }, [0, '2m'], [[1, 1]]),
    expect: { '11m45s': [], '13m': [fired('NacosReplicationSlow', 'warning', { ...on(b), observer: a, signal: 'timeout' })] },
  },
  {
    name: 'NacosReplicationSlow is silent about timeouts while a node restarts',
    change: (world) => world.set('nacos_canary_replications_total', { nacos_node: b, result: 'timeout' }, [0, '2m'], [[1, 1], '2m'], [8]),
    expect: { '8m': [], '12m': [], '13m': [] },
  },
  {
    name: 'NacosPushFailureRateHigh: 6 % of 800 in five minutes',
    change(world) {
      world.set('nacos_push_total', { nacos_node: b }, [[0, 40]]);
      world.set('nacos_push_failures_total', { nacos_node: b }, [0, '2m'], [[2.4, 2.4]]);
    },
    expect: { '3m': [], '9m30s': [fired('NacosPushFailureRateHigh', 'warning', on(b))] },
  },
  {
    name: 'NacosPushFailureRateHigh is silent about 4.5 %',
    change(world) {
      world.set('nacos_push_total', { nacos_node: b }, [[0, 40]]);
      world.set('nacos_push_failures_total', { nacos_node: b }, [[0, 1.8]]);
    },
    expect: quiet,
  },
  {
    name: 'NacosPushFailureRateHigh is silent about half of 80 pushes in five minutes',
    change(world) {
      world.set('nacos_push_total', { nacos_node: b }, [[0, 4]]);
      world.set('nacos_push_failures_total', { nacos_node: b }, [[0, 2]]);
    },
    expect: quiet,
  },
  {
    name: 'NacosPushFailureRateHigh is silent about 18 % on 1.x, where waiting pushes count',
    world: { version: '1.4.8' }, change: (world) => world.set('nacos_push_failures_total', { nacos_node: b }, [[0, 1.8]]), expect: quiet,
  },
  {
    name: 'NacosPushFailureRateHigh: 25 % on 1.x',
    world: { version: '1.4.8' }, change: (world) => world.set('nacos_push_failures_total', { nacos_node: b }, [[0, 2.5]]),
    expect: { '5m': [fired('NacosPushFailureRateHigh', 'warning', on(b))] },
  },
  {
    name: 'NacosPushSlow: 1.5 s, and wiped by the server a poll later',
    change: (world) => world.set('nacos_push_cost_seconds', { nacos_node: b }, [0.02, '2m'], [1.5, '15s'], [null]),
    expect: { '1m45s': [], '2m': [fired('NacosPushSlow', 'warning', on(b))], '6m45s': [fired('NacosPushSlow', 'warning', on(b))], '7m15s': [] },
  },
  { name: 'NacosPushSlow is silent about just a second', change: (world) => world.set('nacos_push_cost_seconds', { nacos_node: b }, [1]), expect: quiet },
  { name: 'NacosEmptyPush: 30 in five minutes', change: (world) => world.set('nacos_push_empty_total', { nacos_node: b }, [0, '4m'], [30]), expect: { '3m45s': [], '5m': [fired('NacosEmptyPush', 'warning', cluster)] } },
  { name: 'NacosEmptyPush is silent about 18', change: (world) => world.set('nacos_push_empty_total', { nacos_node: b }, [0, '4m'], [18]), expect: quiet },
  {
    name: 'NacosEmptyPush is silent about 30 that a service taken down explains',
    change(world) {
      world.set('nacos_push_empty_total', { nacos_node: b }, [0, '4m'], [30]);
      world.set('nacos_services_emptied_total', {}, [0, '4m'], [1]);
    },
    expect: { '5m': [], '8m': [] },
  },
  {
    name: 'NacosEmptyPush: 30, where contents are not compared',
    change(world) {
      world.remove('nacos_services_emptied_total', {});
      world.set('nacos_push_empty_total', { nacos_node: b }, [0, '4m'], [30]);
    },
    expect: { '5m': [fired('NacosEmptyPush', 'warning', cluster)] },
  },
  {
    name: 'NacosConfigCenterFailing: the database fails with every poll',
    change: (world) => world.set('nacos_config_exceptions_total', { nacos_node: b }, [0, '2m'], [[1, 1]]),
    expect: { '6m30s': [], '7m15s': [fired('NacosConfigCenterFailing', 'warning', on(b))] },
  },
  { name: 'NacosConfigCenterFailing is silent about a database that switches over', change: (world) => world.set('nacos_config_exceptions_total', { nacos_node: b }, [0, '2m'], [[1, 1], '30s'], [3]), expect: { '6m': [], '7m15s': [], '9m': [] } },
];

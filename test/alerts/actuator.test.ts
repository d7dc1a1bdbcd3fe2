/** The smaller set on Nacos's own actuator endpoint, with the traps of its metrics. */

import { describeRules, fired, type Case } from './promtool.ts';
import type { Segment, World } from './world.ts';

const instances = ['10.0.0.1:8848', '10.0.0.2:8848', '10.0.0.3:8848'] as const;
const b = instances[1];
const target = { job: 'nacos', instance: b };

/** Three healthy nodes of 2.2 or later; `b` shows what the case says. */
function scrape(world: World, shown: Readonly<Record<string, readonly Segment[]>> = {}, up: readonly Segment[] = [[1]]): void {
  const healthy: Readonly<Record<string, readonly [module: string, ...values: readonly Segment[]]>> = {
    ipCount: ['naming', [1000]], totalPush: ['naming', [[0, 20]]], failedPush: ['naming', [0]], emptyPush: ['naming', [0]], avgPushCost: ['naming', [-1]],
    pushPendingTaskCount: ['naming', [0]], longConnection: ['core', [200]], dumpTask: ['config', [0]], notifyTask: ['config', [0]], leaderStatus: ['naming', [0]],
  };
  for (const instance of instances) {
    const labels = { job: 'nacos', instance };
    world.series.push({ name: 'up', labels, values: instance === b ? up : [[1]] });
    for (const [name, [module, ...values]] of Object.entries(healthy)) {
      world.series.push({ name: 'nacos_monitor', labels: { ...labels, module, name }, values: instance === b ? shown[name] ?? values : values });
    }
    // Since 2.3.1 each module counts its share of the connections once more.
    world.series.push({ name: 'nacos_monitor', labels: { ...labels, module: 'naming', name: 'longConnection' }, values: instance === b ? shown['longConnection'] ?? [[150]] : [[150]] });
    world.series.push({ name: 'nacos_exception_total', labels: { ...labels, module: 'config', name: 'db' }, values: instance === b ? shown['db'] ?? [[0]] : [[0]] });
  }
}

const all = (world: World, name: string, values: readonly Segment[]): void => {
  for (const one of world.series) if (one.labels['name'] === name) one.values = values;
};

const cases: readonly Case[] = [
  { name: 'actuator: a healthy cluster is silent, and leaderStatus may be 0 everywhere', change: (world) => scrape(world), expect: { '1m': [], '12m': [] } },
  { name: 'NacosActuatorNodeDown', change: (world) => scrape(world, {}, [[1, '2m'], [0]]), expect: { '2m45s': [], '3m': [fired('NacosActuatorNodeDown', 'warning', target)] } },
  { name: 'NacosActuatorNodeDown is silent about 45 s', change: (world) => scrape(world, {}, [[1, '2m'], [0, '45s'], [1]]), expect: { '2m45s': [], '3m': [] } },
  {
    name: 'NacosActuatorMetricsMissing: I22, an upgrade took the metrics away',
    change(world) {
      scrape(world);
      for (const one of world.series) if (one.labels['instance'] === b && one.name !== 'up') one.values = [[one.labels['name'] === 'ipCount' ? 1000 : 0, '2m'], [null]];
    },
    expect: { '11m45s': [], '12m': [fired('NacosActuatorMetricsMissing', 'warning', target)] },
  },
  { name: 'NacosActuatorCountsBroken: and the broken node is left out of comparisons', change: (world) => scrape(world, { ipCount: [[-7_860_000]] }), expect: { '9m45s': [], '10m': [fired('NacosActuatorCountsBroken', 'info', target)] } },
  { name: 'NacosActuatorCountsBroken is silent about zero before anybody registered', change(world) { scrape(world); all(world, 'ipCount', [[0]]); }, expect: { '10m': [] } },
  {
    name: 'NacosActuatorInstancesDropped: a third on every node',
    change(world) { scrape(world); all(world, 'ipCount', [[1000, '2m'], [660]]); },
    expect: { '1m45s': [], '2m': [fired('NacosActuatorInstancesDropped', 'critical', { job: 'nacos' })], '40m': [fired('NacosActuatorInstancesDropped', 'critical', { job: 'nacos' })] },
  },
  { name: 'NacosActuatorInstancesDropped is silent about 29 %', change(world) { scrape(world); all(world, 'ipCount', [[1000, '2m'], [710]]); }, expect: { '3m': [] } },
  { name: 'NacosActuatorNodeShort: one node counts 12 % fewer', change: (world) => scrape(world, { ipCount: [[1000, '2m'], [880]] }), expect: { '11m45s': [], '12m': [fired('NacosActuatorNodeShort', 'warning', target)] } },
  { name: 'NacosActuatorNodeShort is silent about 9 %', change: (world) => scrape(world, { ipCount: [[910]] }), expect: { '12m': [] } },
  { name: 'NacosActuatorPushFailureRateHigh: a quarter', change: (world) => scrape(world, { failedPush: [[0, '2m'], [[5, 5]]] }), expect: { '10m': [fired('NacosActuatorPushFailureRateHigh', 'warning', target)] } },
  {
    name: 'NacosActuatorPushFailureRateHigh takes midnight for what it is: both gauges fall to 0',
    change: (world) => scrape(world, { totalPush: [[[100_000, 20], '5m'], [[0, 20]]], failedPush: [[[9000, 1], '5m'], [[0, 1]]] }), expect: { '5m15s': [], '7m': [], '9m': [] },
  },
  { name: 'NacosActuatorPushSlow: 1.4 s, and -1 again a minute later', change: (world) => scrape(world, { avgPushCost: [[-1, '2m'], [1400, '1m'], [-1]] }), expect: { '1m45s': [], '2m': [fired('NacosActuatorPushSlow', 'warning', target)], '7m': [fired('NacosActuatorPushSlow', 'warning', target)] } },
  { name: 'NacosActuatorPushSlow is silent about 900 ms', change: (world) => scrape(world, { avgPushCost: [[900]] }), expect: { '3m': [] } },
  { name: 'NacosActuatorPushQueueGrowing', change: (world) => scrape(world, { pushPendingTaskCount: [[0, '1m'], [30_000]] }), expect: { '10m45s': [], '11m': [fired('NacosActuatorPushQueueGrowing', 'warning', target)] } },
  { name: 'NacosActuatorPushQueueGrowing is silent about a deploy', change: (world) => scrape(world, { pushPendingTaskCount: [[0, '1m'], [30_000, '9m'], [0]] }), expect: { '10m': [], '11m': [] } },
  { name: 'NacosActuatorEmptyPush: 30', change: (world) => scrape(world, { emptyPush: [[0, '3m'], [30]] }), expect: { '4m': [fired('NacosActuatorEmptyPush', 'warning', target)] } },
  { name: 'NacosActuatorEmptyPush is silent about 18, and about midnight', change: (world) => scrape(world, { emptyPush: [[900, '3m'], [0, '15s'], [18]] }), expect: { '3m': [], '4m': [], '6m': [] } },
  { name: 'NacosActuatorConnectionsDropped: to 80, and modules are not added up', change: (world) => scrape(world, { longConnection: [[200, '11m'], [80]] }), expect: { '10m45s': [], '11m': [fired('NacosActuatorConnectionsDropped', 'warning', target)] } },
  { name: 'NacosActuatorConnectionsDropped is silent after a restart', change: (world) => scrape(world, { longConnection: [[200, '5m'], [null, '30s'], [2]] }, [[1, '5m'], [0, '30s'], [1]]), expect: { '6m': [], '9m': [] } },
  { name: 'NacosActuatorDatabaseFailing', change: (world) => scrape(world, { db: [[0, '1m'], [[1, 1]]] }), expect: { '5m': [], '6m15s': [fired('NacosActuatorDatabaseFailing', 'warning', target)] } },
  { name: 'NacosActuatorDatabaseFailing is silent about one exception', change: (world) => scrape(world, { db: [[0, '1m'], [1]] }), expect: { '5m': [], '7m': [] } },
  { name: 'NacosActuatorConfigQueueGrowing: either queue', change: (world) => scrape(world, { notifyTask: [[0, '1m'], [400]] }), expect: { '10m45s': [], '11m': [fired('NacosActuatorConfigQueueGrowing', 'warning', target)] } },
  { name: 'NacosActuatorConfigQueueGrowing is silent about a hundred', change: (world) => scrape(world, { dumpTask: [[100]] }), expect: { '12m': [] } },
  {
    name: 'actuator: another job, such as the exporter, is none of theirs',
    change(world) {
      scrape(world);
      for (const one of world.series.slice()) world.series.push({ ...one, labels: { ...one.labels, job: 'nacos-exporter' }, values: one.name === 'up' ? [[0]] : one.values });
    },
    expect: { '3m': [] },
  },
];

describeRules({ title: 'actuator rules', ruleFiles: ['alerts/nacos-actuator.rules.yaml'], cases: cases.map((one) => ({ bare: true, ...one })) });

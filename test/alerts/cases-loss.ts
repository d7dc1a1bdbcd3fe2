/** Alerts on loss: each fires once, stays while the loss lasts, and is silent close to its edge. */

import { fired, type Case } from './promtool.ts';
import { a, b, c, nodes, type World } from './world.ts';

const cluster = { nacos_cluster: 'prod' };
const namespace = { ...cluster, namespace_id: 'public' };
const quiet = { '3m': [], '8m': [] } as const;
const [warning, critical] = [fired('NacosMassDeregistration', 'warning', namespace), fired('NacosMassDeregistration', 'critical', namespace)];
const temporary = (signal: string, labels = {}) => fired('NacosTemporaryDeregistration', 'warning', { ...cluster, ...labels, signal });

/** What the exporter says of a loss: the numbers sink, the baseline stands. */
function lose(world: World, from: number, to: number): void {
  world.set('nacos_namespace_instances', {}, [from, '2m'], [to]);
  world.set('nacos_namespace_instances_healthy', {}, [from, '2m'], [to]);
  world.set('nacos_namespace_instances_baseline', {}, [from]);
}

/** Node b restarts at 2m: down for 30 s, then joining for a minute. */
function restart(world: World): void {
  world.set('nacos_node_up', { nacos_node: b }, [1, '2m'], [0, '30s'], [1]);
  world.set('nacos_node_joining', { nacos_node: b }, [0, '2m'], [null, '30s'], [1, '1m'], [0]);
}

export const lossCases: readonly Case[] = [
  { name: 'NacosMassDeregistration: 10 % of exactly 1000, once it is no dip', change: (world) => lose(world, 1000, 900), expect: { '2m15s': [], '2m30s': [warning] } },
  {
    name: 'NacosMassDeregistration is silent about a dip of 30 s, however deep',
    change: (world) => world.set('nacos_namespace_instances', {}, [1000, '2m'], [100, '30s'], [1000]),
    expect: { '2m': [], '2m15s': [], '2m30s': [], '4m': [] },
    leaves: { NacosMassUnhealthy: 'the case changes the number of instances alone' },
  },
  { name: 'NacosMassDeregistration is silent about 9.9 %', change: (world) => lose(world, 1000, 901), expect: quiet },
  { name: 'NacosMassDeregistration: a third is critical too', change: (world) => lose(world, 1000, 667), expect: { '2m30s': [warning, critical] } },
  { name: 'NacosMassDeregistration: 29 % is a warning', change: (world) => lose(world, 1000, 710), expect: { '2m30s': [warning] } },
  { name: 'NacosMassDeregistration stays while the loss lasts: 40 minutes later nothing is back', change: (world) => lose(world, 1000, 600), expect: { '7m15s': [warning, critical], '42m': [warning, critical] } },
  {
    name: 'NacosMassDeregistration resolves when the baseline moves again, 95 % being back',
    change(world) {
      world.set('nacos_namespace_instances', {}, [1000, '2m'], [600, '3m'], [949, '1m'], [950]);
      world.set('nacos_namespace_instances_baseline', {}, [1000, '6m'], [950]);
    },
    expect: { '4m': [warning, critical], '5m': [], '6m': [] },
    leaves: { NacosMassUnhealthy: 'the case changes the number of instances alone' },
  },
  { name: 'NacosMassDeregistration is silent about all of 19', change: (world) => lose(world, 19, 0), expect: quiet },
  { name: 'NacosMassDeregistration: two of 20', change: (world) => lose(world, 20, 18), expect: { '2m30s': [warning] } },
  {
    name: 'NacosMassDeregistration does not believe one voter of three',
    change(world) {
      lose(world, 1000, 500);
      world.set('nacos_agreement_nodes', {}, [1]);
    },
    expect: quiet,
  },
  {
    name: 'NacosMassDeregistration wants both voters in a cluster of two',
    change(world) {
      lose(world, 1000, 500);
      world.set('nacos_cluster_nodes_expected', {}, [2]);
      world.set('nacos_agreement_nodes', {}, [1]);
    },
    expect: quiet,
  },
  { name: 'NacosMassDeregistration is silent while nobody votes: the agreed numbers are absent', change: (world) => {
    for (const name of ['nacos_namespace_instances', 'nacos_namespace_instances_healthy', 'nacos_namespace_instances_baseline', 'nacos_vanished_services', 'nacos_namespace_protected_services']) world.set(name, {}, [name.includes('_instances') ? 1000 : 0, '2m'], [null]);
    world.set('nacos_agreement_nodes', {}, [3, '2m'], [0]);
  }, expect: quiet },
  {
    name: 'NacosMassUnhealthy: 20 % for one poll, seen for a minute',
    change: (world) => world.set('nacos_namespace_instances_healthy', {}, [1000, '2m'], [800, '15s'], [1000]),
    expect: { '1m45s': [], '2m': [fired('NacosMassUnhealthy', 'warning', namespace)], '2m45s': [fired('NacosMassUnhealthy', 'warning', namespace)], '3m15s': [] },
  },
  { name: 'NacosMassUnhealthy is silent about 19.9 %', change: (world) => world.set('nacos_namespace_instances_healthy', {}, [1000, '2m'], [801]), expect: quiet },
  {
    name: 'NacosMassUnhealthy is silent about one of three in a namespace that then grows',
    change(world) {
      world.set('nacos_namespace_instances', {}, [3, '2m'], [30]);
      world.set('nacos_namespace_instances_baseline', {}, [3, '2m'], [30]);
      world.set('nacos_namespace_instances_healthy', {}, [2, '2m'], [30]);
    },
    expect: quiet,
  },
  {
    name: 'NacosMassUnhealthy is silent about all of 19',
    change(world) {
      for (const name of ['nacos_namespace_instances', 'nacos_namespace_instances_baseline']) world.set(name, {}, [19]);
      world.set('nacos_namespace_instances_healthy', {}, [0]);
    },
    expect: quiet,
  },
  {
    name: 'NacosMassUnhealthy and NacosServiceVanished do not believe one voter of three',
    change(world) {
      world.set('nacos_namespace_instances_healthy', {}, [500]);
      world.set('nacos_vanished_services', {}, [7]);
      world.set('nacos_agreement_nodes', {}, [1]);
    },
    expect: quiet,
  },
  {
    name: 'NacosMassUnhealthy sees a phase of 15 s that two exporters see at different moments',
    world: { instances: ['exporter-1:18848', 'exporter-2:18848'] },
    change(world) {
      world.set('nacos_namespace_instances_healthy', { instance: 'exporter-1:18848' }, [1000, '2m'], [700, '15s'], [1000]);
      world.set('nacos_namespace_instances_healthy', { instance: 'exporter-2:18848' }, [1000, '2m15s'], [700, '15s'], [1000]);
    },
    expect: { '2m30s': [fired('NacosMassUnhealthy', 'warning', namespace)] },
  },
  { name: 'NacosServiceVanished: two services', change: (world) => world.set('nacos_vanished_services', {}, [0, '2m'], [2]), expect: { '3m45s': [], '4m': [fired('NacosServiceVanished', 'warning', namespace)], '20m': [fired('NacosServiceVanished', 'warning', namespace)] } },
  { name: 'NacosServiceVanished is silent about a service that is restarted', change: (world) => world.set('nacos_vanished_services', {}, [0, '2m'], [1, '1m45s'], [0]), expect: { '3m45s': [], '4m': [] } },
  {
    name: 'NacosProtectionTriggered: one service',
    change(world) {
      world.set('nacos_service_protection_triggered', {}, [0, '2m'], [1]);
      world.set('nacos_namespace_protected_services', {}, [0, '2m'], [1]);
    },
    expect: { '6m45s': [], '7m': [fired('NacosProtectionTriggered', 'warning', { ...namespace, group_name: 'DEFAULT_GROUP', service_name: 'orders' })] },
  },
  {
    name: 'NacosProtectionTriggered: three services, two of them beyond the limit of series',
    change(world) {
      world.set('nacos_service_protection_triggered', {}, [1]);
      world.set('nacos_namespace_protected_services', {}, [3]);
    },
    expect: { '6m': [fired('NacosProtectionTriggered', 'warning', { ...namespace, group_name: 'DEFAULT_GROUP', service_name: 'orders' }), fired('NacosProtectionTriggered', 'warning', namespace)] },
  },
  {
    name: 'NacosProtectionTriggered is silent about a deploy of four minutes',
    change(world) {
      world.set('nacos_service_protection_triggered', {}, [0, '2m'], [1, '4m'], [0]);
      world.set('nacos_namespace_protected_services', {}, [0, '2m'], [1, '4m'], [0]);
    },
    expect: { '6m': [], '7m': [] },
  },
  {
    name: 'NacosInstanceFlapping: for five minutes',
    change(world) {
      world.set('nacos_instances_flapping', {}, [0, '2m'], [4]);
      world.set('nacos_instances_flapped_total', { cause: 'other' }, [0, '2m'], [[1, 1]]);
    },
    expect: { '6m45s': [], '7m': [fired('NacosInstanceFlapping', 'warning', namespace)] },
  },
  {
    name: 'NacosInstanceFlapping is silent about a rolling upgrade, which changes owners for eight minutes',
    change(world) {
      world.set('nacos_instances_flapping', {}, [0, '2m'], [4, '8m'], [0]);
      world.set('nacos_instances_flapped_total', { cause: 'ownership' }, [0, '2m'], [[0.5, 0.5], '8m'], [16]);
    },
    expect: { '7m': [], '10m': [] },
  },
  { name: 'NacosInstanceFlapping is silent about instances that flapped once', change(world) {
    world.set('nacos_instances_flapping', {}, [0, '2m'], [4, '2m'], [0]);
    world.set('nacos_instances_flapped_total', { cause: 'other' }, [0, '2m'], [4]);
  }, expect: { '4m': [], '8m': [] } },
  {
    name: 'NacosTemporaryDeregistration: ten of 1000 flapped by a change of owner',
    change: (world) => world.set('nacos_instances_flapped_total', { cause: 'ownership' }, [0, '3m'], [12]),
    expect: { '3m30s': [temporary('flapped', { namespace_id: 'public' })], '6m': [] },
  },
  { name: 'NacosTemporaryDeregistration is silent about nine', change: (world) => world.set('nacos_instances_flapped_total', { cause: 'ownership' }, [0, '3m'], [8]), expect: { '3m30s': [], '5m': [] } },
  { name: 'NacosTemporaryDeregistration is silent about flapping that no owner caused', change: (world) => world.set('nacos_instances_flapped_total', { cause: 'other' }, [0, '3m'], [90]), expect: { '3m30s': [], '5m': [] } },
  {
    name: 'NacosTemporaryDeregistration: 40 empty pushes while a node restarts',
    change(world) {
      restart(world);
      world.set('nacos_push_empty_total', { nacos_node: c }, [0, '2m15s'], [40]);
    },
    expect: { '3m': [temporary('empty_pushes')] },
  },
  { name: 'NacosTemporaryDeregistration is silent about 40 empty pushes while no member changes', change: (world) => world.set('nacos_push_empty_total', { nacos_node: c }, [0, '2m15s'], [40]), expect: { '3m': [] } },
  {
    name: 'NacosTemporaryDeregistration: pushes that subscriptions made anew do not explain',
    change(world) {
      restart(world);
      world.set('nacos_push_total', { nacos_node: c }, [[0, 10], '2m15s'], [3000]);
    },
    expect: { '2m45s': [temporary('push_burst')] },
  },
  {
    name: 'NacosTemporaryDeregistration is silent about a rolling restart: one push to each of 500 subscriptions that moved',
    change(world) {
      restart(world);
      world.set('nacos_push_total', { nacos_node: c }, [[0, 10], '2m15s'], [[600, 10]]);
    },
    expect: { '2m45s': [], '4m': [] },
  },
  {
    name: 'NacosTemporaryDeregistration is silent about a burst of pushes by a deploy',
    change: (world) => world.set('nacos_push_total', { nacos_node: c }, [[0, 10], '2m15s'], [3000]),
    expect: { '2m45s': [], '4m': [] },
  },
  {
    name: 'NacosTemporaryDeregistration: on 1.x a burst of 400, since nobody is pushed to on subscribing',
    world: { version: '1.4.8' },
    change(world) {
      restart(world);
      for (const node of nodes) world.remove('nacos_subscribers', { nacos_node: node });
      for (const node of [a, b]) world.set('nacos_push_total', { nacos_node: node }, [0]);
      world.set('nacos_push_total', { nacos_node: c }, [[0, 1], '2m15s'], [400]);
    },
    expect: { '2m45s': [temporary('push_burst')] },
  },
];

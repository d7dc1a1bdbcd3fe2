/** Alerts on data: each fires once, and is silent close to its edge. */

import { fired, type Case } from './promtool.ts';
import { a, b, nodes } from './world.ts';

const cluster = { nacos_cluster: 'prod' };
const namespace = { ...cluster, namespace_id: 'public' };
const on = (nacos_node: string) => ({ ...namespace, nacos_node });
const quiet = { '5m': [], '10m': [] } as const;

export const dataCases: readonly Case[] = [
  {
    name: 'NacosNodeDataDivergence: one service, by kind instance',
    change: (world) => world.set('nacos_divergent_services', { kind: 'instance' }, [0, '2m'], [1]),
    expect: { '2m45s': [], '3m': [fired('NacosNodeDataDivergence', 'warning', namespace)] },
  },
  {
    name: 'NacosNodeDataDivergence: four of 600 over three kinds are no more than a warning',
    change(world) {
      for (const kind of ['service', 'instance']) world.set('nacos_divergent_services', { kind }, [1]);
      world.set('nacos_divergent_services', { kind: 'health' }, [2]);
    },
    expect: { '3m': [fired('NacosNodeDataDivergence', 'warning', namespace)] },
  },
  {
    name: 'NacosNodeDataDivergence: six of 600 are critical too',
    change: (world) => world.set('nacos_divergent_services', { kind: 'attributes' }, [6]),
    expect: { '3m': [fired('NacosNodeDataDivergence', 'warning', namespace), fired('NacosNodeDataDivergence', 'critical', namespace)] },
  },
  {
    name: 'NacosNodeDataDivergence: one service of twenty is 5 %, and still one service',
    change(world) {
      world.set('nacos_namespace_services', {}, [20]);
      world.set('nacos_divergent_services', { kind: 'attributes' }, [1]);
    },
    expect: { '3m': [fired('NacosNodeDataDivergence', 'warning', namespace)] },
  },
  { name: 'NacosNodeDataDivergence is silent about what is only suspected', change: (world) => world.add('nacos_suspected_divergent_services', { namespace_id: 'public' }, [9]), expect: quiet },
  { name: 'NacosNodeDataDivergence is silent about 45 s', change: (world) => world.set('nacos_divergent_services', { kind: 'instance' }, [0, '2m'], [1, '45s'], [0]), expect: { '2m45s': [], '3m': [], '4m': [] } },
  { name: 'NacosNodeDataDivergence is silent about health on 1.1.x', world: { version: '1.1.4' }, change: (world) => world.set('nacos_divergent_services', { kind: 'health' }, [9]), expect: quiet },
  {
    name: 'NacosNodeDataDivergence: health on 1.4.x, by the owner\'s view',
    world: { version: '1.4.8' }, change: (world) => world.set('nacos_divergent_services', { kind: 'health' }, [1]),
    expect: { '3m': [fired('NacosNodeDataDivergence', 'warning', namespace)] },
  },
  { name: 'NacosNodeCatalogEmpty: none of 1000', change: (world) => world.set('nacos_instances', { nacos_node: b }, [1000, '2m'], [0]), expect: { '2m45s': [], '3m': [fired('NacosNodeCatalogEmpty', 'warning', on(b))] } },
  { name: 'NacosNodeCatalogEmpty is silent about one instance left', change: (world) => world.set('nacos_instances', { nacos_node: b }, [1000, '2m'], [1]), expect: quiet },
  {
    name: 'NacosNodeCatalogEmpty is silent about a node that fills',
    change(world) {
      world.set('nacos_instances', { nacos_node: b }, [1000, '2m'], [null, '1m'], [0, '2m'], [1000]);
      world.set('nacos_node_joining', { nacos_node: b }, [0, '2m'], [null, '1m'], [1, '2m'], [0]);
    },
    expect: { '4m45s': [], '6m': [] },
  },
  {
    name: 'NacosNodeCatalogEmpty is silent about a namespace that is empty everywhere',
    change(world) {
      for (const node of nodes) world.set('nacos_instances', { nacos_node: node }, [0]);
      world.set('nacos_namespace_instances', {}, [0]);
    },
    expect: quiet,
  },
  {
    name: 'NacosNodeMissingInstances: 6 % for two minutes',
    change: (world) => world.set('nacos_node_missing_instances', { nacos_node: b }, [0, '2m'], [60]),
    expect: { '3m45s': [], '4m': [fired('NacosNodeMissingInstances', 'critical', on(b))] },
  },
  { name: 'NacosNodeMissingInstances is silent about just 5 %', change: (world) => world.set('nacos_node_missing_instances', { nacos_node: b }, [50]), expect: quiet },
  {
    name: 'NacosNodeMissingInstances is silent about four of ten',
    change(world) {
      world.set('nacos_namespace_instances', {}, [10]);
      world.set('nacos_node_missing_instances', { nacos_node: b }, [4]);
    },
    expect: quiet,
  },
  {
    name: 'NacosNodeMissingInstances is silent about a node that fills, for ten minutes',
    change(world) {
      world.set('nacos_node_missing_instances', { nacos_node: b }, [0, '2m'], [600]);
      world.set('nacos_node_joining', { nacos_node: b }, [0, '2m'], [1]);
    },
    expect: { '4m': [], '12m': [], '14m': [fired('NacosNodeMissingInstances', 'critical', on(b))] },
  },
  { name: 'NacosClientCountsDisagree: for five minutes', change: (world) => world.set('nacos_client_counts_consistent', {}, [1, '2m'], [0]), expect: { '6m45s': [], '7m': [fired('NacosClientCountsDisagree', 'warning', cluster)] } },
  { name: 'NacosClientCountsDisagree is silent about counts that meet once in five minutes', change: (world) => world.set('nacos_client_counts_consistent', {}, [0, '4m45s'], [1, '15s'], [0]), expect: { '5m': [], '9m': [] } },
  {
    name: 'NacosConfigDivergence: two items of one node',
    change: (world) => world.set('nacos_config_divergent_items', { nacos_node: a }, [0, '2m'], [2]),
    expect: { '6m45s': [], '7m': [fired('NacosConfigDivergence', 'warning', on(a))] },
  },
  { name: 'NacosConfigDivergence is silent about a change that takes four minutes', change: (world) => world.set('nacos_config_divergent_items', { nacos_node: a }, [0, '2m'], [2, '4m'], [0]), expect: { '6m': [], '7m': [] } },
  { name: 'NacosMetadataOutlivesRegistration: three instances', change: (world) => world.set('nacos_metadata_overridden_instances', {}, [0, '2m'], [3]), expect: { '3m45s': [], '4m': [fired('NacosMetadataOutlivesRegistration', 'warning', namespace)] } },
  { name: 'NacosMetadataOutlivesRegistration is silent about the 105 s that Nacos keeps metadata', change: (world) => world.set('nacos_metadata_overridden_instances', {}, [0, '2m'], [3, '1m45s'], [0]), expect: { '3m45s': [], '4m': [] } },
  {
    name: 'NacosMetadataOutlivesRegistration does not believe one voter of three',
    change(world) {
      world.set('nacos_metadata_overridden_instances', {}, [3]);
      world.set('nacos_agreement_nodes', {}, [1]);
    },
    expect: quiet,
  },
];

/** The templates work as they stand: a gray release, and the disk that fills (incident I19). */

import { describeRules, fired, type Case } from './promtool.ts';
import type { Segment, World } from './world.ts';

const service = 'orders';

interface Traffic {
  /** Requests and failed ones gained per scrape. */
  readonly requests: number;
  readonly errors?: readonly Segment[];
  /** Requests per scrape that take up to two seconds. */
  readonly slow?: number;
}

const none: readonly Segment[] = [[0]];
const rising = (gain: number): readonly Segment[] => [[[0, gain]]];

function release(world: World, versions: readonly string[], traffic: Readonly<Record<string, Traffic>>): void {
  for (const instance of ['exporter-1:18848', 'exporter-2:18848']) {
    for (const value of versions) {
      world.series.push({
        name: 'nacos_service_metadata_instances', values: [[4]],
        labels: { nacos_cluster: 'prod', namespace_id: 'public', group_name: 'DEFAULT_GROUP', service_name: service, key: 'version', value, instance },
      });
    }
  }
  for (const [version, { requests, errors = none, slow = 0 }] of Object.entries(traffic)) {
    const labels = { service_name: service, version, job: 'orders', instance: `orders-${version}` };
    world.series.push({ name: 'http_requests_total', labels: { ...labels, code: '200' }, values: rising(requests) });
    world.series.push({ name: 'http_requests_total', labels: { ...labels, code: '500' }, values: errors });
    const buckets: readonly (readonly [string, number])[] = [['0.5', requests - slow], ['2', requests], ['+Inf', requests]];
    for (const [le, count] of buckets) {
      world.series.push({ name: 'http_request_duration_seconds_bucket', labels: { ...labels, le }, values: rising(count) });
    }
  }
}

const about = (version: string, action: string) => ({ service_name: service, version, action });

const grayCases: readonly Case[] = [
  { name: 'gray release: all is well', change: (world) => release(world, ['v1', 'v2'], { v1: { requests: 90 }, v2: { requests: 30 } }), expect: { '5m': [] } },
  {
    name: 'gray release: 7 % for two minutes is told',
    change: (world) => release(world, ['v1', 'v2'], { v1: { requests: 90 }, v2: { requests: 28, errors: [[[0, 2.1]]] } }),
    expect: { '2m': [], '3m': [fired('GrayReleaseErrors', 'warning', about('v2', 'notify'))] },
  },
  { name: 'gray release: 4.5 % is silent', change: (world) => release(world, ['v1', 'v2'], { v1: { requests: 90 }, v2: { requests: 95.5, errors: [[[0, 4.5]]] } }), expect: { '5m': [] } },
  {
    name: 'gray release: 20 % pauses at once',
    change: (world) => release(world, ['v1', 'v2'], { v1: { requests: 90 }, v2: { requests: 40, errors: [[[0, 10]]] } }),
    expect: { '1m': [fired('GrayReleasePause', 'critical', about('v2', 'pause'))] },
  },
  {
    name: 'gray release: a slow version is rolled back',
    change: (world) => release(world, ['v1', 'v2'], { v1: { requests: 90 }, v2: { requests: 40, slow: 4 } }),
    expect: { '1m': [], '2m': [fired('GrayReleaseRollback', 'critical', about('v2', 'rollback'))] },
  },
  { name: 'gray release: the same without a release is left to other alerts', change: (world) => release(world, ['v1'], { v1: { requests: 40, errors: [[[0, 20]]], slow: 30 } }), expect: { '5m': [] } },
  { name: 'gray release: next to no traffic says nothing', change: (world) => release(world, ['v1', 'v2'], { v1: { requests: 90 }, v2: { requests: 2, errors: [[[0, 1]]] } }), expect: { '5m': [] } },
];

function disk(world: World, free: readonly Segment[]): void {
  for (const host of ['10.0.0.1', '10.0.0.2']) {
    const labels = { job: 'node', instance: `${host}:9100`, mountpoint: '/home/nacos', device: '/dev/vdb' };
    world.series.push({ name: 'node_filesystem_size_bytes', labels, values: [[100]] });
    world.series.push({ name: 'node_filesystem_avail_bytes', labels, values: host === '10.0.0.2' ? free : [[80]] });
    for (const instance of ['exporter-1:18848', 'exporter-2:18848']) {
      // The node with the full disk is down already: it must be told all the same.
      world.series.push({ name: 'nacos_node_up', labels: { nacos_cluster: 'prod', nacos_node: `${host}:8848`, instance }, values: [[host === '10.0.0.2' ? 0 : 1]] });
    }
  }
}

const sick = { nacos_cluster: 'prod', nacos_node: '10.0.0.2:8848', host: '10.0.0.2' };

const diskCases: readonly Case[] = [
  { name: 'I19 the disk is full', change: (world) => disk(world, [[50, '10m'], [8]]), expect: { '14m': [], '15m': [fired('NacosDiskFull', 'critical', sick)] } },
  { name: 'I19 the disk fills within four hours', change: (world) => disk(world, [[[60, -0.4]]]), expect: { '40m': [], '1h20m': [fired('NacosDiskFilling', 'warning', sick)] } },
  { name: 'I19 a disk with 11 % left that does not fill is silent', change: (world) => disk(world, [[11]]), expect: { '1h10m': [] } },
];

describeRules({ title: 'example: gray release', ruleFiles: ['alerts/examples/gray-release.rules.yaml'], cases: grayCases.map((one) => ({ bare: true, ...one })) });
describeRules({ title: 'example: disks', ruleFiles: ['alerts/examples/node-exporter.rules.yaml'], cases: diskCases.map((one) => ({ bare: true, ...one })), step: 60 });

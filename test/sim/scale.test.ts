/** Size: a large cluster is built of indexes, and its pages are written once. Bounds are wide: machines differ. */

import { expect, it } from 'vitest';
import { createCluster, virtualClock } from '../../src/sim/index.ts';
import { ask, json } from './ask.ts';

it('holds 100,000 services of 10 instances on three nodes', () => {
  const before = process.memoryUsage().heapUsed;
  const began = performance.now();
  const cluster = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], clock: virtualClock() });
  cluster.bulk({ services: 100_000, instances: 10, name: (i) => `service-${i}`, template: { metadata: [{ version: '1' }, { version: '2' }] } });
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(cluster.node(2).view.totals('public')).toEqual({ services: 100_000, empty: 0, instances: 1_000_000, healthy: 1_000_000, ephemeral: 1_000_000 });

  const path = '/v1/ns/catalog/services?hasIpCount=false&withInstances=false&pageNo=3&pageSize=20000&namespaceId=public';
  const first = ask(cluster, 0, path).body;
  expect(ask(cluster, 2, path).body).toBe(first);
  const { count, serviceList } = JSON.parse(first.toString()) as { count: number; serviceList: readonly { name: string }[] };
  expect([count, serviceList.length, serviceList[0]?.name]).toEqual([100_000, 20_000, 'service-40000']);

  cluster.node(1).drop({ service: 'service-40000', ip: '10.6.26.128' });
  const row = (index: number): number | undefined => json<{ serviceList: readonly { ipCount: number }[] }>(cluster, index, path).serviceList[0]?.ipCount;
  expect([row(0), row(1), row(2)]).toEqual([10, 9, 10]);

  // Heap that a collection would still give back is counted too.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(400_000_000);
});

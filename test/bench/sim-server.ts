/**
 * A simulated cluster in a process of its own, so that a benchmark measures the exporter alone. Prints its addresses as
 * JSON; a parent that speaks to it over IPC may have its last node lose instances.
 */

import { createCluster, listen } from '../../src/sim/index.ts';

/** One instance is lost of so many services, and of no service two. */
export interface SimOrder {
  readonly lose: number;
}

const [services = '100000', instances = '10'] = process.argv.slice(2);
const nameOf = (index: number): string => `com.example.shop.module${index % 97}.service-${index}`;
const cluster = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], emptyServiceMs: Infinity });
// What Spring Cloud clients register, so that an instance has about the size of a real one.
const metadata = ['1760000000001', '1760000000002', '1760000000003']
  .map((tag) => ({ 'preserved.register.source': 'SPRING_CLOUD', version: '2.3.7', app_registry_tag: tag }));
cluster.bulk({ services: Number(services), instances: Number(instances), name: nameOf, template: { metadata } });
// Counts move between any two polls, so that nothing stays finished.
let port = 20_000;
cluster.every(1000, () => cluster.register({ namespace: 'public', group: 'DEFAULT_GROUP', service: nameOf(port % 1000), ip: '10.255.0.1', port: port++ }));
const listening = await listen(cluster);
process.stdout.write(`${JSON.stringify(listening.urls)}\n`);
process.on('message', ({ lose }: SimOrder) => {
  const every = Math.floor(Number(services) / lose);
  const chosen = new Set(Array.from({ length: lose }, (_, i) => nameOf(i * every)));
  process.send!(cluster.nodes.at(-1)!.drop({ where: (_, { service }) => chosen.delete(service) }));
});
process.on('SIGTERM', () => {
  cluster.close();
  void listening.close().then(() => process.exit(0));
});

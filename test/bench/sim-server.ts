/** A simulated cluster in a process of its own, so that a benchmark measures the exporter alone. Prints its addresses as JSON. */

import { createCluster, listen } from '../../src/sim/index.ts';

const [services = '100000', instances = '10'] = process.argv.slice(2);
const nameOf = (index: number): string => `com.example.shop.module${index % 97}.service-${index}`;
const cluster = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], emptyServiceMs: Infinity });
cluster.bulk({ services: Number(services), instances: Number(instances), name: nameOf });
// Counts move between any two polls, so that nothing stays finished.
let port = 20_000;
cluster.every(1000, () => cluster.register({ namespace: 'public', group: 'DEFAULT_GROUP', service: nameOf(port % 1000), ip: '10.255.0.1', port: port++ }));
const listening = await listen(cluster);
process.stdout.write(`${JSON.stringify(listening.urls)}\n`);
process.on('SIGTERM', () => {
  cluster.close();
  void listening.close().then(() => process.exit(0));
});

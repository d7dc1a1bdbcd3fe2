/**
 * Many simulated clusters of three nodes in a process of their own, so that a benchmark measures the exporter alone. Prints
 * the addresses of each as JSON; the last one accepts every connection and never answers.
 */

import { createCluster, listen } from '../../src/sim/index.ts';

const [clusters = '100', services = '1000', instances = '5'] = process.argv.slice(2);
const metadata = ['1760000000001', '1760000000002', '1760000000003']
  .map((tag) => ({ 'preserved.register.source': 'SPRING_CLOUD', version: '2.3.7', app_registry_tag: tag }));

const running = await Promise.all(Array.from({ length: Number(clusters) + 1 }, async (_, at) => {
  const cluster = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], emptyServiceMs: Infinity });
  if (at < Number(clusters)) {
    cluster.bulk({ services: Number(services), instances: Number(instances), name: (i) => `com.example.shop.module${i % 97}.service-${i}`, template: { metadata } });
    // Something moves in every cluster between any two polls.
    let port = 20_000;
    cluster.every(10_000, () => cluster.register({ service: `com.example.shop.module${port % 97}.service-${port % 97}`, ip: '10.255.0.1', port: port++ }));
  } else {
    for (const node of cluster.nodes) node.fault({ kind: 'hang' });
  }
  return { cluster, listening: await listen(cluster) };
}));
process.stdout.write(`${JSON.stringify(running.map(({ listening }) => listening.urls))}\n`);
process.on('SIGTERM', () => {
  for (const { cluster } of running) cluster.close();
  process.exit(0);
});

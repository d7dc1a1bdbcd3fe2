/** What a rig is given unless told otherwise: the program's own defaults, and a small registry. */

import { loadConfig } from '../../src/config/load.ts';
import type { ClusterConfig, Limits, PollConfig } from '../../src/config/config.ts';
import type { SimCluster } from '../../src/sim/index.ts';

export type ConfigChanges = Partial<Omit<ClusterConfig, 'poll' | 'limits' | 'namespaces' | 'metrics' | 'servers'>> & {
  readonly poll?: Partial<PollConfig>;
  readonly limits?: Partial<Limits>;
  readonly namespaces?: Partial<ClusterConfig['namespaces']>;
  readonly metrics?: Partial<ClusterConfig['metrics']>;
};

/** Two namespaces, 50 services, 200 instances in `public` and 30 in `orders`. */
export function fillSmall(sim: SimCluster): void {
  sim.addNamespace({ id: 'orders', name: 'orders' });
  sim.bulk({ services: 40, instances: 5, name: (i) => `svc-${i}` });
  sim.bulk({ namespace: 'orders', services: 10, instances: 3, name: (i) => `order-${i}`, firstAddress: 1000 });
}

/** A cluster `c` of these servers, `host:port`. */
export function configOf(servers: readonly string[], context: string, changes: ConfigChanges): ClusterConfig {
  const loaded = loadConfig({ argv: servers.map((server) => `--nacos.server=http://${server}${context}`), env: {}, readFile: () => '' });
  if ('errors' in loaded) throw new Error(loaded.errors.map((error) => error.message).join('\n'));
  const defaults = loaded.config.clusters[0]!;
  const { poll, limits, namespaces, metrics, ...rest } = changes;
  return {
    ...defaults, name: 'c', ...rest,
    poll: { ...defaults.poll, ...poll },
    limits: { ...defaults.limits, ...limits },
    namespaces: { ...defaults.namespaces, ...namespaces },
    metrics: { ...defaults.metrics, ...metrics },
  };
}

/** What a scenario is, and the cluster that most of them start from. */

import type { SimClock } from '../clock.ts';
import { createCluster } from '../cluster.ts';
import type { SimCluster } from '../cluster.ts';
import { demoNamespaces, fillDemo } from '../contents.ts';

export interface ScenarioOptions {
  /** Default: real time. */
  readonly clock?: SimClock;
  readonly seed?: number;
  /** One a node, instead of the scenario's own. */
  readonly versions?: readonly string[];
}

export interface Scenario {
  readonly name: string;
  /** One line, for `--help`. */
  readonly description: string;
  /** The cluster with its script already under way. */
  build(options?: ScenarioOptions): SimCluster;
}

/** A moment for a viewer to see that all is well, milliseconds. */
export const calmMs = 30_000;
export const second = 1000;
export const minute = 60_000;

/** Three nodes with the demo's contents, everyday churn and a little load. */
export function demoCluster(options: ScenarioOptions = {}, version = '2.2.4'): SimCluster {
  const versions = options.versions ?? [version, version, version];
  const cluster = createCluster({
    versions,
    namespaces: demoNamespaces,
    actuator: true,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  fillDemo(cluster);
  // From here on a change needs its time to reach the nodes: 2.x synchronises after 1 s and pushes 0.5 s later.
  for (const node of cluster.nodes) node.lag(1500);
  cluster.every(6 * second, () => cluster.churn());
  cluster.every(5 * second, () => {
    for (const node of cluster.nodes) node.setLoad({ cpu: 0.05 + cluster.random() * 0.1, load: 0.4 + cluster.random() * 0.6, mem: 0.4 + cluster.random() * 0.02 });
  });
  cluster.every(2 * second, () => {
    for (const node of cluster.nodes) node.countConfig({ gets: Math.round(cluster.random() * 8), publishes: cluster.random() < 0.05 ? 1 : 0 });
  });
  return cluster;
}

/** A scenario that plays `script` on the demo cluster. */
export function scenario(name: string, description: string, script: (cluster: SimCluster) => void, version?: string): Scenario {
  return {
    name,
    description,
    build(options) {
      const cluster = demoCluster(options, version);
      script(cluster);
      return cluster;
    },
  };
}

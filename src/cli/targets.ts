/** The nodes of the clusters as `/targets` lists them: those last known, in the order of the configuration and of their names. */

import type { ClusterConfig, Config, ServerAddress } from '../config/config.ts';
import { shareOf } from '../config/shard.ts';
import { actuator } from '../nacos/dialects/actuator.ts';
import type { ClusterPoller } from '../poller/cluster-poller.ts';
import type { TargetGroup } from '../server/targets.ts';

export interface Targets {
  groups(config: Config, pollers: readonly ClusterPoller[]): readonly TargetGroup[];
  /** The poller of a cluster ends: what it knew is still the best there is to know. */
  remember(poller: ClusterPoller): void;
}

/** A node where it is called, under the name it has in all series. */
interface Known {
  readonly node: string;
  readonly server: ServerAddress;
}

export function createTargets(): Targets {
  const remembered = new Map<string, readonly Known[]>();

  function nodesOf(cluster: ClusterConfig, poller: ClusterPoller | undefined): readonly Known[] {
    if (poller !== undefined) return knownTo(poller);
    // Never polled, because nobody has asked for it yet.
    return remembered.get(cluster.name) ?? cluster.servers.map((server) => ({ node: `${server.host}:${server.port}`, server }));
  }

  return {
    groups(config, pollers) {
      const names = new Set(config.clusters.map(({ name }) => name));
      for (const name of remembered.keys()) if (!names.has(name)) remembered.delete(name);
      return config.clusters
        // One shard lists a cluster.
        .filter(({ name }) => shareOf(config.shard, name).cluster)
        .flatMap((cluster) => nodesOf(cluster, pollers.find((poller) => poller.cluster === cluster.name))
          .toSorted((one, other) => (one.node < other.node ? -1 : 1))
          .map((known) => groupOf(cluster.name, known)));
    },
    remember: (poller) => void remembered.set(poller.cluster, knownTo(poller)),
  };
}

/** Without those whose server has no such endpoint in any version. */
function knownTo(poller: ClusterPoller): readonly Known[] {
  return poller.peers().flatMap(({ node, server, dialect }) => (dialect !== undefined && dialect.actuator === undefined ? [] : [{ node, server }]));
}

function groupOf(cluster: string, { node, server }: Known): TargetGroup {
  return {
    targets: [`${server.host}:${server.port}`],
    labels: { nacos_cluster: cluster, nacos_node: node, __scheme__: server.scheme, __metrics_path__: `${server.contextPath}${actuator.path}` },
  };
}

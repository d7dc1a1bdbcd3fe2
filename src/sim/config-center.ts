/** The config center of a node, as far as its numbers go: clients read now and then, and gets and publishes are set back at midnight. */

import type { ConfigCounters, NodeState, World } from './world.ts';

const dayMs = 86_400_000;

export function freshConfig(now: number): ConfigCounters {
  return {
    gets: 0, publishes: 0, day: Math.floor(now / dayMs), longPolls: 6, dump: 0, notify: 0, notifyClient: 0, exceptions: { nacos: 3, illegalArgument: 2 },
  };
}

/** The counters as of now. */
export function configOf(world: World, node: NodeState): ConfigCounters {
  const { config } = node;
  const today = Math.floor(world.clock.now() / dayMs);
  if (config.day !== today) {
    config.day = today;
    config.gets = 0;
    config.publishes = 0;
  }
  return config;
}

/** The push counters of a node: they grow with changes and go back to 0 at midnight and with a new process. */

import type { PushCounters, NodeState, World } from './world.ts';

const dayMs = 86_400_000;
export function freshPush(now: number): PushCounters {
  return { total: 0, failed: 0, empty: 0, pending: 0, day: Math.floor(now / dayMs), avgCostMs: 12, maxCostMs: 40, failing: 0 };
}

/** The counters as of now. */
export function pushOf(world: World, node: NodeState): PushCounters {
  const today = Math.floor(world.clock.now() / dayMs);
  if (node.push.day !== today) {
    node.push.day = today;
    node.push.total = 0;
    node.push.failed = 0;
    node.push.empty = 0;
  }
  return node.push;
}

/** A change of a service; `emptied` where it has no healthy instance any more. */
export function countPush(world: World, node: NodeState, emptied: boolean): void {
  const pushes = world.subscribers;
  if (!node.running || node.switches.get('pushEnabled') === false) return;
  const push = pushOf(world, node);
  push.total += pushes;
  push.failed += Math.round(pushes * push.failing);
  if (emptied) push.empty += pushes;
}

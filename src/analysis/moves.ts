/** What two ledgers differ in that moves responsibility for instances: nodes that went or came, groups with another leader. */

import type { Life } from './life.ts';
import type { RaftHistory } from './raft.ts';

interface Known {
  readonly life: ReadonlyMap<string, Life>;
  readonly raft: RaftHistory;
}

export function livesMoved(before: Known, now: Known): boolean {
  return [...now.life].some(([node, life]) => {
    const earlier = before.life.get(node);
    return life.startedAt !== earlier?.startedAt || (earlier !== undefined && earlier.up !== life.up);
  });
}

export function leadersMoved(before: Known, now: Known): boolean {
  return [...now.raft.changes].some(([group, changes]) => changes > (before.raft.changes.get(group) ?? 0));
}

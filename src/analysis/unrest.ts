/** Whether something happened between two snapshots that is known to strip instances for a moment: then counts are read often. */

import type { ClusterSnapshot, MemberState } from '../model.ts';
import type { Ledger } from './ledger.ts';

export interface Seen {
  readonly snapshot: ClusterSnapshot;
  readonly ledger: Ledger;
}

/** A node went, came or restarted, a member's state changed in somebody's eyes, or a group got another leader. */
export function isUnrest(before: Seen, now: Seen): boolean {
  return livesMoved(before.ledger, now.ledger) || leadersMoved(before.ledger, now.ledger) || membersMoved(before.snapshot, now.snapshot);
}

function livesMoved(before: Ledger, now: Ledger): boolean {
  for (const [node, life] of now.life) {
    const earlier = before.life.get(node);
    if (life.startedAt !== earlier?.startedAt || (earlier !== undefined && earlier.up !== life.up)) return true;
  }
  return false;
}

function leadersMoved(before: Ledger, now: Ledger): boolean {
  for (const [group, changes] of now.raft.changes) if (changes > (before.raft.changes.get(group) ?? 0)) return true;
  return false;
}

function membersMoved(before: ClusterSnapshot, now: ClusterSnapshot): boolean {
  for (const node of now.nodes) {
    const is = node.stages.members?.value;
    const was = before.nodes.find((other) => other.node === node.node)?.stages.members?.value;
    if (was === undefined || is === undefined || was === is) continue;
    const states = new Map<string, MemberState>(was.map(({ address, state }) => [address, state]));
    for (const { address, state } of is) if (states.has(address) && states.get(address) !== state) return true;
  }
  return false;
}

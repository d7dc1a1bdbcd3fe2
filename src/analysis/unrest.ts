/** Whether something happened between two snapshots that is known to strip instances for a moment: then counts are read often. */

import type { ClusterSnapshot, MemberState } from '../model.ts';
import type { Ledger } from './ledger.ts';
import { leadersMoved, livesMoved } from './moves.ts';

export interface Seen {
  readonly snapshot: ClusterSnapshot;
  readonly ledger: Ledger;
}

/** A node went, came or restarted, a member's state changed in somebody's eyes, a group got another leader, or far more was pushed than usual. */
export function isUnrest(before: Seen, now: Seen): boolean {
  return livesMoved(before.ledger, now.ledger) || leadersMoved(before.ledger, now.ledger) || membersMoved(before.snapshot, now.snapshot) || pushesBurst(now.ledger);
}

/** A burst of pushes with no change of the nodes: instances went or came, perhaps both between two polls. */
function pushesBurst({ pushes }: Ledger): boolean {
  return [...pushes.values()].some(({ bursting }) => bursting);
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

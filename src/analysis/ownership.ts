/**
 * When it last became somebody else's business: a node started or went, a member came to count or ceased to, a group got
 * another leader. What is under way at such a time takes longer to settle.
 */

import type { ClusterSnapshot, NodeSnapshot } from '../model.ts';
import type { Life } from './life.ts';
import { leadersMoved, livesMoved } from './moves.ts';
import type { RaftHistory } from './raft.ts';

export interface Ownership {
  /** The last change and those of some minutes before it, oldest first: each excuses what was first seen about then. */
  readonly changes: readonly number[];
}

/** No excuse lasts so long, milliseconds. */
const rememberedMs = 300_000;

interface Known {
  readonly life: ReadonlyMap<string, Life>;
  readonly raft: RaftHistory;
}

export function trackOwnership(before: Known & { readonly ownership: Ownership }, now: Known, previous: ClusterSnapshot | undefined, next: ClusterSnapshot): Ownership {
  const moved = livesMoved(before, now) || leadersMoved(before, now) || next.nodes.some((node) => ownersMoved(previous?.nodes.find((other) => other.node === node.node), node));
  if (!moved) return before.ownership;
  return { changes: [...before.ownership.changes.filter((at) => next.at - at <= rememberedMs), next.at] };
}

/** The same node's list then and now: a suspicious member still owns what it owned. */
function ownersMoved(earlier: NodeSnapshot | undefined, node: NodeSnapshot): boolean {
  const [was, is] = [earlier?.stages.members?.value, node.stages.members?.value];
  return was !== undefined && is !== undefined && was !== is && ownersIn(was) !== ownersIn(is);
}

function ownersIn(members: readonly { readonly address: string; readonly state: string }[]): string {
  return members.filter(({ state }) => state === 'up' || state === 'suspicious').map(({ address }) => address).toSorted().join(' ');
}

/** Which nodes the cluster itself believes in: the list that a majority of the nodes that answer gives. */

import type { ClusterSnapshot } from '../model.ts';
import type { Life } from './life.ts';

/** How long a member that left the majority's list still counts as expected, milliseconds. */
const rememberedFor = 600_000;

export interface Membership {
  /** Addresses in the majority's list now, or the last one known while no node answers. Sorted. */
  readonly listed: readonly string[];
  /** Address to when the majority last listed it. */
  readonly remembered: ReadonlyMap<string, number>;
}

export function trackMembership(before: Membership, next: ClusterSnapshot, life: ReadonlyMap<string, Life>): Membership {
  const views = next.nodes
    .filter((node) => life.get(node.node)?.up === true && node.stages.members?.failures === 0)
    .map((node) => node.stages.members?.value ?? []);
  if (views.length === 0) return before;
  const listed = majority(views.map((view) => view.map((member) => member.address)));
  const remembered = new Map<string, number>();
  for (const [address, at] of before.remembered) if (next.at - at <= rememberedFor) remembered.set(address, at);
  for (const address of listed) remembered.set(address, next.at);
  return { listed, remembered };
}

/** What more than half of the lists name, sorted. */
export function majority(lists: readonly (readonly string[])[]): readonly string[] {
  const votes = new Map<string, number>();
  for (const list of lists) for (const entry of new Set(list)) votes.set(entry, (votes.get(entry) ?? 0) + 1);
  return [...votes].filter(([, count]) => count * 2 > lists.length).map(([entry]) => entry).toSorted();
}

/** Nodes that ought to be there: it must not shrink with the nodes that fail, or a lost quorum would look like a small cluster. */
export function expectedNodes(configured: number, membership: Membership): number {
  return Math.max(configured, membership.remembered.size);
}

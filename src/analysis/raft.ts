/** Who leads each raft group, by the nodes' own views. A lost leader stays displayed for a while, so only a claim of its own counts. */

import type { ClusterSnapshot, NodeSnapshot } from '../model.ts';
import type { Life } from './life.ts';

export interface RaftHistory {
  /** Group to the raft address of the last known leader. */
  readonly leaders: ReadonlyMap<string, string>;
  /** Group to how often another one took over. */
  readonly changes: ReadonlyMap<string, number>;
}

export interface GroupView {
  readonly group: string;
  /** Nodes whose own fresh view names themselves. */
  readonly leaders: readonly string[];
  /** Distinct leaders named by anyone. */
  readonly claimed: readonly string[];
}

export function trackLeaders(before: RaftHistory, next: ClusterSnapshot, life: ReadonlyMap<string, Life>): RaftHistory {
  const leaders = new Map(before.leaders);
  const changes = new Map(before.changes);
  const terms = new Map<string, number>();
  for (const node of freshViews(next, life)) {
    const view = node.stages.raft?.value;
    for (const group of view?.raft ?? []) {
      changes.set(group.group, changes.get(group.group) ?? 0);
      if (group.leader === undefined || group.leader !== view?.raftAddress) continue;
      if (group.term < (terms.get(group.group) ?? -1)) continue;
      terms.set(group.group, group.term);
      leaders.set(group.group, group.leader);
    }
  }
  for (const [group, leader] of leaders) {
    const earlier = before.leaders.get(group);
    if (earlier !== undefined && earlier !== leader) changes.set(group, (changes.get(group) ?? 0) + 1);
  }
  return { leaders, changes };
}

/** All raft groups that any fresh view names, sorted by name. */
export function groupViews(snapshot: ClusterSnapshot, life: ReadonlyMap<string, Life>): readonly GroupView[] {
  const leaders = new Map<string, string[]>();
  const claimed = new Map<string, Set<string>>();
  for (const node of freshViews(snapshot, life)) {
    const view = node.stages.raft?.value;
    for (const group of view?.raft ?? []) {
      const own = leaders.get(group.group) ?? [];
      const named = claimed.get(group.group) ?? new Set();
      if (group.leader !== undefined) named.add(group.leader);
      if (group.leader !== undefined && group.leader === view?.raftAddress) own.push(node.node);
      leaders.set(group.group, own);
      claimed.set(group.group, named);
    }
  }
  return [...leaders].toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, own]) => ({ group, leaders: own, claimed: [...(claimed.get(group) ?? [])] }));
}

function freshViews(snapshot: ClusterSnapshot, life: ReadonlyMap<string, Life>): readonly NodeSnapshot[] {
  return snapshot.nodes.filter((node) => life.get(node.node)?.up === true && node.stages.raft?.failures === 0);
}

/**
 * Which instances only Raft carries, on versions whose lists with instances do not tell ephemeral from persistent (1.x and
 * 2.x): the list of a single service does.
 */

import type { InstanceRecord } from '../../model.ts';
import { canonicalText, entriesOf } from './canonical.ts';

/** Instance (`cluster|ip|port`) to whether Raft carries what differs about it. */
export type Kinds = ReadonlyMap<string, boolean>;

/**
 * From one service's lists, node by node. Ephemeral and persistent may stand under one address: then what differs is
 * persistent if nodes hold other numbers of the persistent one, and ephemeral if only those of the other differ.
 */
export function kindsOf(lists: readonly (readonly InstanceRecord[])[]): Kinds {
  const persistent = lists.map((list) => tally(list, false));
  const ephemeral = lists.map((list) => tally(list, true));
  const kinds = new Map<string, boolean>();
  for (const key of new Set([...persistent, ...ephemeral].flatMap((counts) => [...counts.keys()]))) {
    const some = persistent.some((counts) => counts.has(key));
    kinds.set(key, some && (isUneven(persistent, key) || !isUneven(ephemeral, key)));
  }
  return kinds;
}

type Counts = ReadonlyMap<string, number>;

function tally(list: readonly InstanceRecord[], ephemeral: boolean): Counts {
  const counts = new Map<string, number>();
  const alike = list.filter((instance) => instance.ephemeral === ephemeral);
  for (const { key } of entriesOf(canonicalText(alike, [], false))) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

const isUneven = (all: readonly Counts[], key: string): boolean => all.some((counts) => (counts.get(key) ?? 0) !== (all[0]!.get(key) ?? 0));

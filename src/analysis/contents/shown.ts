/**
 * What the instances of a service carry under metadata keys that somebody wants to see, such as the versions of a gray
 * release: how many there are of each value, and how much of the traffic they get. Worked out when what is agreed on the
 * service changes, and only where there are such keys.
 */

import { entriesOf, shownValues } from './canonical.ts';

export interface ShownCount {
  /** Position of the key. */
  readonly key: number;
  readonly value: string;
  /** All of them, healthy and enabled or not. */
  readonly instances: number;
  /** Of those that get traffic: healthy and enabled. */
  readonly weight: number;
}

export interface ShownTally {
  /** Of all instances that get traffic, whether they have the key or not. */
  readonly weight: number;
  /** By key, and the most frequent value first: an order that depends on nothing but what is agreed. */
  readonly counts: readonly ShownCount[];
}

/** `keys`: how many. */
export function tallyShown(text: string, keys: number): ShownTally {
  const counts: { key: number; value: string; instances: number; weight: number }[] = [];
  const known = new Map<string, (typeof counts)[number]>();
  let total = 0;
  for (const entry of entriesOf(text)) {
    const weight = entry.healthy && entry.enabled ? Math.max(0, Number(entry.weight) || 0) : 0;
    total += weight;
    if (entry.shown === '') continue;
    const values = shownValues(entry.shown);
    for (let key = 0; key < keys; key++) {
      const value = values[key];
      if (value === undefined) continue;
      const count = known.get(`${key} ${value}`) ?? { key, value, instances: 0, weight: 0 };
      if (count.instances === 0) {
        known.set(`${key} ${value}`, count);
        counts.push(count);
      }
      count.instances++;
      count.weight += weight;
    }
  }
  return { weight: total, counts: counts.toSorted((a, b) => a.key - b.key || b.instances - a.instances || (a.value < b.value ? -1 : 1)) };
}

/** What is folded together, and a value that is called so. */
export const otherValue = 'other';

/** At most so many values of each key, and what the rest come to as one more. */
export function foldShown({ counts }: ShownTally, valuesPerKey: number): readonly ShownCount[] {
  if (counts.length <= valuesPerKey) return counts;
  const folded: ShownCount[] = [];
  for (const key of new Set(counts.map((count) => count.key))) {
    const ofKey = counts.filter((count) => count.key === key);
    if (ofKey.length <= valuesPerKey) {
      folded.push(...ofKey);
      continue;
    }
    const named = ofKey.filter(({ value }) => value !== otherValue).slice(0, valuesPerKey);
    const rest = ofKey.filter((count) => !named.includes(count));
    const sum = (of: 'instances' | 'weight'): number => rest.reduce((all, count) => all + count[of], 0);
    folded.push(...named, { key, value: otherValue, instances: sum('instances'), weight: sum('weight') });
  }
  return folded;
}

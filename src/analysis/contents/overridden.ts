/**
 * Instances that were disabled, started anew and are disabled still. What the console sets is stored apart from the
 * registration and outlives it: an operator takes an instance out, the process is replaced, and the new one gets no traffic
 * although nobody disabled it. 2.x and later keep what is stored for 60 s after the instance has gone and take it away with
 * the next round of a cleaner. An identity tag tells the new process from the old one; without tags nothing can be said.
 */

import { entriesOf, type Entry } from './canonical.ts';
import type { AgreedChange } from './churn-book.ts';

export interface Overridden {
  /** `namespace/group@@service/instance` to the namespace. */
  readonly standing: Map<string, string>;
  /** Disabled ones that left, oldest first: when, with which tag, and whether they were among the standing. */
  readonly left: Map<string, { readonly at: number; readonly tag: string; readonly stood: boolean }>;
}

/** Stored settings were seen to last so long at most (60 s, and the rounds of cleaners), and it takes a poll to see it. */
const storedMs = 120_000;

export const createOverridden = (): Overridden => ({ standing: new Map(), left: new Map() });

/** What is agreed on one service before and after; services without anything disabled cost nothing. */
export function recordOverridden(book: Overridden, change: AgreedChange): void {
  const { namespace, group, service, before, after, at } = change;
  if (!hasDisabled(before) && !hasDisabled(after)) return;
  forget(book, at - storedMs);
  const rest = [...entriesOf(after)];
  const gone: Entry[] = [];
  const keyOf = ({ key }: Entry): string => `${namespace}/${group}@@${service}/${key}`;
  for (const old of entriesOf(before)) {
    const index = indexOf(rest, old);
    if (index < 0) {
      gone.push(old);
      continue;
    }
    const [now] = rest.splice(index, 1);
    if (now!.enabled) book.standing.delete(keyOf(old));
    else if (!old.enabled && isAnother(old.tag, now!.tag)) book.standing.set(keyOf(old), namespace);
  }
  for (const entry of rest) {
    const key = keyOf(entry);
    const left = book.left.get(key);
    book.left.delete(key);
    if (!entry.enabled && left !== undefined && (left.stood || isAnother(left.tag, entry.tag))) book.standing.set(key, namespace);
  }
  const there = new Set(entriesOf(after).map(({ key }) => key));
  for (const entry of gone) {
    if (there.has(entry.key)) continue;
    const key = keyOf(entry);
    const stood = book.standing.delete(key);
    book.left.delete(key);
    if (!entry.enabled) book.left.set(key, { at, tag: entry.tag, stood });
  }
}

/** By namespace, 0 for these where there are none. */
export function countOverridden({ standing }: Overridden, namespaces: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map([...namespaces].map((namespace) => [namespace, 0]));
  for (const namespace of standing.values()) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  return counts;
}

/** Namespaces that are gone take theirs with them. */
export function keepOverridden({ standing }: Overridden, namespaces: readonly string[]): void {
  for (const [key, namespace] of standing) if (!namespaces.includes(namespace)) standing.delete(key);
}

const hasDisabled = (text: string): boolean => text.includes('\thd\t') || text.includes('\tud\t');

const isAnother = (before: string, after: string): boolean => before !== after && before !== '' && after !== '';

/** The same life first. */
function indexOf(entries: readonly Entry[], { key, tag }: Entry): number {
  const same = entries.findIndex((entry) => entry.key === key && entry.tag === tag);
  return same >= 0 ? same : entries.findIndex((entry) => entry.key === key);
}

function forget({ left }: Overridden, from: number): void {
  for (const [key, { at }] of left) {
    if (at >= from) return;
    left.delete(key);
  }
}

/**
 * What the nodes show of one service, instance by instance: what they agree on, and how each of them differs from it.
 * Everything is a multiset: one address may stand in a list twice, from two clients or as ephemeral and persistent.
 */

import { entriesOf, textOfEntries, type Entry } from './canonical.ts';
import { standardRules, type Field, type Rules } from './rules.ts';

export interface View {
  readonly node: string;
  /** Canonical text. */
  readonly text: string;
  readonly votes: boolean;
}

export type { Field };

/** One way in which one node differs from what is agreed. */
export interface Difference {
  readonly node: string;
  readonly what: 'missing' | 'surplus' | 'conflict';
  /** `cluster|ip|port[|e|p]`. */
  readonly instance: string;
  /** Of a conflict. */
  readonly field?: Field;
  /** The agreed value and the node's; empty where there is none. */
  readonly agreed: string;
  readonly shown: string;
}

export interface Comparison {
  /** Canonical text of what is agreed. */
  readonly agreed: string;
  /** What one node alone holds, where its version replicates nothing: it exists once it is known to stay so. */
  readonly single: readonly Entry[];
  /** Some instance stands at an even split of the voters. */
  readonly tied: boolean;
  readonly differences: readonly Difference[];
}

export interface CompareOptions {
  /** What was agreed before: it stands at an even split, as long as one voter still shows it. */
  readonly earlier?: string;
  /** 3.0-3.1 replicate nothing ephemeral registered over `/v3/client`: such an instance that one voter alone holds is one that the others lack. */
  readonly singleHolders?: boolean;
  /** On 1.x, the node whose health is the truth. */
  readonly healthOwner?: string;
  readonly rules?: Rules;
}

export function compareService(views: readonly View[], options: CompareOptions = {}): Comparison {
  const rules = options.rules ?? standardRules;
  const voters = rules.votersOnly ? views.filter((view) => view.votes) : views;
  const [first] = voters;
  if (first !== undefined && views.every((view) => view.text === first.text)) return { agreed: first.text, single: [], tied: false, differences: [] };
  const lists = new Map(views.map((view) => [view.node, byKey(entriesOf(view.text), rules)]));
  const earlier = byKey(entriesOf(options.earlier ?? ''), rules);
  const agreed: Entry[] = [];
  const single: Entry[] = [];
  const differences: Difference[] = [];
  let tied = false;
  for (const key of [...new Set([...lists.values()].flatMap((list) => [...list.keys()]))].toSorted()) {
    const common = voters.length === 0 ? undefined : heldAlike(key, views, lists);
    if (common !== undefined) {
      agreed.push(common);
      continue;
    }
    const held = voters.map((voter) => lists.get(voter.node)!.get(key)?.length ?? 0).toSorted((a, b) => a - b);
    const held1 = options.singleHolders === true && !key.endsWith('|p') && isHeldSingly(held);
    const settled = held1 ? { count: held.at(-1)!, tied: false } : settle(held, earlier.get(key)?.length ?? 0, rules);
    if (settled.tied) tied = true;
    const entries = agreeOnFields(key, settled.count, voters, lists, options.healthOwner);
    (held1 ? single : agreed).push(...entries);
    for (const view of views) differences.push(...differ(view.node, key, entries, lists.get(view.node)!.get(key) ?? [], settled.tied ? held.at(-1)! : entries.length, rules));
  }
  return { agreed: textOfEntries(agreed), single, tied, differences };
}

/** The entry that every node holds once and in the same way: most of them, even where a service differs. */
function heldAlike(key: string, views: readonly View[], lists: ReadonlyMap<string, ReadonlyMap<string, readonly Entry[]>>): Entry | undefined {
  let common: Entry | undefined;
  for (const { node } of views) {
    const entries = lists.get(node)!.get(key);
    if (entries?.length !== 1) return undefined;
    const [entry] = entries;
    common ??= entry;
    if (!isSame(entry!, common!)) return undefined;
  }
  return common;
}

const isSame = (a: Entry, b: Entry): boolean =>
  a.healthy === b.healthy && a.enabled === b.enabled && a.weight === b.weight && a.metadata === b.metadata && a.tag === b.tag;

/** How many of an instance are agreed, of ascending numbers that the voters hold. */
function settle(held: readonly number[], earlier: number, rules: Rules): { readonly count: number; readonly tied: boolean } {
  if (held.length === 0) return { count: 0, tied: false };
  if (rules.quorum !== 'majority') return { count: rules.quorum === 'any' ? held.at(-1)! : held[0]!, tied: false };
  const middle = held.length >> 1;
  const shown = held[middle]!;
  if (held.length % 2 === 1) return { count: shown, tied: false };
  const sure = held[middle - 1]!;
  if (sure === shown) return { count: sure, tied: false };
  return { count: rules.tieKeepsEarlier ? Math.min(Math.max(earlier, sure), shown) : sure, tied: rules.tieAgainstUnion };
}

const isHeldSingly = (held: readonly number[]): boolean => held.length > 1 && held.at(-1)! > 0 && held.at(-2) === 0;

/** The agreed entries of a key: of each field the value that most voters show, on 1.x the owner's health. */
function agreeOnFields(
  key: string, count: number, voters: readonly View[], lists: ReadonlyMap<string, ReadonlyMap<string, readonly Entry[]>>, healthOwner: string | undefined,
): readonly Entry[] {
  return Array.from({ length: count }, (_, i): Entry => {
    const held = voters.flatMap((voter) => lists.get(voter.node)!.get(key)?.[i] ?? []);
    const owned = healthOwner === undefined ? undefined : lists.get(healthOwner)?.get(key)?.[i];
    return {
      key,
      healthy: owned?.healthy ?? commonest(held.map((entry) => String(entry.healthy))) === 'true',
      enabled: commonest(held.map((entry) => String(entry.enabled))) === 'true',
      weight: commonest(held.map((entry) => entry.weight)),
      metadata: commonest(held.map((entry) => entry.metadata)),
      tag: commonest(held.map((entry) => entry.tag)),
      shown: commonest(held.map((entry) => entry.shown)),
    };
  });
}

/** The value that occurs most; of several the least, so that it does not depend on the order of nodes. */
function commonest(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0] ?? '';
}

/** `expected`: how many the node should show. At an even split nobody can be called wrong: it is all that any voter holds. */
function differ(node: string, key: string, agreed: readonly Entry[], shown: readonly Entry[], expected: number, rules: Rules): readonly Difference[] {
  const found: Difference[] = [];
  if (rules.reportsMissing) for (let i = shown.length; i < expected; i++) found.push({ node, what: 'missing', instance: key, agreed: 'present', shown: '' });
  if (rules.reportsSurplus) for (let i = expected; i < shown.length; i++) found.push({ node, what: 'surplus', instance: key, agreed: '', shown: 'present' });
  for (let i = 0; i < Math.min(shown.length, agreed.length); i++) {
    for (const field of rules.fields) {
      const [right, actual] = [String(agreed[i]![field]), String(shown[i]![field])];
      if (right !== actual) found.push({ node, what: 'conflict', instance: key, field, agreed: right, shown: actual });
    }
  }
  return found;
}

function byKey(entries: readonly Entry[], rules: Rules): ReadonlyMap<string, readonly Entry[]> {
  const map = new Map<string, Entry[]>();
  for (const entry of rules.clustersApart ? entries : entries.map(withoutCluster)) {
    const list = map.get(entry.key);
    if (list === undefined) map.set(entry.key, [entry]);
    else if (rules.countsDuplicates) list.push(entry);
  }
  return map;
}

const withoutCluster = (entry: Entry): Entry => ({ ...entry, key: `DEFAULT${entry.key.slice(entry.key.indexOf('|'))}` });

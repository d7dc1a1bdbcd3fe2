/**
 * Judges the exporter's verdicts by witnesses: what every node's own lists showed, second by second. A difference is to be
 * confirmed once it has stood for as long as replication may take and not much later, and never otherwise.
 */

import { type Difference, differencesOf, isShown, nameOf, type NodeView } from './differences.ts';

export interface ContentsSight {
  /** When the look began, milliseconds. */
  readonly at: number;
  /** What each node showed; undefined where it did not answer. The same nodes in every sight. */
  readonly views: ReadonlyMap<string, NodeView | undefined>;
  /** What the exporter called confirmed at about that time. */
  readonly confirmed: readonly Difference[];
  /** Since the look before, members came to count or ceased to, or a raft group got another leader: what is under way takes longer. */
  readonly unsettled?: boolean;
}

/** Milliseconds. */
export interface Patience {
  /** What one node alone holds exists. */
  readonly singly: boolean;
  /** From the first sight of a difference to its confirmation, at the latest. */
  readonly latest: (difference: Difference) => number;
  /** What replication may take: nothing is confirmed before. */
  readonly earliest: (difference: Difference) => number;
  /** What is first seen until then after an unsettled look is measured from its end. */
  readonly settles: number;
  /** From the end of a difference to that of its verdict, at the latest. */
  readonly heals: number;
  /** What a look may be off, in either direction. */
  readonly margin: number;
}

export interface Fault {
  /** Seconds since the first sight. */
  readonly second: number;
  readonly difference: string;
}

/** Differences that stood for too long without being confirmed, each once. */
export function overdue(sights: readonly ContentsSight[], patience: Patience): readonly Fault[] {
  const since = new Map<string, number>();
  const faults = new Map<string, Fault>();
  const unsettled = sights.filter((sight) => sight.unsettled === true).map(({ at }) => at);
  for (const sight of sights) {
    const found = truthOf(sight, patience);
    if (found === undefined) continue;
    const standing = new Map(found.map((difference) => [standingName(difference), difference]));
    const confirmed = new Set(sight.confirmed.map(nameOf));
    for (const known of since.keys()) if (!standing.has(known)) since.delete(known);
    for (const [name, difference] of standing) {
      const begun = since.get(name) ?? sight.at;
      since.set(name, begun);
      const excuse = unsettled.findLast((at) => at <= begun + patience.settles) ?? -Infinity;
      const from = Math.max(begun, excuse + patience.settles);
      if (sight.at - from <= patience.latest(difference) || confirmed.has(nameOf(difference))) continue;
      faults.set(name, faults.get(name) ?? fault(sights, sight, difference));
    }
  }
  return [...faults.values()];
}

/** Confirmed, though within the time that a verdict may take to end, no sight of all nodes showed it; each once. */
export function unfounded(sights: readonly ContentsSight[], patience: Patience): readonly Fault[] {
  const faults = new Map<string, Fault>();
  for (const sight of sights) {
    const recent = sights.filter(({ at }) => at <= sight.at && at >= sight.at - patience.heals);
    for (const difference of sight.confirmed) {
      const complete = recent.filter((one) => completeViews(one) !== undefined);
      if (complete.length === 0 || complete.some((one) => isTrue(one, difference, patience))) continue;
      faults.set(nameOf(difference), faults.get(nameOf(difference)) ?? fault(sights, sight, difference));
    }
  }
  return [...faults.values()];
}

/** Confirmed before they had stood for as long as replication may take. */
export function hasty(sights: readonly ContentsSight[], patience: Patience): readonly Fault[] {
  const faults: Fault[] = [];
  let before = new Set<string>();
  for (const sight of sights) {
    for (const difference of sight.confirmed) {
      if (before.has(nameOf(difference))) continue;
      const from = sight.at - patience.earliest(difference) + patience.margin;
      const until = sight.at - patience.margin;
      const early = sights.filter((one) => one.at >= from && one.at <= until && completeViews(one) !== undefined);
      if (early.some((one) => !isTrue(one, difference, patience))) faults.push(fault(sights, sight, difference));
    }
    before = new Set(sight.confirmed.map(nameOf));
  }
  return faults;
}

/** How the nodes differed; undefined where not all of them answered. */
export function truthOf(sight: ContentsSight, { singly }: Pick<Patience, 'singly'>): readonly Difference[] | undefined {
  const views = completeViews(sight);
  return views === undefined ? undefined : differencesOf(views, singly);
}

export function completeViews({ views }: ContentsSight): ReadonlyMap<string, NodeView> | undefined {
  const complete = new Map<string, NodeView>();
  for (const [node, view] of views) if (view !== undefined) complete.set(node, view);
  return complete.size === views.size ? complete : undefined;
}

/** On 1.x health is what the responsible node says, so whoever shows other health than another may be named for it. */
function isTrue(sight: ContentsSight, difference: Difference, patience: Patience): boolean {
  const views = completeViews(sight);
  if (views === undefined) return false;
  if (difference.field === 'healthy') return isShown(difference, views);
  return differencesOf(views, patience.singly).some((found) => nameOf(found) === nameOf(difference));
}

/** With another value it is another difference. */
const standingName = (difference: Difference): string => `${nameOf(difference)} ${difference.shown}`;

function fault(sights: readonly ContentsSight[], sight: ContentsSight, difference: Difference): Fault {
  return { second: Math.round((sight.at - sights[0]!.at) / 1000), difference: nameOf(difference) };
}

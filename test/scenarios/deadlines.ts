/**
 * From when a difference may be confirmed, and by when it has to be. Semantics, section 3, as the corpus reads it:
 *
 * - The delay of its kind begins with the difference: before that is over, a verdict is a false alarm.
 * - A difference is suspected when first seen, so the bound counts from the first poll at which it can be read. From there
 *   it is max(2 polls, delay + 5 s), for all kinds alike.
 * - Where the delay is no longer than a poll (instances, services, health on 2.x and 3.x) two polls are enough even from the
 *   moment at which the difference began, and that is the bound.
 * - A change of ownership up to 30 s after first sight adds its 30 s, 90 s for health on 1.x. It is known to whoever
 *   polls ten seconds later at most: a node is down at its second failed check.
 * - Of health on 1.x the poller's own start counts as such a change: a node may have started just before.
 * - While the service changes on the node that differs, the clock may begin anew for up to 30 s (docs/decisions/0007).
 * - Nothing is due of a node that fills for ten minutes; a node that is complete begins like any other.
 * - What nodes of 2.x and later still hold and others have dropped may belong to a client of a node that went: that is
 *   confirmed 190 s after it went, or after the holder started (docs/decisions/0010). Where the store still has it, it is
 *   none of that; the nodes alone cannot tell, so it may be confirmed as usual and has to be when those 190 s are over.
 */

import type { Going, Standings } from './standing.ts';

export interface Facts {
  readonly kind: 'service' | 'instance' | 'health' | 'attributes';
  readonly what: 'missing' | 'surplus' | 'conflict';
  readonly persistent: boolean;
  /** Nodes hold it more or less often. */
  readonly duplicate: boolean;
  /** More of it than the store has: what should have been dropped. */
  readonly outlived: boolean;
  /** Nodes with more of it than others. */
  readonly holders: readonly number[];
  /** When it was registered. */
  readonly registeredAt: number;
}

export interface Lasting extends Facts {
  /** It was not there at `begin`, and it was at `foundAt`. */
  readonly begin: number;
  readonly foundAt: number;
  /** The first poll at which it was there. */
  readableAt: number | undefined;
  stirred: boolean;
  /** When the node that differs was complete, if it filled at the beginning. */
  readonly filling: { readonly startedAt: number; completeAt: number | undefined } | undefined;
}

export interface Surroundings {
  readonly versions: readonly string[];
  readonly pollMs: number;
  readonly everyMs: number;
  readonly standings: Standings;
  /** When polling began. */
  readonly watchedSince: number;
}

const second = 1000;
const joinMs = 600 * second;
const lingersMs = 190 * second;
/** Until a poller knows that a node went. */
const noticeMs = 10 * second;
const stirredMs = 30 * second;

const is1x = (version: string): boolean => version.startsWith('1');

export function delayOf({ kind, persistent, duplicate }: Facts, versions: readonly string[]): number {
  if (kind === 'attributes' || persistent) return 30 * second;
  if (duplicate && !versions.every(is1x)) return lingersMs;
  if (kind === 'health') return (versions.some(is1x) ? 30 : 15) * second;
  return (versions.every((version) => /^2\.(0\.|1\.[01]$)/.test(version)) ? 10 : 15) * second;
}

export function allowedFrom(of: Lasting, around: Surroundings): number {
  const { versions, standings } = around;
  const moved = Math.max(-Infinity, ...movesFor(of, around).filter((at) => at <= of.foundAt));
  const usual = Math.max(of.begin, moved + unrestOf(of, versions)) + delayOf(of, versions);
  const lingers = of.outlived ? lingering(of, versions, standings) : -Infinity;
  const { filling } = of;
  const complete = filling === undefined ? -Infinity : Math.min(filling.startedAt + joinMs, filling.completeAt ?? Infinity);
  return Math.max(usual, lingers, complete);
}

/** Infinity while no poll can have shown it. */
export function deadlineOf(of: Lasting, around: Surroundings): number {
  const { versions, pollMs, everyMs, standings } = around;
  if (of.readableAt === undefined) return Infinity;
  const delay = delayOf(of, versions);
  const bound = Math.max(2 * pollMs, delay + 5 * second);
  let from = delay <= pollMs ? of.foundAt : of.readableAt;
  for (const moved of movesFor(of, around)) {
    if (moved <= of.readableAt + 30 * second) from = Math.max(from, moved + noticeMs + unrestOf(of, versions));
  }
  if (of.filling !== undefined) {
    const over = of.filling.startedAt + joinMs + pollMs;
    from = Math.max(from, of.filling.completeAt === undefined ? over : Math.min(over, of.filling.completeAt + 20 * second));
  }
  const lingers = lingering(of, versions, standings) + noticeMs + 5 * second;
  return Math.max(from + bound + (of.stirred ? stirredMs : 0), lingers) + everyMs;
}

const isHealthOf1x = ({ kind }: Facts, versions: readonly string[]): boolean => kind === 'health' && versions.some(is1x);

const unrestOf = (of: Facts, versions: readonly string[]): number => (isHealthOf1x(of, versions) ? 90 : 30) * second;

const movesFor = (of: Facts, { versions, standings, watchedSince }: Surroundings): readonly number[] =>
  (isHealthOf1x(of, versions) ? [watchedSince, ...standings.moves] : standings.moves);

/** Until when it may be what was registered through a node that went. */
function lingering(of: Lasting, versions: readonly string[], { goings, nodes }: Standings): number {
  if (of.what === 'conflict' || of.persistent || versions.every(is1x)) return -Infinity;
  const until = ({ at }: Going): number => Math.min(...of.holders.map((i) => {
    const started = nodes[i]!.startedAt ?? -Infinity;
    return (started >= at && started <= at + lingersMs ? started : at) + lingersMs;
  }));
  return Math.max(-Infinity, ...goings.filter((going) => of.registeredAt <= going.at && going.at <= of.foundAt && of.foundAt <= until(going)).map(until));
}

/**
 * From a difference seen to a difference confirmed, and back. Each difference has a clock of its own: seen the same way
 * at every read for as long as its version and kind need, it is confirmed; seen otherwise, the clock starts anew; gone
 * at two reads in a row, it is healed. A confirmed difference that comes back within two minutes keeps its beginning.
 */

import type { Comparison, Difference } from './compare.ts';
import type { Kind } from './patience.ts';
import { standardRules, type Rules } from './rules.ts';

/** One difference under observation. */
export interface Case {
  readonly difference: Difference;
  readonly kind: Kind;
  /** First seen, milliseconds since the epoch. */
  readonly since: number;
  /** Since when it is seen the same way, with nothing that could excuse it. */
  readonly clockAt: number;
  /** From then on a read that still shows it confirms it. */
  readonly dueAt: number;
  /** When it is to be read again, if need be by itself; undefined once it is confirmed or gone. */
  readonly lookAt?: number;
  /** What was registered when it was first seen: registered anew or changed, it is another difference. */
  readonly registration: string;
  /** When it was first seen, all nodes had held what some of them lack. */
  readonly held: boolean;
  /** Reads in a row that showed it, each well after the one before. */
  readonly looks: number;
  readonly lookedAt: number;
  /** The service was in motion since it was first seen. */
  readonly stirred: boolean;
  readonly confirmedAt?: number;
  /** Reads in a row that did not show it. */
  readonly agreeing: number;
  readonly lastSeen: number;
  readonly cause?: 'not_replicated';
}

/** Of one service: cases by their signature. */
export type Cases = ReadonlyMap<string, Case>;

export interface Reading {
  /** When all nodes had been read. */
  readonly at: number;
  readonly comparison: Comparison;
  readonly kindOf: (difference: Difference) => Kind;
  /** `held`: as in the case. */
  readonly patienceOf: (difference: Difference, since: number, held: boolean) => number;
  /** A read of the service alone would tell how long it has to last. */
  readonly asks: (difference: Difference) => boolean;
  /** All nodes held it before: some have dropped it since. */
  readonly wasHeld: (difference: Difference) => boolean;
  /** Nothing is confirmed of a node that is still joining. */
  readonly mayConfirm: (node: string) => boolean;
  readonly causeOf: (difference: Difference) => Case['cause'];
  /** The registration that a difference is about, with all that a client may change in it. */
  readonly registrationOf: (difference: Difference) => string;
  /** The service has changed since the last read, on this node too: what is seen may be a new change under way. */
  readonly stirred: (node: string) => boolean;
  /** Nodes that are there and could not be read this time: what they showed stands. */
  readonly unread: ReadonlySet<string>;
}

/** Lag is over by then, so that what is seen again is no new change of the same instance. */
const lookAgainMs = 5_000;
/** Seen this often in a row, it is the same difference, however much else changes. */
const looksAmidChange = 6;

const signatureOf = (difference: Difference, rules: Rules = standardRules): string =>
  [difference.node, difference.what, difference.instance, difference.field ?? '', ...(rules.sameValues ? [difference.agreed, difference.shown] : [])].join('\t');

export function judge(before: Cases, reading: Reading, rules: Rules = standardRules): Cases {
  const { at, comparison } = reading;
  const next = new Map<string, Case>();
  const counted = new Map<string, number>();
  for (const difference of comparison.differences) {
    const plain = signatureOf(difference, rules);
    const nth = (counted.get(plain) ?? 0) + 1;
    counted.set(plain, nth);
    const signature = nth === 1 ? plain : `${plain}\t${nth}`;
    const earlier = before.get(signature);
    const registration = reading.registrationOf(difference);
    const runs = earlier !== undefined && earlier.agreeing === 0 && (earlier.registration === registration || !rules.sameRegistration);
    const looks = !runs ? 1 : at - earlier.lookedAt >= lookAgainMs - 500 ? earlier.looks + 1 : earlier.looks;
    const stirred = runs && rules.restartsAmidChange && looks < looksAmidChange && (reading.stirred(difference.node) || earlier.stirred);
    const since = earlier?.since ?? at;
    const kind = reading.kindOf(difference);
    const clockAt = runs && !(stirred && reading.stirred(difference.node)) ? earlier.clockAt : at;
    const held = earlier?.held ?? reading.wasHeld(difference);
    // Worked out anew at each read: ownership may have moved since.
    const dueAt = clockAt + reading.patienceOf(difference, clockAt, held);
    const due = runs && at >= dueAt;
    const confirmedAt = earlier?.confirmedAt ?? (due && reading.mayConfirm(difference.node) ? at : undefined);
    const cause = reading.causeOf(difference);
    const again = runs && earlier.lookAt !== undefined && earlier.lookAt > at ? earlier.lookAt : at + lookAgainMs;
    const settled = (runs && !stirred && !reading.asks(difference)) || !rules.looksBetween;
    const lookAt = confirmedAt !== undefined ? undefined : due ? at + lookAgainMs : settled ? dueAt : Math.min(stirred ? at + lookAgainMs : again, dueAt);
    next.set(signature, {
      difference, kind, since, dueAt, agreeing: 0, lastSeen: at, clockAt, registration, held, looks, stirred, lookedAt: looks === earlier?.looks ? earlier.lookedAt : at, ...(lookAt === undefined ? {} : { lookAt }),
      ...(confirmedAt === undefined ? {} : { confirmedAt }), ...(cause === undefined ? {} : { cause }),
    });
  }
  for (const [signature, earlier] of before) {
    if (next.has(signature) || at - earlier.lastSeen > rules.remembersMs) continue;
    const kept = rules.keepsUnread && reading.unread.has(earlier.difference.node);
    // What was never confirmed was replication on its way: seen again, it begins anew.
    if (!kept && isSuspected(earlier)) continue;
    next.set(signature, kept ? earlier : withoutSight(earlier, rules));
  }
  return next;
}

/** One more read that does not show it: a suspicion ends at once, a confirmed difference at the second. */
function withoutSight(earlier: Case, { readsUntilHealed }: Rules): Case {
  const agreeing = earlier.agreeing + 1;
  const { confirmedAt, lookAt: _, ...rest } = earlier;
  return confirmedAt !== undefined && agreeing < readsUntilHealed ? { ...earlier, agreeing } : { ...rest, agreeing };
}

export const isConfirmed = (one: Case): boolean => one.confirmedAt !== undefined;
export const isSuspected = (one: Case): boolean => one.confirmedAt === undefined && one.agreeing === 0;

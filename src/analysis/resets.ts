/**
 * Counters that a server sets back, at midnight or with a new process, made into counts that never fall. What was counted
 * between the last reading before a reset and that reset is lost; nothing is ever counted that the server did not count.
 */

import type { Actuator } from '../model.ts';

/** A counter as it is followed. */
export interface Followed {
  /** Counted since the first reading. */
  readonly counted: number;
  /** What the next reading is compared with: the most that was read since the last reset. */
  readonly mark: number;
}

/** Undefined readings leave all as it was; the first one counts nothing. */
export function follow(before: Followed | undefined, now: number | undefined, wasReset: boolean): Followed | undefined {
  if (now === undefined) return before;
  if (before === undefined) return { counted: 0, mark: now };
  // Set back since: what stands there now has been counted after that.
  if (wasReset) return { counted: before.counted + now, mark: now };
  return { counted: before.counted + Math.max(0, now - before.mark), mark: Math.max(before.mark, now) };
}

/** The JVM tells its start to the millisecond, the text to a few digits less. */
const sameStartMs = 1000;

/** Another process answers than before, as far as both told when they started. */
export function restarted(before: Pick<Actuator, 'startedAt'>, now: Pick<Actuator, 'startedAt'>): boolean {
  return before.startedAt !== undefined && now.startedAt !== undefined && Math.abs(now.startedAt - before.startedAt) > sameStartMs;
}

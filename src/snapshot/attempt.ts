/** One attempt at one stage of one node, and how it changes what is known: one failure keeps the last value, the second drops it. */

import type { Outcome, Reading, Stage, StageValues } from '../model.ts';

export interface Attempt<T> {
  readonly outcome: Outcome;
  /** When the attempt ended. */
  readonly at: number;
  readonly durationMs: number;
  /** May stand beside a failure: what could be read of it (the namespaces that were not torn). */
  readonly value?: T;
}

export type Attempts = { readonly [S in Stage]?: Attempt<StageValues[S]> };

/** A value outlives one failed attempt, not two. */
const failuresUntilDropped = 2;

export function merge<T>(before: Reading<T> | undefined, attempt: Attempt<T>): Reading<T> {
  const { outcome, at, durationMs } = attempt;
  switch (outcome.status) {
    case 'unsupported':
      return { outcome, at, durationMs, failures: 0 };
    case 'skipped':
      return { ...kept(before), outcome, at: before?.at ?? at, durationMs: before?.durationMs ?? 0, failures: before?.failures ?? 0 };
    case 'ok':
      return { outcome, at, durationMs, failures: 0, ...(attempt.value === undefined ? {} : { value: attempt.value, valueAt: at }) };
    case 'failed': {
      const failures = (before?.failures ?? 0) + 1;
      if (attempt.value !== undefined) return { outcome, at, durationMs, failures, value: attempt.value, valueAt: at };
      return { ...(failures < failuresUntilDropped ? kept(before) : {}), outcome, at, durationMs, failures };
    }
  }
}

function kept<T>(before: Reading<T> | undefined): { value?: T; valueAt?: number } {
  return before?.value === undefined || before.valueAt === undefined ? {} : { value: before.value, valueAt: before.valueAt };
}

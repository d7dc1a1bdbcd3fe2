/** What was observed since a gate began, and how long something has lasted in it. */

import type { Observation } from './observation.ts';

export interface History {
  /** When the gate began. */
  readonly startedAt: number;
  /** Oldest first, at least one. */
  readonly observations: readonly Observation[];
}

/** No gate looks further back, milliseconds. */
const keptMs = 900_000;

/** All registrations are looked at in the last observation alone, and too large to be kept. */
export function append({ startedAt, observations }: History, next: Observation): History {
  const kept = observations.filter(({ at }) => next.at - at <= keptMs).map((observation) => {
    const { present, ...rest } = observation;
    return present === undefined ? observation : rest;
  });
  return { startedAt, observations: [...kept, next] };
}

export const latest = ({ observations }: History): Observation => observations.at(-1)!;

/** The observations of the last unbroken run in which it held, oldest first; none where it does not hold now. */
export function runOf({ observations }: History, holds: (observation: Observation) => boolean): readonly Observation[] {
  const broken = observations.findLastIndex((observation) => !holds(observation));
  return observations.slice(broken + 1);
}

/** Since when it has held without a break; undefined where it does not hold now. */
export function heldSince(history: History, holds: (observation: Observation) => boolean): number | undefined {
  return runOf(history, holds)[0]?.at;
}

/** The observation made so long ago, or the first after that. */
export function asOf({ observations }: History, ago: number): Observation {
  const now = observations.at(-1)!.at;
  return observations.find(({ at }) => now - at <= ago)!;
}

/** The whole of so long was observed. */
export const spans = ({ observations }: History, ms: number): boolean => observations.at(-1)!.at - observations[0]!.at >= ms;

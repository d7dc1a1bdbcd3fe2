/** When nodes of the cluster went away: what was registered through them lingers on the others for minutes. */

import type { Life } from './life.ts';

/** Times at which a node went, oldest first. */
export type Departures = readonly number[];

/** Twice the time that a client needs to expire: nodes that start meanwhile begin to count anew. */
const rememberedMs = 380_000;

/** A node went that is down now, or that started anew between two checks. A name that is no longer there may go on under another. */
export function trackDepartures(before: Departures, was: ReadonlyMap<string, Life>, is: ReadonlyMap<string, Life>, now: number): Departures {
  const went = [...is].some(([node, life]) => {
    const earlier = was.get(node);
    return earlier?.up === true && (!life.up || life.startedAt !== earlier.startedAt);
  });
  const recent = before.length > 0 && now - before[0]! > rememberedMs ? before.filter((at) => now - at <= rememberedMs) : before;
  return went ? [...recent, now] : recent;
}

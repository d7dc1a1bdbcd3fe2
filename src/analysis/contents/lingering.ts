/**
 * What clients had registered over gRPC through a node that is gone (2.x and later): the other nodes hold it until the
 * client expires, 180 s after they last heard of it, and a node that started meanwhile has learned it from them and holds
 * it for 180 s from then. Nodes so drop it at different times, or have heard a last word that others have not.
 */

import type { Departures } from '../departures.ts';

export interface Goings {
  readonly departures: Departures;
  /** Node to when it last started, where that was seen. */
  readonly startedAt: ReadonlyMap<string, number>;
}

/** Expiry, and the rounds of the cleaner. */
const lingersMs = 190_000;

/**
 * Until when a difference seen since `since`, in what these nodes hold and others do not, may be such a thing; undefined
 * where it cannot. Once one of the holders should have dropped it, it is none.
 */
export function lingersUntil(holders: readonly string[], since: number, { departures, startedAt }: Goings): number | undefined {
  let latest: number | undefined;
  for (const went of departures) {
    if (went > since) continue;
    const until = Math.min(...holders.map((holder) => {
      const started = startedAt.get(holder);
      return (started !== undefined && started >= went && started <= went + lingersMs ? started : went) + lingersMs;
    }));
    if (since <= until) latest = Math.max(latest ?? 0, until);
  }
  return latest;
}

/** What is seen for the first time so soon after a node went may have been registered through it just before. */
const justBeforeMs = 30_000;

export const isSoonAfter = (since: number, departures: Departures): boolean => departures.some((went) => since >= went && since - went <= justBeforeMs);

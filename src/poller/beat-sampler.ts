/**
 * Beats of those that one node is responsible for, looked at in turn: each poll takes a slice, so that a registry of any
 * size costs the same. What was looked at is kept for a minute and then forgotten.
 */

import type { Beat, Beats, Catalogs, Member } from '../model.ts';
import type { Call, Dialect } from '../nacos/dialects/dialect.ts';
import { createClientBeats } from './client-beats.ts';
import { createInstanceBeats } from './instance-beats.ts';

/** What a slice is read with. */
export interface BeatAsking {
  readonly dialect: Dialect;
  /** With the server's clock at its answer, milliseconds since the epoch; ours where it told none. */
  timed<T>(call: Call<T>): Promise<Timed<T>>;
  /** The node's own counts and members, as last read. */
  readonly catalogs: Catalogs;
  readonly members: readonly Member[];
  /** The node's own; undefined while it is not known. */
  readonly address: string | undefined;
  readonly allows: (namespace: string) => boolean;
  /** Clusters of a service that is known to have any. */
  readonly clustersOf: (namespace: string, group: string, name: string) => readonly string[];
}

export interface Timed<T> {
  readonly value: T;
  readonly serverNow: number;
}

/** One slice of a rotation. */
export interface Slice extends BeatAsking {
  /** Before each request: false once the slice is used up. */
  readonly mayAsk: () => boolean;
  readonly now: () => number;
  /** What was looked at before that is forgotten. */
  readonly since: number;
}

/** Remembers where it stands and what it has seen. Throws NacosError; the next slice goes on behind what failed. */
export interface BeatRotation {
  read(slice: Slice): Promise<readonly Beat[]>;
}

export interface BeatSampler {
  /** Asked only where the dialect has a source. */
  read(asking: BeatAsking): Promise<Beats>;
}

/** Requests a minute of one node, and of one poll. */
const requestsPerMinute = 200;
const requestsPerSlice = 50;
/** Of the time from poll to poll: what a slice may take, since the rest of the poll is told with it. */
const sliceShare = 0.1;
const rememberedMs = 60_000;

/** `interval`: from poll to poll, milliseconds. `share`: 0 to 1, the part of the requests that this node gets now. */
export function createBeatSampler(interval: number, now: () => number, share: () => number = () => 1): BeatSampler {
  const rotations = { instance: createInstanceBeats(), client: createClientBeats() };
  let allowance = requestsPerSlice;
  let filledAt = now();

  return {
    async read(asking) {
      const startedAt = now();
      const part = share();
      allowance = Math.min(Math.max(1, requestsPerSlice * part), allowance + (Math.max(0, startedAt - filledAt) * requestsPerMinute * part) / 60_000);
      filledAt = startedAt;
      const { source } = asking.dialect.beats!;
      const sampled = await rotations[source].read({
        ...asking, now, since: startedAt - Math.max(rememberedMs, 2 * interval),
        mayAsk() {
          if (allowance < 1 || now() - startedAt > interval * sliceShare) return false;
          allowance--;
          return true;
        },
      });
      return { source, sampled };
    },
  };
}

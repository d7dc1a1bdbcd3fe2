/** What a poller publishes: the finished series of one cluster, and when they stop being true. */

import type { RenderedFamily } from './exposition.ts';

export interface ClusterText {
  readonly cluster: string;
  /** Family name to its lines. */
  readonly families: ReadonlyMap<string, RenderedFamily>;
  /** Changes with every publication. */
  readonly version: number;
  /** Milliseconds since the epoch; from then on `stale()` is served instead, however the poller fares. */
  readonly staleAt: number;
  /** What is still true once the poller hangs; without it nothing of this cluster is served then. */
  stale?(): ReadonlyMap<string, RenderedFamily>;
  /** Family name to the number of series that a limit left out; a limited family that lost none is there with 0. */
  readonly dropped: ReadonlyMap<string, number>;
}

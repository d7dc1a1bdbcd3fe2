/** Judgements about one node at one moment: is it up, is it ready, may it vote, and if not, why. */

import type { Catalogs, NodeSnapshot, Reading } from '../model.ts';

/** What the judgements need to know of the schedule, milliseconds. */
export interface Timing {
  readonly livenessInterval: number;
  readonly timeout: number;
  readonly interval: number;
}

/** The second consecutive failed check takes a node down; one is a hiccup. */
const failedChecksUntilDown = 2;

/** How old a reading may be before it stops speaking for the node, should the poller hang. */
export function staleAfter(interval: number, timing: Timing): number {
  return 3 * interval + timing.timeout;
}

export function isFresh(reading: Reading<unknown> | undefined, now: number, interval: number, timing: Timing): boolean {
  return reading?.valueAt !== undefined && now - reading.valueAt <= staleAfter(interval, timing);
}

/** Any HTTP answer in time is life; undefined before the first check ended. */
export function isUp(node: NodeSnapshot, now: number, timing: Timing): boolean | undefined {
  const liveness = node.stages.liveness;
  if (liveness === undefined) return undefined;
  if (liveness.value === undefined) return false;
  return liveness.failures < failedChecksUntilDown && isFresh(liveness, now, timing.livenessInterval, timing);
}

/** False on a readiness that says no, a 503 from the naming API (status not UP), or a status DOWN; undefined where nothing tells. */
export function isReady(node: NodeSnapshot): boolean | undefined {
  const { liveness, readiness, switches, metrics, counts } = node.stages;
  for (const reading of [liveness, switches, metrics, counts]) {
    if (reading?.outcome.status === 'failed' && reading.outcome.httpStatus === 503) return false;
  }
  if (liveness?.value?.httpStatus === 503 || metrics?.value?.status === 'DOWN') return false;
  if (readiness?.value !== undefined) return readiness.value.ready;
  return metrics?.value?.status === 'UP' ? true : undefined;
}

/** The node's catalogs while they may speak for it. */
export function freshCatalogs(node: NodeSnapshot, now: number, countsInterval: number, timing: Timing): Catalogs | undefined {
  const counts = node.stages.counts;
  return counts?.value !== undefined && isFresh(counts, now, countsInterval, timing) ? counts.value : undefined;
}

/** A node whose catalog cannot move: 2.x and later serve counts from a cache that only a push refreshes. */
export function isPushFrozen(node: NodeSnapshot, spares1x = true): boolean {
  return node.api !== undefined && (node.api !== 'v1' || !spares1x) && node.stages.switches?.value?.enabled['pushEnabled'] === false;
}

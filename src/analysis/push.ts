/**
 * A node's push counters as counters that never fall: the server sets them back at midnight and with each start. They are
 * the witness of what no poll saw: every change that reached subscribers is in them, however short it was.
 */

import type { ClusterSnapshot, PushTotals } from '../model.ts';
import { median } from './median.ts';

export interface PushHistory {
  /** Since the exporter first read the node. */
  readonly total: number;
  readonly failed: number;
  /** The server's own counters and when they were read. */
  readonly last: PushTotals & { readonly at: number };
  /** Pushes a second between two readings, of the last ten minutes. */
  readonly rates: readonly { readonly at: number; readonly perSecond: number }[];
  /** At the last reading far more was pushed than usual. */
  readonly bursting: boolean;
}

const windowMs = 600_000;
/** So many times the usual rate is a burst. */
const burstFactor = 5;
/** Fewer pushes than this between two readings are no burst, whatever is usual: a service or two that changed. */
const quietPushes = 20;
/** Readings after which it is known what is usual. */
const readingsUntilUsual = 4;

/** Nodes that are gone from the snapshot lose their history. */
export function trackPushes(before: ReadonlyMap<string, PushHistory>, next: ClusterSnapshot): ReadonlyMap<string, PushHistory> {
  const histories = new Map<string, PushHistory>();
  for (const { node, stages: { push } } of next.nodes) {
    const earlier = before.get(node);
    if (push?.value === undefined || push.valueAt === undefined || push.valueAt === earlier?.last.at) {
      if (earlier !== undefined) histories.set(node, earlier.bursting ? { ...earlier, bursting: false } : earlier);
    } else {
      histories.set(node, step(earlier, { ...push.value, at: push.valueAt }));
    }
  }
  return histories;
}

function step(earlier: PushHistory | undefined, last: PushHistory['last']): PushHistory {
  if (earlier === undefined) return { total: 0, failed: 0, last, rates: [], bursting: false };
  // Set back since: what is counted now has been pushed after that.
  const wasReset = last.total < earlier.last.total;
  const pushed = wasReset ? last.total : last.total - earlier.last.total;
  const failed = wasReset || last.failed < earlier.last.failed ? last.failed : last.failed - earlier.last.failed;
  const perSecond = (pushed * 1000) / Math.max(1, last.at - earlier.last.at);
  const recent = earlier.rates.filter(({ at }) => last.at - at <= windowMs);
  const usual = recent.length < readingsUntilUsual ? undefined : median(recent.map((rate) => rate.perSecond));
  return {
    total: earlier.total + pushed, failed: earlier.failed + failed, last, rates: [...recent, { at: last.at, perSecond }],
    bursting: usual !== undefined && pushed >= quietPushes && perSecond > burstFactor * usual,
  };
}

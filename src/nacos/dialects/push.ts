/**
 * `operator/push/state`: pushes since midnight or since the node started, whichever is later. Reads with `reset` would clear
 * them. `detail` is for 2.x: 1.x answers it with the packets themselves.
 */

import type { PushTotals } from '../../model.ts';
import { bare, call } from './envelopes.ts';
import { fieldsAt, isCount, refuse, type Fields } from './fields.ts';

export const pushState = call('push_state', '/v1/ns/operator/push/state', bare, pushTotals);

/** 2.0-2.5. */
export const pushStateWithCost = call('push_state', '/v1/ns/operator/push/state?detail=true', bare, (payload, at): PushTotals => {
  const detail = fieldsAt(payload, at)['detail'];
  return { ...pushTotals(payload, at), ...(detail === undefined || detail === null ? {} : costIn(fieldsAt(detail, `${at}.detail`))) };
});

/** `{"succeed":9,"total":10,"ratio":0.9,"reset":false}` in every version; 1.x counts pushes that wait for their answer as failed. */
export function pushTotals(payload: unknown, at: string): PushTotals {
  const { succeed, total } = fieldsAt(payload, at);
  if (!isCount(total)) throw refuse(`${at}.total`, 'a count', total);
  if (typeof succeed !== 'number') throw refuse(`${at}.succeed`, 'a number', succeed);
  // Two counters read one after the other: what succeeded in between is no failure taken back.
  return { total, failed: Math.max(0, Math.min(total, total - succeed)) };
}

/** `{"avgPushCost":12,"maxPushCost":40}`, milliseconds. */
function costIn({ avgPushCost, maxPushCost }: Fields): Pick<PushTotals, 'cost'> {
  return { cost: pushCost(avgPushCost, maxPushCost) };
}

/** -1 where nothing was pushed since the server last set them back, at most five minutes ago. */
export function pushCost(avg: unknown, max: unknown): NonNullable<PushTotals['cost']> {
  return { ...(isCost(avg) ? { avg } : {}), ...(isCost(max) ? { max } : {}) };
}

function isCost(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}

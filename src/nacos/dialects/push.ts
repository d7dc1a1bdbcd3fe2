/** `operator/push/state`: pushes since midnight or since the node started, whichever is later. Reads with `reset` would clear them. */

import type { PushTotals } from '../../model.ts';
import { fieldsAt, isCount, refuse } from './fields.ts';

/** `{"succeed":9,"total":10,"ratio":0.9,"reset":false}` in every version; 1.x counts pushes that wait for their answer as failed. */
export function pushTotals(payload: unknown, at: string): PushTotals {
  const { succeed, total } = fieldsAt(payload, at);
  if (!isCount(total)) throw refuse(`${at}.total`, 'a count', total);
  if (typeof succeed !== 'number') throw refuse(`${at}.succeed`, 'a number', succeed);
  // Two counters read one after the other: what succeeded in between is no failure taken back.
  return { total, failed: Math.max(0, Math.min(total, total - succeed)) };
}

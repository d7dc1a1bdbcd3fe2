/** What an attempt does to what is known: one failure keeps the value, the second drops it. */

import { describe, expect, it } from 'vitest';
import type { Reading } from '../../src/model.ts';
import { merge, type Attempt } from '../../src/snapshot/attempt.ts';

const good = (value: number, at: number): Attempt<number> => ({ outcome: { status: 'ok' }, at, durationMs: 3, value });
const bad = (at: number, value?: number): Attempt<number> => ({
  outcome: { status: 'failed', reason: 'timeout', detail: 'no answer' }, at, durationMs: 9, ...(value === undefined ? {} : { value }),
});
const skipped = (at: number): Attempt<number> => ({ outcome: { status: 'skipped' }, at, durationMs: 0 });
const unsupported = (at: number): Attempt<number> => ({ outcome: { status: 'unsupported' }, at, durationMs: 0 });

function after(...attempts: readonly Attempt<number>[]): Reading<number> {
  let reading: Reading<number> | undefined;
  for (const attempt of attempts) reading = merge(reading, attempt);
  return reading!;
}

describe('a reading after', () => {
  it('a success', () => {
    expect(after(good(7, 100))).toEqual({ outcome: { status: 'ok' }, at: 100, durationMs: 3, failures: 0, value: 7, valueAt: 100 });
  });

  it('one failure: the value and its age stay', () => {
    expect(after(good(7, 100), bad(200))).toMatchObject({ outcome: { status: 'failed' }, at: 200, failures: 1, value: 7, valueAt: 100 });
  });

  it('two failures: nothing is left of it', () => {
    const reading = after(good(7, 100), bad(200), bad(300));
    expect(reading).toMatchObject({ failures: 2, at: 300 });
    expect('value' in reading || 'valueAt' in reading).toBe(false);
  });

  it('a failure, a success, a failure: the newer value stays', () => {
    expect(after(good(7, 100), bad(200), good(8, 300), bad(400))).toMatchObject({ failures: 1, value: 8, valueAt: 300 });
  });

  it('a failure that brought a part: the part counts, however often', () => {
    expect(after(good(7, 100), bad(200, 5), bad(300, 6))).toMatchObject({ failures: 2, value: 6, valueAt: 300 });
  });

  it('a failure at first', () => {
    const reading = after(bad(100));
    expect(reading.failures).toBe(1);
    expect('value' in reading).toBe(false);
  });

  it('being skipped: as it was, and not counted', () => {
    expect(after(good(7, 100), bad(200), skipped(300))).toMatchObject({ outcome: { status: 'skipped' }, at: 200, durationMs: 9, failures: 1, value: 7, valueAt: 100 });
  });

  it('becoming unsupported: nothing is left of it', () => {
    expect(after(good(7, 100), bad(200), unsupported(300))).toEqual({ outcome: { status: 'unsupported' }, at: 300, durationMs: 0, failures: 0 });
  });
});

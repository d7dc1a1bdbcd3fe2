/**
 * How a histogram family emits. Its declared labels leave `le` out; `emitHistogram` sends every line of one histogram
 * through the family's own `emit`, with the line's part as one more label that only the renderer knows of.
 */

import type { Emit } from './family.ts';
import { leText } from './text.ts';

/** One histogram of one label set. */
export interface HistogramValue {
  /** Upper bounds, ascending, without infinity. */
  readonly bounds: readonly number[];
  /** Observations per bucket, not cumulative; one more than `bounds`, the last for what lies above them all. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** The part of a line: `sum`, `count`, or a bucket's `le` (which starts with a digit or a sign). */
export const sumPart = 'sum';
export const countPart = 'count';

type EmitPart = (value: number, ...labelsAndPart: readonly string[]) => void;

/** To be called from `rows` of a family of type histogram, once for each label set. */
export function emitHistogram<L extends readonly string[]>(
  emit: Emit<L>,
  histogram: HistogramValue,
  ...labels: { readonly [K in keyof L]: string }
): void {
  const { bounds, counts, sum } = histogram;
  if (counts.length !== bounds.length + 1) throw new Error(`Expected ${bounds.length + 1} bucket counts, got ${counts.length}`);
  // Emit<L> is open at its end for the renderer alone: families see only their own labels.
  const emitPart = emit as unknown as EmitPart;
  let total = 0;
  for (const [at, count] of counts.entries()) {
    total += count;
    emitPart(total, ...labels, leText(bounds[at] ?? Infinity));
  }
  emitPart(sum, ...labels, sumPart);
  emitPart(total, ...labels, countPart);
}

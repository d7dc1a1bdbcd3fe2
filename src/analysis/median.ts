/** The middle value; of an even number the upper one of the two. */

export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** The items with the least values, least first: of very many, most are left out before the rest is put in order. */

export function foremost<T>(items: readonly T[], most: number, valueOf: (item: T) => number): readonly T[] {
  const last = Float64Array.from(items, valueOf).toSorted()[Math.min(most, items.length) - 1];
  if (last === undefined) return [];
  return items.filter((item) => valueOf(item) <= last).toSorted((a, b) => valueOf(a) - valueOf(b)).slice(0, most);
}

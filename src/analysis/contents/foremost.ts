/** The items with the least values, least first: of very many, most are left out before the rest is put in order. */

export function foremost<T>(items: Iterable<T>, most: number, valueOf: (item: T) => number): readonly T[] {
  let kept: { readonly item: T; readonly value: number }[] = [];
  let bound = Infinity;
  if (most <= 0) return [];
  const order = (): void => {
    kept = kept.toSorted((a, b) => a.value - b.value).slice(0, most);
  };
  for (const item of items) {
    const value = valueOf(item);
    // Of equal values the first ones stay.
    if (kept.length >= most && value >= bound) continue;
    kept.push({ item, value });
    if (kept.length < 2 * most) continue;
    order();
    bound = kept.at(-1)!.value;
  }
  order();
  return kept.map(({ item }) => item);
}

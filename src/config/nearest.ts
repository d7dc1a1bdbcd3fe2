/** The name somebody probably meant. */

/** Edits that lead from one text to the other: insert, delete, replace, or swap two neighbours. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const above = rows[i - 1]!;
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

const plain = (name: string): string => name.toLowerCase().replaceAll('-', '_');

/** The nearest candidate, or nothing where none is near: a wild guess misleads more than it helps. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(name);
  const allowed = Math.min(wanted.length - 1, Math.max(1, Math.floor(wanted.length / 3)));
  // Also without the group: `--listen-address` for `--web.listen-address`.
  const byEdits = candidates
    .map((candidate) => ({ candidate, edits: Math.min(distance(wanted, plain(candidate)), distance(wanted, plain(candidate).split('.').at(-1)!)) }))
    .filter(({ edits }) => edits <= allowed)
    .toSorted((a, b) => a.edits - b.edits);
  // The beginning of a longer name: `user` for `username`.
  return byEdits[0]?.candidate ?? (wanted.length > 2 ? candidates.find((candidate) => plain(candidate).startsWith(wanted)) : undefined);
}

/** `; did you mean "x"?`, or nothing. */
export function hint(name: string, candidates: readonly string[], prefix = ''): string {
  const found = nearest(name, candidates);
  return found === undefined ? '' : `; did you mean "${prefix}${found}"?`;
}

/** Which versions of clients get series of their own: a version is whatever a client says of itself, so their number is bounded. */

import type { Connections } from '../model.ts';

/** So many at most, those with the most connections in the whole cluster; the rest are `other`. */
const shownVersions = 20;
/** `Nacos-Java-Client:v2.1.0` and the like. */
const plausible = /^[\x20-\x7e]{1,64}$/;

export const otherVersions = 'other';

/** For each of `nodes` its connections by version, versions in order. */
export function versionRows(nodes: readonly Connections[]): readonly (readonly (readonly [version: string, connections: number])[])[] {
  const shown = shownOf(nodes);
  return nodes.map(({ versions }) => {
    const rows = new Map<string, number>();
    for (const [version, count] of Object.entries(versions)) {
      const label = shown.has(version) ? version : otherVersions;
      rows.set(label, (rows.get(label) ?? 0) + count);
    }
    return [...rows].toSorted(byName);
  });
}

function shownOf(nodes: readonly Connections[]): ReadonlySet<string> {
  const totals = new Map<string, number>();
  for (const { versions } of nodes) {
    for (const [version, count] of Object.entries(versions)) if (plausible.test(version)) totals.set(version, (totals.get(version) ?? 0) + count);
  }
  const first = [...totals].toSorted((a, b) => b[1] - a[1] || byName(a, b));
  return new Set(first.slice(0, shownVersions).map(([version]) => version));
}

function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}

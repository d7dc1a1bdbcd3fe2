/**
 * Judges agreed numbers by witnesses: what all nodes' own catalogs showed at the same times. An exported number may be
 * low only as far as a majority of all nodes had shown it, each in its own answer: no poll reads two nodes in one instant,
 * and a heartbeat that comes a moment later takes an instance from one node while it gives it back to another.
 */

/** Instances by service. */
export type View = ReadonlyMap<string, number>;

export interface Sight {
  /** Milliseconds. */
  readonly at: number;
  /** Beginning of the time that the exported number may be of. */
  readonly since: number;
  /** What each node showed; undefined where it did not answer. The same nodes in every sight, in the same order. */
  readonly views: readonly (View | undefined)[];
  /** The exporter's agreed number; undefined where the series was absent. */
  readonly exported: number | undefined;
  /** How many nodes that number rests on, as the exporter says. */
  readonly voters?: number | undefined;
}

export interface Dip {
  /** Seconds since the first sight. */
  readonly second: number;
  readonly exported: number;
  /** As low as a majority of the nodes' own catalogs allowed, service by service. */
  readonly floor: number;
  /** For whoever has to explain it: the nodes' own totals at all the times the number may be of, and the voters. */
  readonly shown: readonly (readonly (number | undefined)[])[];
  readonly voters?: number | undefined;
}

export function unwitnessedDips(sights: readonly Sight[]): readonly Dip[] {
  return sights.flatMap(({ at, since, exported, voters }) => {
    if (exported === undefined) return [];
    const span = sights.filter((sight) => sight.at <= at && sight.at >= since);
    const floor = floorOf(span);
    if (exported >= floor) return [];
    const shown = span.map(({ views }) => views.map((view) => view && [...view.values()].reduce((total, count) => total + count, 0)));
    return [{ second: Math.round((at - sights[0]!.at) / 1000), exported, floor, shown, voters }];
  });
}

/** Sum over services of the lowest count that a majority of the nodes showed, or went below, within the span. */
function floorOf(span: readonly Sight[]): number {
  const nodes = span[0]?.views.map((_, node) => span.flatMap(({ views }) => views[node] ?? [])) ?? [];
  const majority = Math.floor(nodes.length / 2) + 1;
  const services = new Set(nodes.flat().flatMap((view) => [...view.keys()]));
  let floor = 0;
  for (const service of services) {
    const lowest = nodes.filter((views) => views.length > 0).map((views) => Math.min(...views.map((view) => view.get(service) ?? 0)));
    if (lowest.length >= majority) floor += lowest.toSorted((a, b) => a - b)[majority - 1]!;
  }
  return floor;
}

export interface ShownDip {
  readonly service: string;
  /** Seconds since the first sight. */
  readonly second: number;
  readonly node: number;
  readonly missing: number;
}

/** Where one of these nodes, by number, showed fewer instances of a service than at the first sight. */
export function shownDips(sights: readonly Sight[], nodes: readonly number[]): readonly ShownDip[] {
  return nodes.flatMap((node) => sights.flatMap(({ at, views }) => [...sights[0]?.views[node] ?? []].flatMap(([service, whole]) => {
    const missing = views[node] === undefined ? 0 : whole - (views[node].get(service) ?? 0);
    return missing > 0 ? [{ service, second: Math.round((at - sights[0]!.at) / 1000), node, missing }] : [];
  })));
}

export interface ShownFall {
  /** Of the most that the node had shown before, 0..1. */
  readonly share: number;
  readonly from: number;
  readonly to: number;
  /** Seconds since the first sight. */
  readonly second: number;
}

/** The deepest fall that every one of these nodes, by number, showed at one time: the shallowest of theirs then. Undefined where none fell. */
export function shownFall(sights: readonly Sight[], nodes: readonly number[]): ShownFall | undefined {
  const highest = new Map<number, number>();
  let deepest: ShownFall | undefined;
  for (const { at, views } of sights) {
    const falls = nodes.map((node): ShownFall => {
      const view = views[node];
      if (view === undefined) return { share: 0, from: 0, to: 0, second: 0 };
      const to = [...view.values()].reduce((total, count) => total + count, 0);
      const from = Math.max(to, highest.get(node) ?? 0);
      highest.set(node, from);
      return { share: from === 0 ? 0 : (from - to) / from, from, to, second: Math.round((at - sights[0]!.at) / 1000) };
    });
    const shallowest = falls.toSorted((a, b) => a.share - b.share)[0];
    if (shallowest !== undefined && shallowest.share > (deepest?.share ?? 0)) deepest = shallowest;
  }
  return deepest;
}

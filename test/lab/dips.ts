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
  /** How long each node's answer took, milliseconds. */
  readonly tookMs?: readonly number[];
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

export interface Blindness {
  /** Seconds since the first sight. */
  readonly second: number;
  /** For whoever has to explain it: how long the nodes' answers took by then, milliseconds; undefined where none came. */
  readonly tookMs: readonly (readonly (number | undefined)[])[];
}

/**
 * Where no number was agreed on although a node was there to ask: one that had answered every look of the last `settledMs` within
 * `promptMs`, and so is neither new nor, by checks that fail after that long, down.
 */
export function unfoundedBlindness(sights: readonly Sight[], settledMs: number, promptMs: number): readonly Blindness[] {
  return sights.flatMap(({ at, exported, views: { length } }) => {
    const span = sights.filter((sight) => sight.at <= at && sight.at > at - settledMs);
    if (exported !== undefined || at - span[0]!.at < settledMs * 0.9) return [];
    const tookMs = span.map(({ views, tookMs: took = [] }) => views.map((view, node) => (view === undefined ? undefined : took[node] ?? 0)));
    const steady = Array.from({ length }, (_, node) => tookMs.every((took) => (took[node] ?? Infinity) <= promptMs));
    return steady.includes(true) ? [{ second: Math.round((at - sights[0]!.at) / 1000), tookMs: tookMs.slice(-10) }] : [];
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

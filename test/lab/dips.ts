/**
 * Judges agreed numbers by witnesses: what all nodes' own catalogs showed at the same times. An exported number may be
 * low only as far as a majority of all nodes had shown it.
 */

/** Instances by service. */
export type View = ReadonlyMap<string, number>;

export interface Sight {
  /** Milliseconds. */
  readonly at: number;
  /** Beginning of the time that the exported number may be of. */
  readonly since: number;
  /** One view for each node that answered. */
  readonly views: readonly View[];
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
  /** For whoever has to explain it: the nodes' own totals at that time, and the voters. */
  readonly shown: readonly number[];
  readonly voters?: number | undefined;
}

/** @param nodes of the cluster, those that do not answer included */
export function unwitnessedDips(sights: readonly Sight[], nodes: number): readonly Dip[] {
  const majority = Math.floor(nodes / 2) + 1;
  return sights.flatMap(({ at, since, exported, views, voters }) => {
    if (exported === undefined) return [];
    const span = sights.filter((sight) => sight.at <= at && sight.at >= since);
    const floor = floorOf(span, majority);
    if (exported >= floor) return [];
    const shown = views.map((view) => [...view.values()].reduce((total, count) => total + count, 0));
    return [{ second: Math.round((at - sights[0]!.at) / 1000), exported, floor, shown, voters }];
  });
}

/** Sum over services of the lowest count that a majority showed, or went below, at one time. */
function floorOf(span: readonly Sight[], majority: number): number {
  const witnessed = span.filter(({ views }) => views.length >= majority);
  const services = new Set(witnessed.flatMap(({ views }) => views.flatMap((view) => [...view.keys()])));
  let floor = 0;
  for (const service of services) {
    floor += Math.min(...witnessed.map(({ views }) => views.map((view) => view.get(service) ?? 0).toSorted((a, b) => a - b)[majority - 1]!));
  }
  return floor;
}

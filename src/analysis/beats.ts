/** Ages of the beats that were looked at of late, all nodes together, and who is beyond the limits of its own. */

import type { Beat, Beats } from '../model.ts';

export interface BeatAges {
  readonly sampled: number;
  /** Milliseconds; undefined where nothing was sampled. */
  readonly ages: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number } | undefined;
}

export interface BeatView {
  /** Sources of the nodes that were read. */
  readonly sources: readonly Beats['source'][];
  /** Namespace to source to ages; only of those with something sampled. */
  readonly namespaces: ReadonlyMap<string, ReadonlyMap<Beats['source'], BeatAges>>;
  /** Namespace to those beyond the limit; one that should be gone is beyond both. */
  readonly unhealthy: ReadonlyMap<string, number>;
  readonly deletable: ReadonlyMap<string, number>;
  /** Those beyond the limit of ill health, the oldest beat first; so many at most. */
  readonly overdue: readonly Beat[];
}

const overdueKept = 100;

/** `since`: what was looked at before that does not count any more. */
export function viewBeats(read: readonly Beats[], since: number): BeatView {
  const ages = new Map<string, Map<Beats['source'], number[]>>();
  const unhealthy = new Map<string, number>();
  const deletable = new Map<string, number>();
  const overdue: Beat[] = [];
  for (const { source, sampled } of read) {
    for (const beat of sampled) {
      if (beat.at < since) continue;
      const { namespace, age } = beat;
      const bySource = ages.get(namespace) ?? new Map<Beats['source'], number[]>();
      const list = bySource.get(source) ?? [];
      list.push(age);
      ages.set(namespace, bySource.set(source, list));
      if (age > beat.unhealthyAfter) unhealthy.set(namespace, (unhealthy.get(namespace) ?? 0) + 1);
      if (age > beat.deleteAfter) deletable.set(namespace, (deletable.get(namespace) ?? 0) + 1);
      if (age > Math.min(beat.unhealthyAfter, beat.deleteAfter)) overdue.push(beat);
    }
  }
  return {
    sources: [...new Set(read.map(({ source }) => source))].toSorted(),
    namespaces: new Map([...ages].map(([namespace, bySource]) => [namespace, new Map([...bySource].map(([source, list]) => [source, agesOf(list)]))])),
    unhealthy, deletable,
    overdue: overdue.toSorted((a, b) => b.age - a.age).slice(0, overdueKept),
  };
}

function agesOf(list: readonly number[]): BeatAges {
  const sorted = Float64Array.from(list).toSorted();
  /** The smallest age that so large a share of the sampled does not exceed. */
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return { sampled: sorted.length, ages: sorted.length === 0 ? undefined : { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) } };
}

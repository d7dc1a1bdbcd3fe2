/**
 * Chooses among a server's samples those that are passed on, no more than so many. The same text gives the same choice, in
 * whatever order the server writes its lines: families in the order of the allow list, rows in the order of their labels.
 */

import type { PassedRow, PassedSeries } from '../../model.ts';
import { escapeLabelValue } from '../text.ts';
import { allowed, passedPrefix, type Passed } from './allowed.ts';

export interface ServerSample {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

export interface Chooser {
  take(sample: ServerSample): void;
  chosen(): PassedSeries;
}

/**
 * Labels that every series of ours begins with: the server's of the same name are renamed, as Prometheus does. Those of gRPC
 * requests, `requestClass` and its like (2.3.1 and later), are spelled as Prometheus spells labels: `request_class`.
 */
const ours: ReadonlySet<string> = new Set(['nacos_cluster', 'nacos_node']);

/** A sample's name to its family and part. */
const bySample: ReadonlyMap<string, { readonly family: string; readonly part?: 'sum' | 'count' }> = new Map(allowed.flatMap(samplesOf));

function samplesOf({ name, type }: Passed) {
  const family = passedPrefix + name;
  if (type !== 'summary') return [[name, { family }]] as const;
  return [[`${name}_sum`, { family, part: 'sum' as const }], [`${name}_count`, { family, part: 'count' as const }]] as const;
}

/** Few enough to be sorted in a millisecond or two. */
const rowsUntilPruned = 500;

/** `serves` tells by a family's name whether it is wanted: what is not takes no room. */
export function chooseSeries(limit: number, serves: (family: string) => boolean): Chooser {
  const rows = new Map<string, Map<string, PassedRow>>();
  const pruned = new Map<string, number>();

  /** A text may have far more rows than are kept: what is beyond the limit already will not come back. */
  function prune(family: string, of: Map<string, PassedRow>): void {
    const beyond = [...of.keys()].toSorted().slice(limit);
    for (const key of beyond) of.delete(key);
    pruned.set(family, (pruned.get(family) ?? 0) + beyond.length);
  }

  return {
    take({ name, labels, value }) {
      const known = bySample.get(name);
      if (known === undefined || !serves(known.family)) return;
      const { family, part } = known;
      const spelled = spell(labels);
      const of = rows.get(family) ?? new Map<string, PassedRow>();
      rows.set(family, of);
      // A label set that comes twice has one value: the last.
      of.set(`${spelled}\n${part ?? ''}`, { labels: spelled, ...(part === undefined ? {} : { part }), value });
      if (of.size >= limit + rowsUntilPruned) prune(family, of);
    },
    chosen() {
      const families = new Map<string, readonly PassedRow[]>();
      const dropped = new Map<string, number>();
      let room = limit;
      for (const { name, type } of allowed) {
        const family = passedPrefix + name;
        const all = [...rows.get(family) ?? []].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
        if (all.length === 0 && !pruned.has(family)) continue;
        // A sum without its count would be of no use.
        const fits = type === 'summary' ? room - (room % 2) : room;
        const kept = all.slice(0, fits);
        if (kept.length > 0) families.set(family, kept);
        dropped.set(family, all.length - kept.length + (pruned.get(family) ?? 0));
        room -= kept.length;
      }
      return { families, dropped };
    },
  };
}

function spell(labels: ServerSample['labels']): string {
  const names = new Set(labels.map(([name]) => name));
  return labels.map(([name, value]) => `,${renamed(name, names)}="${escapeLabelValue(value)}"`).toSorted().join('');
}

function renamed(name: string, names: ReadonlySet<string>): string {
  let free = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  while (ours.has(free) || (free !== name && names.has(free))) free = `exported_${free}`;
  return free;
}

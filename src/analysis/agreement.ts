/**
 * What a cluster's nodes agree on about one namespace, from their counts. An instance counts if a strict majority of
 * the voters holds it; of counts that is the largest number that a strict majority reaches. Where exactly half of the
 * voters show more (two voters that differ, or an even split), the earlier agreed number stands as long as one side
 * still shows it: a loss counts once it is gone from all.
 */

import type { Catalog, ServiceNames } from '../model.ts';
import { align, countAt } from './columns.ts';

export interface Agreement {
  readonly names: ServiceNames;
  /** Nodes that may not vote yet and whose word was heard about losses. */
  readonly witnesses: readonly Vote[];
  /** Whose catalogs were counted; none while no node may vote, and then the numbers are those of the last agreement. */
  readonly votes: readonly Vote[];
  /** Some service stands at an even split of the voters. */
  readonly tied: boolean;
  /** Agreed instances and healthy instances of service `i`; -1 where no voter's catalog has the service. */
  readonly instances: Int32Array;
  readonly healthy: Int32Array;
  /** 1 where a majority of the voters' rows say that the protection threshold is reached. */
  readonly triggered: Uint8Array;
  /** Services with at least one agreed instance, and sums over all. */
  readonly services: number;
  readonly totalInstances: number;
  readonly totalHealthy: number;
}

export interface Vote {
  readonly node: string;
  readonly catalog: Catalog;
}

export interface AgreeOptions {
  /** The voter whose health is the truth, for a service number; undefined where every voter's is as good. */
  readonly ownerOf?: (service: number) => number | undefined;
  /**
   * Nodes that are filling, while the voters are no majority of the cluster: what was agreed before stands as long as one
   * of them still shows it, as it does between two voters that differ.
   */
  readonly witnesses?: readonly Vote[];
}

/** Agrees on one namespace. On 1.x health is decided by the responsible node and reaches the others late, hence `ownerOf`. */
export function agree(
  names: ServiceNames,
  votes: readonly Vote[],
  previous: Agreement | undefined,
  { ownerOf, witnesses = [] }: AgreeOptions = {},
): Agreement {
  const size = names.names.length;
  const columns = votes.map((vote) => align(names, vote.catalog));
  const heard = witnesses.map((witness) => align(names, witness.catalog));
  const earlier = previous === undefined ? undefined : align(names, previous);
  const instances = new Int32Array(size).fill(-1);
  const healthy = new Int32Array(size).fill(-1);
  const triggered = new Uint8Array(size);
  const scratch = new Int32Array(votes.length);
  const sums = { services: 0, instances: 0, healthy: 0, tied: false };
  for (let service = 0; service < size; service++) {
    let known = false;
    let flags = 0;
    let alike = true;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]!;
      const count = countAt(column.instances, service);
      if (count >= 0) known = true;
      if (column.triggered[service] === 1) flags++;
      if (i > 0 && (count !== countAt(columns[0]!.instances, service) || column.healthy[service] !== columns[0]!.healthy[service])) alike = false;
      scratch[i] = Math.max(0, count);
    }
    if (!known && !heard.some((column) => countAt(column.instances, service) > 0 && earlierAt(earlier?.instances, service) > 0)) continue;
    triggered[service] = flags * 2 > columns.length ? 1 : 0;
    if (alike && heard.length === 0) {
      // All voters say the same, as they nearly always do.
      instances[service] = scratch[0]!;
      healthy[service] = Math.min(scratch[0]!, columns[0]!.healthy[service]!);
      if (scratch[0]! > 0) sums.services++;
      sums.instances += scratch[0]!;
      sums.healthy += healthy[service]!;
      continue;
    }
    sortSmall(scratch);
    if (isSplit(scratch)) sums.tied = true;
    const count = stand(settle(scratch, earlierAt(earlier?.instances, service)), earlierAt(earlier?.instances, service), heard.map((column) => countAt(column.instances, service)));
    const owner = ownerOf?.(service);
    for (let i = 0; i < columns.length; i++) scratch[i] = Math.max(0, countAt(columns[i]!.healthy, service));
    sortSmall(scratch);
    const voted = owner === undefined ? settle(scratch, earlierAt(earlier?.healthy, service)) : Math.max(0, countAt(columns[owner]!.healthy, service));
    const well = stand(voted, earlierAt(earlier?.healthy, service), heard.map((column) => countAt(column.healthy, service)));
    instances[service] = count;
    healthy[service] = Math.min(count, well);
    if (count > 0) sums.services++;
    sums.instances += count;
    sums.healthy += Math.min(count, well);
  }
  const kept = previous !== undefined && previous.names === names ? previous : undefined;
  return {
    names, votes, witnesses, tied: sums.tied,
    instances: unchanged(kept?.instances, instances), healthy: unchanged(kept?.healthy, healthy), triggered,
    services: sums.services, totalInstances: sums.instances, totalHealthy: sums.healthy,
  };
}

/** The array from before where nothing changed, so that what was made of it need not be made again. */
function unchanged(before: Int32Array | undefined, now: Int32Array): Int32Array {
  if (before === undefined || before.length !== now.length) return now;
  for (let i = 0; i < now.length; i++) if (before[i] !== now[i]) return now;
  return before;
}

/** Ascending, in place. A handful of voters: insertion beats the built-in sort, whose call alone costs more. */
function sortSmall(counts: Int32Array): void {
  for (let i = 1; i < counts.length; i++) {
    const count = counts[i]!;
    let j = i - 1;
    for (; j >= 0 && counts[j]! > count; j--) counts[j + 1] = counts[j]!;
    counts[j + 1] = count;
  }
}

/** True where exactly half of an even number of voters shows more than the other half; `counts` ascending. */
function isSplit(counts: Int32Array): boolean {
  if (counts.length % 2 === 1) return false;
  const middle = counts.length / 2;
  return counts[middle - 1] !== counts[middle];
}

/** The agreed number of ascending `counts`; `earlier` is -1 where nothing was agreed before. */
function settle(counts: Int32Array, earlier: number): number {
  const middle = counts.length >> 1;
  if (counts.length % 2 === 1) return counts[middle]!;
  // Ascending: more than half of the voters reach counts[middle - 1], exactly half reach counts[middle].
  const sure = counts[middle - 1]!;
  const shown = counts[middle]!;
  return earlier < 0 ? sure : Math.min(Math.max(earlier, sure), shown);
}

/** -1 where nothing was agreed before. */
const earlierAt = (column: Int32Array | undefined, service: number): number => (column === undefined ? -1 : countAt(column, service));

/** The number as voted, or the earlier one as far as a witness still shows it. */
function stand(voted: number, earlier: number, shown: readonly number[]): number {
  return Math.max(voted, Math.min(earlier, ...shown.length === 0 ? [voted] : [Math.max(...shown)]));
}

/** Instances of the agreed set that this catalog lacks, summed over services. */
export function missingIn(agreement: Agreement, catalog: Catalog): number {
  const column = align(agreement.names, catalog);
  let missing = 0;
  for (let service = 0; service < agreement.instances.length; service++) {
    const lack = agreement.instances[service]! - Math.max(0, countAt(column.instances, service));
    if (lack > 0) missing += lack;
  }
  return missing;
}

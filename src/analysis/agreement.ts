/**
 * What a cluster's nodes agree on about one namespace, from their counts. An instance counts if a strict majority of
 * the voters holds it; of counts that is the largest number that a strict majority reaches. Where exactly half of the
 * voters show more (two voters that differ, or an even split), the earlier agreed number stands as long as one side
 * still shows it: a loss counts once it is gone from all.
 */

import type { Catalog, ServiceNames } from '../model.ts';
import { align, countAt, type CountColumns } from './columns.ts';

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
  const count: Count = {
    columns: votes.map((vote) => align(names, vote.catalog)),
    heard: witnesses.map((witness) => align(names, witness.catalog)),
    earlier: previous === undefined ? undefined : align(names, previous),
    ownerOf,
    instances: new Int32Array(size).fill(-1), healthy: new Int32Array(size).fill(-1), triggered: new Uint8Array(size),
    scratch: new Int32Array(votes.length),
    services: 0, totalInstances: 0, totalHealthy: 0, tied: false,
  };
  for (let service = 0; service < size; service++) agreeOnService(count, service);
  const kept = previous !== undefined && previous.names === names ? previous : undefined;
  return {
    names, votes, witnesses, tied: count.tied,
    instances: unchanged(kept?.instances, count.instances), healthy: unchanged(kept?.healthy, count.healthy), triggered: count.triggered,
    services: count.services, totalInstances: count.totalInstances, totalHealthy: count.totalHealthy,
  };
}

/** What has been counted so far. */
interface Count {
  /** Of the voters, and of the witnesses. */
  readonly columns: readonly CountColumns[];
  readonly heard: readonly CountColumns[];
  readonly earlier: CountColumns | undefined;
  readonly ownerOf: AgreeOptions['ownerOf'];
  readonly instances: Int32Array;
  readonly healthy: Int32Array;
  readonly triggered: Uint8Array;
  /** A number for each voter. */
  readonly scratch: Int32Array;
  services: number;
  totalInstances: number;
  totalHealthy: number;
  tied: boolean;
}

/**
 * A function of its own, as is each of its two ways: where voters begin to differ after a long time, one loop over all
 * goes back to being interpreted (Node 20), and 100,000 services then take several times as long.
 */
function agreeOnService(count: Count, service: number): void {
  const { columns } = count;
  const [first] = columns;
  let known = false;
  let flags = 0;
  let alike = true;
  for (const column of columns) {
    const shown = countAt(column.instances, service);
    if (shown >= 0) known = true;
    if (column.triggered[service] === 1) flags++;
    if (column !== first && (shown !== countAt(first!.instances, service) || column.healthy[service] !== first!.healthy[service])) alike = false;
  }
  if (!known && !isRemembered(count, service)) return;
  count.triggered[service] = flags * 2 > columns.length ? 1 : 0;
  if (alike && count.heard.length === 0) take(count, service, Math.max(0, countAt(first!.instances, service)), first!.healthy[service]!);
  else weigh(count, service);
}

/** No voter has it any more; it was agreed before, and a witness still shows it. */
function isRemembered({ heard, earlier }: Count, service: number): boolean {
  return heard.length > 0 && earlierAt(earlier?.instances, service) > 0 && heard.some((column) => countAt(column.instances, service) > 0);
}

function take(count: Count, service: number, instances: number, well: number): void {
  const healthy = Math.min(instances, well);
  count.instances[service] = instances;
  count.healthy[service] = healthy;
  if (instances > 0) count.services++;
  count.totalInstances += instances;
  count.totalHealthy += healthy;
}

/** The voters differ, or somebody else is heard. */
function weigh(count: Count, service: number): void {
  const { columns, heard, earlier, scratch } = count;
  const before = earlierAt(earlier?.instances, service);
  for (let i = 0; i < columns.length; i++) scratch[i] = Math.max(0, countAt(columns[i]!.instances, service));
  sortSmall(scratch);
  if (isSplit(scratch)) count.tied = true;
  const voted = settle(scratch, before);
  const instances = heard.length === 0 ? voted : stand(voted, before, heard.map((column) => countAt(column.instances, service)));
  const owner = count.ownerOf?.(service);
  const wellBefore = earlierAt(earlier?.healthy, service);
  for (let i = 0; i < columns.length; i++) scratch[i] = Math.max(0, countAt(columns[i]!.healthy, service));
  sortSmall(scratch);
  const votedWell = owner === undefined ? settle(scratch, wellBefore) : Math.max(0, countAt(columns[owner]!.healthy, service));
  take(count, service, instances, heard.length === 0 ? votedWell : stand(votedWell, wellBefore, heard.map((column) => countAt(column.healthy, service))));
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
  return Math.max(voted, Math.min(earlier, Math.max(...shown)));
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

/**
 * Rows of catalog pages into columns of numbers: the one loop of the program that sees every row of every node at every
 * poll. It allocates nothing for a row it has seen before: servers list services in nearly the same order every time, so
 * comparing with the row that came next last time finds the number without a look-up.
 */

import type { Catalog } from '../model.ts';
import { canaryGroup } from './canary-calls.ts';
import type { CatalogRow } from './dialects/dialect.ts';
import { isCount, refuse } from './dialects/fields.ts';
import type { InternedNames } from './service-names.ts';

/** Grows while a walk goes on; indexed by the service's number but for `order`, which is by position. */
export interface Columns {
  readonly names: InternedNames;
  readonly expected: Int32Array;
  /** Where in `expected` the next row is looked for. */
  next: number;
  /** Positions in `expected` by number; made at the first row that is out of place. */
  places: Int32Array | undefined;
  order: Int32Array;
  /** -1 where no row came yet. */
  instances: Int32Array;
  healthy: Int32Array;
  triggered: Uint8Array;
  rows: number;
  /** Rows of canaries, this exporter's and others': seen by the walk, and no part of the catalog. */
  readonly canaries: Set<string>;
  empty: number;
  totalInstances: number;
  totalHealthy: number;
  digest: number;
}

export function createColumns(names: InternedNames, expected: Int32Array = new Int32Array(0)): Columns {
  return {
    names,
    expected,
    next: 0,
    places: undefined,
    order: new Int32Array(0),
    instances: new Int32Array(0),
    healthy: new Int32Array(0),
    triggered: new Uint8Array(0),
    rows: 0,
    canaries: new Set(),
    empty: 0,
    totalInstances: 0,
    totalHealthy: 0,
    digest: 0,
  };
}

/** Room for what a first page promises, within reason: a lie must not cost more than a dozen megabytes. */
export function reserve(columns: Columns, count: number): void {
  const rows = Math.min(count, 1_000_000);
  columns.order = new Int32Array(rows);
  makeRoom(columns, Math.max(columns.names.size, rows) - 1);
}

/** Adds rows `from` to `to`. Returns the name of the first that came before, which ends the walk. */
export function absorb(columns: Columns, rows: readonly CatalogRow[], from: number, to: number, api: string): string | undefined {
  const { names } = columns;
  for (let i = from; i < to; i++) {
    const row = rows[i]!;
    check(row, i, api);
    if (row.groupName === canaryGroup) {
      if (columns.canaries.has(row.name)) return `${row.groupName}@@${row.name}`;
      columns.canaries.add(row.name);
      continue;
    }
    const id = numberOf(columns, row.groupName, row.name);
    if (id >= columns.instances.length) makeRoom(columns, id);
    if (columns.instances[id] !== -1) return `${row.groupName}@@${row.name}`;
    const instances = row.ipCount;
    const healthy = row.healthyInstanceCount;
    columns.instances[id] = instances;
    columns.healthy[id] = healthy;
    if (row.triggerFlag === 'true' || row.triggerFlag === true) columns.triggered[id] = 1;
    if (columns.rows >= columns.order.length) columns.order = grown(columns.order, columns.rows, 0);
    columns.order[columns.rows++] = id;
    if (instances === 0) columns.empty++;
    columns.totalInstances += instances;
    columns.totalHealthy += healthy;
    columns.digest = (columns.digest + mix(names.hashes()[id]!, instances, healthy)) | 0;
  }
  return undefined;
}

export function toCatalog(columns: Columns): Catalog {
  const used = Math.min(columns.names.size, columns.instances.length);
  return {
    names: columns.names,
    instances: columns.instances.slice(0, used),
    healthy: columns.healthy.slice(0, used),
    triggered: columns.triggered.slice(0, used),
    services: columns.rows,
    empty: columns.empty,
    totalInstances: columns.totalInstances,
    totalHealthy: columns.totalHealthy,
    digest: columns.digest >>> 0,
  };
}

/** The row expected here, or after a look-up the one that stood there last time: then the next is expected after it. */
function numberOf(columns: Columns, group: string, name: string): number {
  const { names, expected, next } = columns;
  if (next < expected.length) {
    const id = expected[next]!;
    if (names.names[id] === name && names.groups[id] === group) {
      columns.next = next + 1;
      return id;
    }
  }
  const id = names.intern(group, name);
  columns.places ??= placesOf(expected, names.size);
  const place = id < columns.places.length ? columns.places[id]! : -1;
  if (place >= 0) columns.next = place + 1;
  return id;
}

function placesOf(expected: Int32Array, size: number): Int32Array {
  const places = new Int32Array(size).fill(-1);
  for (let i = 0; i < expected.length; i++) places[expected[i]!] = i;
  return places;
}

function check(row: CatalogRow, i: number, api: string): void {
  if (typeof row !== 'object' || row === null) throw refuse(`${api} row[${i}]`, 'an object', row);
  if (typeof row.name !== 'string' || row.name === '') throw refuse(`${api} row[${i}].name`, 'a text', row.name);
  if (typeof row.groupName !== 'string') throw refuse(`${api} row[${i}].groupName`, 'a text', row.groupName);
  if (!isCount(row.ipCount)) throw refuse(`${api} row[${i}].ipCount`, 'a count', row.ipCount);
  if (!isCount(row.healthyInstanceCount)) throw refuse(`${api} row[${i}].healthyInstanceCount`, 'a count', row.healthyInstanceCount);
  const flag = row.triggerFlag;
  if (flag !== 'false' && flag !== 'true' && typeof flag !== 'boolean') throw refuse(`${api} row[${i}].triggerFlag`, 'true or false', flag);
}

function makeRoom(columns: Columns, id: number): void {
  if (id < columns.instances.length) return;
  columns.instances = grown(columns.instances, id, -1);
  columns.healthy = grown(columns.healthy, id, 0);
  columns.triggered = grown(columns.triggered, id, 0);
}

function grown<T extends Int32Array | Uint8Array>(from: T, index: number, fill: number): T {
  const length = Math.max(index + 1, from.length + (from.length >> 1));
  const to = (from instanceof Int32Array ? new Int32Array(length) : new Uint8Array(length)) as T;
  to.fill(fill, from.length);
  to.set(from);
  return to;
}

/** 32 bits that change by about half with any bit of the three; summed, so the order of rows does not matter. */
function mix(hash: number, instances: number, healthy: number): number {
  let h = hash ^ Math.imul(instances + 1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h ^= Math.imul(healthy + 1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13), 0x27d4eb2f);
  return h ^ (h >>> 15);
}

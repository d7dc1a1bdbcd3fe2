/**
 * Reads one node's catalog of one namespace, page by page, into columns. The pages' traps, by version:
 * - 1.x and 2.0-2.1 before their upgrade: where a page is as large as the list, every page number returns the whole list;
 *   past the end the count is 0. 2.x: the same for a page larger than the list. So a walk ends by rows collected or by a
 *   short page, never by an empty one.
 * - The order is that of a concurrent map: a change during the walk repeats or skips rows. Such a walk is torn, and torn is
 *   not missing: it is walked once more at once, and failing again it is an error of that name.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Catalog } from '../model.ts';
import { absorb, createColumns, reserve, toCatalog } from './catalog-columns.ts';
import type { Columns } from './catalog-columns.ts';
import type { CallOptions, NodeClient } from './client.ts';
import type { Call, CatalogPage, CatalogRow, Dialect } from './dialects/dialect.ts';
import { NacosError } from './errors.ts';
import type { InternedNames } from './service-names.ts';

/** What one read of a node and namespace teaches the next. */
export interface CatalogHint {
  /** Services in the order in which the server listed them. */
  readonly order: Int32Array;
  /** Bytes of a row, on average; 0 where there was none. */
  readonly rowBytes: number;
}

export interface CatalogLimits {
  /** Rows of a page at most. */
  readonly pageRows: number;
  readonly timeoutMs?: number;
  /** Waited for before a page is decoded, and before the next of many new rows are taken in. */
  readonly turn?: () => Promise<void>;
}

export interface CatalogRead {
  readonly catalog: Catalog;
  /** To be handed to the next read of the same node and namespace. */
  readonly rowsHint: CatalogHint;
  /** Sums over all pages, those of a torn walk included. */
  readonly pages: number;
  readonly bytes: number;
  /** Time to the responses' headers: what the server took to compute them. */
  readonly serverMs: number;
}

/** JSON.parse of so much and taking in its rows is the longest step of a read: 15 ms on a fast core, 30 ms on a slow one. */
const pageBytes = 1_500_000;
/** Of a row in Nacos's own words with names of ordinary length; a guess for the first read only. */
const usualRowBytes = 150;
const fewestRows = 100;
/** Rows of unknown services turned into columns without letting others run; a few milliseconds. */
const newRowsPerTurn = 10_000;

interface Cost {
  pages: number;
  bytes: number;
  serverMs: number;
}

export async function readCatalog(
  client: NodeClient,
  dialect: Pick<Dialect, 'catalogPage'>,
  namespace: string,
  names: InternedNames,
  hint: CatalogHint | undefined,
  limits: CatalogLimits,
): Promise<CatalogRead> {
  const cost: Cost = { pages: 0, bytes: 0, serverMs: 0 };
  const first = await walk(client, dialect, namespace, names, hint, limits, cost);
  const done = typeof first === 'string' ? await walk(client, dialect, namespace, names, hint, limits, cost) : first;
  if (typeof done === 'string') throw new NacosError('torn', `catalog_services ${namespace}: ${done}, twice`);
  const rowBytes = done.rows === 0 ? hint?.rowBytes ?? 0 : done.bytes / done.rows;
  return {
    catalog: toCatalog(done.columns),
    rowsHint: { order: done.columns.order.slice(0, done.rows), rowBytes },
    ...cost,
  };
}

interface Walk {
  readonly columns: Columns;
  readonly rows: number;
  readonly bytes: number;
}

/** All pages once; what tore it, as text, where it was torn. */
async function walk(
  client: NodeClient,
  { catalogPage }: Pick<Dialect, 'catalogPage'>,
  namespace: string,
  names: InternedNames,
  hint: CatalogHint | undefined,
  limits: CatalogLimits,
  cost: Cost,
): Promise<Walk | string> {
  if (catalogPage === undefined) throw new TypeError('this dialect has no catalog');
  const options = {
    ...(limits.timeoutMs === undefined ? {} : { timeoutMs: limits.timeoutMs }), ...(limits.turn === undefined ? {} : { turn: limits.turn }),
  };
  const pageSize = rowsAPage(hint, limits);
  const columns = createColumns(names, hint?.order);
  let total: number | undefined;
  let bytes = 0;
  for (let pageNo = 1; ; pageNo++) {
    const page = await readPage(client, catalogPage(namespace, pageNo, pageSize), options, columns, total, hint === undefined);
    cost.pages++;
    cost.bytes += page.bytes;
    cost.serverMs += page.headersMs;
    bytes += page.bytes;
    if (total !== undefined && page.count !== total) return `page ${pageNo} counts ${page.count} services, the pages before it ${total}`;
    total = page.count;
    if (page.repeated !== undefined) return `page ${pageNo} repeats ${page.repeated}`;
    if (walked(columns) >= total || page.rows < pageSize) break;
  }
  if (walked(columns) !== total) return `${walked(columns)} rows for a count of ${total}`;
  return { columns, rows: columns.rows, bytes };
}

/** Rows that the server counts: those of canaries too. */
function walked({ rows, canaries }: Columns): number {
  return rows + canaries.size;
}

/**
 * One page, taken into the columns. In a function of its own: what an unfinished loop holds on to would outlive the
 * wait for the next page, and the garbage collector would carry 20,000 rows around.
 */
async function readPage(
  client: NodeClient, call: Call<CatalogPage>, options: CallOptions, columns: Columns, total: number | undefined, unknown: boolean,
): Promise<{ readonly count: number; readonly rows: number; readonly bytes: number; readonly headersMs: number; readonly repeated?: string }> {
  const reply = await client.call(call, options);
  const { count, rows } = reply.value;
  const size = { count, rows: rows.length, bytes: reply.bytes, headersMs: reply.headersMs };
  if (total === undefined) reserve(columns, count);
  else if (count !== total) return size;
  // The page was parsed in this turn of the event loop. Rows that are known cost little more; taken at once they die young.
  const turn = options.turn ?? (() => nextTurn());
  if (unknown) await turn();
  const repeated = await absorbAll(columns, rows, call.api, unknown ? newRowsPerTurn : rows.length, turn);
  return repeated === undefined ? size : { ...size, repeated };
}

/** Constant within one walk, since a page number means nothing without it. */
function rowsAPage(hint: CatalogHint | undefined, limits: CatalogLimits): number {
  const rowBytes = hint === undefined || hint.rowBytes === 0 ? usualRowBytes : hint.rowBytes;
  return Math.min(limits.pageRows, Math.max(fewestRows, Math.floor(pageBytes / rowBytes)));
}

/** The first service that came twice, where one did. */
async function absorbAll(columns: Columns, rows: readonly CatalogRow[], api: string, rowsPerTurn: number, turn: () => Promise<void>): Promise<string | undefined> {
  for (let from = 0; from < rows.length; from += rowsPerTurn) {
    if (from > 0) await turn();
    const repeated = absorb(columns, rows, from, Math.min(from + rowsPerTurn, rows.length), api);
    if (repeated !== undefined) return repeated;
  }
  return undefined;
}

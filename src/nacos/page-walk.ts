/**
 * Walks pages whose server may not say how many there are. What must be known of them, by version:
 * - 1.x, and 2.0-2.1 before their upgrade, count pages with instances from 0, later versions from 1. Asked for page 0 those
 *   answer with page 1, so where the version leaves it open the walk begins at 0, and a first page that comes twice tells.
 * - Up to 2.x a page as large as the list holds the whole list whatever its number (2.x: larger than the list). A list that
 *   comes again as a whole is complete.
 * - The order is that of a concurrent map: a change during the walk repeats or skips rows. What is repeated is seen here, what
 *   is skipped only where the server counts.
 * Page sizes are powers of two: halved at any place and doubled at every other, a page still begins where the last one ended.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';

import type { PageBase } from './dialects/dialect.ts';
import { NacosError } from './errors.ts';

export interface Page<T> {
  /** The server's own total, where it tells. */
  readonly count?: number;
  readonly rows: readonly T[];
  readonly bytes: number;
}

export interface Pages<T> {
  readonly base: PageBase;
  /** Throws NacosError; `too_large` is answered with smaller pages. */
  readonly ask: (pageNo: number, pageSize: number) => Promise<Page<T>>;
  readonly keyOf: (row: T) => string;
  /** The next page is not asked for before this is done. */
  readonly deliver: (rows: readonly T[]) => void | Promise<void>;
  /** A walk so long that the list changes meanwhile: that tears nothing, and who asked looks for what the walk did not meet. */
  readonly changing?: boolean;
}

export interface PageSizes {
  /** Bytes of a row, as far as known. */
  readonly rowBytes: number;
  /** Of a page: rows at most, and bytes at which it should stay. */
  readonly rows: number;
  readonly bytes: number;
}

/** Where a walk stands. */
interface Place {
  readonly seen: Set<string>;
  readonly sizes: PageSizes;
  base: 0 | 1;
  /** False while nothing has told from which number the server counts. */
  sure: boolean;
  size: number;
  total: number | undefined;
  /** Rows asked for so far. */
  walked: number;
}

/** `more`, `done`, or what tore the walk. */
type Step = { readonly more: boolean } | { readonly torn: string };

/** All pages once; what tore the walk, as text, where it was torn. */
export async function walkPages<T>(pages: Pages<T>, sizes: PageSizes): Promise<string | undefined> {
  const place: Place = {
    seen: new Set(), sizes, base: pages.base === 'one' ? 1 : 0, sure: pages.base !== 'either', size: powerOfTwo(sizes.bytes / sizes.rowBytes, sizes.rows), total: undefined, walked: 0,
  };
  for (;;) {
    // In a function of its own: what an unfinished loop holds on to would outlive the wait for the next page.
    const step = await onePage(pages, place);
    if ('torn' in step) return step.torn;
    if (!step.more) break;
  }
  const { seen, total } = place;
  if (pages.changing === true) return undefined;
  return total === undefined || seen.size === total ? undefined : `${seen.size} rows for a count of ${total}`;
}

async function onePage<T>(pages: Pages<T>, place: Place): Promise<Step> {
  const { seen } = place;
  const strict = pages.changing !== true;
  const pageNo = place.base + place.walked / place.size;
  const page = await askSmaller(pages, place, pageNo);
  if (page === undefined) return { more: true };
  const { rows, count, bytes } = page;
  if (strict && place.total !== undefined && count !== place.total) return { torn: `page ${pageNo} counts ${count} rows, the pages before it ${place.total}` };
  place.total = count;
  if (rows.length === 0) return { more: false };
  if (rows.length > place.size) return { torn: `page ${pageNo} holds ${rows.length} rows, ${place.size} were asked for` };

  // A long walk remembers its first page alone: a server that repeats its whole list repeats that one.
  const remembers = strict || place.walked === 0;
  const repeated = strict || seen.has(pages.keyOf(rows[0]!)) ? rows.filter((row) => seen.has(pages.keyOf(row))) : [];
  if (repeated.length === rows.length && rows.length === seen.size) {
    if (place.sure) return strict && pages.base === 'one' ? { torn: `page ${pageNo} repeats all pages before it` } : { more: false };
    place.base = 1;
    place.sure = true;
    return { more: true };
  }
  if (strict && repeated.length > 0) return { torn: `page ${pageNo} repeats ${pages.keyOf(repeated[0]!)}` };
  const before = place.walked;
  if (remembers) for (const row of rows) seen.add(pages.keyOf(row));
  place.walked += rows.length;
  if (strict && seen.size !== before + rows.length) return { torn: `page ${pageNo} holds a row twice` };
  if (before > 0) place.sure = true;

  // The page was parsed in this turn of the event loop.
  await nextTurn();
  await pages.deliver(rows);
  if (rows.length < place.size || (place.total !== undefined && place.walked >= place.total)) return { more: false };
  // While the base is open, the second page must be as large as the first to be known again.
  if (place.sure) place.size = adapted(place, bytes / rows.length);
  return { more: true };
}

/** Undefined where the answer was too large: the same place is asked for again in smaller pages. */
async function askSmaller<T>(pages: Pages<T>, place: Place, pageNo: number): Promise<Page<T> | undefined> {
  try {
    return await pages.ask(pageNo, place.size);
  } catch (error) {
    const tooLarge = error instanceof NacosError && error.reason === 'too_large';
    if (!tooLarge || place.size === 1 || (!place.sure && place.walked > 0)) throw error;
    place.size = Math.max(1, place.size / 8);
    return undefined;
  }
}

/** By the last page: services of one kind tend to stand together. */
function adapted({ size, walked, sizes }: Place, rowBytes: number): number {
  if (size * rowBytes > sizes.bytes) return Math.min(size, powerOfTwo(sizes.bytes / rowBytes, sizes.rows));
  const roomy = size * 2 * rowBytes <= sizes.bytes && size * 2 <= sizes.rows;
  return roomy && walked % (size * 2) === 0 ? size * 2 : size;
}

/** The largest one within both, at least 1. */
function powerOfTwo(rows: number, most: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(1, Math.min(rows, most))));
}

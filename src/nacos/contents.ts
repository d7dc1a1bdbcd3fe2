/**
 * Reads what is registered in one namespace of one node, page by page: a page is handed on before the next one is asked
 * for, so that whoever reads a huge namespace holds what it wants to hold and nothing more. A torn walk is repeated once,
 * from the beginning, and so is what is handed on.
 */

import type { InstanceRecord, ServiceContents } from '../model.ts';
import { canaryGroup } from './canary-calls.ts';
import type { NodeClient } from './client.ts';
import { concurrently } from './concurrently.ts';
import { serviceOfRow } from './dialects/contents.ts';
import type { Call, CatalogRow, Dialect } from './dialects/dialect.ts';
import { isCount, refuse } from './dialects/fields.ts';
import { NacosError } from './errors.ts';
import { walkPages, type Pages, type PageSizes } from './page-walk.ts';

export interface ContentsSink {
  /** A walk begins: what this read brought before is void. */
  begin(): void;
  /** A page. The next one waits for it. */
  page(services: readonly ServiceContents[]): void | Promise<void>;
}

/** What one read of a node and namespace teaches the next. */
export interface ContentsHint {
  /** Bytes of a service with its instances, on average. */
  readonly serviceBytes: number;
}

export interface ContentsOptions {
  readonly hint?: ContentsHint;
  /** Services of a page at most. */
  readonly pageRows?: number;
  /** Bytes at which a page should stay. */
  readonly pageBytes?: number;
  readonly timeoutMs?: number;
  /** The read lasts so long that rows come and go meanwhile: it is not torn by that, and may miss a service that is there. */
  readonly changing?: boolean;
  /** Waited for before an answer is decoded: each is a step of its own, however many nodes answer at the same moment. */
  readonly turn?: () => Promise<void>;
  /** Told the bytes of every answer as it comes, and waited for: a budget may hold the read back. */
  readonly pace?: (bytes: number) => void | Promise<void>;
}

export interface ContentsRead {
  readonly services: number;
  readonly instances: number;
  /** Sums over all answers, those of a torn walk included. */
  readonly requests: number;
  readonly bytes: number;
  /** Time to the responses' headers: what the server took to compute them. */
  readonly serverMs: number;
  /** To be handed to the next read of the same node and namespace. */
  readonly hint: ContentsHint;
}

/** About 17 ms to parse and to make records of on a slow core, the longest step of a read. */
const usualPageBytes = 1_500_000;
/** Of a service about which nothing is known: small pages first. */
const usualServiceBytes = 12_000;
const mostRows = 16_384;
const usualTimeoutMs = 15_000;
/** Services asked for one by one: handed on together, and requests in flight. */
const batchRows = 64;
export const requestsAtOnce = 2;

export interface Meter {
  requests: number;
  bytes: number;
  serverMs: number;
}

/** From counts: what a service of such a namespace should weigh. An instance of 3.x has about 380 bytes, one of 1.x or 2.x half. */
export function expectedHint(services: number, instances: number): ContentsHint {
  return { serviceBytes: 200 + 400 * (instances / Math.max(1, services)) };
}

/** Throws NacosError: `torn` where two walks in a row were. */
export async function readContents(
  client: NodeClient, dialect: Dialect, namespace: string, sink: ContentsSink, options: ContentsOptions = {},
): Promise<ContentsRead> {
  const meter: Meter = { requests: 0, bytes: 0, serverMs: 0 };
  const sum = { services: 0, instances: 0 };
  const counting: ContentsSink = {
    begin() {
      sum.services = 0;
      sum.instances = 0;
      sink.begin();
    },
    page(all) {
      const services = withoutCanaries(all, ({ group }) => group);
      sum.services += services.length;
      for (const { instances } of services) sum.instances += instances.length;
      return sink.page(services);
    },
  };
  const read = dialect.contentsPage === undefined ? oneByOne : withInstances;
  await read(client, dialect, namespace, counting, options, meter);
  const serviceBytes = sum.services === 0 ? options.hint?.serviceBytes ?? usualServiceBytes : meter.bytes / sum.services;
  return { ...sum, ...meter, hint: { serviceBytes } };
}

/** One metered call. */
export async function ask<T>(client: NodeClient, call: Call<T>, options: ContentsOptions, meter: Meter): Promise<{ readonly value: T; readonly bytes: number }> {
  const { value, bytes, headersMs } = await client.call(call, {
    timeoutMs: options.timeoutMs ?? usualTimeoutMs, ...(options.turn === undefined ? {} : { turn: options.turn }),
  });
  meter.requests++;
  meter.bytes += bytes;
  meter.serverMs += headersMs;
  await options.pace?.(bytes);
  return { value, bytes };
}

/** A list of instances may be torn between its page and its count: asked once more. */
export async function askInstances(client: NodeClient, call: Call<readonly InstanceRecord[]>, options: ContentsOptions, meter: Meter): Promise<readonly InstanceRecord[]> {
  try {
    return (await ask(client, call, options, meter)).value;
  } catch (error) {
    if (error instanceof NacosError && error.reason === 'torn') return (await ask(client, call, options, meter)).value;
    throw error;
  }
}

async function withInstances(
  client: NodeClient, { contentsPage, contentsBase = 'one' }: Dialect, namespace: string, sink: ContentsSink, options: ContentsOptions, meter: Meter,
): Promise<void> {
  if (contentsPage === undefined) throw new TypeError('this dialect has no contents');
  await walkTwice(namespace, () => {
    sink.begin();
    return {
      base: contentsBase,
      async ask(pageNo, pageSize) {
        const { value, bytes } = await ask(client, contentsPage(namespace, pageNo, pageSize), options, meter);
        return { rows: value.services, bytes, ...(value.count === undefined ? {} : { count: value.count }) };
      },
      keyOf: ({ group, name }) => `${group}@@${name}`,
      deliver: (services) => sink.page(services),
      ...(options.changing === true ? { changing: true } : {}),
    };
  }, sizes(options, usualServiceBytes));
}

/** Where lists hold no instances: the names first, then each service that counts any. */
async function oneByOne(
  client: NodeClient, { catalogPage, allInstances }: Dialect, namespace: string, sink: ContentsSink, options: ContentsOptions, meter: Meter,
): Promise<void> {
  if (catalogPage === undefined || allInstances === undefined) throw new TypeError('this dialect has no contents');
  const rows: CatalogRow[] = [];
  await walkTwice(namespace, () => {
    rows.length = 0;
    return {
      base: 'one',
      async ask(pageNo, pageSize) {
        const { value, bytes } = await ask(client, catalogPage(namespace, pageNo, pageSize), options, meter);
        value.rows.forEach(checkRow);
        return { ...value, bytes };
      },
      keyOf: (row) => `${row.groupName}@@${row.name}`,
      deliver(page) {
        for (const row of withoutCanaries(page, ({ groupName }) => groupName)) rows.push(row);
      },
    };
  }, { ...sizes(options, usualServiceBytes), rowBytes: 200 });

  sink.begin();
  for (let from = 0; from < rows.length; from += batchRows) {
    const batch = rows.slice(from, from + batchRows);
    const services: ServiceContents[] = [];
    await concurrently([...batch.keys()], requestsAtOnce, async (i) => {
      const row = batch[i]!;
      const instances = row.ipCount === 0 ? [] : await askInstances(client, allInstances(namespace, row.groupName, row.name), options, meter);
      services[i] = { ...serviceOfRow(row), instances, ...(instances.length < row.ipCount ? { counted: row.ipCount } : {}) };
    });
    await sink.page(services);
  }
}

/** The same list where there is none. */
function withoutCanaries<T>(rows: readonly T[], groupOf: (row: T) => string): readonly T[] {
  return rows.some((row) => groupOf(row) === canaryGroup) ? rows.filter((row) => groupOf(row) !== canaryGroup) : rows;
}

/** `begin` makes the pages of one walk. */
async function walkTwice<T>(namespace: string, begin: () => Pages<T>, size: PageSizes): Promise<void> {
  const first = await walkPages(begin(), size);
  const torn = first === undefined ? undefined : await walkPages(begin(), size);
  if (torn !== undefined) throw new NacosError('torn', `contents of ${namespace}: ${torn}, and before: ${first}`);
}

function sizes({ hint, pageRows, pageBytes }: ContentsOptions, rowBytes: number): PageSizes {
  return { rowBytes: hint?.serviceBytes ?? rowBytes, rows: Math.min(pageRows ?? mostRows, mostRows), bytes: pageBytes ?? usualPageBytes };
}

/** The catalog's own loop checks rows where it reads them; this is the other reader. */
function checkRow({ name, groupName, ipCount }: CatalogRow, i: number): void {
  const at = `catalog_services row ${i}`;
  if (typeof name !== 'string' || name === '') throw refuse(`${at}.name`, 'a text', name);
  if (typeof groupName !== 'string' || groupName === '') throw refuse(`${at}.groupName`, 'a text', groupName);
  if (!isCount(ipCount)) throw refuse(`${at}.ipCount`, 'a count', ipCount);
}

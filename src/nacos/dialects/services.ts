/** Catalog pages and a service's protection threshold. Rows are checked where they are read, in the catalog's own loop. */

import type { CatalogPage, CatalogRow } from './dialect.ts';
import { countAt, fieldsAt, listAt, refuse } from './fields.ts';

/** `{"count":2,"serviceList":[…]}`; key order and the rows' order vary. */
export function catalogList(payload: unknown, at: string): CatalogPage {
  return page(payload, at, 'count', 'serviceList');
}

/** v3's Page. Its `pagesAvailable` is one too many on exact multiples (recorded: 3.1.0), hence never read. */
export function catalogItems(payload: unknown, at: string): CatalogPage {
  return page(payload, at, 'totalCount', 'pageItems');
}

export function protectThreshold(payload: unknown, at: string): number {
  const value = fieldsAt(payload, at)['protectThreshold'];
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) throw refuse(`${at}.protectThreshold`, 'a number from 0 to 1', value);
  return value;
}

/** A query in the order given, values encoded (`@` too: some proxies stumble over it). */
export function query(path: string, parameters: Readonly<Record<string, string | number | boolean>>): string {
  return `${path}?${Object.entries(parameters).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')}`;
}

function page(payload: unknown, at: string, total: string, list: string): CatalogPage {
  const body = fieldsAt(payload, at);
  return { count: countAt(body, total, at), rows: listAt(body[list], `${at}.${list}`) as readonly CatalogRow[] };
}

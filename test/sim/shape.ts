/** The shape of a JSON value: keys and types, not values. */

import { readFileSync } from 'node:fs';

export const fixture = (path: string): string => readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');

export interface Recorded {
  readonly file: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
}

export function recordings(folder: string): readonly Recorded[] {
  return fixture(`${folder}/INDEX.tsv`).trim().split('\n').slice(1).map((line) => {
    const [file = '', method = '', path = '', status = '', contentType = ''] = line.split('\t');
    return { file, method, path, status: Number(status), contentType };
  });
}

/** Maps whose keys are data: the values' shape counts, and for those in `named` the keys as well. */
const maps: ReadonlySet<string> = new Set(['metadata', 'clusterMap', 'services', 'META-INF/services']);

export function shapeOf(value: unknown, key = ''): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    const shapes = new Set(value.map((item) => JSON.stringify(shapeOf(item))));
    return [...shapes].toSorted().map((text) => JSON.parse(text) as unknown);
  }
  if (typeof value !== 'object') return typeof value;
  const entries = Object.entries(value);
  if (maps.has(key)) return { '*': shapeOf(entries.map(([, item]) => item)) };
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, shapeOf(item, name)]));
}

/** Sorted lists and no addresses, times or loads: what is left must be equal. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, plain(item)]));
}

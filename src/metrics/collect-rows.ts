/** First half of a rendering: takes a family's rows and finds each of them among the lines of the previous rendering. */

import type { AnyFamily, Emit } from './family.ts';
import { emptyLayout, type Layout } from './layout.ts';

export interface Rows {
  readonly count: number;
  readonly values: Float64Array;
  /** Label values (and what else `rowWidth` counts) of all rows, one after the other. */
  readonly labels: readonly string[];
  /** For each row the old row with the same labels, or -1; undefined where every row is the old one at its position. */
  readonly origins?: Int32Array;
}

/** Rows to look ahead in the previous rendering for one that moved up because others went. */
const lookAhead = 8;
const maxLabels = 8;

/** Values per row: the labels, the spelling of those that are not declared, and the part of a histogram or summary. */
export function rowWidth(family: { readonly labels: readonly string[]; readonly type: string; readonly open?: true }): number {
  return family.labels.length + (family.open === true ? 1 : 0) + (hasParts(family.type) ? 1 : 0);
}

/** Types whose lines have several names. */
export function hasParts(type: string): boolean {
  return type === 'histogram' || type === 'summary';
}

export function collectRows<V>(old: Layout | undefined, family: AnyFamily<V>, view: V): Rows {
  const width = rowWidth(family);
  if (width > maxLabels) throw new Error(`${family.name}: more than ${maxLabels} labels`);
  const { labels: oldLabels, values: oldValues } = old ?? emptyLayout;
  const oldCount = oldValues.length;

  let values = new Float64Array(oldCount + 16);
  /** Both undefined as long as every row is the old row at its position. */
  let labels: string[] | undefined;
  let origins: Int32Array | undefined;
  let row = 0;
  /** The old row expected next. */
  let next = 0;
  /** The label values of the row at hand. */
  const given: string[] = Array.from<string>({ length: width }).fill('');

  function isOld(at: number): boolean {
    const base = at * width;
    for (let label = 0; label < width; label++) if (oldLabels[base + label] !== given[label]) return false;
    return true;
  }

  function findOld(): number {
    const limit = Math.min(oldCount, next + 1 + lookAhead);
    for (let at = next; at < limit; at++) if (isOld(at)) return at;
    return -1;
  }

  function diverge(): Int32Array {
    if (given.includes(undefined as unknown as string)) throw new Error(`${family.name}: a row has too few label values`);
    labels = oldLabels.slice(0, row * width);
    return Int32Array.from({ length: values.length }, (_, at) => at);
  }

  function add(value: number): void {
    if (row === values.length) {
      values = grown(values, new Float64Array(row * 2));
      if (origins !== undefined) origins = grown(origins, new Int32Array(row * 2));
    }
    values[row] = value;
    if (origins === undefined && row < oldCount && isOld(row)) {
      row++;
      return;
    }
    if (origins === undefined) {
      next = row;
      origins = diverge();
    }
    const found = findOld();
    origins[row++] = found;
    if (found >= 0) next = found + 1;
    for (let label = 0; label < width; label++) labels!.push(given[label]!);
  }

  family.rows(view, emitInto(given, width, add));
  return {
    count: row, values: values.subarray(0, row),
    labels: labels ?? (row === oldCount ? oldLabels : oldLabels.slice(0, row * width)),
    ...(origins === undefined ? {} : { origins }),
  };
}

/** Fixed parameters instead of rest ones, which would make an array for every sample. */
// eslint-disable-next-line typescript/no-explicit-any -- one emit for families of any labels
function emitInto(given: string[], width: number, add: (value: number) => void): Emit<any> {
  return (value: number, a: string, b: string, c: string, d: string, e: string, f: string, g: string, h: string) => {
    if (width > 0) given[0] = a;
    if (width > 1) given[1] = b;
    if (width > 2) given[2] = c;
    if (width > 3) given[3] = d;
    if (width > 4) given[4] = e;
    if (width > 5) given[5] = f;
    if (width > 6) given[6] = g;
    if (width > 7) given[7] = h;
    add(value);
  };
}

function grown<T extends Int32Array | Float64Array>(source: T, target: T): T {
  target.set(source);
  return target;
}

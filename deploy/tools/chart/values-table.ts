/** The table of values in the chart's README, made from the comments of values.yaml that begin with two dashes. */

import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';

export interface ValueRow {
  /** As `--set` takes it. */
  readonly key: string;
  /** As JSON. */
  readonly standard: string;
  /** Undefined where the file says nothing. */
  readonly doc: string | undefined;
}

/** One row for each value; a mapping with a comment of its own is one row, one without is its entries. */
export function valueRows(text: string): readonly ValueRow[] {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) throw new Error('values.yaml: not a mapping');
  return rowsOf(contents, []);
}

function rowsOf(map: YAMLMap, path: readonly string[]): readonly ValueRow[] {
  return map.items.flatMap((pair, i) => {
    const key = [...path, String(isScalar(pair.key) ? pair.key.value : pair.key)];
    // The comment over a mapping's first entry is the mapping's own in this library.
    const doc = docOf((i === 0 ? map.commentBefore : undefined) ?? commentOf(pair));
    const { value } = pair;
    if (doc === undefined && isMap(value) && value.items.length > 0) return rowsOf(value, key);
    return [{ key: key.join('.'), standard: JSON.stringify((value as { toJSON(): unknown } | null)?.toJSON()), doc }];
  });
}

function commentOf({ key }: Pair): string | undefined {
  return isScalar(key) ? key.commentBefore ?? undefined : undefined;
}

function docOf(comment: string | undefined): string | undefined {
  const line = comment?.split('\n').findLast((one) => one.startsWith(' -- '));
  return line?.slice(4);
}

export function valuesTable(text: string): string {
  const cell = (words: string): string => words.replaceAll('|', '\\|');
  return ['| value | default | meaning |', '|---|---|---|', ...valueRows(text).map(({ key, standard, doc }) => `| \`${key}\` | \`${cell(standard)}\` | ${cell(doc ?? '')} |`), ''].join('\n');
}

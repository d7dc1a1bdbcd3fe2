/** Tables: one row for each set of labels, one column for each question, all asked of this moment. */

import { FieldTextAlignment, TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { mappingsOf, plain, thresholdsOf, type Steps, type Words } from './looks.ts';
import { asked, described, PromQueryFormat, refOf, type Click, type Common, type Piece, type Unit } from './panels.ts';
import { query } from './targets.ts';
import type { Expr } from '../promql.ts';

/** Pixels: no column is narrower. */
const narrow = 80;

/** Pixels that a title takes with its sign for the filter: columns of numbers are no wider, the rest is left to names. */
const roomFor = (title: string): number => Math.max(narrow, title.length * 8 + 36);

export interface Column<L extends string> {
  readonly title: string;
  /** Without `or` of different labels: each of its labels would be a column. */
  readonly of: Expr<L>;
  readonly unit: Unit;
  readonly decimals?: number;
  readonly steps?: Steps;
  readonly words?: Words;
  readonly notANumber?: string;
  readonly width?: number;
}

export interface TableSpec<L extends string> extends Omit<Common, 'unit' | 'decimals' | 'steps' | 'words' | 'notANumber' | 'click'> {
  /** Titles of the labels that the rows differ by. */
  readonly labels: { readonly [K in L]: string };
  readonly columns: readonly Column<L>[];
  /** Titles of the columns to sort by, the highest first unless told. */
  readonly sort?: readonly { readonly by: string; readonly ascending?: true }[];
  /** The cluster is chosen above: no column for it. */
  readonly oneCluster?: true;
  /** What a click on a label opens. */
  readonly clicks?: { readonly [K in L]?: Click };
}

export function table<L extends string>(spec: TableSpec<L>): Piece {
  const builder = described(new TableBuilder(), { ...spec, unit: 'short' }).cellHeight(TableCellHeight.Sm).filterable(true).minWidth(narrow);
  const names = Object.keys(spec.labels) as readonly string[] as readonly L[];
  const targets = spec.columns.map(({ of }) => query(of, ''));
  targets.forEach((target, i) => builder.withTarget(asked(target, refOf(i, target)).instant().format(PromQueryFormat.Table)));
  // Grafana numbers the values only where there are several queries.
  const valueName = (i: number): string => (targets.length === 1 ? 'Value' : `Value #${refOf(i, targets[i]!)}`);
  const order = [...names, ...spec.columns.map((_, i) => valueName(i))];
  builder.withTransformation({ id: 'merge', options: {} });
  builder.withTransformation({
    id: 'organize',
    options: {
      excludeByName: { Time: true, ...(spec.oneCluster ? { nacos_cluster: true } : {}) },
      indexByName: Object.fromEntries(order.map((name, i) => [name, i])),
      renameByName: Object.fromEntries([...names.map((name) => [name, spec.labels[name]]), ...spec.columns.map(({ title }, i) => [valueName(i), title])]),
    },
  });
  for (const name of names) {
    const click = spec.clicks?.[name];
    if (click !== undefined) builder.overrideByName(spec.labels[name], [{ id: 'links', value: [{ title: click.title, url: click.url, targetBlank: false }] }]);
  }
  for (const column of spec.columns) builder.overrideByName(column.title, cellsOf(column));
  const { sort = [] } = spec;
  // As rows come to the panel, one column after the other, the first last: what it shows as sorted by may be taken off with a click.
  for (const { by, ascending } of sort.toReversed()) builder.withTransformation({ id: 'sortBy', options: { fields: {}, sort: [{ field: by, desc: ascending !== true }] } });
  if (sort.length > 0) builder.sortBy(sort.map(({ by, ascending }) => ({ build: () => ({ displayName: by, desc: ascending !== true }) })));
  return { panel: builder.build(), width: spec.width, height: spec.height ?? 8 };
}

/** Nothing known of this row: the text for a whole panel without data would stand in each such cell. */
const noCell = '-';
/** By this version: a cell has no room for it. */
const unsupportedCell = 'not supported';
/** In a matrix, whose description says what it means. */
const unsupportedWord = 'n/a';
/** Pixels, in a matrix: of a column of words, and of the names of its rows. */
const narrowest = 64;
const rowNames = 236;

function cellsOf({ title, unit, decimals, steps = plain, words, notANumber, width }: Column<string>): DynamicConfigValue[] {
  const coloured = steps !== plain || words !== undefined;
  return [
    { id: 'unit', value: unit },
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
    { id: 'thresholds', value: thresholdsOf(steps) },
    { id: 'mappings', value: mappingsOf(words ?? {}, notANumber, noCell, unsupportedCell) },
    ...(coloured ? [{ id: 'custom.cellOptions', value: { type: 'color-text' } }] : []),
    { id: 'custom.width', value: width ?? roomFor(title) },
  ];
}

/** What every row of a matrix and every column of it means: one question, spread over two labels. */
export interface MatrixSpec<L extends string> extends Common {
  readonly of: Expr<L>;
  readonly row: NoInfer<L>;
  /** Above the first column. */
  readonly rows: string;
  readonly column: NoInfer<L>;
}

export function matrix<L extends string>(spec: MatrixSpec<L>): Piece {
  const builder = described(new TableBuilder(), spec).mappings(mappingsOf(spec.words ?? {}, undefined, noCell, unsupportedWord))
    .cellHeight(TableCellHeight.Sm).minWidth(narrowest).align(FieldTextAlignment.Left).cellOptions({ type: 'color-text' } as Parameters<TableBuilder['cellOptions']>[0]);
  builder.withTarget(asked(query(spec.of, ''), 'A').instant().format(PromQueryFormat.Table));
  builder.withTransformation({ id: 'groupingToMatrix', options: { columnField: spec.column, rowField: spec.row, valueField: 'Value', emptyValue: 'null' } });
  builder.withTransformation({ id: 'organize', options: { excludeByName: {}, indexByName: {}, renameByName: { [`${spec.row}\\${spec.column}`]: spec.rows } } });
  builder.overrideByName(spec.rows, [{ id: 'custom.width', value: rowNames }]);
  return { panel: builder.build(), width: spec.width, height: spec.height ?? 8 };
}

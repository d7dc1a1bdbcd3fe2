/** Tables: one row for each set of labels, one column for each question, all asked of this moment. */

import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { mappingsOf, plain, thresholdsOf, type Steps, type Words } from './looks.ts';
import { asked, described, PromQueryFormat, refOf, type Click, type Common, type Piece, type Unit } from './panels.ts';
import { query } from './targets.ts';
import type { Expr } from '../promql.ts';

/** Columns shrink to this many pixels before the table has to be scrolled. */
const narrow = 80;

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
  /** Title of the column to sort by, the highest first unless told. */
  readonly sort?: { readonly by: string; readonly ascending?: true };
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
      excludeByName: { Time: true },
      indexByName: Object.fromEntries(order.map((name, i) => [name, i])),
      renameByName: Object.fromEntries([...names.map((name) => [name, spec.labels[name]]), ...spec.columns.map(({ title }, i) => [valueName(i), title])]),
    },
  });
  for (const name of names) {
    const click = spec.clicks?.[name];
    if (click !== undefined) builder.overrideByName(spec.labels[name], [{ id: 'links', value: [{ title: click.title, url: click.url, targetBlank: false }] }]);
  }
  for (const column of spec.columns) builder.overrideByName(column.title, cellsOf(column));
  if (spec.sort !== undefined) {
    const { by, ascending } = spec.sort;
    builder.sortBy([{ build: () => ({ displayName: by, desc: ascending !== true }) }]);
  }
  return { panel: builder.build(), width: spec.width, height: spec.height ?? 8 };
}

/** Nothing known of this row: the text for a whole panel without data would stand in each such cell. */
const noCell = '-';

function cellsOf({ unit, decimals, steps = plain, words, notANumber, width }: Column<string>): DynamicConfigValue[] {
  const coloured = steps !== plain || words !== undefined;
  return [
    { id: 'unit', value: unit },
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
    { id: 'thresholds', value: thresholdsOf(steps) },
    { id: 'mappings', value: mappingsOf(words ?? {}, notANumber, noCell) },
    ...(coloured ? [{ id: 'custom.cellOptions', value: { type: 'color-text' } }] : []),
    ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
  ];
}

/** What every row of a matrix and every column of it means: one question, spread over two labels. */
export interface MatrixSpec<L extends string> extends Common {
  readonly of: Expr<L>;
  readonly row: NoInfer<L>;
  readonly column: NoInfer<L>;
}

export function matrix<L extends string>(spec: MatrixSpec<L>): Piece {
  const builder = described(new TableBuilder(), spec).mappings(mappingsOf(spec.words ?? {}, undefined, noCell))
    .cellHeight(TableCellHeight.Sm).minWidth(narrow).cellOptions({ type: 'color-text' } as Parameters<TableBuilder['cellOptions']>[0]);
  builder.withTarget(asked(query(spec.of, ''), 'A').instant().format(PromQueryFormat.Table));
  builder.withTransformation({ id: 'groupingToMatrix', options: { columnField: spec.column, rowField: spec.row, valueField: 'Value', emptyValue: 'null' } });
  return { panel: builder.build(), width: spec.width, height: spec.height ?? 8 };
}

/**
 * Panels out of Grafana's own builders, as this repository wants them: what the builders leave open (calcs, null handling,
 * legends, the version of the panel) is set here once, and every panel must have a title, a description and a unit.
 */

import { BigValueColorMode, BigValueGraphMode, BigValueTextMode, GraphDrawStyle, GraphThresholdsStyleMode, LegendDisplayMode, LegendPlacement, SortOrder, StackingMode, TooltipDisplayMode, VisibilityMode, VizOrientation, type DataSourceRef, type VizLegendOptions } from '@grafana/grafana-foundation-sdk/common';
import { DashboardLinkBuilder, FieldColorBuilder, FieldColorModeId, type DashboardLink, type DynamicConfigValue, type Panel, type ThresholdsConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat, QueryEditorMode } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as GraphBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { colors, mappingsOf, plain, thresholdsOf, type Steps, type Words } from './looks.ts';
import type { Target } from './targets.ts';

export const dataSource: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

/** Names of Grafana's units that the dashboards use; `dthms` is seconds as h:mm:ss, for ages whose axis would say 1.67 min. */
export type Unit = 'none' | 'short' | 'percentunit' | 's' | 'dthms' | 'ops' | 'reqps' | 'bytes' | 'Bps' | 'dateTimeAsIso';

/** A panel and the room it takes: columns of 24, and rows of 30 px. */
export interface Piece {
  readonly panel: Panel;
  readonly width: number;
  readonly height: number;
}

export interface Common {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height?: number;
  readonly unit: Unit;
  readonly decimals?: number;
  readonly steps?: Steps;
  readonly words?: Words;
  /** Text for a value that is no number, such as a share of nothing. */
  readonly notANumber?: string;
  /** Text in place of "No data": what its absence means. */
  readonly empty?: string;
  /** Address that a click on a value opens, which may hold `${__field.labels.…}`. */
  readonly click?: Click;
}

export interface Click {
  readonly title: string;
  readonly url: string;
}

interface Builder {
  title(text: string): this;
  description(text: string): this;
  datasource(ref: DataSourceRef): this;
  unit(unit: string): this;
  decimals(decimals: number): this;
  noValue(text: string): this;
  mappings(of: ReturnType<typeof mappingsOf>): this;
  thresholds(of: { build(): ThresholdsConfig }): this;
  colorScheme(color: FieldColorBuilder): this;
  dataLinks(links: { build(): DashboardLink }[]): this;
  withTarget(target: DataqueryBuilder): this;
}

const refIds = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export const companionRef = 'Unsupported';

export const refOf = (i: number, { companion }: Target): string => (companion ? companionRef : refIds[i]!);

/** `series`: colours tell series apart; else they tell the value. */
export function described<B extends Builder>(builder: B, { title, description, unit, decimals, steps = plain, words, notANumber, empty, click }: Common, series = false): B {
  builder.title(title).description(description).datasource(dataSource).unit(unit).mappings(mappingsOf(words ?? {}, notANumber));
  builder.thresholds({ build: () => thresholdsOf(steps) });
  builder.colorScheme(new FieldColorBuilder().mode(series ? FieldColorModeId.PaletteClassic : FieldColorModeId.Thresholds));
  if (decimals !== undefined) builder.decimals(decimals);
  if (empty !== undefined) builder.noValue(empty);
  if (click !== undefined) builder.dataLinks([{ build: () => valueLink(click) }]);
  return builder;
}

/** A link on a value is no link of a dashboard: of the builder's fields it has these three. */
function valueLink({ title, url }: Click): DashboardLink {
  const { targetBlank } = new DashboardLinkBuilder(title).targetBlank(!url.startsWith('/d/')).build();
  return { title, url, targetBlank } as DashboardLink;
}

export function asked(target: Target, refId: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(dataSource).editorMode(QueryEditorMode.Code).expr(target.expr.text).legendFormat(target.legend).refId(refId);
}

export interface GraphSpec extends Common {
  readonly targets: readonly Target[];
  readonly min?: number;
  readonly max?: number;
  /** The axis reaches at least so far: what is 0 all the time would else be drawn on one up to 100. */
  readonly softMax?: number;
  readonly stacked?: true;
  /** Draws the steps as dashed lines. */
  readonly limits?: true;
  /** Bars for what is counted per interval, on top of each other. */
  readonly bars?: true;
  /** More series than a legend below has room for: it stands at the right, the highest of the last values first. */
  readonly many?: true;
  /** Start of the legends that are not a measurement but what it is held against. Each line has a baseline: these are not in the legend. */
  readonly reference?: 'baseline' | 'agreed' | 'expected';
}

const dashed: DynamicConfigValue[] = [
  { id: 'color', value: { mode: 'fixed', fixedColor: colors.plain } },
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } },
  { id: 'custom.lineWidth', value: 2 },
  { id: 'custom.fillOpacity', value: 0 },
];

const outOfLegend: DynamicConfigValue = { id: 'custom.hideFrom', value: { viz: false, legend: true, tooltip: false } };

/** Its name stays in the legend; drawn, its value would be taken for a measurement. */
const nameOnly: DynamicConfigValue[] = [
  { id: 'color', value: { mode: 'fixed', fixedColor: colors.neutral } },
  { id: 'custom.hideFrom', value: { viz: true, legend: false, tooltip: true } },
];

export function graph(spec: GraphSpec): Piece {
  const builder = described(new GraphBuilder(), spec, true)
    .drawStyle(spec.bars ? GraphDrawStyle.Bars : GraphDrawStyle.Line).lineWidth(spec.bars ? 0 : 2).fillOpacity(spec.bars ? 70 : spec.stacked ? 30 : 0)
    .showPoints(VisibilityMode.Auto).pointSize(4)
    .legend({ build: () => legendOf(spec) })
    .tooltip({ build: () => ({ mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending }) })
    .thresholdsStyle({ build: () => ({ mode: spec.limits ? GraphThresholdsStyleMode.Dashed : GraphThresholdsStyleMode.Off }) });
  if (spec.min !== undefined) builder.min(spec.min);
  if (spec.max !== undefined) builder.max(spec.max);
  const softMax = spec.softMax ?? softMaxOf(spec);
  if (softMax !== undefined) builder.axisSoftMax(softMax);
  if (spec.stacked || spec.bars) builder.stacking({ build: () => ({ mode: StackingMode.Normal, group: 'A' }) });
  overTime(builder, spec.targets);
  if (spec.reference !== undefined) builder.overrideByRegexp(`/^${spec.reference}/`, spec.reference === 'baseline' ? [...dashed, outOfLegend] : dashed);
  if (spec.targets.some(({ companion }) => companion)) builder.overrideByQuery(companionRef, nameOnly);
  return { panel: builder.build(), width: spec.width, height: spec.height ?? 8 };
}

/** As many as make whole numbers on an axis. */
const fewCounts = 4;
const fewPercent = 0.1;

/** For what starts at 0 and may stay there. Limits that are drawn are in sight. */
function softMaxOf({ unit, min, max, steps, limits }: GraphSpec): number | undefined {
  if (min !== 0 || max !== undefined) return undefined;
  if (unit === 'percentunit') return limits && steps !== undefined ? Math.max(...steps.from.map(([value]) => value)) : fewPercent;
  return unit === 'short' || unit === 'none' ? fewCounts : undefined;
}

function legendOf({ many, targets }: GraphSpec): VizLegendOptions {
  if (many !== true) return { displayMode: LegendDisplayMode.List, placement: LegendPlacement.Bottom, showLegend: true, calcs: [] };
  // The value of a companion is no value: a column of values would show it.
  if (targets.some(({ companion }) => companion)) return { displayMode: LegendDisplayMode.List, placement: LegendPlacement.Right, showLegend: true, calcs: [] };
  return { displayMode: LegendDisplayMode.Table, placement: LegendPlacement.Right, showLegend: true, calcs: ['lastNotNull'], sortBy: 'Last *', sortDesc: true };
}

/** A companion comes first: a long legend is cut at its end. */
function overTime(builder: Builder, targets: readonly Target[]): void {
  const numbered = targets.map((target, i) => [target, refOf(i, target)] as const);
  const [companions, answers] = [numbered.filter(([{ companion }]) => companion), numbered.filter(([{ companion }]) => !companion)];
  for (const [target, refId] of [...companions, ...answers]) builder.withTarget(asked(target, refId).range());
}

export interface StatSpec extends Common {
  readonly targets: readonly Target[];
  /** Fills the tile with the colour: for what decides, not for what informs. */
  readonly loud?: true;
  readonly sparkline?: true;
  /** Each tile has the name of its series. */
  readonly named?: true;
}

/** Pixels. Grafana would fit each tile's text by itself: the shorter a name, the larger. */
const tileText = { titleSize: 13, valueSize: 20 } as const;

export function stat(spec: StatSpec): Piece {
  const builder = described(new StatBuilder(), spec)
    .colorMode(spec.loud ? BigValueColorMode.Background : BigValueColorMode.Value)
    .graphMode(spec.sparkline ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .textMode(spec.named ? BigValueTextMode.ValueAndName : BigValueTextMode.Value)
    .orientation(VizOrientation.Vertical)
    .reduceOptions({ build: () => ({ calcs: ['lastNotNull'], fields: '', values: false }) });
  if (spec.named) builder.text({ build: () => tileText });
  spec.targets.forEach((target, i) => {
    const one = asked(target, refOf(i, target));
    builder.withTarget(spec.sparkline ? one.range() : one.instant());
  });
  return { panel: builder.build(), width: spec.width, height: spec.height ?? 4 };
}

export interface TimelineSpec extends Common {
  readonly targets: readonly Target[];
  readonly words: Words;
}

/** States over time, one row a series. */
export function timeline(spec: TimelineSpec): Piece {
  const builder = described(new TimelineBuilder(), spec)
    .mergeValues(true).showValue(VisibilityMode.Auto).rowHeight(0.85).fillOpacity(80).lineWidth(0)
    .legend({ build: () => ({ displayMode: LegendDisplayMode.List, placement: LegendPlacement.Bottom, showLegend: false, calcs: [] }) })
    .tooltip({ build: () => ({ mode: TooltipDisplayMode.Single, sort: SortOrder.None }) });
  overTime(builder, spec.targets);
  return { panel: builder.build(), width: spec.width, height: spec.height ?? 8 };
}

/** Words among the numbers; markdown. */
export function text(spec: Pick<Common, 'title' | 'description' | 'width' | 'height'> & { readonly markdown: string }): Piece {
  const builder = new TextBuilder().title(spec.title).description(spec.description).mode(TextMode.Markdown).content(spec.markdown);
  return { panel: builder.build(), width: spec.width, height: spec.height ?? 8 };
}

export { PromQueryFormat };

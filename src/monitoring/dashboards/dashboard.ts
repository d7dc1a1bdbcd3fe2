/** One dashboard out of its parts, and what Grafana's builder adds to it taken off again. */

import { DashboardBuilder, DashboardCursorSync, type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Values } from '../values.ts';
import { annotationsOf } from './annotations.ts';
import { kitFor, type DashboardKit } from './kit.ts';
import { placed, type Section } from './layout.ts';
import { boards, linksFrom, type BoardName } from './links.ts';
import { scopeOf, variablesOf, type VariableSpec } from './variables.ts';

export interface BoardSpec {
  readonly name: BoardName;
  readonly description: string;
  readonly variables: readonly VariableSpec[];
  /** Shows the variable with the exporter's address. */
  readonly showExporter?: true;
  readonly from?: string;
  sections(kit: DashboardKit): readonly Section[];
}

/** The version of Grafana whose panels these are: an older one takes them as they are, a newer one migrates them. */
export const pluginVersion = '12.0.0';

export function dashboardText(spec: BoardSpec, values: Values): string {
  return `${JSON.stringify(tidy(build(spec, values)), undefined, 2)}\n`;
}

function build(spec: BoardSpec, values: Values): Dashboard {
  const kit = kitFor(values, scopeOf(spec.variables));
  const { uid, title } = boards[spec.name];
  const { schemaVersion, ...whole } = new DashboardBuilder(title).uid(uid).description(spec.description).tags(['nacos', 'nacos-exporter'])
    .timezone('browser').readonly().tooltip(DashboardCursorSync.Crosshair).refresh('30s').time({ from: spec.from ?? 'now-1h', to: 'now' }).build();
  const panels = placed(spec.sections(kit)).map((panel) => (panel.type === 'row' || panel.type === 'text' ? panel : { ...panel, pluginVersion }));
  return {
    id: null, uid, title, schemaVersion,
    ...whole, panels,
    templating: { list: variablesOf(spec.variables, values, spec.showExporter === true) },
    annotations: { list: annotationsOf(kit) },
    links: linksFrom(spec.name, spec.variables.some(({ name, single }) => name === 'cluster' && single === true)),
  };
}

/** Fields that the builders fill with what Grafana takes for granted, by their value. */
const noise: Readonly<Record<string, unknown>> = {
  transparent: false, repeatDirection: 'h', skipUrlSync: false, multi: false, includeAll: false, allowCustomValue: true, hide: 0, builtIn: 0,
  options: '[]', regex: '', asDropdown: false, tags: '[]', wideLayout: true, showPercentChange: false, percentChangeColorMode: 'standard',
  liveNow: false, fiscalYearStartMonth: 0, weekStart: '', preload: false, auto: false, auto_min: '10s', auto_count: 30, showTypeIcons: false, intervalFactor: 1,
};

/** Without noise, and without the placement that hides links and annotations in a menu. Order of keys as built, which is fixed. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    if (key === 'placement' && inner === 'inControlsMenu') return [];
    if (typeof inner === 'function' || inner === undefined) return [];
    // The tags of a dashboard are looked for by people; those of a link stand for nothing.
    const known = key in noise && (noise[key] === inner || (Array.isArray(inner) && inner.length === 0 && noise[key] === '[]'));
    return known ? [] : [[key, tidy(inner)]];
  }));
}

/** Reads the dashboards as a user imports them (Grafana's classic schema): their panels, queries, variables and annotations. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where they are generated to. */
export const dashboardFolder = join(import.meta.dirname, '../../dashboards');

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly instant: boolean;
  /**
   * `value`: shows what is there. `companion`: stands beside targets that do, and says "not supported by this version" where
   * that is why they show nothing. `either`: does the one or the other by itself.
   */
  readonly says: 'value' | 'companion' | 'either';
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  /** Of the row that it stands in; empty above the first. */
  readonly row: string;
  readonly targets: readonly Target[];
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  /** Of a query variable, else its constant text. */
  readonly query: string;
  readonly regex: string;
  /** Stands for a regular expression: several values, or all. */
  readonly many: boolean;
  readonly allValue: string | undefined;
}

export interface Annotation {
  readonly name: string;
  readonly expr: string;
}

export interface Dashboard {
  readonly file: string;
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly variables: readonly Variable[];
  /** Those that ask Prometheus. */
  readonly annotations: readonly Annotation[];
}

interface RawPanel {
  readonly id?: number;
  readonly type: string;
  readonly title?: string;
  readonly targets?: readonly { readonly refId: string; readonly expr?: string; readonly instant?: boolean }[];
  /** Of a collapsed row. */
  readonly panels?: readonly RawPanel[];
}

interface RawVariable {
  readonly name: string;
  readonly type: string;
  readonly query?: string | { readonly query?: string };
  readonly definition?: string;
  readonly regex?: string;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string | null;
}

interface RawDashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels?: readonly RawPanel[];
  readonly templating?: { readonly list?: readonly RawVariable[] };
  readonly annotations?: { readonly list?: readonly { readonly name: string; readonly expr?: string; readonly target?: { readonly expr?: string } }[] };
}

export function readDashboards(folder = dashboardFolder): readonly Dashboard[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).toSorted() : [];
  return names.map((file) => dashboardOf(file, JSON.parse(readFileSync(join(folder, file), 'utf8')) as RawDashboard));
}

export function dashboardOf(file: string, raw: RawDashboard): Dashboard {
  return {
    file, uid: raw.uid, title: raw.title,
    panels: panelsOf(raw.panels ?? []),
    variables: (raw.templating?.list ?? []).map(variableOf),
    annotations: (raw.annotations?.list ?? []).flatMap(({ name, expr, target }) => {
      const text = expr ?? target?.expr;
      return text === undefined ? [] : [{ name, expr: text }];
    }),
  };
}

/** Rows are opened: the panels of a collapsed one are inside of it, those of an open one follow it. */
function panelsOf(raw: readonly RawPanel[]): readonly Panel[] {
  const panels: Panel[] = [];
  let row = '';
  for (const one of raw.flatMap((panel) => [panel, ...panel.panels ?? []])) {
    if (one.type === 'row') row = one.title ?? '';
    else panels.push({ id: one.id ?? 0, type: one.type, title: one.title ?? '', row, targets: targetsOf(one) });
  }
  return panels;
}

const supportMetric = 'nacos_poll_supported';
/** Of a value that is never negative: the version has no source for it. */
export const unsupportedValue = '-1';
/** How an expression comes to it. */
const makesUnsupported = /nacos_poll_supported\{[^}]*\}\) == 0\) - 1/;
const labelNames = ['nacos_cluster', 'nacos_node'];

function targetsOf({ targets = [] }: RawPanel): readonly Target[] {
  const asking = targets.filter((target): target is typeof target & { readonly expr: string } => (target.expr ?? '') !== '');
  // A panel about what is supported has no companions.
  const mixed = asking.some(({ expr }) => asksMore(expr));
  return asking.map(({ refId, expr, instant }) => ({
    refId, expr, instant: instant === true,
    says: !expr.includes(supportMetric) || !mixed ? 'value' : !asksMore(expr) ? 'companion' : makesUnsupported.test(expr) ? 'either' : 'value',
  }));
}

/** Names another series than the one of what is supported. */
function asksMore(expr: string): boolean {
  const names = expr.match(/\b(?:nacos|process|nodejs)_\w+|\bALERTS\b/g) ?? [];
  return names.some((name) => name !== supportMetric && !labelNames.includes(name));
}

function variableOf({ name, type, query, definition, regex, multi, includeAll, allValue }: RawVariable): Variable {
  return {
    name, type, regex: regex ?? '', many: multi === true || includeAll === true, allValue: allValue ?? undefined,
    query: (typeof query === 'string' ? query : query?.query) ?? definition ?? '',
  };
}

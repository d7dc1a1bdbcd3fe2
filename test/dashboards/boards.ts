/** The generated dashboards as a reader of JSON sees them. */

import { dashboardFiles } from '../../src/monitoring/dashboards/index.ts';
import { defaultValues, type Values } from '../../src/monitoring/values.ts';

export interface TargetJson {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly format?: string;
  readonly datasource: unknown;
}

export interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly datasource: unknown;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly TargetJson[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly transformations?: readonly { readonly id: string; readonly options: Readonly<Record<string, unknown>> }[];
  readonly fieldConfig?: {
    readonly defaults: { readonly unit?: string; readonly min?: number; readonly max?: number; readonly custom?: unknown; readonly noValue?: string; readonly links?: readonly LinkJson[]; readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] } };
    readonly overrides: readonly { readonly matcher: { readonly id: string; readonly options: unknown }; readonly properties: readonly { readonly id: string; readonly value: unknown }[] }[];
  };
}

export interface LinkJson {
  readonly title: string;
  readonly url: string;
  readonly type?: string;
  readonly includeVars?: boolean;
  readonly keepTime?: boolean;
}

export interface BoardJson {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly schemaVersion: number;
  readonly panels: readonly PanelJson[];
  readonly links: readonly LinkJson[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly datasource?: unknown; readonly query: string | { readonly query: string }; readonly definition?: string }[] };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr: string; readonly datasource: unknown; readonly textFormat: string }[] };
}

export function boardsOf(values: Values = defaultValues): readonly BoardJson[] {
  return [...dashboardFiles(values).values()].map((text) => JSON.parse(text) as BoardJson);
}

/** Panels that ask something. */
export const askingPanels = (board: BoardJson): readonly PanelJson[] => board.panels.filter(({ targets }) => targets !== undefined);

/** A window that nobody writes by hand: what has it had Grafana's. */
export const rateWindow = '61s';

/** As Grafana would ask it, with a value for each variable. */
export function substituted(expr: string): string {
  return expr.replaceAll('$__rate_interval', rateWindow).replaceAll(/\$(cluster|node|namespace|group|service)\b/g, 'x');
}

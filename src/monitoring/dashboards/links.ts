/** The dashboards by name, and the ways between them: each carries variables and time along. */

import { DashboardLinkBuilder, DashboardLinkType, type DashboardLink } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Click } from './panels.ts';
import type { VariableName } from './variables.ts';

export const boards = {
  clusters: { uid: 'nacos-clusters', title: 'Nacos / Clusters', short: 'Clusters' },
  cluster: { uid: 'nacos-cluster', title: 'Nacos / Cluster', short: 'Cluster' },
  divergence: { uid: 'nacos-divergence', title: 'Nacos / Divergence', short: 'Divergence' },
  services: { uid: 'nacos-services', title: 'Nacos / Services', short: 'Services' },
  beatsAndPush: { uid: 'nacos-beats-and-push', title: 'Nacos / Beats and push', short: 'Beats and push' },
  migration: { uid: 'nacos-migration', title: 'Nacos / Migration', short: 'Migration' },
  exporter: { uid: 'nacos-exporter', title: 'Nacos / Exporter', short: 'Exporter' },
} as const;
export type BoardName = keyof typeof boards;

/** `oneCluster`: whether the dashboard is of one. */
export function linksFrom(name: BoardName, oneCluster: boolean): DashboardLink[] {
  const others = Object.entries(boards).filter(([other]) => other !== name).map(([, { uid, short }]) =>
    new DashboardLinkBuilder(short).type(DashboardLinkType.Link).url(`/d/${uid}`).icon('dashboard').includeVars(true).keepTime(true).build());
  const page = new DashboardLinkBuilder('What differs').type(DashboardLinkType.Link).url(differencesUrl(oneCluster ? chosen('cluster', 'percentencode') : undefined))
    .icon('external link').tooltip('The page of the exporter that names service, node and values').targetBlank(true).build();
  return [...others, page];
}

/** A label of the clicked series. */
export const ofSeries = (label: string): string => `\${__field.labels.${label}}`;
/** The text of the clicked cell. */
export const ofCell = '${__value.text}';
/** What is chosen on this dashboard; `percentencode` in an address that is not Grafana's own. */
export const chosen = (variable: VariableName, format?: 'percentencode'): string => `\${${variable}${format === undefined ? '' : `:${format}`}}`;

/** The exporter's page, of all its clusters unless told. */
export function differencesUrl(cluster?: string, namespace?: string): string {
  const query = [...(cluster === undefined ? [] : [`cluster=${cluster}`]), ...(namespace === undefined ? [] : [`namespace=${namespace}`])];
  return `\${exporter}/divergence${query.length === 0 ? '' : `?${query.join('&')}`}`;
}

const which = 'Which services, nodes and values';
/** The page on the chosen cluster. */
export const differences: Click = { title: which, url: differencesUrl(chosen('cluster', 'percentencode')) };
/** And on the namespace of the clicked series. */
export const differencesOfNamespace: Click = { title: which, url: differencesUrl(chosen('cluster', 'percentencode'), ofSeries('namespace_id')) };

const carried = '${datasource:queryparam}&${__url_time_range}';

/** A click on a series or cell that opens another dashboard on what was clicked: variables to texts that Grafana fills in. */
export function opens(name: BoardName, set: { readonly [V in VariableName]?: string }): Click {
  const variables = Object.entries(set).map(([variable, text]) => `&var-${variable}=${text}`).join('');
  return { title: `Open ${boards[name].short}`, url: `/d/${boards[name].uid}?${carried}${variables}` };
}

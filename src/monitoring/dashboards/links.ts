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

export function linksFrom(name: BoardName): DashboardLink[] {
  const others = Object.entries(boards).filter(([other]) => other !== name).map(([, { uid, short }]) =>
    new DashboardLinkBuilder(short).type(DashboardLinkType.Link).url(`/d/${uid}`).icon('dashboard').includeVars(true).keepTime(true).build());
  const page = new DashboardLinkBuilder('What differs').type(DashboardLinkType.Link).url(differencesUrl)
    .icon('external link').tooltip('The page of the exporter that names service, node and values').targetBlank(true).build();
  return [...others, page];
}

export const differencesUrl = '${exporter}/divergence';
export const differences: Click = { title: 'Which services, nodes and values', url: differencesUrl };

const carried = '${datasource:queryparam}&${__url_time_range}';

/** A click on a series or cell that opens another dashboard on what was clicked: variables to texts that Grafana fills in. */
export function opens(name: BoardName, set: { readonly [V in VariableName]?: string }): Click {
  const variables = Object.entries(set).map(([variable, text]) => `&var-${variable}=${text}`).join('');
  return { title: `Open ${boards[name].short}`, url: `/d/${boards[name].uid}?${carried}${variables}` };
}

/** A label of the clicked series. */
export const ofSeries = (label: string): string => `\${__field.labels.${label}}`;
/** The text of the clicked cell. */
export const ofCell = '${__value.text}';
/** What is chosen on this dashboard. */
export const chosen = (variable: VariableName): string => `\${${variable}}`;

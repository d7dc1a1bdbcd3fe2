/** What no label may carry: which service differs, on which node, in which instance and field, and since when; bounded and counted. */

import { escapeHtml } from './landing-page.ts';
import { pageStyle } from './headers.ts';

export interface DivergenceDifference {
  readonly node: string;
  readonly what: 'missing' | 'surplus' | 'conflict';
  /** The cluster inside the service. */
  readonly cluster: string;
  readonly address: string;
  readonly ephemeral?: boolean;
  readonly field?: string;
  /** Of metadata the keys that differ, as JSON; both empty where they are not known. */
  readonly agreed: string;
  readonly shown: string;
}

export interface DivergenceItem {
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  readonly kind: string;
  readonly confirmed: boolean;
  /** ISO 8601, UTC: when it was first seen. */
  readonly since: string;
  readonly cause?: string;
  /** False where the version of a node never repairs such a difference. */
  readonly healsByItself: boolean;
  readonly differences: readonly DivergenceDifference[];
  /** Differences beyond those listed. */
  readonly omitted?: number;
}

/** A configuration that a node serves otherwise than it is stored, by name: contents are not known here. */
export interface DivergentConfigItem {
  readonly namespace: string;
  readonly group: string;
  readonly dataId: string;
  readonly node: string;
  readonly what: 'content' | 'missing';
  /** ISO 8601, UTC: when it was first seen. */
  readonly since: string;
}

export interface ClusterDivergence {
  readonly cluster: string;
  /** False until every node's contents were compared once. */
  readonly compared: boolean;
  /** More was due for a verdict than may be read again. */
  readonly sampled: boolean;
  /** How many there are; `services` may be a part of them. */
  readonly total: number;
  readonly services: readonly DivergenceItem[];
  /** Absent while `config_check` is off. */
  readonly configs?: readonly DivergentConfigItem[];
}

export interface EventItem {
  readonly cursor: number;
  readonly at: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  readonly instance: { readonly cluster: string; readonly address: string; readonly ephemeral?: boolean };
  readonly cause: string;
  readonly tagBefore: string;
  readonly tagAfter: string;
}

export interface EventsPage {
  readonly events: readonly EventItem[];
  /** To be given as `after` next time. */
  readonly cursor: number;
  /** Events after `after` and before the first of these are not known here: the list is bounded, and a new process has none. */
  readonly missed: boolean;
}

/** Services of a page and of an answer at most, and differences of each; the rest is counted. */
export const mostServices = 500;
export const mostDifferences = 20;
export const mostEvents = 1_000;

export function divergencePage(clusters: readonly ClusterDivergence[]): string {
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Divergence</title><style>${pageStyle}</style></head>
<body>
<h1>Where the nodes differ</h1>
${clusters.map(section).join('\n')}
</body>
</html>
`;
}

function section(cluster: ClusterDivergence): string {
  return `<h2>${escapeHtml(cluster.cluster)}</h2>${registrySection(cluster)}${configSection(cluster.configs ?? [])}`;
}

function configSection(configs: readonly DivergentConfigItem[]): string {
  if (configs.length === 0) return '';
  return `<p>${configs.length} times a node serves a configuration otherwise than it is stored</p>
<table><thead><tr><th>namespace</th><th>configuration</th><th>difference</th><th>since</th><th>node</th></tr></thead><tbody>${configs.map(({ namespace, group, dataId, what, since, node }) =>
    row([namespace, `${group} ${dataId}`, what === 'missing' ? 'missing' : 'other content', since, node])).join('')}</tbody></table>`;
}

const row = (cells: readonly string[]): string => `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;

function registrySection({ compared, sampled, total, services }: ClusterDivergence): string {
  if (!compared) return '<p>not compared yet</p>';
  if (total === 0) return '<p class="up">all nodes hold the same</p>';
  const shown = services.length < total ? `; the oldest ${services.length} are listed` : '';
  const note = sampled ? '; confirmed by a sample' : '';
  return `<p>${total} services differ${shown}${note}</p>
<table><thead><tr><th>namespace</th><th>service</th><th>kind</th><th>since</th><th>node</th><th>difference</th></tr></thead><tbody>${services.map(rows).join('')}</tbody></table>`;
}

function rows({ namespace, group, service, kind, confirmed, since, healsByItself, cause, differences, omitted }: DivergenceItem): string {
  const state = `${confirmed ? kind : `${kind}, suspected`}${cause === undefined ? '' : `, ${cause}`}${healsByItself ? '' : ', will not heal by itself'}`;
  const listed = differences.map((difference, i) => {
    const cells = i === 0 ? [namespace, `${group}@@${service}`, state, since] : ['', '', '', ''];
    return [...cells, difference.node, words(difference)];
  });
  const rest = omitted === undefined ? [] : [['', '', '', '', '', `and ${omitted} more`]];
  return [...listed, ...rest].map(row).join('');
}

function words({ what, cluster, address, field = '', agreed, shown }: DivergenceDifference): string {
  const place = cluster === 'DEFAULT' ? address : `${address} (${cluster})`;
  if (what !== 'conflict') return `${place}: ${what}`;
  return agreed === shown ? `${place}: ${field} differs` : `${place}: ${field} is ${shown}, agreed ${agreed}`;
}

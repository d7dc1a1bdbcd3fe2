/** The page at `/`: what this is, where things are, and how the nodes are. Plain HTML without a script. */

import { pageStyle } from './headers.ts';

export interface Summary {
  readonly version: string;
  readonly clusters: readonly ClusterSummary[];
}

export interface ClusterSummary {
  readonly name: string;
  readonly nodes: readonly NodeSummary[];
  /** End of the last poll, milliseconds since the epoch; absent before the first. */
  readonly polledAt?: number;
}

export interface NodeSummary {
  readonly node: string;
  readonly state: 'up' | 'down' | 'unknown';
  /** Server version, where the node tells it. */
  readonly version?: string;
  /** One line for people: why it is down, or not ready. */
  readonly detail?: string;
}

export interface Link {
  readonly path: string;
  readonly text: string;
}

export function landingPage(summary: Summary, links: readonly Link[]): string {
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>nacos-exporter</title><style>${pageStyle}</style></head>
<body>
<h1>nacos-exporter ${escapeHtml(summary.version)}</h1>
<ul>${links.map(({ path, text }) => `<li><a href="${escapeHtml(path)}">${escapeHtml(text)}</a></li>`).join('')}</ul>
${summary.clusters.map(clusterSection).join('\n')}
</body>
</html>
`;
}

function clusterSection({ name, nodes, polledAt }: ClusterSummary): string {
  const polled = polledAt === undefined ? 'not polled yet' : `polled ${new Date(polledAt).toISOString()}`;
  const rows = nodes.map(({ node, state, version = '', detail = '' }) => {
    const cells = [node, version, detail].map(escapeHtml);
    return `<tr><td>${cells[0]}</td><td class="${state}">${state}</td><td>${cells[1]}</td><td>${cells[2]}</td></tr>`;
  });
  return `<h2>${escapeHtml(name)}</h2>
<p>${polled}</p>
<table><thead><tr><th>node</th><th>state</th><th>version</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

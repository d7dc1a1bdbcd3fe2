/** The members of a cluster, each with why its word counts or does not. */

import { html, named, visible, type Html } from './html.ts';
import { absent, headers, scrolling, type Column } from './parts.ts';
import { bare, type PageQuery } from './query.ts';
import type { ClusterState, NodeState } from './state.ts';
import type { Words } from './words.ts';

export function nodesSection({ nodes }: ClusterState, path: string, query: PageQuery, words: Words): Html {
  const { t } = words;
  const columns: readonly Column[] = [
    { label: t.nodes.node }, { label: t.nodes.state }, { label: t.nodes.version }, { label: t.nodes.vote }, { label: t.nodes.leads },
    { label: t.nodes.seen }, { label: t.nodes.latency, numeric: true }, { label: t.nodes.read },
  ];
  return html`<section><h2 id="nodes-title">${t.nodes.title}</h2>
${scrolling(t.nodes.title, html`<table><caption class="ear">${t.nodes.caption}</caption><thead>${headers(columns, path, bare(query), words)}</thead>
<tbody>${nodes.map((node) => rowHtml(node, words))}</tbody></table>`)}</section>`;
}

function rowHtml(state: NodeState, words: Words): Html {
  const { t } = words;
  const { node, vote, version, leads, seenUp, readAt, responseMs } = state;
  return html`<tr data-key="${node}"><th scope="row" class="mono">${named(node)}</th>
<td>${stateHtml(state, words)}</td>
<td class="mono">${version === undefined ? absent(t.nodes.noVersion) : named(version)}</td>
<td>${vote === 'votes' ? t.nodes.votes.votes : html`<span class="care">${t.nodes.votes[vote]}</span>`}${state.lacks === undefined || state.lacks === 0 ? '' : html` <span class="dim">${t.nodes.lacks(state.lacks)}</span>`}</td>
<td class="mono wrap">${leads.length === 0 ? absent(t.nodes.noLeads) : t.list(leads.map(visible))}</td>
<td>${seenUp === undefined ? absent(t.nodes.noSeen) : html`<span class="${seenUp.up < seenUp.of ? 'care' : ''}">${t.nodes.seenOf(seenUp.up, seenUp.of)}</span>`}</td>
<td class="number">${responseMs === undefined ? absent(t.nodes.noLatency) : t.nodes.ms(Math.round(responseMs))}</td>
<td>${readAt === undefined ? absent(t.nodes.noRead) : words.time(readAt)}</td></tr>
`;
}

function stateHtml({ condition, ready, detail }: NodeState, { t }: Words): Html {
  const word = condition === 'up' && ready === false ? html`<span class="care">${t.nodes.up}, ${t.nodes.notReady}</span>`
    : html`<span class="${condition === 'up' ? 'ok' : condition === 'down' ? 'bad' : 'dim'}">${t.nodes[condition]}</span>`;
  return detail === undefined ? word : html`${word} <span class="dim detail">${visible(detail)}</span>`;
}

/** How the exporter itself fares: what it reads, what fails, which configuration is in force, and what limits left out. */

import { html, named, visible, type Html } from './html.ts';
import { headers, scrolling } from './parts.ts';
import { bare, type PageQuery } from './query.ts';
import type { ClusterState, ExporterState } from './state.ts';
import type { Words } from './words.ts';

/** Failing readings that are listed. */
const mostFailing = 50;

/** `state` of the cluster that is shown; absent on a page of several. */
export function exporterSection(exporter: ExporterState, state: ClusterState | undefined, path: string, query: PageQuery, words: Words): Html {
  const { t, time } = words;
  const entry = (label: string, value: Html | string | number): Html => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  const reload = exporter.configErrors.length === 0 ? t.exporter.reloadOk
    : html`<span class="bad">${t.exporter.reloadFailed}</span><ul>${exporter.configErrors.slice(0, 5).map((error) => html`<li>${visible(error)}</li>`)}</ul>`;
  return html`<section><h2 id="exporter-title">${t.exporter.title}</h2>
<dl class="facts">${entry(t.exporter.version, exporter.version)}${entry(t.exporter.running, time(exporter.startedAt))}${entry(t.exporter.config, time(exporter.configAt))}${entry(t.exporter.reload, reload)}
${state === undefined ? '' : [
    entry(t.exporter.looked, state.lookedAt === undefined ? t.exporter.never : time(state.lookedAt)),
    entry(t.exporter.failures, t.number(state.failures)), entry(t.exporter.dropped, t.number(state.dropped)),
  ]}</dl>
${state === undefined ? '' : failing(state, path, query, words)}</section>`;
}

function failing({ failing: reads }: ClusterState, path: string, query: PageQuery, words: Words): Html {
  const { t } = words;
  if (reads.length === 0) return html`<p>${t.exporter.failing}: ${t.exporter.noneFailing}</p>`;
  const labels = [t.exporter.node, t.exporter.stage, t.exporter.reason, t.exporter.detail, t.exporter.at];
  return html`<h3>${t.exporter.failing} (${t.number(reads.length)})</h3>
${scrolling(t.exporter.failing, html`<table><caption class="ear">${t.exporter.failingCaption}</caption><thead>${headers(labels.map((label) => ({ label })), path, bare(query), words)}</thead>
<tbody>${reads.slice(0, mostFailing).map(({ node, stage, reason, detail, at }) => html`<tr data-key="${node} ${stage}"><th scope="row" class="mono">${named(node)}</th><td class="mono">${stage}</td><td class="mono">${reason}</td><td class="detail">${visible(detail)}</td><td>${words.time(at)}</td></tr>`)}</tbody></table>`)}
${reads.length > mostFailing ? html`<p class="dim">${t.differences.more(reads.length - mostFailing)}</p>` : ''}`;
}

/** Every service that differs: filtered, sorted and paged on the server, so that ten thousand are as quick as ten. */

import { listDiffering, mostOf, type Listing } from './differences-model.ts';
import { differencesTable } from './differences-table.ts';
import { html, named, visible, type Html } from './html.ts';
import { page } from './layout.ts';
import { hidden } from './matrix-section.ts';
import { headers, pager, scrolling } from './parts.ts';
import { bare, kindNames, linkTo, type PageQuery } from './query.ts';
import type { DivergentConfigItem } from './state.ts';
import type { PageContext } from './status-page.ts';
import type { Words } from './words.ts';

const path = 'divergence';
/** Configurations that are listed. */
const mostConfigs = 100;

/** What a page of very many takes longest for, each in a turn of its own: the source remembers it until the page is made. */
export async function prepareDivergence({ source, query }: PageContext, pause: () => Promise<unknown>): Promise<void> {
  const chosen = query.cluster === undefined ? source.names() : [query.cluster];
  for (const name of chosen) {
    source.differing(name, mostOf(chosen));
    await pause();
  }
}

/** Undefined for a cluster that is not polled here. */
export function divergencePage({ source, query, words, home, links }: PageContext): string | undefined {
  const { t } = words;
  const names = source.names();
  if (query.cluster !== undefined && !names.includes(query.cluster)) return undefined;
  const chosen = query.cluster === undefined ? names : [query.cluster];
  const listing = listDiffering(source, chosen, query);
  const main = html`<h1>${t.differences.title}</h1>
${filterForm(names, listing, query, words)}
${listBody(listing, chosen, query, words)}
${configsSection(chosen.flatMap((name) => source.configs(name) ?? []), chosen.some((name) => source.configs(name) !== undefined), query, words)}`;
  return page({ title: `${t.differences.title} (${t.number(listing.total)})`, path, home, query, links, main }, words);
}

function filterForm(names: readonly string[], { namespaces }: Listing, query: PageQuery, words: Words): Html {
  const { t } = words;
  const { cluster, namespace, kind, q, sort, down, lang } = query;
  const option = (value: string, text: string, chosen: boolean): Html => html`<option value="${value}"${chosen ? html` selected` : ''}>${text}</option>`;
  const spaces = namespace === undefined || namespaces.includes(namespace) ? namespaces : [namespace, ...namespaces];
  return html`<form method="get" action="${path}" data-live class="filter" aria-label="${t.differences.filter}">${hidden('sort', sort)}${hidden('dir', sort !== undefined && down ? 'down' : undefined)}${hidden('lang', lang)}
${names.length <= 1 ? hidden('cluster', cluster) : html`<label>${t.differences.cluster} <select name="cluster">${option('', t.differences.anyCluster, cluster === undefined)}${names.map((name) => option(name, visible(name), name === cluster))}</select></label>`}
<label>${t.differences.namespace} <select name="namespace">${option('', t.differences.anyNamespace, namespace === undefined)}${spaces.map((id) => option(id, visible(id), id === namespace))}</select></label>
<label>${t.differences.kind} <select name="kind">${option('', t.differences.anyKind, kind === undefined)}${kindNames.map((one) => option(one, t.differences.kinds[one]!, one === kind))}</select></label>
<label>${t.differences.text} <input type="search" name="q" value="${q}" maxlength="600" autocomplete="off"></label>
<button type="submit">${t.differences.apply}</button></form>`;
}

function listBody(listing: Listing, chosen: readonly string[], query: PageQuery, words: Words): Html {
  const { t } = words;
  const { rows, listed, total, sampled, incomplete } = listing;
  const isFiltered = query.namespace !== undefined || query.kind !== undefined || query.q !== undefined;
  const clear = linkTo(path, bare(query), { cluster: query.cluster, sort: query.sort, down: query.down });
  const link = linkTo(path, query, { page: rows.page });
  return html`<p id="count" role="status">${total === 0 ? (incomplete ? t.differences.notCompared : t.differences.none) : t.differences.count(rows.from, rows.to, rows.total)}</p>
${listed < total ? html`<p class="care">${t.differences.bounded(listed, total)}</p>` : ''}${sampled ? html`<p class="care">${t.differences.sampled}</p>` : ''}
${rows.total > 0 ? html`${differencesTable(rows.rows, { path, query, sorts: true, clusters: chosen.length > 1 }, words)}
${pager(rows, path, query, words)}` : total > 0 ? html`<p>${t.differences.nothingFound}</p>` : ''}
<p>${isFiltered ? html`<a data-live href="${clear}">${t.differences.clear}</a> · ` : ''}<a href="${link}">${t.differences.link}</a></p>`;
}

function configsSection(configs: readonly DivergentConfigItem[], checked: boolean, query: PageQuery, words: Words): Html | undefined {
  if (!checked) return undefined;
  const { t } = words;
  const labels = [t.differences.namespace, t.differences.config, t.differences.difference, t.differences.since, t.differences.node];
  const rest = configs.length - mostConfigs;
  const body = configs.length === 0 ? html`<p>${t.differences.configsNone}</p>`
    : scrolling(t.differences.configs, html`<table><caption class="ear">${t.differences.configsCaption}</caption><thead>${headers(labels.map((label) => ({ label })), path, bare(query), words)}</thead>
<tbody>${configs.slice(0, mostConfigs).map((config) => configRow(config, words))}</tbody></table>`);
  return html`<section><h2 id="configs-title">${t.differences.configs}</h2>
${body}${rest > 0 ? html`<p class="dim">${t.differences.more(rest)}</p>` : ''}</section>`;
}

function configRow({ namespace, group, dataId, what, since, node }: DivergentConfigItem, { t, time }: Words): Html {
  return html`<tr data-key="${JSON.stringify([namespace, group, dataId, node])}"><td>${named(namespace)}</td><th scope="row" class="name">${named(dataId)} <span class="dim">${named(group)}</span></th>
<td>${what === 'missing' ? t.differences.missing : t.differences.content}</td><td>${time(Date.parse(since))}</td><td class="mono">${named(node)}</td></tr>
`;
}

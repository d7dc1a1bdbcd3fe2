/** The first page: whether the registry can be trusted, in words, and then why; of many clusters the worst first. */

import { differencesTable } from './differences-table.ts';
import { eventsSection, eventsShown } from './events-section.ts';
import { exporterSection } from './exporter-section.ts';
import { html, named, visible, type Html } from './html.ts';
import { page, type PageLink } from './layout.ts';
import { matrixSection } from './matrix-section.ts';
import { nodesSection } from './nodes-section.ts';
import { overviewOf, type ClusterRow, type Overview } from './overview-model.ts';
import { absent, badge, headers, headline, mark, pager, reasonText, scrolling } from './parts.ts';
import { bare, linkTo, type PageQuery } from './query.ts';
import type { ClusterState, PageSource } from './state.ts';
import { judge, type Verdict } from './verdict.ts';
import type { Words } from './words.ts';

export interface PageContext {
  readonly source: PageSource;
  readonly query: PageQuery;
  readonly words: Words;
  /** Relative path of the first page. */
  readonly home: string;
  readonly links: readonly PageLink[];
}

/** Services that differ, and reasons, shown on the first page. */
const differencesShown = 10;
const reasonsShown = 8;

/** Undefined for a cluster that is not polled here. */
export function statusPage(context: PageContext): string | undefined {
  const names = context.source.names();
  const name = context.query.cluster ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) return overviewPage(context, names);
  const state = context.source.cluster(name);
  return state === undefined ? undefined : clusterPage(context, state, names.length);
}

function clusterPage({ source, query: asked, words, home, links }: PageContext, state: ClusterState, clusters: number): string {
  const { t } = words;
  const query = { ...asked, cluster: state.name };
  const verdict = judge(state);
  const said = headline(verdict, words);
  const main = html`${clusters > 1 ? html`<p><a href="${linkTo(home, bare(query))}">← ${t.overview.all}</a></p>` : ''}
<h1 class="verdict ${verdict.level}"><span class="cluster">${named(state.name)}</span> ${mark(verdict.level)} <span>${said}</span></h1>
${reasons(verdict, state, words)}
${state.lookedAt === undefined ? '' : html`${matrixSection(state, home, query, words)}
${nodesSection(state, home, query, words)}
${differencesSection(source, state, query, words)}
${eventsSection(source.events(state.name, eventsShown), state.compared, home, query, words)}`}
${exporterSection(source.exporter(), state, home, query, words)}`;
  return page({ title: `${said} · ${state.name}`, path: home, home, query: { ...asked, ...(clusters > 1 ? { cluster: state.name } : {}) }, links, main }, words);
}

function reasons({ reasons: all }: Verdict, { nodes, compared, suspected }: ClusterState, words: Words): Html {
  const { t } = words;
  const rest = all.length - reasonsShown;
  return html`<ul class="reasons">${all.every(({ weight }) => weight === 'note') ? html`<li data-key="well">${compared && suspected === 0 ? t.allWell(nodes.length) : t.allAnswer(nodes.length)}</li>` : ''}
${all.slice(0, reasonsShown).map((one) => html`<li data-key="${JSON.stringify({ ...one.reason, lacks: 0, services: 0, count: 0, lost: 0 })}">${badge(one.weight, words)} ${reasonText(one, words)}</li>
`)}${rest > 0 ? html`<li data-key="more">${t.differences.more(rest)}</li>` : ''}</ul>`;
}

function differencesSection(source: PageSource, state: ClusterState, query: PageQuery, words: Words): Html {
  const { t } = words;
  const rows = source.differing(state.name, differencesShown);
  const all = linkTo('divergence', bare(query), { cluster: query.cluster });
  const body = rows.length > 0
    ? html`${differencesTable(rows, { path: 'divergence', query, sorts: false, clusters: false }, words)}<p><a href="${all}">${t.differences.all(Math.max(rows.length, state.confirmed + state.suspected))}</a></p>`
    : html`<p>${state.compared ? t.differences.none : t.differences.notCompared}</p>`;
  return html`<section><h2 id="differences-title">${t.differences.title}</h2>
${body}</section>`;
}

function overviewPage({ source, query, words, home, links }: PageContext, names: readonly string[]): string {
  const { t } = words;
  const overview = overviewOf(names.flatMap((name) => source.cluster(name) ?? []), query.page);
  const said = names.length === 0 ? t.noClusters : summary(overview, names.length, words);
  const level = (['bad', 'unknown', 'care'] as const).find((one) => overview.counts[one] > 0) ?? 'ok';
  const labels = [t.overview.cluster, t.overview.verdict, t.overview.why, t.overview.nodes, t.overview.instances, t.overview.differing, t.overview.looked];
  const main = html`<h1 class="verdict ${level}">${names.length === 0 ? '' : mark(level)} <span>${said}</span></h1>
${names.length === 0 ? html`<p>${t.overview.none}</p>` : html`<section><h2 id="overview-title">${t.overview.title}</h2>
${scrolling(t.overview.title, html`<table><caption class="ear">${t.overview.caption}</caption><thead>${headers(labels.map((label, i) => ({ label, numeric: i === 4 || i === 5 })), home, query, words)}</thead>
<tbody>${overview.rows.rows.map((row) => overviewRow(row, home, query, words))}</tbody></table>`)}
${pager(overview.rows, home, query, words)}</section>`}
${exporterSection(source.exporter(), undefined, home, query, words)}`;
  return page({ title: `${said} · ${t.product}`, path: home, home, query, links, main }, words);
}

function summary({ counts }: Overview, all: number, { t }: Words): string {
  if (counts.bad > 0) return t.clustersBad(counts.bad, all);
  const care = counts.care + counts.unknown;
  return care > 0 ? t.clustersCare(care, all) : t.clustersWell(all);
}

function overviewRow({ name, verdict, up, expected, instances, differing, lookedAt }: ClusterRow, home: string, query: PageQuery, words: Words): Html {
  const { t } = words;
  const [first] = verdict.reasons;
  return html`<tr data-key="${name}"><th scope="row" class="name"><a href="${linkTo(home, bare(query), { cluster: name })}">${named(name)}</a></th><td>${badge(verdict.level, words)}</td>
<td class="detail">${first === undefined ? '' : visible(reasonText(first, words))}${verdict.reasons.length > 1 ? html` <span class="dim">${t.differences.more(verdict.reasons.length - 1)}</span>` : ''}</td>
<td><span class="${up < expected ? 'care' : ''}">${t.nodes.seenOf(up, expected)}</span></td>
<td class="number">${instances === undefined ? absent(t.matrix.noAgreed) : t.number(instances)}</td>
<td class="number">${differing === undefined ? absent(t.differences.notCompared) : differing === 0 ? '0' : html`<a class="bad" href="${linkTo('divergence', bare(query), { cluster: name })}">${t.number(differing)}</a>`}</td>
<td>${lookedAt === undefined ? absent(t.exporter.never) : words.time(lookedAt)}</td></tr>
`;
}

/** The matrix as a table: a row for each namespace, a column for each node. */

import { html, named, visible, type Html } from './html.ts';
import { matrixOf, type MatrixCell, type MatrixRow } from './matrix-model.ts';
import { absent, headers, pager, scrolling, type Column } from './parts.ts';
import { linkTo, bare, type PageQuery } from './query.ts';
import type { ClusterState } from './state.ts';
import type { Words } from './words.ts';

export function matrixSection(state: ClusterState, path: string, query: PageQuery, words: Words): Html {
  const { t } = words;
  const { nodes, rows } = matrixOf(state, query);
  if (state.namespaces.length === 0) return html`<section><h2>${t.matrix.title}</h2><p>${t.matrix.none}</p></section>`;
  const columns: readonly Column[] = [
    { label: t.matrix.namespace, sort: 'namespace' }, { label: t.matrix.agreed, sort: 'agreed', down: true, numeric: true },
    ...nodes.map((node): Column => ({ label: node, sort: `node:${node}`, down: true, numeric: true, mono: true })),
  ];
  return html`<section><h2 id="matrix-title">${t.matrix.title}</h2>
${rows.pages > 1 || query.q !== undefined ? filterForm(path, query, words) : ''}
${scrolling(t.matrix.title, html`<table class="matrix"><caption class="ear">${t.matrix.caption}</caption><thead>${headers(columns, path, query, words)}</thead>
<tbody>${rows.rows.map((row) => rowHtml(row, nodes, query, words))}</tbody></table>`)}
${pager(rows, path, query, words)}
<p class="dim legend">${t.matrix.legend}</p></section>`;
}

function filterForm(path: string, { cluster, lang, q }: PageQuery, { t }: Words): Html {
  return html`<form method="get" action="${path}" data-live class="filter">${hidden('cluster', cluster)}${hidden('lang', lang)}
<label>${t.matrix.filter} <input type="search" name="q" value="${q}" maxlength="200" autocomplete="off"></label> <button type="submit">${t.differences.apply}</button></form>`;
}

export const hidden = (name: string, value: string | undefined): Html | undefined => (value === undefined ? undefined : html`<input type="hidden" name="${name}" value="${value}">`);

function rowHtml(row: MatrixRow, nodes: readonly string[], query: PageQuery, words: Words): Html {
  const { t } = words;
  const { namespace, name, agreed, share, differing } = row;
  const differs = differing === undefined || differing.confirmed === 0 ? undefined
    : html`<a class="bad" href="${linkTo('divergence', bare(query), { cluster: query.cluster, namespace })}">${t.matrix.differing(differing.confirmed)}</a>`;
  return html`<tr data-key="${namespace}"><th scope="row">${named(namespace)}${name === undefined ? '' : html` <span class="dim">${named(name)}</span>`} ${differs}</th>
<td class="number">${agreed === undefined ? absent(t.matrix.noAgreed) : html`<strong>${t.number(agreed.instances)}</strong> ${shareHtml(share, words)}
<span class="sub dim">${t.number(agreed.services)} ${t.matrix.services}${agreed.protected > 0 ? html`, <span class="care">${t.matrix.protected(agreed.protected)}</span>` : ''}</span>`}</td>
${row.cells.map((cell, i) => cellHtml(cell, nodes[i]!, words))}</tr>
`;
}

function shareHtml(share: number | undefined, { t }: Words): Html | undefined {
  if (share === undefined) return undefined;
  const text = t.percent(share);
  return html`<span class="${share === 1 ? 'dim' : share < 0.8 ? 'care' : ''}" title="${t.matrix.healthy(text)}">${text}</span>`;
}

function cellHtml(cell: MatrixCell, node: string, words: Words): Html {
  const { t } = words;
  if ('absent' in cell) {
    const why = t.matrix.absent[cell.absent];
    return html`<td class="number" data-key="${node}">${absent(cell.detail === undefined ? why : `${why}: ${cell.detail}`)}</td>`;
  }
  const { instances, share, conflicting } = cell;
  return html`<td class="number" data-key="${node}"><strong>${t.number(instances)}</strong> ${shareHtml(share, words)}
<span class="sub">${deltaHtml(cell, words)}${conflicting > 0 ? html` <span class="bad" title="${t.matrix.conflicting(conflicting)}"><span aria-hidden="true">≠ ${t.number(conflicting)}</span><span class="ear">${t.matrix.conflicting(conflicting)}</span></span>` : ''}</span></td>`;
}

/** The difference in numbers, or where equal numbers hide one, what the comparison of contents found. */
function deltaHtml({ delta, missing, surplus }: Exclude<MatrixCell, { readonly absent: unknown }>, { t }: Words): Html {
  if (delta === undefined) return absent(t.matrix.incomparable);
  const exact = t.matrix.exact(missing, surplus);
  const net = delta === 0 ? '' : delta > 0 ? t.matrix.more(delta) : t.matrix.fewer(-delta);
  const why = visible([net, exact].filter((text) => text !== '').join('; '));
  if (why === '') return html`<span class="dim" title="${t.matrix.same}"><span aria-hidden="true">=</span><span class="ear">${t.matrix.same}</span></span>`;
  const shown = missing > 0 && surplus > 0 ? `−${t.number(missing)} +${t.number(surplus)}` : signed(delta === 0 ? surplus - missing : delta, t.number);
  return html`<span class="bad" title="${why}"><span aria-hidden="true">${shown}</span><span class="ear">${why}</span></span>`;
}

const signed = (value: number, format: (value: number) => string): string => (value > 0 ? `+${format(value)}` : `−${format(-value)}`);

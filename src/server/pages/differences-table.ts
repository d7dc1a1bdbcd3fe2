/** Services that differ as a table: a block of rows for each, a row for each thing that differs about an instance. */

import { fieldsOf, type DifferingField } from './differences-model.ts';
import { html, named, visible, type Html } from './html.ts';
import { absent, headers, scrolling, type Column } from './parts.ts';
import type { PageQuery } from './query.ts';
import type { Differing } from './state.ts';
import type { Words } from './words.ts';

export interface TableOptions {
  readonly path: string;
  readonly query: PageQuery;
  /** Headers are links that sort. */
  readonly sorts: boolean;
  /** Of several clusters: each row names its own. */
  readonly clusters: boolean;
}

export function differencesTable(rows: readonly Differing[], { path, query, sorts, clusters }: TableOptions, words: Words): Html {
  const { t } = words;
  const sorted = (label: string, sort: string): Column => (sorts ? { label, sort } : { label });
  const columns: readonly Column[] = [
    sorted(t.differences.service, 'service'), sorted(t.differences.kind, 'kind'), sorted(t.differences.since, 'since'),
    { label: t.differences.instance }, { label: t.differences.what }, { label: t.differences.agreed }, { label: t.differences.shown },
  ];
  const current = sorts ? { ...query, sort: query.sort ?? 'since' } : query;
  return scrolling(t.differences.title, html`<table class="differences"><caption class="ear">${t.differences.caption}</caption><thead>${headers(columns, path, query, words, current)}</thead>
${rows.map((row) => block(row, clusters, words))}</table>`);
}

function block(row: Differing, clusters: boolean, words: Words): Html {
  const { t } = words;
  const { cluster, namespace, group, service, kind, confirmed, since, cause } = row;
  const details = row.details();
  const fields = fieldsOf(details);
  const span = fields.length + (details.omitted > 0 ? 1 : 0);
  const state = html`${t.differences.kinds[kind] ?? kind}
<span class="sub ${confirmed ? 'bad' : 'dim'}">${confirmed ? t.differences.confirmed : t.differences.suspected}</span>
${details.healsByItself ? '' : html`<span class="sub bad">${t.differences.wontHeal}</span>`}
${cause === undefined ? '' : html`<span class="sub dim">${t.differences.causes[cause] ?? visible(cause)}</span>`}`;
  const first = html`<th scope="rowgroup" rowspan="${span}" class="name">${named(service)}
<span class="sub dim">${clusters ? html`${named(cluster)} · ` : ''}${named(namespace)} · ${named(group)}</span></th><td rowspan="${span}">${state}</td><td rowspan="${span}">${words.time(since)}</td>`;
  const lines = fields.map((field, i) => html`<tr data-key="${keyOf(field)}">${i === 0 ? first : ''}${cells(field, words)}</tr>
`);
  const more = details.omitted > 0 ? html`<tr data-key="more"><td colspan="4" class="dim">${t.differences.more(details.omitted)}</td></tr>` : '';
  return html`<tbody data-key="${JSON.stringify([cluster, namespace, group, service])}">${lines}${more}</tbody>`;
}

const keyOf = ({ cluster, address, persistent, field, agreed }: DifferingField): string => JSON.stringify([cluster, address, persistent, field, agreed]);

function cells({ cluster, address, persistent, field, agreed, nodes }: DifferingField, { t }: Words): Html {
  const whole = field === undefined;
  const more = [...(cluster === 'DEFAULT' ? [] : [cluster]), ...(persistent ? [t.differences.persistent] : [])];
  const unknown = !whole && nodes.every(({ shown }) => shown === agreed);
  return html`<td class="mono">${named(address)}${more.length === 0 ? '' : html` <span class="dim">(${t.list(more.map(visible))})</span>`}</td>
<td>${whole ? absent(t.differences.absentField) : t.differences.fields[field] ?? visible(field)}</td>
<td class="value">${whole ? (agreed === '' ? t.differences.notAgreed : t.differences.present) : unknown ? absent(t.differences.unknownValue) : value(agreed, t.differences.empty)}</td>
<td class="value">${nodes.map(({ node, what, shown }) => html`<div><span class="mono">${named(node)}</span>: ${what === 'conflict' ? (unknown ? t.differences.differs : value(shown, t.differences.empty)) : html`<strong>${t.differences[what]}</strong>`}</div>`)}</td>`;
}

const value = (text: string, empty: string): Html => (text === '' ? html`<em>${empty}</em>` : html`<code>${named(text)}</code>`);

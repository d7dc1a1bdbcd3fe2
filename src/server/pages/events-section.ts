/** What happened to instances lately, with the cause. */

import { html, named, visible, type Html } from './html.ts';
import { absent, headers, scrolling } from './parts.ts';
import { bare, type PageQuery } from './query.ts';
import type { EventItem } from './state.ts';
import type { Words } from './words.ts';

export const eventsShown = 25;

export function eventsSection(events: readonly EventItem[], compared: boolean, path: string, query: PageQuery, words: Words): Html {
  const { t } = words;
  const labels = [t.events.time, t.events.cause, t.events.service, t.events.instance, t.events.tag];
  const table = events.length === 0 ? html`<p>${compared ? t.events.none : t.events.notRead}</p>`
    : scrolling(t.events.title, html`<table><caption class="ear">${t.events.caption}</caption><thead>${headers(labels.map((label) => ({ label })), path, bare(query), words)}</thead>
<tbody>${events.map((event) => rowHtml(event, words))}</tbody></table>`);
  return html`<section><h2 id="events-title">${t.events.title}</h2>
${table}</section>`;
}

function rowHtml({ cursor, at, namespace, group, service, instance, cause, tagBefore, tagAfter }: EventItem, words: Words): Html {
  const { t } = words;
  const tag = tagBefore === '' && tagAfter === '' ? absent(t.events.noTag)
    : tagBefore === tagAfter || tagBefore === '' || tagAfter === '' ? html`<code>${named(tagAfter === '' ? tagBefore : tagAfter)}</code>`
      : html`<code>${named(tagBefore)}</code> → <code>${named(tagAfter)}</code>`;
  const more = [...(instance.cluster === 'DEFAULT' ? [] : [instance.cluster]), ...(instance.ephemeral === false ? [t.differences.persistent] : [])];
  return html`<tr data-key="${cursor}"><td>${words.time(Date.parse(at))}</td><td>${t.events.causes[cause] ?? visible(cause)}</td>
<td class="name">${named(service)} <span class="dim">${named(namespace)} · ${named(group)}</span></td>
<td class="mono">${named(instance.address)}${more.length === 0 ? '' : html` <span class="dim">(${t.list(more.map(visible))})</span>`}</td><td>${tag}</td></tr>
`;
}

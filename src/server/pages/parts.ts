/** Small pieces that several sections are made of. */

import { html, named, visible, type Html } from './html.ts';
import type { Paged } from './paging.ts';
import { linkTo, type PageQuery } from './query.ts';
import type { Verdict, Weighed } from './verdict.ts';
import type { Words } from './words.ts';

/** What stands where nothing is known: a dash that says why, to the eye and to the ear. */
export const absent = (why: string): Html => html`<span class="absent" title="${visible(why)}">–<span class="ear"> ${visible(why)}</span></span>`;

/** The mark is for the eye; the word beside it says the same. */
const marks = { ok: '✓', care: '!', bad: '✕', unknown: '?', note: 'i' } as const;

export const badge = (weight: keyof typeof marks, { t }: Words): Html =>
  html`<span class="badge ${weight}"><span aria-hidden="true">${marks[weight]}</span> ${t.level[weight]}</span>`;

/** For where words follow that say it. */
export const mark = (level: keyof typeof marks): Html => html`<span class="badge ${level}" aria-hidden="true">${marks[level]}</span>`;

export function headline({ level, only }: Verdict, { t }: Words): string {
  return visible(only === undefined ? t.headline[level] : t.headline.only(only));
}

export function reasonText({ reason }: Weighed, words: Words): string {
  const { t, now, clock } = words;
  return visible(t.reason(reason, (at) => `${clock(at)} UTC (${t.ago(t.age(Math.max(0, Math.floor((now - at) / 1000))))})`));
}

export interface Column {
  readonly label: string;
  /** What the table is sorted by when the header is followed; without it it cannot be. */
  readonly sort?: string;
  /** Descending at first: the largest numbers are looked for. */
  readonly down?: boolean;
  readonly numeric?: boolean;
  readonly mono?: boolean;
}

/** A row of headers; each that sorts is a link, so that keyboard and browsers without a script sort as well. */
export function headers(columns: readonly Column[], path: string, query: PageQuery, { t }: Words, current: PageQuery = query): Html {
  return html`<tr>${columns.map(({ label, sort, down = false, numeric, mono }) => {
    const kind = [...(numeric === true ? ['number'] : []), ...(mono === true ? ['mono'] : [])].join(' ');
    if (sort === undefined) return html`<th scope="col" class="${kind}">${named(label)}</th>`;
    const active = current.sort === sort;
    const link = linkTo(path, query, { sort, down: active ? !current.down : down });
    const arrow = active ? (current.down ? '▼' : '▲') : '↕';
    return html`<th scope="col" class="${kind}"${active ? html` aria-sort="${current.down ? 'descending' : 'ascending'}"` : ''}><a data-live href="${link}" title="${t.sortBy(visible(label))}">${named(label)} <span class="arrow" aria-hidden="true">${arrow}</span></a></th>`;
  })}</tr>`;
}

/** Links to the neighbouring pages, where there is more than one. */
export function pager({ page, pages }: Paged<unknown>, path: string, query: PageQuery, { t }: Words): Html | undefined {
  if (pages <= 1) return undefined;
  const step = (to: number, label: string, key: string): Html => (to < 1 || to > pages
    ? html`<span class="dim" data-key="${key}">${label}</span>` : html`<a data-live data-key="${key}" href="${linkTo(path, query, { page: to })}">${label}</a>`);
  return html`<nav class="pager" aria-label="${t.differences.paging}">${step(page - 1, t.differences.previous, 'previous')} <span>${t.differences.pageOf(page, pages)}</span> ${step(page + 1, t.differences.next, 'next')}</nav>`;
}

/** A table that scrolls by itself where the screen is narrow; it can be reached and moved by keyboard. */
export const scrolling = (label: string, table: Html): Html => html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;

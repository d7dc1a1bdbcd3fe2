/** What stands around every page: head, navigation, language, and where the script says how live it is. */

import { scriptAsset, styleAsset, iconAsset } from './assets.ts';
import { html, visible, type Html } from './html.ts';
import type { Language } from './language.ts';
import { bare, linkTo, type PageQuery } from './query.ts';
import type { Words } from './words.ts';

export interface Frame {
  readonly title: string;
  /** Relative path of this page, and of the first one. */
  readonly path: string;
  readonly home: string;
  readonly query: PageQuery;
  readonly links: readonly PageLink[];
  readonly main: Html;
}

/** Another place of the exporter. */
export interface PageLink {
  /** From the root, or relative once a page is rendered. */
  readonly path: string;
  readonly text: Readonly<Record<Language, string>>;
}

export function page({ title, path, home, query, links, main }: Frame, words: Words): string {
  const { t } = words;
  const other = words.language === 'en' ? 'zh' : 'en';
  const here = (target: string): Html | '' => (target === path ? html` aria-current="page"` : '');
  const { cluster } = query;
  return html`<!DOCTYPE html>
<html lang="${t.code}" data-build="${scriptAsset.path} ${styleAsset.path}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${visible(title)}</title><link rel="icon" href="${iconAsset.path}"><link rel="stylesheet" href="${styleAsset.path}"><script src="${scriptAsset.path}" defer></script></head>
<body>
<a class="skip" href="#main">${t.skip}</a>
<header><span class="product">${t.product}</span>
<nav aria-label="${t.pages}"><a href="${linkTo(home, bare(query), { cluster })}"${here(home)}>${t.status}</a> <a href="${linkTo('divergence', bare(query), { cluster })}"${here('divergence')}>${t.divergence}</a> ${links.map(({ path: target, text }) => html`<a href="${target}">${text[words.language]}</a> `)}</nav>
<span class="live"><span id="live-state" hidden>${t.live.on}</span> <button type="button" id="live-button" hidden data-pause="${t.live.pause}" data-resume="${t.live.resume}">${t.live.pause}</button></span>
<a class="language" lang="${other}" hreflang="${other}" href="${linkTo(path, query, { lang: other, page: query.page })}">${t.otherLanguage}</a></header>
<p id="live-notice" role="status" data-stale="${t.live.stale}" data-paused="${t.live.paused}" data-back="${t.live.back}"></p>
<main id="main" tabindex="-1">
${main}
</main>
</body>
</html>
`.markup;
}

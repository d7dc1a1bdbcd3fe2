/** The state of a page as its address holds it: every view has a link of its own, and an odd one is read as far as it makes sense. */

import { languages, type Language } from './language.ts';

export const kindNames = ['service', 'instance', 'health', 'attributes'] as const;

export interface PageQuery {
  readonly cluster?: string;
  readonly namespace?: string;
  /** One of `kindNames`. */
  readonly kind?: string;
  /** To be found in names, nodes and addresses; any case. */
  readonly q?: string;
  /** What a table is sorted by; each page knows its own. */
  readonly sort?: string;
  readonly down: boolean;
  /** From 1. */
  readonly page: number;
  /** As asked for in the link. */
  readonly lang?: Language;
}

const longest = 600;
const lastPage = 100_000;

/** `raw` as the HTTP server gives it: a parameter that stands several times is a list, of which the first counts. */
export function readQuery(raw: Readonly<Record<string, unknown>>): PageQuery {
  const text = (name: string): string | undefined => {
    const value: unknown = Array.isArray(raw[name]) ? raw[name][0] : raw[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, longest) : undefined;
  };
  const page = /^[1-9]\d{0,5}$/.test(text('page') ?? '') ? Math.min(Number(text('page')), lastPage) : 1;
  const kind = kindNames.find((one) => one === text('kind'));
  const lang = languages.find((one) => one === text('lang'));
  return {
    page, down: text('dir') === 'down',
    ...known('cluster', text('cluster')), ...known('namespace', text('namespace')), ...known('kind', kind), ...known('q', text('q')),
    ...known('sort', text('sort')), ...known('lang', lang),
  };
}

function known<K extends string, V>(name: K, value: V | undefined): { readonly [N in K]?: V } {
  return value === undefined ? {} : { [name]: value } as { readonly [N in K]?: V };
}

/** A change of `undefined` takes a parameter out. */
export type QueryChange = { readonly [K in keyof PageQuery]?: PageQuery[K] | undefined };

/** `path` is relative, so that a page works behind a proxy's prefix. Whatever changes, the first page is shown, unless it is the page that changes. */
export function linkTo(path: string, query: PageQuery, change: QueryChange = {}): string {
  const { cluster, namespace, kind, q, sort, down, page, lang } = { ...query, page: 1, ...change };
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ cluster, namespace, kind, q, sort })) if (value !== undefined) params.set(name, value);
  if (sort !== undefined && down === true) params.set('dir', 'down');
  if (page !== undefined && page > 1) params.set('page', String(page));
  if (lang !== undefined) params.set('lang', lang);
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** What a link to another view takes along: the language alone. */
export const bare = ({ lang }: PageQuery): PageQuery => ({ down: false, page: 1, ...known('lang', lang) });

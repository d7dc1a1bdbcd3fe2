/** `/` and `/divergence`, with their style and script: under a policy that lets a page load nothing but these, and run nothing inline. */

import { setImmediate as nextTurn } from 'node:timers/promises';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { plainText, refuseAllButReads } from '../refuse.ts';
import { assets } from './assets.ts';
import { divergencePage, prepareDivergence } from './divergence-page.ts';
import { languageOf } from './language.ts';
import type { PageLink } from './layout.ts';
import { readQuery } from './query.ts';
import type { PageSource } from './state.ts';
import { statusPage, type PageContext } from './status-page.ts';
import { wordsIn } from './words.ts';

export interface PagesDeps {
  readonly source: PageSource;
  /** Where the first page is, `/` unless that is taken. */
  readonly home: string;
  /** More places, paths from the root. */
  readonly links: readonly PageLink[];
  /** Milliseconds since the epoch. */
  now(): number;
}

const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
].join('; ');

export function addPages(app: FastifyInstance, { source, home, links, now }: PagesDeps): void {
  const relative = (path: string): string => (path === '/' ? './' : path.slice(1));

  function serve(path: string, render: (context: PageContext) => string | undefined, prepare?: typeof prepareDivergence): void {
    app.get(path, async (request: FastifyRequest, reply: FastifyReply) => {
      const query = readQuery(request.query as Readonly<Record<string, unknown>>);
      const words = wordsIn(languageOf(query.lang, request.headers['accept-language']), now());
      const context = { source, query, words, home: relative(home), links: links.map((link) => ({ ...link, path: relative(link.path) })) };
      await prepare?.(context, nextTurn);
      const body = render(context);
      if (body === undefined) return reply.code(404).type(plainText).send('cluster: not polled here\n');
      return reply.headers({ 'content-security-policy': policy, 'content-language': words.t.code, vary: 'Accept-Language' }).type('text/html; charset=utf-8').send(body);
    });
    refuseAllButReads(app, path);
  }

  serve(home, statusPage);
  serve('/divergence', divergencePage, prepareDivergence);
  for (const { path, type, body } of assets) {
    app.get(`/${path}`, async (_request, reply) => reply.header('cache-control', 'public, max-age=31536000, immutable').type(type).send(body));
    refuseAllButReads(app, `/${path}`);
  }
}

/** The HTTP application without its socket: routes over functions that are given to it. */

import type { IncomingHttpHeaders } from 'node:http';

import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';

import type { TextFormat } from '../metrics/text.ts';
import { addReceivers, type Receiver } from './alertmanager.ts';
import { answerScrape } from './answer-scrape.ts';
import { answerClientError } from './client-error.ts';
import type { ClusterDivergence, EventsPage } from './divergence.ts';
import { commonHeaders } from './headers.ts';
import { addPages } from './pages/routes.ts';
import type { PageSource } from './pages/state.ts';
import { addProbe, type Probe } from './probe.ts';
import { plainText, refuseAllButReads, refuseOthers } from './refuse.ts';
import type { Scrape } from './scrapes.ts';
import { addSnapshot, type SnapshotSource } from './snapshot.ts';
import { addTargets, type TargetGroup } from './targets.ts';
import type { Web } from './web-config/web.ts';

export type ReloadResult = { readonly ok: true } | { readonly ok: false; readonly errors: readonly string[] };

export interface AppDeps {
  /** Starts with `/`. */
  readonly telemetryPath: string;
  scrape(format: TextFormat, gzip: boolean): Promise<Scrape>;
  /** Without it, or the next, its path does not exist. */
  readonly probe?: Probe;
  /** The nodes, for scraping what they tell of themselves. */
  readonly targets?: () => readonly TargetGroup[];
  readonly snapshot?: SnapshotSource;
  /** Why the program is not ready to be scraped; undefined once it is. */
  notReady(): string | undefined;
  /** Never rejects for a bad configuration: that is a result. */
  reload(): Promise<ReloadResult>;
  /** The effective configuration as YAML, secrets masked. */
  configYaml(): string;
  /** What the pages for people show. */
  readonly pages: PageSource;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Where the nodes of each cluster differ. */
  divergence(): readonly ClusterDivergence[];
  /** What happened to instances after a cursor; undefined for a cluster that is not polled. */
  events(cluster: string, after: number): EventsPage | undefined;
  /** Takes Alertmanager's calls for the chat channels; without it their paths do not exist. */
  readonly receiver?: Receiver;
  /** TLS, authentication and bounds of the listener; without it a plain server that everybody may ask. */
  readonly web?: Pick<Web, 'serverFactory' | 'headers' | 'mayNotReload'>;
  /** A request failed through a bug or the system; the client is told no more than that. */
  onError(error: Error, path: string): void;
}

/** Only the receivers of Alertmanager read a body; a client that sends one (`curl -d ''`) is let through up to here. */
const bodyLimit = 16 << 10;
/** A client that takes nothing off the socket for this long is cut off, and its body's memory freed. */
const idleTimeoutMs = 60_000;

export function createApp(deps: AppDeps): FastifyInstance {
  const app = Fastify({
    bodyLimit, connectionTimeout: idleTimeoutMs, requestTimeout: 30_000, keepAliveTimeout: 75_000,
    frameworkErrors: (error, _request, reply) => void answerError(reply, error),
    clientErrorHandler: answerClientError,
    ...(deps.web === undefined ? {} : { serverFactory: deps.web.serverFactory }),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null));
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(commonHeaders);
    putHeaders(reply, deps.web);
  });
  // Once more over what a page has set for itself.
  app.addHook('onSend', async (_request, reply) => putHeaders(reply, deps.web));

  const get = (path: string, handler: (reply: FastifyReply, headers: IncomingHttpHeaders) => unknown): void => {
    app.get(path, async (request, reply) => handler(reply, request.headers));
    refuseAllButReads(app, path);
  };

  get(deps.telemetryPath, (reply, headers) => answerScrape(reply, headers, deps.scrape));
  if (deps.probe !== undefined) addProbe(app, deps.probe);
  if (deps.targets !== undefined) addTargets(app, deps.targets);
  get('/-/healthy', (reply) => reply.type(plainText).send('healthy\n'));
  get('/-/ready', (reply) => {
    const reason = deps.notReady();
    return reply.code(reason === undefined ? 200 : 503).type(plainText).send(reason === undefined ? 'ready\n' : `not ready: ${reason}\n`);
  });
  get('/config', (reply) => reply.type(plainText).send(deps.configYaml()));
  addPages(app, {
    source: deps.pages, home: deps.telemetryPath === '/' ? '/status' : '/', now: deps.now,
    links: [{ path: deps.telemetryPath, text: { en: 'Metrics', zh: '指标' } }, { path: '/config', text: { en: 'Configuration', zh: '配置' } }],
  });
  get('/api/v1/divergence', (reply) => reply.send({ clusters: deps.divergence() }));
  app.get('/api/v1/events', async (request, reply) => answerEvents(deps, request.query as EventsQuery, reply));
  refuseAllButReads(app, '/api/v1/events');
  if (deps.snapshot !== undefined) addSnapshot(app, deps.snapshot);

  app.post('/-/reload', async (request, reply) => {
    const refusal = deps.web?.mayNotReload(request.raw);
    if (refusal !== undefined) return reply.code(403).type(plainText).send(`${refusal}\n`);
    const result = await deps.reload();
    reply.type(plainText);
    return result.ok ? reply.send('reloaded\n') : reply.code(500).send(`${result.errors.join('\n')}\n`);
  });
  refuseOthers(app, '/-/reload', ['DELETE', 'GET', 'PATCH', 'PUT'], 'POST');

  if (deps.receiver !== undefined) addReceivers(app, deps.receiver);

  app.setNotFoundHandler((_request, reply) => reply.code(404).type(plainText).send('not found\n'));
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if ((error.statusCode ?? 500) >= 500) deps.onError(error, request.url);
    return answerError(reply, error);
  });
  return app;
}

function putHeaders(reply: FastifyReply, web: AppDeps['web']): void {
  for (const [name, value] of web?.headers() ?? []) {
    if (value === '') reply.removeHeader(name);
    else reply.header(name, value);
  }
}

interface EventsQuery {
  readonly cluster?: string;
  readonly after?: string;
}

/** `?cluster=NAME&after=CURSOR`; without a cluster the only one, without a cursor from the beginning of what is kept. */
function answerEvents(deps: AppDeps, { cluster, after = '0' }: EventsQuery, reply: FastifyReply): FastifyReply {
  if (!/^\d{1,16}$/.test(after) || !Number.isSafeInteger(Number(after))) return reply.code(400).type(plainText).send(`after: "${after.slice(0, 40)}" is no cursor; give the cursor of an earlier answer\n`);
  const names = deps.pages.names();
  const name = cluster ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) return reply.code(400).type(plainText).send(`cluster: give one of ${names.join(', ')}\n`);
  const page = deps.events(name, Number(after));
  return page === undefined ? reply.code(404).type(plainText).send('cluster: not polled here\n') : reply.send(page);
}

function answerError(reply: FastifyReply, error: Error & { statusCode?: number }): FastifyReply {
  const status = error.statusCode ?? 500;
  return reply.code(status).headers(commonHeaders).type(plainText).send(status >= 500 ? 'internal error\n' : `${error.message}\n`);
}

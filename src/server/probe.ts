/**
 * `/probe?target=NAME`: the series of one configured cluster. The name is looked up and nothing more: no address is ever
 * taken from a query.
 */

import type { IncomingHttpHeaders } from 'node:http';

import type { FastifyInstance, FastifyReply } from 'fastify';

import type { TextFormat } from '../metrics/text.ts';
import { answerScrape } from './answer-scrape.ts';
import { plainText, refuseAllButReads } from './refuse.ts';
import type { Scrape } from './scrapes.ts';

export interface Probed {
  /** Undefined while there is nothing to be served. */
  readonly scrape: ((format: TextFormat, gzip: boolean) => Promise<Scrape>) | undefined;
  /** All that a person needs who wants to know why the series are what they are; no secrets. */
  report(): Promise<string>;
}

/** Undefined for a name that is not configured; else resolves after the cluster's first poll, or `withinMs` later. */
export type Probe = (target: string, withinMs: number) => Promise<Probed> | undefined;

/** Kept back of the scraper's time-out, for the way to it, seconds. */
const offset = 0.5;
/** Prometheus's own default, for who does not say; and the longest that anybody is kept waiting. */
const defaultTimeout = 10;
const longestTimeout = 120;

export function addProbe(app: FastifyInstance, probe: Probe): void {
  app.get('/probe', async (request, reply) => answer(probe, request.query as Query, request.headers, reply));
  refuseAllButReads(app, '/probe');
}

/** A parameter that is given twice is a list. */
type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

async function answer(probe: Probe, { target, debug }: Query, headers: IncomingHttpHeaders, reply: FastifyReply): Promise<FastifyReply> {
  const refuse = (status: number, text: string): FastifyReply => reply.code(status).type(plainText).send(`${text}\n`);
  if (typeof target !== 'string' || target === '') return refuse(400, 'target: give the name of one configured cluster, as /probe?target=NAME');
  const waitMs = patience(headers['x-prometheus-scrape-timeout-seconds']);
  if (waitMs === undefined) return refuse(400, 'X-Prometheus-Scrape-Timeout-Seconds: not a number of seconds');
  const probing = probe(target, waitMs);
  if (probing === undefined) return refuse(404, 'target: no cluster of this name is configured here; it was not asked for anything');
  const probed = await probing;
  if (debug === 'true') return reply.type(plainText).send(await probed.report());
  if (probed.scrape === undefined) return refuse(503, `no poll of the cluster has been completed within ${waitMs / 1000} s; it goes on: ask again, or with a longer scrape_timeout`);
  return answerScrape(reply, headers, probed.scrape);
}

/** Milliseconds that an answer may be waited for; undefined for a header that makes no sense. */
export function patience(header: string | readonly string[] | undefined): number | undefined {
  const seconds = header === undefined ? defaultTimeout : Number(header);
  if (!(seconds > 0)) return undefined;
  // Of a time-out that is shorter than the offset, half.
  return Math.round(Math.max(Math.min(seconds, longestTimeout) - offset, Math.min(seconds, 1) / 2) * 1000);
}

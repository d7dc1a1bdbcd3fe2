/** Answers with series in the format and coding that the client asks for. */

import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

import type { FastifyReply } from 'fastify';

import type { TextFormat } from '../metrics/text.ts';
import { acceptsGzip, negotiateFormat } from './negotiate.ts';
import type { Scrape } from './scrapes.ts';

const contentTypes: Readonly<Record<TextFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

export async function answerScrape(
  reply: FastifyReply, headers: IncomingHttpHeaders, scrapeOf: (format: TextFormat, gzip: boolean) => Promise<Scrape>,
): Promise<FastifyReply> {
  const format = negotiateFormat(headers.accept);
  const gzip = acceptsGzip(headers['accept-encoding']);
  const scrape = await scrapeOf(format, gzip);
  if (gzip) reply.header('content-encoding', 'gzip');
  reply.header('vary', 'Accept, Accept-Encoding').type(contentTypes[format]);
  return send(reply, scrape);
}

/**
 * All chunks in one vectored write: a stream would wait for the client between any two of them, and one buffer would be
 * a copy of the whole body. They are in memory anyway, for all scrapes together.
 */
function send(reply: FastifyReply, { chunks, length }: Scrape): FastifyReply {
  reply.header('content-length', length).hijack();
  const { raw } = reply;
  // A client that has left is no error of ours, but writing to it would be an unhandled one.
  raw.on('error', () => undefined);
  raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
  raw.cork();
  for (const chunk of chunks) raw.write(chunk);
  raw.end();
  raw.uncork();
  return reply;
}

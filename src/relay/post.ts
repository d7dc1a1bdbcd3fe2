/** Posts one message. Nothing of the address is in a failure: whoever knows it can write into the chat. */

import { request } from 'undici';

import type { Posted } from './verdict.ts';

/** A service's answer is a short JSON object; of a stranger's page no more than this is read. */
const mostBytes = 64 << 10;

/** `timeoutMs` is for all of it. A redirect is an answer like any other and is not followed. */
export async function postJson(url: string, body: string, timeoutMs: number): Promise<Posted> {
  try {
    const answer = await request(url, {
      method: 'POST', body, headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'nacos-exporter' }, signal: AbortSignal.timeout(timeoutMs),
    });
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of answer.body) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > mostBytes) break;
    }
    const retryAfterMs = secondsIn(answer.headers['retry-after'] ?? answer.headers['x-ogw-ratelimit-reset']);
    return { status: answer.statusCode, body: Buffer.concat(chunks).toString('utf8'), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  } catch (error) {
    return { failure: `no answer: ${causeOf(error)}` };
  }
}

/** A code such as `ECONNREFUSED`, or the error's name: messages may quote the address. */
function causeOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  if (name === 'TimeoutError') return 'timeout';
  return typeof code === 'string' ? code : String(name);
}

function secondsIn(header: string | readonly string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

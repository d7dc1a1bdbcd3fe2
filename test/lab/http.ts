/**
 * Plain HTTP for the lab, independent of the exporter's client: one connection a request, so that a killed node cannot
 * leave a dead socket in a pool, and any status is an answer.
 */

import { request as httpRequest } from 'node:http';

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface PlainRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as a form; `query` and `form` may both be given. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export function plainHttp(url: string, options: PlainRequest = {}): Promise<PlainAnswer> {
  const target = new URL(url);
  for (const [key, value] of Object.entries(options.query ?? {})) target.searchParams.set(key, value);
  const body = options.form === undefined ? undefined : new URLSearchParams(options.form).toString();
  const headers: Record<string, string> = { 'user-agent': 'nacos-exporter-lab', ...options.headers };
  if (body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
  return new Promise((resolve, reject) => {
    const timeoutMs = options.timeoutMs ?? 5_000;
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = httpRequest(target, { agent: false, method: options.method ?? 'GET', headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.on('error', (error) => reject(new Error(`${options.method ?? 'GET'} ${target.host}${target.pathname}: ${error.message}`, { cause: error })));
    sent.end(body);
  });
}

/** Throws unless the answer is 200; the body's beginning goes into the message. */
export async function plainHttpOk(url: string, options: PlainRequest = {}): Promise<string> {
  const answer = await plainHttp(url, options);
  if (answer.status !== 200) throw new Error(`${options.method ?? 'GET'} ${url}: ${answer.status} ${answer.body.slice(0, 200)}`);
  return answer.body;
}

/** One login: the paths of a version in turn, and what its answer grants. Nothing of a granting answer reaches an error. */

import { NacosError } from './errors.ts';
import { oneLine } from './redact.ts';
import type { WireResponse } from './transport.ts';

type Post = (path: string, form: string) => Promise<WireResponse>;

export interface Grant {
  /** Absent where the server wants none: authentication is off, or it has no login at all. */
  readonly token?: string;
  readonly ttlMs: number;
  /** For the log, where there is no token. */
  readonly note?: string;
}

/** 1.1.4 tells no life time; its tokens are good for 30 minutes. */
const defaultTtlMs = 30 * 60_000;
/** A server without any login is asked again after this. */
const noLoginTtlMs = 60_000;

/** Statuses by which servers of some version or flavour say that there is no such API. */
const missing = new Set([404, 405, 410, 501]);

/** Throws NacosError: `auth` where the server answered, the wire's reason where it did not. */
export async function logIn(post: Post, paths: readonly string[], username: string, password: string): Promise<Grant> {
  const form = new URLSearchParams({ username, password }).toString();
  for (const path of paths) {
    const response = await postTo(post, path, form);
    if (!missing.has(response.status)) return grantOf(path, response, password);
  }
  return { ttlMs: noLoginTtlMs, note: `no login at ${paths.join(', ')}` };
}

async function postTo(post: Post, path: string, form: string): Promise<WireResponse> {
  try {
    return await post(path, form);
  } catch (error) {
    // 1.4-2.3 answer a wrong password with the status line `HTTP/1.1 0`.
    if (error instanceof NacosError && error.reason === 'protocol') {
      throw refusal(path, `${error.message}; some versions say so that the password is wrong`);
    }
    throw error;
  }
}

function grantOf(path: string, response: WireResponse, password: string): Grant {
  const body = parse(response);
  if (response.status !== 200) throw refusal(path, `HTTP ${response.status}${gistOf(response, body, password)}`, response.status);
  // 1.1.4 wraps: {"code":200,"data":"Bearer ey…"}, and refuses with code 401 under HTTP 200.
  const code = body?.['code'];
  if (typeof code === 'number' && code !== 200 && code !== 0) {
    throw refusal(path, `code ${code} in the answer${gistOf(response, body, password)}`, response.status);
  }
  const data = body?.['data'];
  const holder = isRecord(data) ? data : body;
  const raw = typeof data === 'string' ? data : holder?.['accessToken'];
  const token = typeof raw === 'string' ? raw.replace(/^Bearer\s+/i, '').trim() : '';
  const ttlMs = ttlOf(holder?.['tokenTtl']);
  // 2.x with authentication off and no signing key.
  if (token === 'AUTH_DISABLED') return { ttlMs, note: 'authentication is disabled' };
  if (!/^[\x21-\x7e]+$/.test(token)) throw refusal(path, 'HTTP 200 without a token', response.status);
  return { token, ttlMs };
}

/** Seconds on the wire. */
function ttlOf(value: unknown): number {
  const seconds = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 && value !== '' ? seconds * 1000 : defaultTtlMs;
}

function refusal(path: string, came: string, httpStatus?: number): NacosError {
  return new NacosError('auth', `login at ${path} failed: ${came}`, httpStatus === undefined ? {} : { httpStatus });
}

/** The server's own words: the message of Spring's error JSON or of an envelope, else the text. */
function gistOf(response: WireResponse, body: Record<string, unknown> | undefined, password: string): string {
  const words = body === undefined ? response.body.toString('utf8') : (body['message'] ?? body['error'] ?? '');
  const gist = typeof words === 'string' ? oneLine(words, [password]) : '';
  return gist === '' ? '' : `: ${gist}`;
}

function parse(response: WireResponse): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(response.body.toString('utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

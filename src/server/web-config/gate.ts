/** What every request passes before the application sees it: the rate limit, the headers, the password. */

import type { IncomingMessage, ServerResponse } from 'node:http';

import { commonHeaders } from '../headers.ts';
import { plainText } from '../refuse.ts';
import type { WebConfig, WebRateLimit } from '../../config/web/web-config.ts';
import type { Keeper } from './keeper.ts';
import { credentialsIn, type Passwords } from './passwords.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

export interface GateDeps {
  readonly keeper: Keeper;
  readonly passwords: Passwords;
  /** Milliseconds; need not be the time of day. */
  now(): number;
}

/** Whether the request may go on; if not it has been answered. */
export type Gate = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

const methods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

export function createGate({ keeper, passwords, now }: GateDeps): Gate {
  let limit: WebRateLimit | undefined;
  let bucket: TokenBucket | undefined;

  function bucketOf({ rateLimit }: WebConfig): TokenBucket | undefined {
    // The file may have been read again for another reason: that fills no bucket.
    if (rateLimit?.interval !== limit?.interval || rateLimit?.burst !== limit?.burst) bucket = rateLimit === undefined ? undefined : createTokenBucket(rateLimit, now);
    limit = rateLimit;
    return bucket;
  }

  return (request, response) => {
    const config = keeper.current();
    const refuse = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): false => {
      answer(response, config, { status, text, headers });
      return false;
    };
    if (bucketOf(config)?.take() === false) return refuse(429, 'too many requests');
    for (const [name, value] of config.headers) if (value !== '') response.setHeader(name, value);
    if (config.users.size > 0) {
      const given = credentialsIn(request.headers.authorization);
      if (given === undefined) return refuse(401, 'unauthorized', { 'www-authenticate': 'Basic' });
      const judge = (login: string): boolean => {
        if (login === 'busy') return refuse(429, 'too many log-ins are being checked; try again', { 'retry-after': '1' });
        return login === 'right' ? allowed() : refuse(401, 'unauthorized', { 'www-authenticate': 'Basic' });
      };
      const login = passwords.check(config.users, given.user, given.password, () => request.socket.destroyed);
      return typeof login === 'string' ? judge(login) : login.then(judge);
    }
    return allowed();

    function allowed(): boolean {
      return methods.has(request.method) || refuse(405, 'method not allowed', { allow: 'GET, HEAD, POST' });
    }
  };
}

interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A body that is still on its way is not waited for. */
function answer(response: ServerResponse, config: WebConfig, { status, text, headers }: Refusal): void {
  const all = new Map(Object.entries({ ...commonHeaders, 'content-type': plainText, ...headers }));
  for (const [name, value] of config.headers) {
    if (value === '') all.delete(name.toLowerCase());
    else all.set(name.toLowerCase(), value);
  }
  if (!response.req.complete) all.set('connection', 'close');
  response.writeHead(status, Object.fromEntries(all)).end(`${text}\n`);
}

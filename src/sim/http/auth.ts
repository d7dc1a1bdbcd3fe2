/** Logins, tokens, and which paths ask for one. */

import { javaHash } from '../random.ts';
import type { AuthOptions, World } from '../world.ts';
import type { Exchange, SimResponse } from './exchange.ts';
import { caused, json, springError } from './exchange.ts';

const defaultTtlSeconds = 18_000;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function mint(world: World, auth: AuthOptions): { readonly token: string; readonly ttl: number } {
  const ttl = auth.tokenTtlSeconds ?? defaultTtlSeconds;
  const expires = world.clock.now() + ttl * 1000;
  const claims = `${encode({ alg: 'HS256' })}.${encode({ sub: auth.username, exp: Math.floor(expires / 1000) })}`;
  // Not a signature: something that only this run of the simulation would write.
  const token = `${claims}.${Buffer.from(String(javaHash(`${claims}${world.seed}`))).toString('base64url')}`;
  for (const [known, until] of world.tokens) if (until <= world.clock.now()) world.tokens.delete(known);
  world.tokens.set(token, expires);
  return { token, ttl };
}

/** Form body and query, either of which a login may use. */
function credentials(exchange: Exchange): { readonly username: string | null; readonly password: string | null } {
  const form = new URLSearchParams(exchange.body);
  return {
    username: form.get('username') ?? exchange.query.get('username'),
    password: form.get('password') ?? exchange.query.get('password'),
  };
}

/** A wrong password makes 1.x and 2.x write a status line without a status. */
const brokenStatusLine: SimResponse = { status: 0, headers: { connection: 'close' }, body: Buffer.alloc(0), fault: 'malformed' };

export function login(exchange: Exchange): SimResponse {
  const { world } = exchange;
  const { number } = exchange.node.traits;
  if (exchange.method !== 'POST') return caused(exchange, 500, "Request method 'GET' not supported");
  const { auth } = world;
  const { username, password } = credentials(exchange);
  // 1.4 names no user.
  const user = number >= 10_500 ? { username: username ?? 'nacos' } : {};
  if (auth === undefined) return json(exchange, { accessToken: 'AUTH_DISABLED', tokenTtl: defaultTtlSeconds, globalAdmin: true, ...user });
  if (username !== auth.username || password !== auth.password) {
    if (number >= 30_000) return springError(exchange, 500, 'unknown user!');
    if (username !== auth.username && number >= 20_200) return caused(exchange, 500, username ?? 'null');
    return brokenStatusLine;
  }
  const { token, ttl } = mint(world, auth);
  const answer = json(exchange, { accessToken: token, tokenTtl: ttl, globalAdmin: true, ...user });
  return { ...answer, headers: { ...answer.headers, authorization: `Bearer ${token}` } };
}

function tokenIn(exchange: Exchange): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(exchange.headers['authorization'] ?? '')?.[1];
  // A header of that name is read from 2.2 on only.
  const named = exchange.node.traits.number >= 20_200 ? exchange.headers['accesstoken'] : undefined;
  return bearer ?? named ?? exchange.query.get('accessToken') ?? undefined;
}

function isTrusted(exchange: Exchange, auth: AuthOptions): boolean {
  const { identity } = auth;
  if (identity !== undefined && exchange.headers[identity.key.toLowerCase()] === identity.value) return true;
  if (exchange.query.get('username') === auth.username && exchange.query.get('password') === auth.password) return true;
  const token = tokenIn(exchange);
  return token !== undefined && (exchange.world.tokens.get(token) ?? 0) > exchange.world.clock.now();
}

export type Guard = 'open' | 'read' | 'members' | 'admin';

/** A 403 of Spring's where the path is guarded and the request brings nothing that helps. */
export function refuse(exchange: Exchange, guard: Guard): SimResponse | undefined {
  const { auth } = exchange.world;
  const { number } = exchange.node.traits;
  if (auth === undefined || guard === 'open') return undefined;
  // The v1 member list is open up to 2.2.
  if (guard === 'members' && number < 20_300) return undefined;
  if (guard === 'read' && number >= 30_000 && auth.adminOnly === true) return undefined;
  return isTrusted(exchange, auth) ? undefined : springError(exchange, 403, 'unknown user!');
}

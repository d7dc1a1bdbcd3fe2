/**
 * The credentials of one node: a token that is fetched when needed, renewed before it ends and shared by all calls, and
 * the identity header. A call for which no token can be had is sent without one: much of Nacos is open even with
 * authentication on, and the server's 403 then says which readings suffer.
 */

import { NacosError } from './errors.ts';
import { logIn } from './login.ts';
import type { WireResponse } from './transport.ts';

export interface UserCredentials {
  readonly username: string;
  /** Called at every login, so a rotated file is seen. */
  readonly password: () => string;
}

export interface IdentityCredentials {
  readonly key: string;
  readonly value: () => string;
}

export interface AuthenticatorOptions {
  readonly user?: UserCredentials;
  readonly identity?: IdentityCredentials;
  /** Of the dialect in force, best first; asked at every login, since an upgrade changes it. Undefined until it is known. */
  readonly loginPaths: () => readonly string[] | undefined;
  /** Milliseconds. */
  readonly now: () => number;
  /** Pause after a failed login, doubling from `firstMs` to `maxMs`; up to `unreachableMs` where no answer came. */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number; readonly unreachableMs: number };
}

/** Posts a form to a path below the context path; lent by the client, which guards and counts it. */
export type PostForm = (path: string, form: string, headers: Readonly<Record<string, string>>) => Promise<WireResponse>;

/** What a call takes along. */
export interface Permit {
  readonly headers: Readonly<Record<string, string>>;
  /** Which login it rests on; 0 for none. */
  readonly login: number;
}

export interface Authenticator {
  /** Logs in first where that is due, unless `anonymous`. Never fails for want of a token. */
  permit(post: PostForm, options?: { readonly anonymous?: boolean }): Promise<Permit>;
  /** After a 401 or 403: the permit for a second and last try; throws `auth` or `forbidden` where that is pointless. */
  renew(post: PostForm, refused: Permit, path: string, httpStatus: number): Promise<Permit>;
  /** The verdict after the second try. */
  verdict(path: string, httpStatus: number): NacosError;
  /** What must not appear in any text. */
  secrets(): readonly string[];
}

interface Session {
  readonly login: number;
  readonly token?: string;
  readonly note?: string;
  readonly at: number;
  /** As the server told. */
  readonly endsAt: number;
  /** Sent along until then. */
  readonly expiresAt: number;
  readonly renewAt: number;
}

/** A token younger than this is not doubted, nor renewed unless it ends before. */
const minRenewMs = 3_000;
/**
 * A server with a token cache (2.2.1+) re-issues a token until less than a tenth of its life is left, and tells what is left in whole
 * seconds, down to 0 (seen: 3.1.0): such a one is renewed at its end, never more often than this, and used as long.
 */
const minPauseMs = 1_000;
const renewShare = 0.8;
/** A path that a fresh token may not read is not worth a login at every poll. */
const forbiddenMs = 5 * 60_000;
const maxForbidden = 200;
const defaultBackoff = { firstMs: 1_000, maxMs: 30_000, unreachableMs: 5_000 };

/** Before the dialect is known: r-nacos with authentication on tells nothing, not even what it is, without a token. */
const anyVersionsLogins = ['/v1/auth/login', '/v1/auth/users/login', '/v3/auth/user/login'];

const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
const headerValue = /^[\x20-\x7e\x80-\xff]+$/;

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { user, now } = options;
  const backoff = options.backoff ?? defaultBackoff;
  if (options.identity !== undefined && !headerName.test(options.identity.key)) throw new TypeError('identity key is not a header name');
  let session: Session | undefined;
  let failure: { readonly error: NacosError; readonly count: number; readonly until: number } | undefined;
  let pending: Promise<void> | undefined;
  let logins = 0;
  /** Path to the time until which a refusal is believed without another login. */
  const forbidden = new Map<string, number>();

  const identityValue = (): string | undefined => {
    try {
      const value = options.identity?.value();
      return value !== undefined && headerValue.test(value) ? value : undefined;
    } catch {
      // An unreadable file must not take liveness down; the server refuses what needs the header.
      return undefined;
    }
  };

  const identityHeaders = (): Record<string, string> => {
    const value = identityValue();
    return options.identity === undefined || value === undefined ? {} : { [options.identity.key]: value };
  };

  const permitNow = (): Permit => {
    const valid = session !== undefined && now() < session.expiresAt ? session : undefined;
    const token = valid?.token === undefined ? {} : { authorization: `Bearer ${valid.token}` };
    return { login: valid?.login ?? 0, headers: { ...identityHeaders(), ...token } };
  };

  const attempt = async (credentials: UserCredentials, post: PostForm, paths: readonly string[]): Promise<void> => {
    try {
      const grant = await logIn((path, form) => post(path, form, identityHeaders()), paths, credentials.username, readPassword(credentials));
      const at = now();
      logins += 1;
      const renewAt = at + Math.max(grant.ttlMs * renewShare, Math.min(grant.ttlMs, minRenewMs), minPauseMs);
      session = { ...grant, login: logins, at, renewAt, endsAt: at + grant.ttlMs, expiresAt: at + Math.max(grant.ttlMs, minPauseMs) };
      failure = undefined;
    } catch (error) {
      if (!(error instanceof NacosError)) throw error;
      const count = (failure?.count ?? 0) + 1;
      const most = error.reason === 'auth' ? backoff.maxMs : backoff.unreachableMs;
      failure = { error, count, until: now() + Math.min(backoff.firstMs * 2 ** Math.min(count - 1, 20), most) };
    }
  };

  /** Logs in where it is due and not paused; all callers share one login. */
  const ensure = async (post: PostForm): Promise<void> => {
    if (pending === undefined) {
      const paths = options.loginPaths() ?? anyVersionsLogins;
      if (user === undefined || paths.length === 0) return;
      if (session !== undefined && now() < session.renewAt) return;
      if (failure !== undefined && now() < failure.until) return;
      pending = attempt(user, post, paths).finally(() => {
        pending = undefined;
      });
    }
    await pending;
  };

  const authError = (httpStatus: number): NacosError => new NacosError('auth', `HTTP ${httpStatus}: ${whyNoToken()}`, { httpStatus });

  const whyNoToken = (): string => {
    if (user === undefined) return options.identity === undefined ? 'no credentials are configured' : 'the identity header does not help';
    if (failure !== undefined) return failure.error.message;
    if (session?.note !== undefined) return session.note;
    return session === undefined ? 'no login was possible yet' : 'the token has ended and the next login is not due yet';
  };

  /** The login is good, so it is the permission. The refusal is believed for a while without another login. */
  const forbiddenError = (path: string, httpStatus: number): NacosError => {
    if (forbidden.size >= maxForbidden) forbidden.clear();
    if (now() >= (forbidden.get(path) ?? 0)) forbidden.set(path, now() + forbiddenMs);
    return new NacosError('forbidden', `HTTP ${httpStatus} although the login is good: the user lacks the permission`, { httpStatus });
  };

  return {
    async permit(post, { anonymous = false } = {}) {
      if (!anonymous) await ensure(post);
      return permitNow();
    },

    async renew(post, refused, path, httpStatus) {
      const newer = permitNow();
      if (newer.login !== 0 && newer.login !== refused.login) return newer;
      if (user === undefined || session === undefined || refused.login === 0) throw authError(httpStatus);
      const fresh = now() - session.at < minRenewMs && now() < session.endsAt;
      if (session.token !== undefined && (fresh || now() < (forbidden.get(path) ?? 0))) throw forbiddenError(path, httpStatus);
      if (!fresh) {
        session = { ...session, renewAt: Math.min(session.renewAt, now()) };
        await ensure(post);
      }
      const permit = permitNow();
      if (permit.login === 0 || permit.login === refused.login) throw authError(httpStatus);
      return permit;
    },

    verdict: (path, httpStatus) => (session?.token === undefined ? authError(httpStatus) : forbiddenError(path, httpStatus)),

    secrets: () => [session?.token, identityValue()].filter((secret) => secret !== undefined),
  };
}

function readPassword(credentials: UserCredentials): string {
  try {
    return credentials.password();
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw new NacosError('auth', `the password could not be read${typeof code === 'string' ? ` (${code})` : ''}`);
  }
}

/** Calls of one node: sends a dialect's call through a transport, with the node's token, and reports what it cost. */

import { performance } from 'node:perf_hooks';
import { toAnswer } from './answer.ts';
import { createAuthenticator } from './auth.ts';
import type { Authenticator, Permit, PostForm } from './auth.ts';
import { assertCanary, canaryRequest, checkCanaryAnswer, type CanaryCall } from './canary-calls.ts';
import type { Answer, Call } from './dialects/dialect.ts';
import { NacosError } from './errors.ts';
import { UnsafeCallError, assertReadOnly } from './read-only.ts';
import { oneLine } from './redact.ts';
import type { Transport, WireRequest, WireResponse } from './transport.ts';

/** What one call brought and what it cost. */
export interface Reply<T> {
  readonly value: T;
  readonly status: number;
  /** Bytes of the body. */
  readonly bytes: number;
  /** Milliseconds to the response's headers, and to its last byte. */
  readonly headersMs: number;
  readonly durationMs: number;
  /** The server's clock from the response's `Date` header, where it has one; whole seconds. */
  readonly serverDate?: number;
}

export interface CallOptions {
  readonly timeoutMs?: number;
  /**
   * Never waits for a login: sent with the token at hand or with none. Liveness is asked so; calls that accept a 403
   * are treated so unasked.
   */
  readonly anonymous?: boolean;
  /** Waited for before the answer is decoded: large ones that arrive together would make one long step. */
  readonly turn?: () => Promise<void>;
}

export interface NodeClient {
  /** Throws NacosError with the reason of `nacos_poll_failures_total`. */
  call<T>(call: Call<T>, options?: CallOptions): Promise<Reply<T>>;
  close(): Promise<void>;
}

/** Who may also write, and only the canary's own instance. */
export interface CanaryClient extends NodeClient {
  /** Throws likewise. */
  canary(call: CanaryCall, options?: Pick<CallOptions, 'timeoutMs'>): Promise<Reply<void>>;
}

/** One finished HTTP exchange, for `nacos_exporter_requests_total` and its histogram. */
export interface RequestObservation {
  readonly api: string;
  /** HTTP status, or `none`. */
  readonly code: string;
  readonly durationMs: number;
  readonly bytes: number;
}

export interface NodeClientOptions {
  readonly transport: Transport;
  /** Starts with `/` and does not end with one; empty for the root. */
  readonly contextPath: string;
  /** Of this node alone: nodes do not share tokens unless they share the signing key. */
  readonly authenticator?: Authenticator;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** `nacos-exporter/<version>`. */
  readonly userAgent: string;
  readonly onRequest?: (observation: RequestObservation) => void;
  /** Put before the lines of errors, where the caller does not name the node itself. */
  readonly label?: string;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
}

/** A request before it has credentials. */
interface Outgoing {
  readonly api: string;
  readonly method: WireRequest['method'];
  /** Below the context path, with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly accepted?: (status: number) => boolean;
  readonly isCanary: boolean;
}

/** A login answer is a few hundred bytes. */
const maxLoginBytes = 64 * 1024;
/** Of an unexpected answer, for one line of a log. */
const maxQuotedBytes = 8 * 1024;

export function createNodeClient(options: NodeClientOptions): CanaryClient {
  // Servers treat the agents of Nacos's own servers and clients specially; 1.4.1-2.5 may even trust the former.
  if (!options.userAgent.startsWith('nacos-exporter/')) throw new TypeError('userAgent must start with nacos-exporter/');
  const { transport, contextPath } = options;
  const authenticator = options.authenticator ?? createAuthenticator({ loginPaths: () => [], now: Date.now });
  const clock = options.clock ?? (() => performance.now());
  const fixedHeaders = { accept: '*/*', 'user-agent': options.userAgent };

  /** One exchange, guarded and counted; `request.path` is below the context path. */
  const send = async (api: string, request: WireRequest, isCanary = false): Promise<WireResponse> => {
    if (isCanary) assertCanary(request);
    else assertReadOnly(request.method, request.path);
    const started = clock();
    const observe = (code: string, bytes: number): void => options.onRequest?.({ api, code, durationMs: clock() - started, bytes });
    let response: WireResponse;
    try {
      response = await transport.request({ ...request, path: contextPath + request.path, headers: { ...fixedHeaders, ...request.headers } });
    } catch (error) {
      observe(error instanceof NacosError && error.httpStatus !== undefined ? String(error.httpStatus) : 'none', 0);
      throw error;
    }
    observe(String(response.status), response.body.length);
    return response;
  };

  const post: PostForm = (path, form, headers) =>
    send('login', {
      method: 'POST',
      path,
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: form,
      timeoutMs: options.timeoutMs,
      maxBytes: maxLoginBytes,
    });

  /** Sends with the node's credentials; the answer's status is one that is accepted. */
  const exchange = async (outgoing: Outgoing, { timeoutMs = options.timeoutMs, anonymous: asked = false }: CallOptions): Promise<WireResponse> => {
    const { api, method, path, body, accepted, isCanary } = outgoing;
    const accepts = (status: number): boolean => status === 200 || accepted?.(status) === true;
    const refused = ({ status }: WireResponse): boolean => (status === 401 || status === 403) && !accepts(status);
    const attempt = ({ headers }: Permit): Promise<WireResponse> => send(api, {
      method, path, headers: { ...outgoing.headers, ...headers }, timeoutMs, maxBytes: options.maxBytes, ...(body === undefined ? {} : { body }), ...(isCanary ? { repeatable: true } : {}),
    }, isCanary);
    // To read a path and to write to it are two permissions.
    const place = method === 'GET' ? path : `${method} ${path}`;

    const anonymous = asked || accepts(403);
    const permit = await authenticator.permit(post, { anonymous });
    let response = await attempt(permit);
    if (refused(response)) {
      if (anonymous) throw new NacosError('auth', `HTTP ${response.status} without a login`, { httpStatus: response.status });
      response = await attempt(await authenticator.renew(post, permit, place, response.status));
      if (refused(response)) throw authenticator.verdict(place, response.status);
    }
    if (accepts(response.status)) return response;
    throw unexpected(response, authenticator.secrets());
  };

  /** Sends, and reads the answer; errors name the API. */
  const conversation = async <T>(outgoing: Outgoing, callOptions: CallOptions, read: (answer: Answer) => T): Promise<Reply<T>> => {
    try {
      const response = await exchange(outgoing, callOptions);
      await callOptions.turn?.();
      const value = read(toAnswer(response, authenticator.secrets));
      const serverDate = Date.parse(response.headers['date'] ?? '');
      return {
        value,
        status: response.status,
        bytes: response.body.length,
        headersMs: response.headersMs,
        durationMs: response.durationMs,
        ...(Number.isNaN(serverDate) ? {} : { serverDate }),
      };
    } catch (error) {
      throw named(error, outgoing.api, options.label);
    }
  };

  return {
    call: ({ api, path, accepts, anonymous, decode }, callOptions = {}) => conversation(
      { api, method: 'GET', path, headers: {}, isCanary: false, ...(accepts === undefined ? {} : { accepted: accepts }) },
      anonymous === true ? { ...callOptions, anonymous } : callOptions,
      decode,
    ),
    canary: async (call, callOptions = {}) => conversation(
      { ...canaryRequest(call), isCanary: true }, callOptions, (answer) => checkCanaryAnswer(call.kind, answer.text()),
    ),
    close: () => transport.close(),
  };
}

/** An answer whose status the call does not understand. */
function unexpected({ status, headers, body }: WireResponse, secrets: readonly string[]): NacosError {
  const options = { httpStatus: status };
  if (status >= 300 && status < 400) {
    // A login page's address may carry a ticket in its query, a proxy's a password before its host.
    const target = (headers['location'] ?? 'nowhere').replace(/[?#;].*$/s, '').replace(/\/\/[^/]*@/, '//');
    return new NacosError('redirect', `HTTP ${status} to ${oneLine(target, secrets)}; redirects are not followed`, options);
  }
  const words = oneLine(body.subarray(0, maxQuotedBytes).toString('utf8'), secrets);
  return new NacosError(status === 410 ? 'gone' : 'status', `HTTP ${status}${words === '' ? '' : `: ${words}`}`, options);
}

/** The error with the API's name before its line; what a dialect throws may have it already. */
function named(error: unknown, api: string, label: string | undefined): unknown {
  if (error instanceof UnsafeCallError) return error;
  const prefix = label === undefined || label === '' ? '' : `${label} `;
  if (error instanceof NacosError) {
    if (prefix === '' && error.message.startsWith(api)) return error;
    const line = error.message.startsWith(api) ? error.message : `${api}: ${error.message}`;
    return new NacosError(error.reason, prefix + line, error.httpStatus === undefined ? {} : { httpStatus: error.httpStatus });
  }
  // A bug, most likely in a decoder. A SyntaxError's message quotes what it could not parse.
  const bug = error instanceof Error && !(error instanceof SyntaxError) ? error : undefined;
  return new NacosError('decode', `${prefix}${api}: unexpected error${bug === undefined ? '' : `: ${oneLine(bug.message)}`}`, { cause: bug });
}

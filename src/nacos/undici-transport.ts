/**
 * The real transport: one undici pool per node. Few connections (a long read of counts must leave one free for the
 * liveness check), kept alive, never pipelined, no redirect followed, no answer held beyond its allowed size.
 */

import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { createBodyCollector } from './body-collector.ts';
import { createConnector } from './connector.ts';
import type { TlsFiles } from './connector.ts';
import { NacosError } from './errors.ts';
import type { Transport, WireRequest, WireResponse } from './transport.ts';
import { describeWireError, isStaleSocket } from './wire-errors.ts';

export interface UndiciTransportOptions {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsFiles;
  /** TCP and TLS handshake together, milliseconds. */
  readonly connectTimeoutMs: number;
  /** Connections to this node; 2 unless told. */
  readonly connections?: number;
  /** How long an idle connection is kept where the server gives no hint, milliseconds. */
  readonly keepAliveMs?: number;
}

/** Longer than the 5 s between two liveness checks, shorter than the 20 s after which Tomcat closes. */
const defaultKeepAliveMs = 12_000;

export function createUndiciTransport(options: UndiciTransportOptions): Transport {
  const host = options.host.includes(':') && !options.host.startsWith('[') ? `[${options.host}]` : options.host;
  const connections = options.connections ?? 2;
  const keepAliveMs = options.keepAliveMs ?? defaultKeepAliveMs;
  const connector = createConnector({ ...(options.tls === undefined ? {} : { tls: options.tls }), timeoutMs: options.connectTimeoutMs });
  const pool = new Pool(`${options.scheme}://${host}:${options.port}`, {
    connections,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: 60_000,
    // The exchange has one timer of its own, which covers headers and body.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: connector.connect,
  });

  return {
    async request(request) {
      const deadline = performance.now() + request.timeoutMs;
      // A kept-alive connection may have been closed just as the request went out. Each such failure costs the pool one
      // stale connection, so after as many tries as it has connections the request goes out on a fresh one.
      for (let retriesLeft = request.method === 'GET' || request.repeatable === true ? connections : 0; ; retriesLeft -= 1) {
        try {
          return await exchange(pool, request, Math.max(1, deadline - performance.now()), options.connectTimeoutMs);
        } catch (error) {
          if (retriesLeft === 0 || performance.now() >= deadline || !isStaleSocket(error, connector.bytesReadAt)) throw toNacosError(error);
        }
      }
    },
    close: () => pool.destroy(),
  };
}

/** The library's error is not kept as `cause`: a parser error carries raw bytes of the answer, possibly a token. */
function toNacosError(error: unknown): NacosError {
  if (error instanceof NacosError) return error;
  const { reason, detail } = describeWireError(error, false);
  return new NacosError(reason, detail);
}

/**
 * One attempt. The time limit runs from the moment the request is on a connection; waiting for a free connection is
 * not the server's fault and must not read as a slow node, so it has a limit of its own.
 */
function exchange(pool: Pool, request: WireRequest, timeoutMs: number, connectTimeoutMs: number): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let sentAt = 0;
    let headersMs = 0;
    let status = 0;
    let headers: Readonly<Record<string, string>> = {};
    const body = createBodyCollector(request.maxBytes);
    let settled = false;

    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(timer);
      return true;
    };
    const fail = (error: unknown): void => {
      if (settle()) reject(error);
    };
    const giveUp = (error: NacosError): void => {
      fail(error);
      controller?.abort(error);
    };
    const answerOf = (): { httpStatus?: number } => (status === 0 ? {} : { httpStatus: status });

    let timer = setTimeout(
      () => giveUp(new NacosError('timeout', `no connection was free within ${Math.round(timeoutMs + connectTimeoutMs)} ms`)),
      timeoutMs + connectTimeoutMs,
    );

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        if (settled) {
          started.abort(new Error('given up while queued'));
          return;
        }
        clearTimeout(timer);
        sentAt = performance.now();
        timer = setTimeout(() => {
          const got = status === 0 ? 'no answer' : `HTTP ${status} and ${body.bytes()} bytes, but no end,`;
          giveUp(new NacosError('timeout', `${got} within ${Math.round(timeoutMs)} ms`, answerOf()));
        }, timeoutMs);
      },
      onResponseStart(_controller, statusCode, incoming) {
        if (statusCode < 200) return;
        status = statusCode;
        headersMs = performance.now() - sentAt;
        headers = flatten(incoming);
        if (!body.expect(Number(headers['content-length']))) giveUp(tooLarge(request.maxBytes, status));
      },
      onResponseData(_controller, chunk) {
        if (!settled && !body.push(chunk)) giveUp(tooLarge(request.maxBytes, status));
      },
      onResponseEnd() {
        if (!settle()) return;
        resolve({ status, headers, body: body.take(), headersMs, durationMs: performance.now() - sentAt });
      },
      onResponseError(_controller, error) {
        if (status === 0) {
          fail(error);
          return;
        }
        const { reason, detail } = describeWireError(error, true);
        fail(new NacosError(reason, `HTTP ${status}, then after ${body.bytes()} bytes: ${detail}`, answerOf()));
      },
    };

    try {
      pool.dispatch(
        { method: request.method, path: request.path, headers: request.headers, body: request.body ?? null },
        handler,
      );
    } catch (error) {
      fail(error);
    }
  });
}

function tooLarge(maxBytes: number, status: number): NacosError {
  return new NacosError('too_large', `answer is larger than ${maxBytes} bytes`, { httpStatus: status });
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

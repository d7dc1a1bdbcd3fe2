/** Requests and answers of the simulated servers, and the envelopes in which each family of their APIs wraps them. */

import type { WireFault } from '../faults.ts';
import type { NodeState, World } from '../world.ts';

export interface SimRequest {
  readonly method: string;
  /** Path with context and query: `/nacos/v1/ns/operator/switches`. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface SimResponse {
  /** 0 where no answer comes. */
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** How long the node takes. */
  readonly delayMs?: number;
  /** What goes wrong on the wire. */
  readonly fault?: WireFault;
}

/** A request on its way through one node. */
export interface Exchange {
  readonly world: World;
  readonly node: NodeState;
  readonly method: string;
  /** Path below the context, without query: `/v1/ns/operator/switches`. */
  readonly path: string;
  /** Path with the context, as error answers quote it. */
  readonly fullPath: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Handler = (exchange: Exchange) => SimResponse;

const plainText = 'text/plain;charset=UTF-8';

export function buffer({ node }: Exchange, status: number, body: Buffer, contentType: string = node.traits.json): SimResponse {
  return { status, headers: { 'content-type': contentType }, body };
}

export function json(exchange: Exchange, value: unknown, status = 200): SimResponse {
  return buffer(exchange, status, Buffer.from(JSON.stringify(value)));
}

/** A JSON answer that is already written. */
export function written(exchange: Exchange, body: string, status = 200): SimResponse {
  return buffer(exchange, status, Buffer.from(body));
}

export function text(exchange: Exchange, body: string, status = 200): SimResponse {
  return buffer(exchange, status, Buffer.from(body), plainText);
}

/** `RestResult`, code 200: v1 core and console APIs. 3.x adds a field. */
export function restResult(exchange: Exchange, data: unknown): SimResponse {
  return json(exchange, { code: 200, message: null, data, ...(exchange.node.traits.number >= 30_000 ? { noRight: false } : {}) });
}

/** `Result`, code 0: v2 and v3 APIs. */
export function result(exchange: Exchange, data: unknown): SimResponse {
  return json(exchange, { code: 0, message: 'success', data });
}

export function failedResult(exchange: Exchange, status: number, code: number, message: string, data: unknown): SimResponse {
  return json(exchange, { code, message, data }, status);
}

/** Plain-text error of `/v1/ns`: wrapped as `caused: …;` up to 2.5. */
export function caused(exchange: Exchange, status: number, message: string): SimResponse {
  return text(exchange, exchange.node.traits.number >= 30_000 ? message : `caused: ${message};`, status);
}

const phrases: Readonly<Record<number, string>> = {
  403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 410: 'Gone', 500: 'Internal Server Error', 501: 'Not Implemented',
};

/** Spring's own error JSON. */
export function springError(exchange: Exchange, status: number, message: string): SimResponse {
  const { traits } = exchange.node;
  const timestamp = new Date(exchange.world.clock.now() + exchange.node.skewMs).toISOString().replace('Z', traits.zone);
  return json(exchange, {
    timestamp,
    status,
    error: phrases[status] ?? 'Error',
    ...(traits.errorMessage ? { message } : {}),
    path: exchange.fullPath,
  }, status);
}

/** Missing above the naming API: Spring's 404; inside it up to 3.x: 501 of the Distro filter. */
export function noSuchApi(exchange: Exchange): SimResponse {
  if (exchange.path.startsWith('/v1/ns/')) return springError(exchange, 501, `no such api:${exchange.method}:${exchange.fullPath}`);
  return springError(exchange, 404, 'No message available');
}

/** A required parameter that is not there. */
export function missingParameter(exchange: Exchange, name: string): SimResponse {
  const { generation } = exchange.node.traits;
  if (generation === 'v1') return caused(exchange, 500, `Required String parameter '${name}' is not present`);
  if (generation === 'v2.2') return caused(exchange, 500, `Required request parameter '${name}' for method parameter type String is not present`);
  return text(exchange, `Parameter '${name}' is missing`, 400);
}

export function missingInt(exchange: Exchange, name: string): SimResponse {
  return text(
    exchange,
    `caused: Optional int parameter '${name}' is present but cannot be translated into a null value due to being declared as a primitive type. `
    + 'Consider declaring it as object wrapper for the corresponding primitive type.;',
    500,
  );
}

/** An int of the query; undefined where absent or unreadable. */
export function intOf(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  return value !== null && /^-?\d+$/.test(value) ? Number(value) : undefined;
}

export const flag = (query: URLSearchParams, name: string): boolean => query.get(name) === 'true';

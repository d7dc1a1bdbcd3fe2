/** Well-formed answers, and ways to choose among acts. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Act, FakeHandler } from './fake-server.ts';

export function text(body: string, status = 200, headers: Readonly<Record<string, string>> = {}): Act {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'text/plain;charset=UTF-8', ...headers });
    response.end(body);
  };
}

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Act {
  return text(JSON.stringify(value), status, { 'content-type': 'application/json;charset=UTF-8', ...headers });
}

export function after(ms: number, act: Act): Act {
  return async (exchange) => {
    await sleep(ms);
    await act(exchange);
  };
}

/** Each act once, then the last one for ever. */
export function inOrder(...acts: readonly Act[]): FakeHandler {
  let next = 0;
  return () => acts[Math.min(next++, acts.length - 1)]!;
}

/** By path without query; a missing one is answered with 404. */
export function route(table: Readonly<Record<string, Act | { readonly choose: FakeHandler }>>): FakeHandler {
  return (request) => {
    const entry = Object.hasOwn(table, request.path) ? table[request.path]! : text('not found', 404);
    return typeof entry === 'function' ? entry : entry.choose(request);
  };
}

/** Everything that a node, or what stands before it, can do wrong. */

import { setTimeout as sleep } from 'node:timers/promises';
import { json, text } from './acts.ts';
import type { Act, Exchange } from './fake-server.ts';

/** Takes the request and never answers. */
export const hang: Act = () => undefined;

/** Headers at once, then never the end of the body. */
export const hangInBody: Act = ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"count":1,');
};

/** The body byte by byte, with a pause after each. */
export function drip(body: string, pauseMs: number): Act {
  return async ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (const byte of Buffer.from(body)) {
      if (response.destroyed) return;
      response.write(Buffer.of(byte));
      await sleep(pauseMs);
    }
    response.end();
  };
}

/** Half of the promised body, then the connection is gone. */
export function halfBody(body: string): Act {
  return ({ response, socket }) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.write(body.slice(0, body.length / 2), () => socket.destroy());
  };
}

/** The same in chunks, where no length was promised. */
export function halfBodyChunked(body: string): Act {
  return ({ response, socket }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(body.slice(0, body.length / 2), () => socket.destroy());
  };
}

/** A reset before any byte of the answer. */
export const reset: Act = ({ socket }) => {
  socket.resetAndDestroy();
};

/** An orderly close before any byte of the answer. */
export const hangUp: Act = ({ socket }) => {
  socket.end();
};

/** Anything but the first request of a connection is met with a close: a keep-alive that ended as the request came. */
export function dropReused(how: Act, act: Act): Act {
  return (exchange: Exchange) => (exchange.request.ofConnection > 1 ? how(exchange) : act(exchange));
}

/** What 1.4-2.3 write for a wrong password, byte by byte. */
export const malformedStatusLine: Act = ({ socket }) => {
  socket.end('HTTP/1.1 0 \r\nDate: Sat, 21 Nov 2026 09:59:43 GMT\r\nConnection: close\r\n\r\n');
};

export const brokenJson = text('{"count":2,"serviceList":[{"name":"a"', 200, { 'content-type': 'application/json' });
export const html = text('<!DOCTYPE html><html><body>Sign in</body></html>', 200, { 'content-type': 'text/html' });
export const wrongEnvelope = json({ code: 30000, message: 'server error', data: null });
/** 3.x: a filter that failed. */
export const emptyOk = text('');

/** Spring's error JSON, as Nacos's filters send it. */
export function springError(status: number, error: string, message?: string): Act {
  return (exchange) =>
    json({ timestamp: '2026-11-21T10:16:07.130+0000', status, error, ...(message === undefined ? {} : { message }), path: exchange.request.path }, status)(exchange);
}

export const unauthorized = springError(401, 'Unauthorized');
export const forbidden = springError(403, 'Forbidden', 'unknown user!');
export const gone = springError(410, 'Gone', '{"code":40000,"message":"API is deprecated"}');
export const internalError = text('caused: null;', 500);
export const noSuchApi = text('no such api:GET:/nacos/v1/ns/upgrade/ops/metrics', 501);
export const serverDown = text('server is DOWN now, please try again later!', 503);

export function redirect(location: string): Act {
  return text('', 302, { location });
}

/** As many bytes as asked for, made on the fly, with or without a promised length. `onSent` is told the bytes written. */
export function huge(bytes: number, options: { readonly declared?: boolean; readonly onSent?: (sent: number) => void } = {}): Act {
  return async ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json', ...(options.declared === true ? { 'content-length': bytes } : {}) });
    const block = Buffer.alloc(64 * 1024, 0x20);
    const closed = new Promise<void>((resolve) => response.once('close', resolve));
    for (let sent = 0; sent < bytes && !response.destroyed; ) {
      const size = Math.min(block.length, bytes - sent);
      const flushed = response.write(block.subarray(0, size));
      sent += size;
      options.onSent?.(sent);
      if (!flushed) await Promise.race([closed, new Promise<void>((resolve) => response.once('drain', resolve))]);
    }
    response.end();
  };
}

/**
 * A scripted HTTP server on a free port, for whatever must be tried against a misbehaving node. A handler looks at the
 * request and picks an act; acts are in `acts.ts` (well-formed answers) and `faults.ts` (everything else).
 */

import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface FakeRequest {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Which request of the server this is, from 1. */
  readonly number: number;
  /** Which connection it came on, and which request of that connection it is, both from 1. */
  readonly connection: number;
  readonly ofConnection: number;
}

export interface Exchange {
  readonly request: FakeRequest;
  readonly response: ServerResponse;
  readonly socket: Socket;
}

export type Act = (exchange: Exchange) => void | Promise<void>;
export type FakeHandler = (request: FakeRequest) => Act | Promise<Act>;

export interface FakeTls {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** With it a client certificate is required. */
  readonly clientCa?: string | Buffer;
}

export interface FakeServer {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** All requests so far, oldest first. */
  readonly requests: readonly FakeRequest[];
  /** Connections accepted so far, and open now. */
  readonly connections: { readonly accepted: number; readonly open: number };
  /** Another script from the next request on. */
  use(handler: FakeHandler): void;
  /** Drops every open connection, as a restarting server does. */
  dropConnections(): void;
  close(): Promise<void>;
}

export interface FakeServerOptions {
  readonly tls?: FakeTls;
  /** 0 for a free one. */
  readonly port?: number;
  /** Idle connections are closed by the server after this, milliseconds. */
  readonly keepAliveMs?: number;
}

export async function startFakeServer(handler: FakeHandler, options: FakeServerOptions = {}): Promise<FakeServer> {
  const requests: FakeRequest[] = [];
  const sockets = new Map<Socket, { readonly number: number; requests: number }>();
  let accepted = 0;
  let current = handler;

  const listener: RequestListener = (incoming, response) => {
    void serve(incoming, response);
  };
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { socket } = incoming;
    try {
      const known = sockets.get(socket) ?? { number: 0, requests: 0 };
      known.requests += 1;
      const ofConnection = known.requests;
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const url = new URL(incoming.url ?? '/', 'http://fake');
      const request: FakeRequest = {
        method: incoming.method ?? '', url: incoming.url ?? '', path: url.pathname, query: url.searchParams, headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'), number: requests.length + 1, connection: known.number, ofConnection,
      };
      requests.push(request);
      await (await current(request))({ request, response, socket });
    } catch {
      // The client may hang up in the middle of an act; a handler that throws looks the same to it.
      socket.destroy();
    }
  };

  const server = create(listener, options);
  server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    accepted += 1;
    sockets.set(socket, { number: accepted, requests: 0 });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });

  const dropConnections = (): void => {
    for (const socket of sockets.keys()) socket.destroy();
  };
  return {
    scheme: options.tls === undefined ? 'http' : 'https',
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    requests,
    get connections() {
      return { accepted, open: sockets.size };
    },
    use(next) {
      current = next;
    },
    dropConnections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        dropConnections();
        server.closeAllConnections();
      }),
  };
}

function create(listener: RequestListener, { tls, keepAliveMs = 60_000 }: FakeServerOptions): Server {
  if (tls === undefined) return createServer({ keepAliveTimeout: keepAliveMs }, listener);
  const { cert, key, clientCa } = tls;
  const client = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  return createSecureServer({ cert, key, keepAliveTimeout: keepAliveMs, ...client }, listener);
}

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = await startFakeServer(() => () => undefined);
  await server.close();
  return server.port;
}

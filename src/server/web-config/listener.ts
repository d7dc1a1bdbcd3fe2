/** The HTTP or HTTPS server under the application: bounds for slow clients, the gate, and certificates that follow their files. */

import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps, type ServerOptions as HttpsOptions } from 'node:https';
import type { SecureContextOptions, TLSSocket } from 'node:tls';

import type { WebTls } from '../../config/web/web-config.ts';
import { handshakeDemand, refusal } from './client-certificate.ts';
import { boundConnections } from './connections.ts';
import type { Gate } from './gate.ts';
import type { Keeper } from './keeper.ts';

export interface ListenerDeps {
  readonly keeper: Keeper;
  readonly gate: Gate;
  readonly log: { debug(data: object, message: string): void; error(data: object, message: string): void };
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Of the application: how long a connection may be still, a request take to come, and the next be waited for, milliseconds. */
export interface Timeouts {
  readonly connectionTimeout?: number;
  readonly requestTimeout?: number;
  readonly keepAliveTimeout?: number;
}

/** All headers together with the address, bytes; more is answered with 431. */
const maxHeaderSize = 16 << 10;
/** From the connection, or the last answer, to the end of the headers; for a handshake likewise. */
const headersTimeout = 10_000;
/** How often the two bounds above are looked at. */
const connectionsCheckingInterval = 2000;
export const mostConnections = 1000;

export function createListener({ keeper, gate, log }: ListenerDeps, handler: Handler, timeouts: Timeouts): Server {
  const bounds = { maxHeaderSize, headersTimeout, connectionsCheckingInterval, keepAliveTimeout: timeouts.keepAliveTimeout, requestTimeout: timeouts.requestTimeout };
  const onRequest: Handler = (request, response) => {
    const passed = gate(request, response);
    if (typeof passed === 'boolean') {
      if (passed) handler(request, response);
      return;
    }
    passed.then((late) => (late && !request.socket.destroyed ? handler(request, response) : undefined)).catch((error: Error) => {
      log.error({ error: error.message }, 'password not checked');
      response.destroy();
    });
  };
  const { tls } = keeper.current();
  const server = tls === undefined ? createHttp(bounds, onRequest) : createTls(tls, bounds, onRequest, { keeper, log });
  server.setTimeout(timeouts.connectionTimeout ?? 0);
  // Node's own knows none that is still in its handshake, which would hold up the end of the program.
  server.closeAllConnections = boundConnections(server, mostConnections, tls !== undefined);
  return server;
}

function createTls(first: WebTls, bounds: HttpsOptions, onRequest: Handler, { keeper, log }: Pick<ListenerDeps, 'keeper' | 'log'>): Server {
  let applied = first;
  const server = createHttps({ ...bounds, ...contextOf(first), ...handshakeDemand(first), handshakeTimeout: headersTimeout }, onRequest);

  // Before the handshake of this connection begins. What was agreed on with an older context is not resumed with a newer one.
  server.prependListener('connection', () => {
    const { tls = applied } = keeper.current();
    if (tls === applied) return;
    server.setSecureContext(contextOf(tls));
    Object.assign(server, handshakeDemand(tls));
    applied = tls;
  });
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    const reason = refusal(applied, socket);
    if (reason === undefined) return;
    log.debug({ client: socket.remoteAddress, reason }, 'client refused');
    socket.destroy();
  });
  server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
    log.debug({ client: socket.remoteAddress, reason: error.message }, 'handshake failed');
  });
  return server;
}

function contextOf(tls: WebTls): SecureContextOptions {
  return {
    cert: tls.cert, key: tls.key, minVersion: tls.minVersion, maxVersion: tls.maxVersion, ciphers: tls.ciphers, honorCipherOrder: tls.preferServerCiphers,
    ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa }),
    ...(tls.curves === undefined ? {} : { ecdhCurve: tls.curves }),
  };
}

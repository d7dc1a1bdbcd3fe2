/** Puts each node of a simulated cluster on a loopback port, and its faults on the wire. */

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimCluster } from './cluster.ts';
import type { SimResponse } from './http/exchange.ts';

export interface ListenOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** One port a node; 0 or absent for any free one. */
  readonly ports?: readonly number[];
  /** One more port, behind which all running nodes answer in turn. */
  readonly vip?: boolean;
}

export interface Listening {
  /** `http://127.0.0.1:port/nacos`, one a node. */
  readonly urls: readonly string[];
  readonly vip?: string;
  /** Resolves when a start or stop of a node has reached its port. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Idle connections are kept, as Tomcat does. */
const keepAliveMs = 60_000;
/** No body of the exporter's is longer. */
const longestBody = 65_536;

export async function listen(cluster: SimCluster, options: ListenOptions = {}): Promise<Listening> {
  const host = options.host ?? '127.0.0.1';
  const servers = new Map<number, Server>();
  const ports: number[] = [];
  let pending: Promise<unknown> = Promise.resolve();

  const open = async (index: number, port: number): Promise<void> => {
    const server = serverFor(cluster, () => index);
    ports[index] = await bind(server, port, host);
    servers.set(index, server);
  };
  const shut = async (index: number): Promise<void> => {
    const server = servers.get(index);
    servers.delete(index);
    if (server !== undefined) await end(server);
  };

  for (const node of cluster.nodes) {
    await open(node.index, options.ports?.[node.index] ?? 0);
    cluster.wiring.setAddress(node.index, host, ports[node.index]!);
    if (!node.running) await shut(node.index);
  }
  const forget = cluster.wiring.onLife((index, running) => {
    pending = pending.then(() => (running ? open(index, ports[index]!) : shut(index)));
    // Told by `settled` and `close`; nobody may be waiting now.
    pending.catch(() => undefined);
  });

  let turn = 0;
  const vip = options.vip === true ? serverFor(cluster, () => {
    const running = cluster.nodes.filter((node) => node.running);
    turn += 1;
    return running[turn % Math.max(1, running.length)]?.index ?? 0;
  }) : undefined;
  const vipPort = vip === undefined ? 0 : await bind(vip, 0, host);

  return {
    urls: ports.map((port) => `http://${host}:${port}${cluster.context}`),
    ...(vip === undefined ? {} : { vip: `http://${host}:${vipPort}${cluster.context}` }),
    settled: async () => void (await pending),
    async close() {
      forget();
      await pending;
      await Promise.all([...[...servers.values()].map(end), ...(vip === undefined ? [] : [end(vip)])]);
      servers.clear();
    },
  };
}

function bind(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** A process that dies takes its connections along. */
function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function serverFor(cluster: SimCluster, who: () => number): Server {
  const server = createServer((request, response) => {
    readBody(request, (body) => {
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers[name] = value;
      const answer = cluster.handle(who(), { method: request.method ?? 'GET', path: request.url ?? '/', headers, body });
      if ((answer.delayMs ?? 0) > 0) setTimeout(() => send(answer, response), answer.delayMs).unref();
      else send(answer, response);
    });
  });
  server.keepAliveTimeout = keepAliveMs;
  return server;
}

function readBody(request: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= longestBody) chunks.push(chunk);
  });
  request.on('end', () => done(Buffer.concat(chunks).toString()));
}

function send(answer: SimResponse, response: ServerResponse): void {
  const { socket } = response;
  if (answer.fault === 'hang' || socket === null) return;
  if (answer.fault === 'reset' || answer.fault === 'refused') {
    socket.destroy();
    return;
  }
  if (answer.fault === 'malformed') {
    // What Tomcat writes for status 0: no phrase, no body.
    socket.end('HTTP/1.1 0 \r\nConnection: close\r\n\r\n');
    return;
  }
  response.sendDate = false;
  if (answer.fault === 'truncated') {
    response.writeHead(answer.status, { ...answer.headers, 'content-length': String(answer.body.length * 2 + 1) });
    response.write(answer.body, () => socket.destroy());
    return;
  }
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(answer.body.length) });
  response.end(answer.body);
}

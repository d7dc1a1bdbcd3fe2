/** The application under its real listener, with a web configuration in a folder of its own, and clients of several kinds. */

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as requestHttp, type IncomingHttpHeaders } from 'node:http';
import { request as requestHttps, type RequestOptions } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { afterEach } from 'vitest';

import type { Lifecycle } from '../../../src/config/config.ts';
import { createApp, type AppDeps } from '../../../src/server/app.ts';
import { listen } from '../../../src/server/listen.ts';
import { noPages } from '../../pages/states.ts';
import { fileMark } from '../../../src/server/web-config/keeper.ts';
import { openWebSecurity, type Web } from '../../../src/server/web-config/web.ts';

export const pem = (name: string): string => readFileSync(new URL(`../../fixtures/web-tls/${name}`, import.meta.url), 'utf8');
export const ca = pem('ca.crt');
export const client = { cert: pem('client.crt'), key: pem('client.key') };
export const stranger = { cert: pem('stranger.crt'), key: pem('stranger.key') };
/** Of `dave123`, with the least cost. */
export const users = 'basic_auth_users:\n  dave: $2y$04$2wkjcJTftRF.vReV19gYgOZDqqqOkdpnBVtWs2t/dtMtwObiRJmse\n';
export const tls = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';
export const mutual = `${tls}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n`;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Of the certificate that the server showed. */
  readonly serial?: string;
  readonly cipher?: string;
}

export interface Site {
  readonly port: number;
  readonly folder: string;
  readonly web: Web;
  /** What was logged. */
  readonly log: string[];
  /** Writes `web.yml`, or another file of the folder. */
  write(text: string, name?: string): void;
  /** A file of the fixtures under another name. */
  put(fixture: string, name: string): void;
  /** Rejects where no answer came. Over TLS if options for it are given. A connection of its own each time. */
  ask(path: string, options?: RequestOptions & { readonly tls?: boolean; readonly body?: string }): Promise<Answer>;
  /** A bare socket. */
  dial(): Promise<Socket>;
  /** That a scrape by somebody else succeeds meanwhile; milliseconds it took. */
  scrapeMeanwhile(options?: RequestOptions & { readonly tls?: boolean }): Promise<number>;
  /** Once, however often it is called. */
  stop(): Promise<void>;
}

export interface SiteOptions {
  readonly lifecycle?: Lifecycle;
  readonly app?: Partial<AppDeps>;
  readonly now?: () => number;
}

/** Opens sites for the tests of a file, and stops those that are still open after each. */
export function sites(): typeof open {
  let opened: Site[] = [];
  afterEach(async () => {
    await Promise.all(opened.map((site) => site.stop()));
    opened = [];
  });
  return async (text, options) => {
    const site = await open(text, options);
    opened.push(site);
    return site;
  };
}

/** Without a text there is no web configuration at all. */
async function open(text: string | undefined, { lifecycle = 'protected', app: more, now = Date.now }: SiteOptions = {}): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'web-config-'));
  const log: string[] = [];
  const note = (data: object, message: string): void => void log.push(`${message} ${JSON.stringify(data)}`);
  const put = (fixture: string, name: string): void => copyFileSync(new URL(`../../fixtures/web-tls/${fixture}`, import.meta.url), join(folder, name));
  const write = (contents: string, name = 'web.yml'): void => writeFileSync(join(folder, name), contents);
  for (const name of ['server.crt', 'server.key', 'ca.crt']) put(name, name);
  if (text !== undefined) write(text);
  const web = openWebSecurity({
    path: text === undefined ? undefined : join(folder, 'web.yml'), readFile: (path) => readFileSync(path, 'utf8'), markOf: fileMark,
    log: { debug: note, info: note, error: note }, now, lifecycle: () => lifecycle,
  });
  const app = createApp({
    telemetryPath: '/metrics', scrape: async () => ({ chunks: [Buffer.from('nacos_up 1\n')], length: 11 }), notReady: () => undefined, reload: async () => ({ ok: true }),
    configYaml: () => '', pages: noPages, now: () => 0, divergence: () => [], events: () => undefined, onError: () => undefined, web, ...more,
  });
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  const port = Number(listening.address.split(':').at(-1));

  const ask: Site['ask'] = (path, { tls: secure = false, body, ...options } = {}) => new Promise((resolve, reject) => {
    const request = (secure ? requestHttps : requestHttp)({ host: '127.0.0.1', port, path, agent: false, ...(secure ? { ca } : {}), ...options }, (response) => {
      const socket = response.socket as Partial<TLSSocket>;
      const [serial, cipher] = [socket.getPeerX509Certificate?.()?.serialNumber, socket.getCipher?.().standardName];
      let said = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (said += chunk)).on('error', reject).on('end', () => {
        resolve({ status: response.statusCode!, headers: response.headers, body: said, ...(serial === undefined ? {} : { serial }), ...(cipher === undefined ? {} : { cipher }) });
      });
    });
    request.on('error', reject).end(body);
  });

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    await listening.stop(1000);
    rmSync(folder, { recursive: true });
  }

  return {
    port, folder, web, log, put, write, ask,
    dial: () => new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      socket.on('error', reject);
    }),
    async scrapeMeanwhile(options) {
      const begun = performance.now();
      const { status, body } = await ask('/metrics', options);
      if (status !== 200 || body !== 'nacos_up 1\n') throw new Error(`a scrape got ${status}: ${body}`);
      return performance.now() - begun;
    },
    stop: () => (stopped ??= stop()),
  };
}

export const login = (user: string, password: string): { readonly authorization: string } => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` });

/** Everything a socket says until it is closed; gives up after `withinMs`. */
export async function lastWords(socket: Socket, withinMs = 15_000): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.removeAllListeners('error').on('error', () => undefined);
  const closed = new Promise<string>((resolve) => {
    if (socket.closed) resolve('closed');
    else socket.on('close', () => resolve('closed'));
  });
  const end = await Promise.race([closed, sleep(withinMs, 'open', { ref: false })]);
  return end === 'closed' ? text : `${text} (still open)`;
}

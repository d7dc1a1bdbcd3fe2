/** One address for the preview's page: its own files, the dashboards, and Prometheus behind `/api/`. */

import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

export interface PicturesServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface PicturesServerOptions {
  /** Folder of the built preview. */
  readonly preview: string;
  readonly dashboards: string;
  readonly prometheus: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.woff': 'font/woff',
};

export async function startPicturesServer({ preview, dashboards, prometheus }: PicturesServerOptions): Promise<PicturesServer> {
  const server = createServer((asked, reply) => {
    const path = asked.url ?? '/';
    if (path.startsWith('/api/')) {
      const passed = request(`${prometheus}${path}`, (answer) => {
        reply.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(reply);
      });
      passed.on('error', (error) => reply.writeHead(502).end(String(error)));
      passed.end();
      return;
    }
    const name = normalize(decodeURIComponent(path.replace(/\?.*$/, '')));
    const file = name.startsWith('/dashboards/') ? join(dashboards, name.slice('/dashboards'.length)) : join(preview, name === '/' ? 'index.html' : name);
    if (!existsSync(file) || !statSync(file).isFile()) {
      reply.writeHead(404).end();
      return;
    }
    reply.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(reply);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

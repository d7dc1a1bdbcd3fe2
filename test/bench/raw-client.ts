/**
 * A client that only drains: started with `fork`, so that its work is not the server's. Opens the connections first,
 * then sends the request on all of them at once and reports the milliseconds until the last body has arrived.
 */

import { fork } from 'node:child_process';
import { connect, type Socket } from 'node:net';

export interface Job {
  readonly port: number;
  readonly path: string;
  readonly gzip: boolean;
  readonly connections: number;
}

export interface RawClient {
  run(job: Job): Promise<number>;
  stop(): void;
}

export function startRawClient(): RawClient {
  const child = fork(import.meta.filename, ['client']);
  return {
    run: (job) => new Promise((resolve, reject) => {
      child.once('message', (message: number | string) => (typeof message === 'number' ? resolve(message) : reject(new Error(message))));
      child.send(job);
    }),
    stop: () => void child.kill(),
  };
}

async function drain(job: Job): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: job.connections }, () => open(job.port)));
  const start = performance.now();
  await Promise.all(sockets.map((socket) => exchange(socket, job)));
  const took = performance.now() - start;
  for (const socket of sockets) socket.destroy();
  return took;
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket)).on('error', reject);
  });
}

function exchange(socket: Socket, { path, gzip }: Job): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = '';
    let missing = -1;
    socket.on('data', (bytes: Buffer) => {
      if (missing < 0) {
        head += bytes.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        const length = /content-length: (\d+)/i.exec(head)?.[1];
        if (!head.startsWith('HTTP/1.1 200') || length === undefined) reject(new Error(`unexpected answer: ${head.slice(0, end)}`));
        missing = Number(length) - (head.length - end - 4);
      } else {
        missing -= bytes.length;
      }
      if (missing === 0) resolve();
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\n${gzip ? 'Accept-Encoding: gzip\r\n' : ''}\r\n`);
  });
}

if (process.argv[2] === 'client') {
  process.on('message', (job: Job) => {
    drain(job).then((took) => process.send!(took), (error: unknown) => process.send!(String(error)));
  });
}

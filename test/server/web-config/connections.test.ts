/** Who is shown out of a full house, in the order of the head comment: on plain sockets and on TLS sockets. */

import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';

import { boundConnections } from '../../../src/server/web-config/connections.ts';
import { pem } from './fixture.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

interface House {
  readonly server: Server;
  readonly cutAll: () => void;
  /** A client that has sent these words. */
  guest(words: string): Promise<Socket>;
}

/** Three may come in; `/held` is never answered. */
async function house(secure: boolean): Promise<House> {
  const answer = (request: { url?: string | undefined }, response: { end(text: string): unknown }): unknown => (request.url === '/held' ? undefined : response.end('x'));
  const server = secure ? createHttps({ cert: pem('server.crt'), key: pem('server.key') }, answer) : createHttp(answer);
  const cutAll = boundConnections(server, 3, secure);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    cutAll();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return {
    server, cutAll,
    async guest(words) {
      const socket = await new Promise<Socket>((resolve, reject) => {
        const dialled: Socket = secure ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => resolve(dialled)) : connect(port, '127.0.0.1', () => resolve(dialled));
        dialled.on('error', reject);
      });
      socket.on('error', () => undefined).resume().write(words);
      open.push(() => socket.destroy());
      await sleep(50);
      return socket;
    },
  };
}

const asked = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const half = 'GET / HTTP/1.1\r\nHost: x\r\n';
const slowBody = 'POST /held HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{';

describe.each([['plain', false], ['TLS', true]])('%s', (_name, secure) => {
  it.each([
    ['the first that has asked for nothing', [half, '', half], 0],
    ['who has asked for nothing before who was there first', [asked('/held'), slowBody, half], 2],
    ['who is slow to send before who waits for an answer', [asked('/held'), asked('/held'), slowBody], 2],
    ['the oldest of those who wait for an answer', [asked('/held'), asked('/held'), asked('/held')], 0],
    ['who was answered longest ago', [asked('/'), asked('/'), asked('/')], 0],
  ])('shows out %s', async (_case, words, expected) => {
    const { guest } = await house(secure);
    const guests: Socket[] = [];
    for (const one of words) guests.push(await guest(one));
    await guest('');
    await sleep(50);
    expect(guests.map((socket) => socket.readableEnded || socket.destroyed)).toEqual(words.map((_, i) => i === expected));
  });

  it('forgets who has left', async () => {
    const { guest, server } = await house(secure);
    const stays = await guest(half);
    for (let i = 0; i < 10; i++) {
      const leaves = await guest(half);
      leaves.destroy();
      await sleep(20);
    }
    expect(stays.destroyed || stays.readableEnded).toBe(false);
    expect(await new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))).toBe(1);
  });
});

/** Clients that are slow, send too much or ask for odd things: each refused, while others go on being answered. */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { mostConnections } from '../../../src/server/web-config/listener.ts';
import { lastWords, login, sites, tls, users, type Site } from './fixture.ts';

const start = sites();

const begun = 'GET /metrics HTTP/1.1\r\nHost: x\r\n';
/** Above what is held at once. */
const slowClients = mostConnections + 100;

async function crowd(here: Site, words: string): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < slowClients) {
    const more = await Promise.all(Array.from({ length: 100 }, () => here.dial()));
    for (const socket of more) socket.on('error', () => undefined).write(words, 'latin1');
    sockets.push(...more);
  }
  return sockets;
}

describe.each([['plain HTTP', users, { headers: login('dave', 'dave123') }], ['TLS', `${tls}${users}`, { tls: true, headers: login('dave', 'dave123') }]])('%s', (name, text, asked) => {
  it.each([
    ['that say nothing', ''],
    ['that never end their headers', begun],
    ['that never end their body', `POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nAuthorization: ${login('dave', 'dave123').authorization}\r\n\r\n{`],
  ])('answers others beside 1,100 clients %s', async (_name, words) => {
    const here = await start(text);
    await here.scrapeMeanwhile(asked);
    const sockets = await crowd(here, words);
    await sleep(200);
    for (let i = 0; i < 5; i++) expect(await here.scrapeMeanwhile(asked)).toBeLessThan(5000);
    const shownOut = sockets.filter((socket) => socket.destroyed || socket.readableEnded).length;
    expect(shownOut).toBeGreaterThanOrEqual(slowClients - mostConnections);
    for (const socket of sockets) socket.destroy();
  }, 60_000);

  it('sends a slow client away after 10 s', async () => {
    const here = await start(text);
    const begin = Date.now();
    const silent = await here.dial();
    const slow = await here.dial();
    slow.write(begun);
    const drip = setInterval(() => slow.write('X-A: b\r\n'), 1000);
    const words = await Promise.all([lastWords(silent), lastWords(slow)]);
    clearInterval(drip);
    expect(Date.now() - begin).toBeGreaterThan(name === 'TLS' ? 0 : 9000);
    expect(words.map((one) => one.split('\r\n')[0])).toEqual(name === 'TLS' ? ['', ''] : ['HTTP/1.1 408 Request Timeout', 'HTTP/1.1 408 Request Timeout']);
  }, 30_000);
});

describe('TLS alone', () => {
  it('answers others beside 1,100 clients that stop in the middle of their handshake', async () => {
    const here = await start(tls);
    // The head of a handshake record of 512 bytes, and a little of a ClientHello.
    const sockets = await crowd(here, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03');
    for (let i = 0; i < 5; i++) expect(await here.scrapeMeanwhile({ tls: true })).toBeLessThan(5000);
    for (const socket of sockets) socket.destroy();
  }, 60_000);

  it('does not wait for a handshake when it stops', async () => {
    const here = await start(tls);
    const socket = await here.dial();
    socket.on('error', () => undefined);
    const begin = Date.now();
    await sleep(50);
    await here.stop();
    expect(Date.now() - begin).toBeLessThan(5000);
  });
});

describe('requests that are too large', () => {
  it('refuses 10 MB of headers with 431 and answers others meanwhile', async () => {
    const here = await start(undefined);
    const socket = await here.dial();
    const words = lastWords(socket);
    socket.write(`${begun}X-Long: `);
    const piece = 'a'.repeat(100_000);
    let sent = 0;
    for (; sent < 100 && socket.writable; sent++) {
      if (!socket.write(piece)) await Promise.race([once(socket, 'drain').catch(() => undefined), once(socket, 'close'), sleep(100)]);
      if (sent % 20 === 0) await here.scrapeMeanwhile();
    }
    expect((await words).split('\r\n')[0]).toBe('HTTP/1.1 431 Request Header Fields Too Large');
    expect(await here.scrapeMeanwhile()).toBeLessThan(1000);
  }, 30_000);

  it.each([
    ['a header of 20 kB', '/metrics', { 'x-long': 'a'.repeat(20_000) }],
    ['an address of 20 kB', `/${'a'.repeat(20_000)}`, {}],
  ])('%s', async (_name, path, headers) => {
    const { ask } = await start(undefined);
    const answer = await ask(path, { headers });
    expect(answer).toMatchObject({ status: 431, body: 'request header fields too large\n', headers: { 'x-content-type-options': 'nosniff', connection: 'close' } });
  });

  it.each(['/-/reload', '/metrics'])('a body of 1 MB to %s', async (path) => {
    const { ask } = await start(undefined);
    const answer = await ask(path, { method: 'POST', headers: { 'content-length': '1000000' } });
    expect(answer.status).toBe(413);
  });
});

describe('odd requests', () => {
  it.each([
    '/../../etc/passwd', '/metrics/../config', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '//etc/passwd', '/./metrics', '/metrics/', '/config/../../web.yml', '/metrics%00.html', '/\\..\\web.yml',
  ])('finds nothing at %s', async (path) => {
    const here = await start(undefined);
    const answer = await here.ask(path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.body.length).toBeLessThan(200);
    await here.scrapeMeanwhile();
  });

  it.each([['OPTIONS', 405], ['TRACE', 405], ['PROPFIND', 405], ['DELETE', 405], ['PUT', 405]])('%s is answered with %i', async (method, status) => {
    const { ask } = await start(undefined);
    const answer = await ask('/metrics', { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.allow).toBeDefined();
  });

  it.each([
    ['an unknown method', 'BREW /metrics HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['no HTTP', 'hello\r\n\r\n'],
    ['two lengths', 'POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['a length and chunks', 'POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['no host', 'GET /metrics HTTP/1.1\r\n\r\n'],
  ])('%s is answered with 400', async (_name, words) => {
    const here = await start(undefined);
    const socket = await here.dial();
    const said = lastWords(socket);
    socket.write(words);
    expect((await said).split('\r\n')[0]).toBe('HTTP/1.1 400 Bad Request');
    await here.scrapeMeanwhile();
  });

  it('gives CONNECT nothing', async () => {
    const here = await start(undefined);
    const socket = await here.dial();
    const said = lastWords(socket);
    socket.write('CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n');
    expect(await said).toBe('');
  });
});

import { spawn } from 'node:child_process';
import { get, type IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { expect, it } from 'vitest';

import { createApp } from '../../src/server/app.ts';
import { listen } from '../../src/server/listen.ts';
import type { Scrape, Scrapes } from '../../src/server/scrapes.ts';
import { bytesOf, scrapesOf, textOf } from './fixture.ts';
import { noPages } from '../pages/states.ts';

function appOf(scrape: Scrapes['scrape']): FastifyInstance {
  return createApp({
    telemetryPath: '/metrics', scrape, notReady: () => undefined, reload: async () => ({ ok: true }), configYaml: () => '',
    pages: noPages, now: () => 0, divergence: () => [], events: () => undefined, onError: () => undefined,
  });
}

const noScrape = async (): Promise<Scrape> => ({ chunks: [], length: 0 });

async function fetchAll(url: string): Promise<string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => get(url, resolve).on('error', reject));
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}

it('lets a running scrape finish when it stops, and takes no more', async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const app = appOf(async () => {
    await held;
    return { chunks: [Buffer.from('nacos_up 1\n'), Buffer.from('nacos_self 1\n')], length: 24 };
  });
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  const running = fetchAll(`http://${listening.address}/metrics`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const stopped = listening.stop(10_000);
  setTimeout(() => release!(), 100);
  expect(await running).toBe('nacos_up 1\nnacos_self 1\n');
  await stopped;
  await expect(fetchAll(`http://${listening.address}/metrics`)).rejects.toThrow('ECONNREFUSED');
});

it('cuts a scrape that outlasts the grace', async () => {
  const listening = await listen(appOf(() => new Promise(() => undefined)), { host: '127.0.0.1', port: 0 });
  const running = fetchAll(`http://${listening.address}/metrics`);
  await Promise.all([expect(running).rejects.toThrow('socket hang up'), new Promise((resolve) => setTimeout(resolve, 100)).then(() => listening.stop(100))]);
});

it('survives a client that leaves before and in the middle of the answer', async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const listening = await listen(appOf(async () => {
    await held;
    return { chunks: [Buffer.alloc(20_000_000, 'x'), Buffer.alloc(20_000_000, 'y')], length: 40_000_000 };
  }), { host: '127.0.0.1', port: 0 });
  const url = `http://${listening.address}/metrics`;
  const early = get(url).on('error', () => undefined);
  await new Promise((resolve) => setTimeout(resolve, 100));
  early.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  release!();
  await new Promise<void>((resolve) => {
    const late = get(url, (response) => response.once('data', () => late.destroy()));
    late.on('close', resolve).on('error', () => undefined);
  });
  expect(await fetchAll(`http://${listening.address}/-/healthy`)).toBe('healthy\n');
  await listening.stop(1000);
});

it('listens on all interfaces without a host, and refuses a port in use', async () => {
  const listening = await listen(appOf(noScrape), { port: 0 });
  const port = listening.address.split(':').at(-1)!;
  expect(await fetchAll(`http://127.0.0.1:${port}/-/healthy`)).toBe('healthy\n');
  await expect(listen(appOf(noScrape), { port: Number(port) })).rejects.toThrow('EADDRINUSE');
  await listening.stop(1000);
});

it('serves curl --compressed the whole body', async () => {
  const text = textOf({ cluster: 'a', services: 5000, value: 1 });
  const scrapes = scrapesOf({ clusters: () => [text] });
  const listening = await listen(appOf(scrapes.scrape), { host: '127.0.0.1', port: 0 });
  const url = `http://${listening.address}/metrics`;
  const curl = spawn('curl', ['-s', '--compressed', url]);
  const chunks: Buffer[] = [];
  curl.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise((resolve) => curl.on('close', resolve).on('error', () => resolve('missing')));
  const body = bytesOf(await scrapes.scrape('text', false));
  if (code === 'missing') process.stderr.write('SKIPPED curl --compressed: curl is not installed\n');
  expect(code === 'missing' || Buffer.concat(chunks).equals(body)).toBe(true);
  await listening.stop(1000);
});

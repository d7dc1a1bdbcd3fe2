/** A scrape over a real socket against a static buffer of the same bytes from the same kind of server. */

import { setTimeout as sleep } from 'node:timers/promises';

import Fastify from 'fastify';

import { renderFamilies } from '../../src/metrics/exposition.ts';
import { createApp } from '../../src/server/app.ts';
import { listen } from '../../src/server/listen.ts';
import { createScrapes, type Scrape } from '../../src/server/scrapes.ts';
import { noPages } from '../pages/states.ts';
import { collectGarbage, median, nextTurn, type BenchRow } from './bench.ts';
import { startRawClient } from './raw-client.ts';
import { benchFamilies, changeValues, createBenchSelf, createView } from './series.ts';

export const name = 'scrape, 200,000 series and the own metrics, against a static buffer';

const readingsExpireMs = 120;
const warmUp = 3;
const ratioBound = 2;

export async function run(): Promise<BenchRow[]> {
  const view = createView();
  changeValues(view, 1);
  const { families } = await renderFamilies(undefined, benchFamilies, view, nextTurn);
  const text = { cluster: view.cluster, families, version: 1, staleAt: Infinity, dropped: new Map<string, number>() };
  const scrapes = createScrapes({ catalogue: benchFamilies, clusters: () => [text], selfText: createBenchSelf().text, onError: console.error, now: () => 0, pause: nextTurn });
  const app = createApp({
    telemetryPath: '/metrics', scrape: scrapes.scrape, notReady: () => undefined, reload: async () => ({ ok: true }), configYaml: () => '',
    pages: noPages, now: () => 0, divergence: () => [], events: () => undefined, onError: console.error,
  });
  const plain = bytesOf(await scrapes.scrape('text', false));
  const packed = bytesOf(await scrapes.scrape('text', true));
  const fixed = Fastify();
  fixed.get('/plain', async (_request, reply) => reply.type('text/plain').send(plain));
  fixed.get('/gzip', async (_request, reply) => reply.type('text/plain').header('content-encoding', 'gzip').send(packed));

  const [ours, theirs] = [await listen(app, { host: '127.0.0.1', port: 0 }), await listen(fixed, { host: '127.0.0.1', port: 0 })];
  const client = startRawClient();
  const rows: BenchRow[] = [
    { what: 'body', value: plain.length / 1e6, unit: 'MB' }, { what: 'body, gzip', value: packed.length / 1e6, unit: 'MB' },
  ];
  for (const [gzip, connections] of [[false, 1], [true, 1], [false, 10], [true, 10]] as const) {
    const job = { gzip, connections };
    const blocks: Block[] = [];
    for (let block = 0; block < 3; block++) {
      collectGarbage();
      blocks.push(await runBlock(gzip ? 21 : 7, {
        scrape: () => client.run({ ...job, port: portOf(ours.address), path: '/metrics' }),
        buffer: () => client.run({ ...job, port: portOf(theirs.address), path: gzip ? '/gzip' : '/plain' }),
      }));
    }
    const { scrape, buffer } = blocks.toSorted((one, other) => one.scrape + one.buffer - other.scrape - other.buffer)[0]!;
    const label = `${gzip ? 'gzip' : 'plain'}, ${connections === 1 ? 'alone' : `${connections} at once`}`;
    rows.push(
      { what: `${label}: scrape`, value: scrape, unit: 'ms' }, { what: `${label}: static buffer`, value: buffer, unit: 'ms' },
      { what: `${label}: scrape / static buffer`, value: scrape / buffer, unit: 'x', bound: ratioBound },
    );
  }
  client.stop();
  await Promise.all([ours.stop(1000), theirs.stop(1000)]);
  return rows;
}

/** Medians of rounds, the two side by side. Of several blocks the quietest counts, whatever its ratio. */
interface Block {
  readonly scrape: number;
  readonly buffer: number;
}

async function runBlock(rounds: number, { scrape, buffer }: { scrape: () => Promise<number>; buffer: () => Promise<number> }): Promise<Block> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds + warmUp; round++) {
    // So that every scrape, or every ten of them, reads the process's state anew.
    await sleep(readingsExpireMs);
    const one = await scrape();
    await sleep(readingsExpireMs);
    const other = await buffer();
    if (round < warmUp) continue;
    times[0].push(one);
    times[1].push(other);
  }
  return { scrape: median(times[0]), buffer: median(times[1]) };
}

function portOf(address: string): number {
  return Number(address.split(':').at(-1));
}

function bytesOf({ chunks }: Scrape): Buffer {
  return Buffer.concat(chunks);
}

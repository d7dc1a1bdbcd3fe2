/**
 * A hundred clusters in one process, and one more that hangs: how old what is served ever gets, how long the first read of
 * all contents takes under the one budget, and what the process and its scrapes weigh.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import { parseExposition, type ParsedFamily } from '../metrics/parse-exposition.ts';
import { startProgram, type Program } from '../program/program.ts';
import type { BenchRow } from './bench.ts';
import { startStepProbe } from './step-probe.ts';

const clusters = 100;
const services = 1_000;
const instances = 5;
const intervalSeconds = 15;
const contentsWithinSeconds = 600;
const hanging = `c-${clusters}`;

export const name = `fleet: ${clusters} clusters of 3 nodes with ${services} services and ${services * instances} instances each, and one that hangs`;

export async function run(): Promise<BenchRow[]> {
  const server = new URL('fleet-server.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', server, String(clusters), String(services), String(instances)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const config = `clusters:\n${(JSON.parse(line) as string[][]).map((urls, at) => `  - {name: c-${at}, servers: [${urls.map((url) => `"${url}"`).join(', ')}]}\n`).join('')}`;
  try {
    const running = await startProgram({ config, random: Math.random });
    try {
      return await measure(running);
    } finally {
      await running.stop();
    }
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

interface Seen {
  readonly families: ReadonlyMap<string, ParsedFamily>;
  readonly bytes: number;
  readonly ms: number;
}

async function scrape(running: Program): Promise<Seen> {
  const startedAt = performance.now();
  const response = await fetch(`http://${running.address}/metrics`, { headers: { 'accept-encoding': 'identity' } });
  const text = await response.text();
  const ms = performance.now() - startedAt;
  return { families: parseExposition(text, 'text'), bytes: text.length, ms };
}

/** Seconds since the stage last succeeded, of each cluster that does not hang; Infinity where it never did. */
function ages({ families }: Seen, stage: string): number[] {
  const found = new Map(families.get('nacos_poll_last_success_timestamp_seconds')?.samples.filter(({ labels }) => labels.get('stage') === stage)
    .map(({ labels, value }) => [labels.get('nacos_cluster')!, value === 0 ? Infinity : Date.now() / 1000 - value]));
  return Array.from({ length: clusters }, (_, at) => found.get(`c-${at}`) ?? Infinity);
}

async function measure(running: Program): Promise<BenchRow[]> {
  const begunAt = performance.now();
  const since = (): number => (performance.now() - begunAt) / 1000;
  let seen = await scrape(running);
  while (Math.max(...ages(seen, 'counts')) === Infinity && since() < 120) {
    await sleep(1000);
    seen = await scrape(running);
  }
  const counted = since();

  const probe = startStepProbe();
  const cpu = process.cpuUsage();
  const from = since();
  let oldestState = 0;
  let oldestCounts = 0;
  let slowest = 0;
  let contents = Infinity;
  while (since() < from + 60 || (contents === Infinity && since() < contentsWithinSeconds)) {
    await sleep(5_000);
    seen = await scrape(running);
    oldestState = Math.max(oldestState, ...ages(seen, 'liveness'));
    oldestCounts = Math.max(oldestCounts, ...ages(seen, 'counts'));
    slowest = Math.max(slowest, seen.ms);
    if (contents === Infinity && Math.max(...ages(seen, 'contents')) < Infinity) contents = since();
  }
  const { user, system } = process.cpuUsage(cpu);
  const spent = (user + system) / 1e6 / (since() - from);
  const turn = probe.lap();
  probe.stop();
  const zipped = await zippedBytes(running);
  const up = seen.families.get('nacos_up')!.samples.filter(({ value }) => value === 1).length;
  const hangs = seen.families.get('nacos_up')!.samples.find(({ labels }) => labels.get('nacos_cluster') === hanging)?.value;
  if (up !== clusters || hangs !== 0) throw new Error(`${up} clusters are up, and ${hanging} says ${hangs}`);
  const samples = [...seen.families.values()].reduce((sum, family) => sum + family.samples.length, 0);
  return [
    { what: 'until every cluster was counted', value: counted, unit: 's', bound: 2 * intervalSeconds },
    { what: 'oldest state served', value: oldestState, unit: 's', bound: intervalSeconds },
    { what: 'oldest counts served', value: oldestCounts, unit: 's', bound: 2 * intervalSeconds },
    { what: 'until all contents were read once', value: contents, unit: 's', bound: contentsWithinSeconds },
    { what: 'CPU of the process meanwhile, scraped every 5 s', value: spent, unit: 'cores', bound: 1 },
    { what: 'longest turn of the event loop, parsing of the bench included', value: turn, unit: 'ms CPU' },
    { what: 'resident memory, that of the bench included', value: process.memoryUsage.rss() / 2 ** 20, unit: 'MiB', bound: 1024 },
    { what: 'series', value: samples, unit: '' },
    { what: 'a scrape', value: seen.bytes / 1e6, unit: 'MB' },
    { what: 'compressed', value: zipped / 1e6, unit: 'MB' },
    { what: 'slowest scrape', value: slowest, unit: 'ms', bound: 2_000 },
  ];
}

async function zippedBytes(running: Program): Promise<number> {
  const { get } = await import('node:http');
  return new Promise((resolve, reject) => {
    get(`http://${running.address}/metrics`, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => void chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        gunzipSync(body);
        resolve(body.length);
      });
    }).on('error', reject);
  });
}

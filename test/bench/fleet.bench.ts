/**
 * A hundred clusters in one process, and one more that hangs: how old what is served ever gets, how long the first read of
 * all contents takes under the one budget, and what the process and its scrapes weigh.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { startExporter, type RunningExporter } from '../lab/exporter.ts';
import type { BenchRow } from './bench.ts';

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
  const config = { clusters: (JSON.parse(line) as string[][]).map((servers, at) => ({ name: `c-${at}`, servers })) };
  try {
    const running = await startExporter({ config });
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
  readonly text: string;
  readonly ms: number;
}

async function scrape(running: RunningExporter): Promise<Seen> {
  const startedAt = performance.now();
  const { body } = await running.text();
  return { text: body, ms: performance.now() - startedAt };
}

/** Samples of one family by the value of a label, of those whose labels match; read line by line, since there are hundreds of thousands of others. */
function samples({ text }: Seen, family: string, by: RegExp, matching: RegExp = /^/): Map<string, number> {
  const found = new Map<string, number>();
  for (const [, labels = '', value] of text.matchAll(new RegExp(`^${family}(\\{[^}]*\\})? (\\S+)$`, 'gm'))) {
    if (matching.test(labels)) found.set(by.exec(labels)?.[1] ?? '', Number(value));
  }
  return found;
}

const clusterLabel = /nacos_cluster="([^"]*)"/;

/** Seconds since the stage last succeeded, of each cluster that does not hang; Infinity where it never did. */
function ages(seen: Seen, stage: string): number[] {
  const found = samples(seen, 'nacos_poll_last_success_timestamp_seconds', clusterLabel, new RegExp(`stage="${stage}"`));
  const now = Date.now() / 1000;
  return Array.from({ length: clusters }, (_, at) => {
    const succeeded = found.get(`c-${at}`) ?? 0;
    return succeeded === 0 ? Infinity : now - succeeded;
  });
}

/** A counts read takes a twentieth of a node's time at most: where answers are slow, the interval is longer. */
function countsIntervals(seen: Seen): number[] {
  const found = samples(seen, 'nacos_poll_interval_seconds', clusterLabel, /stage="counts"/);
  return Array.from({ length: clusters }, (_, at) => found.get(`c-${at}`) ?? intervalSeconds);
}

const own = (seen: Seen, family: string): number => samples(seen, family, /^$/).get('') ?? Number.NaN;

async function measure(running: RunningExporter): Promise<BenchRow[]> {
  const begunAt = performance.now();
  const since = (): number => (performance.now() - begunAt) / 1000;
  let seen = await scrape(running);
  while (Math.max(...ages(seen, 'counts')) === Infinity && since() < 120) {
    await sleep(1000);
    seen = await scrape(running);
  }
  const counted = since();

  const [cpu, from] = [own(seen, 'process_cpu_seconds_total'), since()];
  let [oldestState, oldestCounts, latest, slowest, lag, contents] = [0, 0, 0, 0, 0, Infinity];
  // The longest of each cluster: a value may be older than an interval that has just become shorter.
  let inForce = countsIntervals(seen);
  while (since() < from + 120 || (contents === Infinity && since() < contentsWithinSeconds)) {
    await sleep(intervalSeconds * 1000);
    seen = await scrape(running);
    oldestState = Math.max(oldestState, ...ages(seen, 'liveness'));
    const counts = ages(seen, 'counts');
    inForce = countsIntervals(seen).map((interval, at) => Math.max(interval, inForce[at]!));
    oldestCounts = Math.max(oldestCounts, ...counts);
    latest = Math.max(latest, ...counts.map((age, at) => age / inForce[at]!));
    slowest = Math.max(slowest, seen.ms);
    lag = Math.max(lag, own(seen, 'nodejs_eventloop_lag_p99_seconds'));
    if (contents === Infinity && Math.max(...ages(seen, 'contents')) < Infinity) contents = since();
  }
  const spent = (own(seen, 'process_cpu_seconds_total') - cpu) / (since() - from);
  const up = samples(seen, 'nacos_up', clusterLabel);
  const answering = [...up.values()].filter((value) => value === 1).length;
  if (answering !== clusters || up.get(hanging) !== 0) throw new Error(`${answering} clusters are up, and ${hanging} says ${up.get(hanging)}`);
  return [
    { what: 'until every cluster was counted', value: counted, unit: 's', bound: 2 * intervalSeconds },
    { what: 'oldest state served', value: oldestState, unit: 's', bound: intervalSeconds },
    { what: 'oldest counts served', value: oldestCounts, unit: 's' },
    { what: 'the same, in intervals in force for the cluster', value: latest, unit: '', bound: 2 },
    { what: `clusters whose interval was ${intervalSeconds} s throughout; slow answers lengthen it`, value: inForce.filter((interval) => interval === intervalSeconds).length, unit: '' },
    { what: 'until all contents were read once', value: contents, unit: 's', bound: contentsWithinSeconds },
    { what: `CPU of the process, scraped every ${intervalSeconds} s`, value: spent, unit: 'cores', bound: 1 },
    { what: 'lag of the event loop, p99 of an interval', value: lag * 1000, unit: 'ms' },
    { what: 'resident memory', value: own(seen, 'process_resident_memory_bytes') / 2 ** 20, unit: 'MiB', bound: 1024 },
    { what: 'series', value: [...seen.text.matchAll(/^[^#\n]/gm)].length, unit: '' },
    { what: 'a scrape', value: seen.text.length / 1e6, unit: 'MB' },
    { what: 'compressed', value: gzipSync(seen.text).length / 1e6, unit: 'MB' },
    { what: 'slowest scrape', value: slowest, unit: 'ms', bound: 2_000 },
  ];
}

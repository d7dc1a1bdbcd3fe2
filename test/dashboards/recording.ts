/**
 * The demo's scenarios at once, each as a cluster of its own with every opt-in feature on, played in virtual time, and what
 * `/metrics` says of them at every scrape: twelve minutes of a Prometheus's life in some seconds, the same at every run.
 */

import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { catalogue } from '../../src/metrics/catalogue.ts';
import { createSelfMetrics, type SelfMetrics } from '../../src/metrics/self/self-metrics.ts';
import { createScrapes } from '../../src/server/scrapes.ts';
import { openRig, type Rig } from '../poller/harness.ts';
import { stages, type Stage } from './stages.ts';

export const scrapeSeconds = 15;
/** As Prometheus labels what it scrapes. */
export const scraped = { job: 'nacos-exporter', instance: 'exporter-1:18848' } as const;

export interface Recording {
  /** Seconds since the epoch of the first scrape and of the last. */
  readonly from: number;
  readonly to: number;
}

/** Writes every sample of every scrape into `file`, as OpenMetrics with timestamps. */
export async function record(file: string, seconds: number, played: readonly Stage[] = stages): Promise<Recording> {
  const self = createSelfMetrics({ build: { version: '0.0.0-demo', revision: 'demo', nodeVersion: 'v20' }, shard: { ordinal: 0, total: 1 }, processMetrics: true });
  // Counters of a chat channel exist from the moment at which it is on.
  self.relayChannels(['feishu']);
  const rigs: Rig[] = [];
  const output = createWriteStream(file);
  const failed = once(output, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => undefined);
  try {
    for (const stage of played) rigs.push(await openRig(stage.rig()));
    const now = rigs[0]!.clock.now;
    const from = now() / 1000;
    const isThere = (_: Rig, at: number): boolean => now() / 1000 - from <= (played[at]!.seconds ?? Infinity);
    self.configLoaded(now(), 4711);
    const scrapes = createScrapes({
      catalogue, now, pause: () => nextTurn(), selfText: self.text, onError(error) {
        throw error;
      },
      clusters: () => rigs.filter(isThere).flatMap((rig) => rig.text() ?? []),
    });
    const told = rigs.map(() => 0);
    for (let second = 0; second <= seconds; second += scrapeSeconds) {
      if (second > 0) for (const rig of rigs.filter(isThere)) await rig.play(scrapeSeconds * 1000);
      rigs.forEach((rig, at) => {
        if (isThere(rig, at)) told[at] = tellRequests(self, rig, told[at]!);
        else self.forgetCluster(rig.config.name);
      });
      const { chunks } = await scrapes.scrape('openmetrics', false);
      const text = Buffer.concat(chunks).toString();
      if (!output.write(timestamped(text, now() / 1000))) await Promise.race([once(output, 'drain'), failed]);
    }
    output.end('# EOF\n');
    await Promise.race([once(output, 'finish'), failed]);
    return { from, to: now() / 1000 };
  } finally {
    for (const rig of rigs) await rig.close();
    output.destroy();
  }
}

/** As the program counts the requests of its clients. Returns how many are counted. */
function tellRequests(self: SelfMetrics, rig: Rig, from: number): number {
  for (const request of rig.requests.slice(from)) self.observeRequest(rig.config.name, request.node, request);
  return rig.requests.length;
}

/** The samples of a body as a scrape at `at` stores them, with what Prometheus says of the scrape itself. */
export function timestamped(body: string, at: number): string {
  const target = Object.entries(scraped).map(([name, value]) => `${name}="${value}"`).join(',');
  const lines: string[] = [];
  for (const line of body.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    // A label's value may hold a brace, what follows the labels does not.
    const end = line.lastIndexOf('} ');
    if (end < 0) lines.push(line.replace(' ', `{${target}} `));
    else lines.push(`${line.slice(0, end)}${line[end - 1] === '{' ? '' : ','}${target}${line.slice(end)}`);
  }
  for (const own of ['up', 'scrape_duration_seconds', 'scrape_samples_scraped']) {
    lines.push(`${own}{${target}} ${own === 'up' ? 1 : own === 'scrape_duration_seconds' ? 0.02 : lines.length}`);
  }
  return lines.map((line) => `${line} ${at}\n`).join('');
}

/**
 * A real Prometheus that holds a recording of the demo as if it had scraped it: blocks written by promtool, in which a
 * series ends with the scrape that lacks it.
 */

import { execFile } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../lab/guard.ts';
import { startPrometheus, type RunningPrometheus } from '../lab/prometheus.ts';
import { asking, type Asking } from './asking.ts';
import { playRules } from './played-rules.ts';
import { record, scrapeSeconds } from './recording.ts';
import { stages, type Stage } from './stages.ts';

export interface Recorded extends Asking {
  readonly url: string;
  /** Seconds since the epoch. */
  readonly from: number;
  readonly to: number;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const rules = join(import.meta.dirname, '../../alerts/nacos.rules.yaml');

/** Blocks have no stale markers: what the last scrape did not show is gone because nothing older is looked at. */
const flags = [`--query.lookback-delta=${scrapeSeconds - 1}s`, '--storage.tsdb.retention.time=100y'];

export async function startRecorded(seconds: number, played: readonly Stage[] = stages): Promise<Recorded> {
  const folder = await temporaryFolder('nacos-recording');
  let prometheus: RunningPrometheus | undefined;
  const start = async (): Promise<RunningPrometheus> => startPrometheus({
    targets: [], scrapeIntervalSeconds: scrapeSeconds, flags,
    async fill(data) {
      for (const file of files) await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, data]);
    },
  });
  const scrapes = join(folder.path, 'scrapes.om');
  const ruled = join(folder.path, 'rules.om');
  const files = [scrapes];
  try {
    const span = { ...await record(scrapes, seconds, played), stepSeconds: scrapeSeconds };
    prometheus = await start();
    const lines = await playRules(asking(prometheus.url, span), await readFile(rules, 'utf8'));
    await writeFile(ruled, lines.map((line) => `${line}\n`).join(''));
    await appendFile(ruled, '# EOF\n');
    files.push(ruled);
    await prometheus.stop();
    prometheus = await start();
    const { url, stop } = prometheus;
    return {
      ...asking(url, span), ...span, url,
      async stop() {
        await stop();
        await folder.remove();
      },
    };
  } catch (error) {
    await prometheus?.stop();
    await folder.remove();
    throw error;
  }
}

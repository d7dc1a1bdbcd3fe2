/**
 * A full sweep of the contents of a large cluster on 3 nodes, against receiving the same pages with the same client and
 * JSON.parse alone. Unpaced for the CPU; what the default budget makes of the bytes is computed.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ClusterConfig, ServerAddress } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { NodeClient } from '../../src/nacos/client.ts';
import { connect } from '../../src/nacos/connect.ts';
import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { createBudget } from '../../src/poller/budget.ts';
import { createClusterPoller } from '../../src/poller/cluster-poller.ts';
import { collectGarbage, median, type BenchRow } from './bench.ts';
import { startStepProbe } from './step-probe.ts';

const services = 100_000;
const instances = 10;
const rounds = 2;
const pageRows = 512;
const defaultRate = 4_000_000;

export const name = `contents sweep: ${services} services with ${services * instances} instances x 3 nodes`;

export async function run(): Promise<BenchRow[]> {
  const sim = new URL('sim-server.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', sim, String(services), String(instances)], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return await measure(JSON.parse(line) as string[]);
  } finally {
    await stop(child);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function measure(urls: readonly string[]): Promise<BenchRow[]> {
  const config = configOf(urls);
  let bytes = 0;
  let requests = 0;
  const open = (server: ServerAddress): NodeClient => connect({
    config, server, version: 'bench', now: Date.now, loginPaths: () => [], secrets: { env: {}, readFile: () => '' },
    onRequest(observation) {
      bytes += observation.bytes;
      requests++;
    },
  });
  const poller = createClusterPoller({
    config, now: Date.now, connect: open, publish: () => {}, forgetNode: () => {}, pause: () => nextTurn(),
    wait: (ms) => sleep(ms, undefined, { ref: false }), log: { info: () => {}, warn: (data) => { throw new Error(JSON.stringify(data)); } },
    contentsBudget: createBudget(1e12, Date.now),
  });
  const clients = config.servers.map(open);
  const swept = (): number => Math.min(...poller.snapshot().nodes.map((node) => node.stages.contents?.at ?? 0));
  /** The counts poll before it is not measured. */
  const sweep = async (begin: () => void): Promise<void> => {
    const before = swept();
    await poller.check();
    await poller.poll();
    begin();
    while (swept() <= before) await sleep(5);
    await nextTurn();
  };
  const receive = async (): Promise<void> => {
    await Promise.all(clients.map(async (client) => {
      for (let page = 1; page <= Math.ceil(services / pageRows); page++) {
        await client.call({ ...v22.contentsPage!('public', page, pageRows), decode: (answer) => answer.json() }, { timeoutMs: 15_000 });
      }
    }));
  };

  await poller.check();
  const probe = startStepProbe();
  // What the counts before it make to render is not of the sweep.
  const afterRendering = (): void => void setTimeout(() => probe.lap(), 1_500);
  await sweep(afterRendering);
  const first = probe.lap();
  await sweep(afterRendering);
  const later = probe.lap();
  probe.stop();
  const sweeping: number[] = [];
  const receiving: number[] = [];
  let received = 0;
  let asked = 0;
  let rss = process.memoryUsage().rss;
  for (let i = 0; i < rounds; i++) {
    collectGarbage();
    let cpu = process.cpuUsage();
    await sweep(() => {
      cpu = process.cpuUsage();
      bytes = 0;
      requests = 0;
    });
    sweeping.push(spent(cpu));
    received = bytes;
    asked = requests;
    rss = Math.max(rss, process.memoryUsage().rss);
    collectGarbage();
    cpu = process.cpuUsage();
    await receive();
    receiving.push(spent(cpu));
  }
  const totals = poller.snapshot().nodes.map((node) => node.stages.contents?.value?.get('public')?.instances ?? 0);
  if (totals.length !== 3 || Math.min(...totals) < services * instances) throw new Error(`read ${totals.join(', ')} instances`);
  const heap = process.memoryUsage().heapUsed / 1024 / 1024;
  await poller.close();
  await Promise.all(clients.map((client) => client.close()));
  return [
    { what: 'bytes of a sweep', value: received / 1e6, unit: 'MB' },
    { what: 'requests of a sweep', value: asked, unit: '' },
    { what: 'receive and JSON.parse alone', value: median(receiving), unit: 'ms CPU' },
    { what: 'sweep: read, compare, agree, publish', value: median(sweeping), unit: 'ms CPU' },
    { what: 'ratio', value: median(sweeping) / median(receiving), unit: 'x', bound: 2 },
    { what: 'longest step of the first sweep', value: first, unit: 'ms CPU', bound: 50 },
    { what: 'longest step of a later sweep', value: later, unit: 'ms CPU', bound: 50 },
    { what: 'resident memory, highest after a sweep', value: rss / 1024 / 1024, unit: 'MiB', bound: 1024 },
    { what: 'heap in use', value: heap, unit: 'MiB' },
    { what: 'a sweep at the default budget', value: received / defaultRate, unit: 's', bound: 300 },
  ];
}

function configOf(urls: readonly string[]): ClusterConfig {
  const loaded = loadConfig({ argv: [`--nacos.server=${urls.join(',')}`], env: {}, readFile: () => '' });
  if ('errors' in loaded) throw new Error(JSON.stringify(loaded.errors));
  const [cluster] = loaded.config.clusters;
  // Every poll finds a sweep due, and no node is taken for silent because nothing else is asked meanwhile.
  return { ...cluster!, poll: { ...cluster!.poll, rareInterval: 1e12, livenessInterval: 600_000, contentsInterval: 1 } };
}

/** Milliseconds of CPU of this process since then. */
function spent(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

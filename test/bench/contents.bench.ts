/**
 * Full sweeps of the contents of a large cluster on 3 nodes: the first within the default budget, as the program runs it,
 * the others without one, against receiving the same pages with the same client and JSON.parse alone.
 */

import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { collectGarbage, median, type BenchRow } from './bench.ts';
import { anyRate, createContentsRig, defaultRate, type ContentsRig } from './contents-rig.ts';
import { startSim } from './sim-process.ts';
import { startStepProbe, type StepProbe } from './step-probe.ts';

const services = 100_000;
const instances = 10;
const rounds = 3;
/** About the page of a paced walk. */
const pageRows = 256;

export const name = `contents sweep: ${services} services with ${services * instances} instances x 3 nodes`;

export async function run(): Promise<BenchRow[]> {
  const sim = await startSim(services, instances);
  const rig = createContentsRig(sim.urls, defaultRate);
  try {
    return await measure(rig);
  } finally {
    await rig.close();
    await sim.stop();
  }
}

async function measure(rig: ContentsRig): Promise<BenchRow[]> {
  const { poller, traffic } = rig;
  await poller.check();
  const probe = startStepProbe();
  const begunAt = performance.now();
  const first = await longestStep(rig, probe);
  const firstMs = performance.now() - begunAt;
  const rssFirst = process.memoryUsage.rss();
  rig.budget.setRate(anyRate);
  const later = await longestStep(rig, probe);
  probe.stop();
  const rssLater = process.memoryUsage.rss();

  const sweeping: number[] = [];
  const receiving: number[] = [];
  let received = 0;
  let asked = 0;
  for (let i = 0; i < rounds; i++) {
    collectGarbage();
    let cpu = process.cpuUsage();
    // The counts poll before it is not measured.
    await rig.sweep(() => {
      cpu = process.cpuUsage();
      traffic.bytes = 0;
      traffic.asked = [];
    });
    sweeping.push(spent(cpu));
    received = traffic.bytes;
    asked = traffic.asked.length;
    collectGarbage();
    cpu = process.cpuUsage();
    await receive(rig);
    receiving.push(spent(cpu));
  }
  const totals = poller.snapshot().nodes.map((node) => node.stages.contents?.value?.get('public')?.instances ?? 0);
  if (totals.length !== 3 || Math.min(...totals) < services * instances) throw new Error(`read ${totals.join(', ')} instances`);
  return [
    { what: 'bytes of a sweep', value: received / 1e6, unit: 'MB' },
    { what: 'requests of a sweep', value: asked, unit: '' },
    { what: 'receive and JSON.parse alone', value: median(receiving), unit: 'ms CPU' },
    { what: 'sweep: read, compare, agree, publish', value: median(sweeping), unit: 'ms CPU' },
    { what: 'ratio', value: median(sweeping) / median(receiving), unit: 'x', bound: 2 },
    { what: 'first sweep, at the default budget', value: firstMs / 1000, unit: 's', bound: 300 },
    { what: 'longest step of it', value: first, unit: 'ms CPU', bound: 50 },
    { what: 'longest step of a later sweep without a budget', value: later, unit: 'ms CPU', bound: 50 },
    { what: 'resident memory after the first sweep', value: rssFirst / 1024 / 1024, unit: 'MiB', bound: 1024 },
    { what: 'resident memory after the second', value: rssLater / 1024 / 1024, unit: 'MiB', bound: 1024 },
    { what: 'heap in use', value: process.memoryUsage().heapUsed / 1024 / 1024, unit: 'MiB' },
  ];
}

/** Of one sweep; collecting garbage within a step is part of it. */
async function longestStep(rig: ContentsRig, probe: StepProbe): Promise<number> {
  // What the counts before it make to render is not of the sweep.
  await rig.sweep(() => void setTimeout(() => probe.lap(), 1_500));
  return probe.lap();
}

async function receive({ clients }: ContentsRig): Promise<void> {
  await Promise.all(clients.map(async (client) => {
    for (let page = 1; page <= Math.ceil(services / pageRows); page++) {
      await client.call({ ...v22.contentsPage!('public', page, pageRows), decode: (answer) => answer.json() }, { timeoutMs: 15_000 });
    }
  }));
}

/** Milliseconds of CPU of this process since then. */
function spent(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

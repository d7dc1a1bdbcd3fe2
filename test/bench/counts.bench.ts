/** A counts poll of 100,000 services on 3 nodes, against receiving the same answers with the same client and JSON.parse alone. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterConfig, ServerAddress } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { CanaryClient } from '../../src/nacos/client.ts';
import { connect } from '../../src/nacos/connect.ts';
import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { createClusterPoller } from '../../src/poller/cluster-poller.ts';
import { collectGarbage, median, nextTurn, type BenchRow } from './bench.ts';
import { startSim } from './sim-process.ts';
import { startStepProbe } from './step-probe.ts';

const services = 100_000;
const rounds = 7;
/** About the page that the poller asks for, given rows of this size. */
const pageRows = 10_000;

export const name = `counts poll: ${services} services x 3 nodes`;

export async function run(): Promise<BenchRow[]> {
  const sim = await startSim(services, 10);
  try {
    return await measure(sim.urls);
  } finally {
    await sim.stop();
  }
}

async function measure(urls: readonly string[]): Promise<BenchRow[]> {
  const config = configOf(urls);
  const open = (server: ServerAddress): CanaryClient => connect({
    config, server, version: 'bench', now: Date.now, loginPaths: () => [], onRequest: () => {}, secrets: { env: {}, readFile: () => '' },
  });
  // Every poll reads counts: the duty cycle, which would stretch the interval, stands on a clock of its own.
  let clock = Date.now();
  // Without a budget for contents, so that none are read beside the counts.
  const poller = createClusterPoller({
    config, now: () => clock, connect: open, publish: () => {}, forgetNode: () => {}, openPort: async () => true, pause: nextTurn,
    wait: (ms) => sleep(ms, undefined, { ref: false }), log: { info: () => {}, warn: (data) => { throw new Error(JSON.stringify(data)); } },
  });
  const clients = config.servers.map(open);
  await poller.check();
  const poll = async (): Promise<void> => {
    clock += 600_000;
    await poller.check();
    await poller.poll();
  };
  const receive = async (): Promise<void> => {
    await Promise.all(clients.map(async (client) => {
      for (let page = 1; page <= services / pageRows; page++) {
        await client.call({ ...v22.catalogPage!('public', page, pageRows), decode: (answer) => answer.json() });
      }
    }));
  };
  for (let i = 0; i < 2; i++) {
    await poll();
    await receive();
  }
  const polling: number[] = [];
  const receiving: number[] = [];
  for (let i = 0; i < rounds; i++) {
    collectGarbage();
    receiving.push(await cpuOf(receive));
    collectGarbage();
    polling.push(await cpuOf(poll));
  }
  const steps = await longestSteps(poll);
  const agreed = poller.ledger().agreed.get('public');
  if ((agreed?.totalInstances ?? 0) < services * 10 || agreed?.votes.length !== 3) throw new Error(`agreed on ${agreed?.totalInstances} instances by ${agreed?.votes.length} nodes`);
  const rss = process.memoryUsage().rss / 1024 / 1024;
  await poller.close();
  await Promise.all(clients.map((client) => client.close()));
  return [
    { what: 'receive and JSON.parse alone', value: median(receiving), unit: 'ms CPU' },
    { what: 'counts poll: read, compare, agree, render', value: median(polling), unit: 'ms CPU' },
    { what: 'ratio', value: median(polling) / median(receiving), unit: 'x', bound: 1.5 },
    { what: 'longest synchronous step of a poll, median of polls', value: median(steps), unit: 'ms CPU', bound: 50 },
    { what: 'resident memory', value: rss, unit: 'MiB', bound: 512 },
  ];
}

function configOf(urls: readonly string[]): ClusterConfig {
  const loaded = loadConfig({ argv: [`--nacos.server=${urls.join(',')}`], env: {}, readFile: () => '' });
  if ('errors' in loaded) throw new Error(JSON.stringify(loaded.errors));
  const [cluster] = loaded.config.clusters;
  // Namespaces and service names are read every five minutes: not in every poll, though the clock below jumps.
  return { ...cluster!, poll: { ...cluster!.poll, rareInterval: 1e12 } };
}

/** Of so many polls; in rounds of their own, since the probe itself takes CPU. */
async function longestSteps(poll: () => Promise<void>): Promise<readonly number[]> {
  const probe = startStepProbe();
  const steps: number[] = [];
  for (let i = 0; i < rounds; i++) {
    probe.lap();
    await poll();
    await nextTurn();
    steps.push(probe.lap());
  }
  probe.stop();
  return steps;
}

/** Milliseconds of CPU that this process spends until `work` is done and the loop is idle. */
async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  await nextTurn();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

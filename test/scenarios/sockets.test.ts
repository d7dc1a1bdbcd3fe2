/** A part of the corpus over real sockets and in real time, with intervals ten times as short where Nacos's own delays allow. */

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { connect } from '../../src/nacos/connect.ts';
import { createBudget } from '../../src/poller/budget.ts';
import { createClusterPoller } from '../../src/poller/cluster-poller.ts';
import { createCluster, listen, listensAt, realClock, type SimCluster } from '../../src/sim/index.ts';
import { fillSmall } from '../poller/harness.ts';

const pollMs = 2000;
const one = { namespace: 'public', group: 'DEFAULT_GROUP', service: 'svc-3', limit: 1 };

interface RealCase {
  readonly name: string;
  readonly version: string;
  /** Of the corpus's scenario of the same name, with the times of this one. */
  readonly script: (sim: SimCluster) => void;
  /** Differences that stand at the end: the node that differs, and the kind. */
  readonly stands?: { readonly node: number; readonly kind: string };
  readonly seconds: number;
  /** Of the kind that stands; 15 s unless told. */
  readonly delayMs?: number;
}

/** Begins before the second poll. */
const begin = pollMs + 500;

const cases: readonly RealCase[] = [
  { name: 'missing-instance', version: '2.2.4', seconds: 23, stands: { node: 1, kind: 'instance' }, script: (sim) => void sim.at(begin, () => void sim.node(1).drop(one)) },
  { name: 'swapped-contents', version: '2.0.4', seconds: 18, delayMs: 10_000, stands: { node: 0, kind: 'instance' }, script: (sim) => void sim.at(begin, () => {
    sim.node(0).drop(one);
    sim.node(0).invent({ namespace: 'public', service: 'svc-3', ip: '10.9.9.9', port: 8080 });
  }) },
  { name: 'health-differs', version: '2.2.4', seconds: 23, stands: { node: 2, kind: 'health' }, script: (sim) => void sim.at(begin, () => void sim.node(2).distort(one, { healthy: false })) },
  { name: 'namespace-missing', version: '2.2.4', seconds: 23, stands: { node: 2, kind: 'service' }, script: (sim) => void sim.at(begin, () => void sim.node(2).dropServices({ namespace: 'orders' })) },
  { name: 'twins-1.x', version: '1.4.1', seconds: 38, delayMs: 30_000, stands: { node: 2, kind: 'instance' }, script(sim) {
    for (const ephemeral of [true, false]) sim.register({ namespace: 'public', service: 'twins', ip: '10.8.0.2', port: 80, ephemeral });
    sim.at(begin, () => void sim.node(2).drop({ service: 'twins', ephemeral: false }));
  } },
  { name: 'stale-instance', version: '2.0.4', seconds: 18, delayMs: 10_000, stands: { node: 2, kind: 'instance' }, script: (sim) => void sim.at(begin, () => {
    sim.node(2).pin({ service: 'svc-4' });
    sim.deregister({ namespace: 'public', service: 'svc-4', limit: 1 });
  }) },
  { name: 'frozen-switch', version: '2.0.4', seconds: 22, delayMs: 10_000, stands: { node: 1, kind: 'instance' }, script: (sim) => void sim.at(begin, () => {
    sim.node(1).freeze();
    sim.deregister({ namespace: 'public', service: 'svc-5', limit: 2 });
  }) },
  { name: 'lag', version: '2.2.4', seconds: 22, script(sim) {
    for (const node of sim.nodes) node.lag(1500);
    sim.every(300, () => sim.churn());
  } },
  { name: 'metadata-order', version: '2.2.4', seconds: 20, script(sim) {
    sim.change(one, { metadata: { a: '1', b: '2' } });
    sim.at(begin, () => void sim.node(2).distort(one, { metadata: { b: '2', a: '1' } }));
  } },
  { name: 'hang-mid-poll', version: '2.2.4', seconds: 20, script(sim) {
    sim.every(500, () => sim.churn());
    sim.at(begin, () => void sim.node(1).fault({ kind: 'hang' }));
  } },
];

async function open({ version, script }: RealCase) {
  const sim = createCluster({ versions: [version, version, version], clock: realClock(), seed: 7 });
  fillSmall(sim);
  const listening = await listen(sim);
  const loaded = loadConfig({ argv: sim.nodes.map((node) => `--nacos.server=http://${node.address}${sim.context}`), env: {}, readFile: () => '' });
  if ('errors' in loaded) throw new Error(loaded.errors.map((error) => error.message).join('\n'));
  const defaults = loaded.config.clusters[0]!;
  const config = { ...defaults, poll: { ...defaults.poll, interval: pollMs, livenessInterval: 1000, timeout: 2500 } };
  const poller = createClusterPoller({
    config, now: Date.now, wait: (ms) => sleep(ms, undefined, { ref: false }), pause: () => sleep(0), contentsBudget: createBudget(4_000_000, Date.now),
    log: { info: () => undefined, warn: () => undefined }, publish: () => undefined, forgetNode: () => undefined,
    openPort: async (host, port) => listensAt(sim, host, port),
    connect: (server, _name, loginPaths) => connect({ config, server, loginPaths, version: 'test', now: Date.now, secrets: { readFile: () => '', env: {} }, onRequest: () => undefined }),
  });
  const close = async (): Promise<void> => {
    await poller.close();
    sim.close();
    await listening.close();
  };
  const start = Date.now();
  script(sim);
  return { sim, poller, start, close };
}

describe('over real sockets, in real time', () => {
  it.concurrent.each(cases)('$name on $version', async (scenario) => {
    const { sim, poller, start, close } = await open(scenario);
    await poller.check();
    const confirmed = () => (poller.view().contents?.divergent() ?? []).filter((service) => service.confirmed);
    let nextPoll = start;
    let firstAt: number | undefined;
    let polling: Promise<void> = Promise.resolve();
    while (Date.now() - start < scenario.seconds * 1000) {
      if (Date.now() >= nextPoll) {
        nextPoll += pollMs;
        polling = Promise.all([polling, poller.check()]).then(() => poller.poll());
      }
      if (confirmed().length > 0) firstAt ??= Date.now();
      await sleep(100);
    }
    await polling;
    const stands = confirmed();
    await close();
    expect(firstAt === undefined).toBe(scenario.stands === undefined);
    // The kind's delay, counted from the first poll that can show it, and five seconds.
    const delay = scenario.delayMs ?? 15_000;
    const latency = (firstAt ?? start + begin + delay) - start - begin;
    expect(latency).toBeGreaterThan(delay - 500);
    expect(latency).toBeLessThan(pollMs + delay + 5_000);
    const named = new Set(stands.flatMap((service) => service.differences.map((difference) => `${service.kind} ${difference.node}`)));
    expect([...named]).toEqual(scenario.stands === undefined ? [] : [`${scenario.stands.kind} ${sim.node(scenario.stands.node).address}`]);
  }, 60_000);
});

/** `/targets`: what it lists, and whether a real Prometheus finds the nodes by it. */

import { describe, expect, it } from 'vitest';
import type { TargetGroup } from '../../src/server/targets.ts';
import { startPrometheus, type RunningPrometheus } from '../lab/prometheus.ts';
import { findTool, skipWithReason } from '../lab/tools.ts';
import { until, untilReady, type Program } from '../program/program.ts';
import { cluster, entry, program } from './clusters.ts';

async function targets(running: Program): Promise<readonly TargetGroup[]> {
  const { status, type, body } = await running.page('/targets');
  expect([status, type]).toEqual([200, 'application/json; charset=utf-8']);
  return JSON.parse(body) as TargetGroup[];
}

const nodesOf = (groups: readonly TargetGroup[]): readonly string[] => groups.map(({ labels }) => `${labels.nacos_cluster} ${labels.nacos_node}`);

describe('/targets', () => {
  it('lists every node once, in the same order every time, with all that a scrape of it needs', async () => {
    const { sim, listening } = await cluster();
    const { sim: other, listening: second } = await cluster({ versions: ['3.1.0'] });
    // One of three is configured: the others are found.
    const running = await program({ config: `clusters:\n${entry('z', [listening.urls[1]!])}${entry('a', second.urls)}` });
    await untilReady(running);
    const groups = await until('all members', async () => {
      const found = await targets(running);
      return found.length === 4 ? found : undefined;
    });
    const addresses = sim.nodes.map((node) => node.address).toSorted();
    expect(nodesOf(groups)).toEqual([...addresses.map((address) => `z ${address}`), `a ${other.node(0).address}`]);
    expect(groups[0]).toEqual({
      targets: [addresses[0]], labels: { nacos_cluster: 'z', nacos_node: addresses[0], __scheme__: 'http', __metrics_path__: '/nacos/actuator/prometheus' },
    });
    expect(await targets(running)).toEqual(groups);
  });

  it('keeps a node that is down', async () => {
    const { sim, listening } = await cluster();
    const running = await program({ config: `clusters:\n${entry('c', listening.urls, 'poll: {interval: 1s}')}` });
    await untilReady(running);
    const before = await targets(running);
    sim.node(2).stop();
    await until('it is seen', async () => ((await running.scrape()).get('nacos_node_up')!.samples.some(({ value }) => value === 0) ? true : undefined));
    expect(await targets(running)).toEqual(before);
  });

  it('lists a lazy cluster as configured until it was polled, then as it was last known', async () => {
    const { sim, listening } = await cluster();
    let ahead = 0;
    const one = listening.urls[0]!.replace('127.0.0.1', 'localhost');
    const running = await program({ config: `clusters:\n${entry('lazy', [one], 'expose: probe, poll: {interval: 1s}')}`, now: () => Date.now() + ahead });
    expect(nodesOf(await targets(running))).toEqual([`lazy ${new URL(one).host}`]);
    await running.page('/probe?target=lazy');
    const known = sim.nodes.map((node) => `lazy ${node.address}`).toSorted();
    await until('all members', async () => (nodesOf(await targets(running)).join() === known.join() ? true : undefined));
    const [first] = (await targets(running)).filter(({ labels }) => labels.nacos_node === sim.node(0).address);
    expect(first!.targets).toEqual([new URL(one).host]);
    ahead = 11 * 60_000;
    await until('it stops', async () => (running.output.some((line) => line.includes('nobody asks')) ? true : undefined));
    expect(nodesOf(await targets(running))).toEqual(known);
  });
});

describe.skipIf(skipWithReason('http_sd of /targets', ['prometheus'].filter((tool) => findTool(tool) === undefined)))('a real Prometheus', () => {
  it('finds the nodes, and their series join ours', async () => {
    const { sim, listening } = await cluster();
    sim.node(0).setActuator(true);
    const running = await program({ config: `clusters:\n${entry('c', listening.urls)}` });
    await untilReady(running);
    const prometheus: RunningPrometheus = await startPrometheus({
      targets: [running.address], scrapeIntervalSeconds: 1,
      scrapeConfigs: [{ job_name: 'nacos-actuator', http_sd_configs: [{ url: `http://${running.address}/targets`, refresh_interval: '1s' }] }],
    });
    try {
      const found = await until('every node', async () => {
        const of = (await prometheus.targets()).filter(({ labels }) => labels['job'] === 'nacos-actuator');
        return of.length === 3 && of.every(({ health }) => health !== 'unknown') ? of : undefined;
      }, 30_000);
      expect(found.map(({ scrapeUrl }) => scrapeUrl).toSorted()).toEqual(sim.nodes.map(({ address }) => `http://${address}/nacos/actuator/prometheus`).toSorted());
      expect(found.filter(({ health }) => health === 'up').map(({ labels }) => labels['nacos_node'])).toEqual([sim.node(0).address]);
      const joined = await until('a join', async () => {
        const rows = await prometheus.query('max by (nacos_cluster, nacos_node) (nacos_node_up) * on (nacos_cluster, nacos_node) max by (nacos_cluster, nacos_node) (process_start_time_seconds{job="nacos-actuator"} > 0)');
        return rows.length > 0 ? rows : undefined;
      }, 30_000);
      expect(joined.map(({ labels }) => labels)).toEqual([{ nacos_cluster: 'c', nacos_node: sim.node(0).address }]);
    } finally {
      await prometheus.stop();
    }
  });
});

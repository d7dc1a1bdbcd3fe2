/** After something that strips instances for a moment, counts are read often enough to see the dip, and no node suffers from it. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { createBurst } from '../../src/poller/burst.ts';
import { createPatient } from '../../src/poller/patient.ts';
import { virtualClock } from '../../src/sim/index.ts';
import { openRig, type Rig } from './harness.ts';

describe('a burst', () => {
  /** Plays two minutes with reads of that length; when and of which node they began. */
  async function play(readMs: number, alsoAt?: number): Promise<{ node: string; at: number }[]> {
    const clock = virtualClock();
    const start = clock.now();
    const reads: { node: string; at: number }[] = [];
    const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.at(clock.now() + ms, () => resolve()));
    const burst = createBurst({
      now: clock.now, patient: createPatient(wait), nodes: () => ['a', 'b', 'c'],
      onError: (error) => {
        throw error;
      },
      async read(node) {
        reads.push({ node, at: clock.now() - start });
        await wait(readMs);
      },
    });
    burst.trigger();
    for (let at = 0; at < 150_000; at += 100) {
      if (at === alsoAt) burst.trigger();
      clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return reads;
  }

  it('reads one node in turn every two seconds for a minute', async () => {
    const reads = await play(10);
    expect(reads.length).toBeGreaterThanOrEqual(28);
    expect(reads.length).toBeLessThanOrEqual(30);
    expect(reads.slice(0, 4).map(({ node }) => node)).toEqual(['a', 'b', 'c', 'a']);
    expect(reads.at(-1)!.at).toBeLessThanOrEqual(60_100);
  });

  it('spends a fifth of the time at most', async () => {
    const reads = await play(3_000);
    expect(reads.length * 3_000).toBeLessThanOrEqual(0.2 * 62_000 + 3_000);
  });

  it('goes on for a minute after the last reason', async () => {
    const reads = await play(10, 30_000);
    expect(reads.at(-1)!.at).toBeGreaterThan(85_000);
    expect(reads.at(-1)!.at).toBeLessThanOrEqual(90_100);
  });

  it('tells of a bug in a read, and can begin again', async () => {
    const errors: unknown[] = [];
    const burst = createBurst({
      now: () => 0, patient: createPatient(async () => undefined), nodes: () => ['a'], onError: (error) => errors.push(error),
      read: () => Promise.reject(new TypeError('a bug')),
    });
    for (const times of [1, 2]) {
      burst.trigger();
      await vi.waitFor(() => expect(errors).toHaveLength(times));
    }
  });
});

describe('in a cluster', () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const countReads = (from: number): number => rig.requests.slice(from).filter(({ api, node }) => api === 'catalog_services' && node !== rig.node(2)).length;

  it('begins when a node goes, and shows a dip of five seconds', async () => {
    rig = await openRig();
    await rig.play(60_000);
    const calm = rig.requests.length;
    await rig.play(30_000);
    const usual = countReads(calm);
    rig.sim.node(2).stop();
    await rig.playUntil(() => rig.value('nacos_node_up', { nacos_node: rig.node(2) }) === 0, 30_000);
    const from = rig.requests.length;
    const seen: number[] = [];
    rig.atEveryText(() => seen.push(rig.value('nacos_namespace_instances', { namespace_id: 'public' }) ?? -1));
    await rig.play(16_000);
    const one = rig.sim.snapshot({ namespace: 'public', service: 'svc-3' });
    rig.sim.deregister({ namespace: 'public', service: 'svc-3' });
    await rig.play(5_000);
    rig.sim.register(one);
    await rig.play(9_000);
    expect(countReads(from)).toBeGreaterThan(usual * 2);
    expect(Math.min(...seen)).toBe(195);
    expect(seen.at(-1)).toBe(200);
    expect(rig.samples('nacos_poll_failures_total', { stage: 'counts' }).filter((sample) => sample.value > 0)).toEqual([]);
  });

  it('begins when far more is pushed than usual: what went may be back by the next poll', async () => {
    rig = await openRig();
    // Usual: one instance goes and comes between two polls.
    const replace = (service: string): void => {
      const one = rig.sim.snapshot({ namespace: 'public', service });
      rig.sim.deregister({ namespace: 'public', service });
      rig.sim.register(one);
    };
    for (let poll = 0; poll < 6; poll++) {
      replace('svc-3');
      await rig.play();
    }
    const calm = rig.requests.length;
    replace('svc-3');
    await rig.play(30_000);
    const usual = countReads(calm);
    for (let i = 0; i < 20; i++) replace(`svc-${i}`);
    await rig.play();
    const from = rig.requests.length;
    await rig.play(30_000);
    expect(countReads(from)).toBeGreaterThan(usual * 2);
    expect(rig.value('nacos_push_total', { nacos_node: rig.node(0) })).toBeGreaterThan(0);
  });

  it('does not begin on its own', async () => {
    rig = await openRig();
    await rig.play(60_000);
    // Two namespaces, four polls and the first one.
    expect(rig.requests.filter(({ api, node }) => api === 'catalog_services' && node === rig.node(0)).length).toBeLessThanOrEqual(2 * 5);
  });
});

/** A cluster too large to be read at every poll: paced, one sweep at a time, and what counts show is read first. */

import { afterEach, describe, expect, it } from 'vitest';
import type { SimCluster } from '../../src/sim/index.ts';
import { openRig, type Rig, type RigOptions } from './harness.ts';

let rig: Rig;
afterEach(() => rig.close());

const services = 9_000;
const fill = (sim: SimCluster): void => sim.bulk({ services, instances: 10, name: (i) => `svc-${i}` });
const open = async (options: RigOptions = {}): Promise<void> => {
  rig = await openRig({ fill, ...options });
};
const lists = (index: number): number => rig.requests.filter(({ node, api }) => node === rig.node(index) && isList(api)).length;
const isList = (api: string): boolean => api === listApi;
const listApi = 'catalog_contents';
const inPublic = { namespace_id: 'public' };
const sweptAt = (): number => rig.value('nacos_poll_last_success_timestamp_seconds', { stage: 'contents' })! * 1000;

/** Requests of each node in the worst second, by api. */
function busiest(index: number, api: string, from = 0): number {
  const perSecond = new Map<number, number>();
  for (const request of rig.requests.slice(from)) {
    if (request.node !== rig.node(index) || request.api !== api) continue;
    const second = Math.floor(request.at / 1000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  return Math.max(0, ...perSecond.values());
}

describe('a sweep', () => {
  it('keeps to the budget, holds up nothing, and begins again after the interval', async () => {
    await open({ contentsRate: 1_000_000 });
    const bytesOf = (): number => rig.requests.filter(({ api }) => isList(api)).reduce((sum, { bytes }) => sum + bytes, 0);
    const start = rig.clock.now();
    const texts: number[] = [];
    rig.atEveryText(() => texts.push(rig.clock.now()));
    await rig.playUntil(() => sweptAt() > 0, 200_000);
    const tookMs = sweptAt() - start;
    expect(bytesOf() / (tookMs / 1000)).toBeLessThanOrEqual(1_050_000);
    expect(bytesOf() / (tookMs / 1000)).toBeGreaterThan(900_000);
    expect(Math.max(...texts.slice(1).map((at, i) => at - texts[i]!))).toBeLessThanOrEqual(5_500);
    expect(rig.value('nacos_poll_interval_seconds', { stage: 'contents' })).toBe(300);
    expect(rig.value('nacos_instances_enabled', { nacos_node: rig.node(0), ...inPublic })).toBe(90_000);
    expect(rig.value('nacos_divergent_services', { ...inPublic, kind: 'instance' })).toBe(0);
    const coverage = (): number => rig.value('nacos_churn_identity_coverage_ratio', inPublic)!;
    expect([coverage() > 0.05, coverage() < 0.95, rig.value('nacos_namespace_instances_enabled', inPublic)]).toEqual([true, true, 90_000]);
    const once = lists(0);
    await rig.play(start + 285_000 - rig.clock.now());
    expect(coverage()).toBe(0);
    expect(lists(0)).toBe(once);
    await rig.play(60_000);
    expect(lists(0)).toBeGreaterThan(once);
  }, 60_000);

  it('stops when the poller is closed', async () => {
    await open({ contentsRate: 100_000 });
    await rig.play(15_000);
    const before = rig.requests.length;
    await rig.poller.close();
    expect(rig.requests.length - before).toBeLessThanOrEqual(3);
  });

  it('takes a service that it did not meet for gone only where counts say so', async () => {
    await open();
    // Rows leave while the list is walked: those after them move up, and one at each page's end is skipped.
    let gone = 0;
    rig.sim.every(1_000, () => void rig.sim.removeServices({ namespace: 'public', service: `svc-${gone++ * 7}` }));
    await rig.play(120_000);
    const counted = rig.value('nacos_namespace_instances', inPublic)!;
    expect(counted).toBeLessThan(90_000);
    const truth = 90_000 - rig.sim.truth.totals('public').instances;
    expect(rig.value('nacos_instances_deregistered_total', inPublic)!).toBeLessThanOrEqual(truth);
    expect(rig.value('nacos_suspected_divergent_services', inPublic)).toBe(0);
  });
});

describe('between sweeps', () => {
  it('a service that a node lacks is suspected at the next counts and confirmed when its time has come', async () => {
    await open();
    await rig.playUntil(() => sweptAt() > 0, 200_000);
    rig.sim.node(1).drop({ namespace: 'public', service: 'svc-17' });
    const took = await rig.playUntil(() => rig.value('nacos_divergent_services', { ...inPublic, kind: 'service' }) === 1, 60_000);
    expect(took).toBeLessThanOrEqual(45_000);
    expect(rig.value('nacos_node_missing_instances', { nacos_node: rig.node(1), ...inPublic })).toBe(10);
    rig.sim.node(1).heal();
    await rig.playUntil(() => rig.value('nacos_divergent_services', { ...inPublic, kind: 'service' }) === 0, 60_000);
  });

  it('an instance that a node lacks is found by counts and read at once', async () => {
    await open();
    await rig.playUntil(() => sweptAt() > 0, 200_000);
    const [one] = rig.sim.snapshot({ namespace: 'public', service: 'svc-23' });
    rig.sim.node(2).drop({ namespace: 'public', service: 'svc-23', ip: one!.ip, port: one!.port });
    const took = await rig.playUntil(() => rig.value('nacos_divergent_services', { ...inPublic, kind: 'instance' }) === 1, 60_000);
    expect(took).toBeLessThanOrEqual(45_000);
    expect(rig.value('nacos_divergence_confirmation_sampled')).toBe(0);
  });
});

it('a node that loses thousands of services is confirmed by counts, with 20 requests a second of each node at most', async () => {
  await open({ fill: (sim) => sim.bulk({ services: 25_000, instances: 4, name: (i) => `svc-${i}` }) });
  await rig.playUntil(() => sweptAt() > 0, 200_000);
  const from = rig.requests.length;
  rig.sim.node(1).dropServices({ namespace: 'public', service: /^svc-1?\d{1,4}$/ });
  const lost = rig.sim.node(1).differences().length;
  expect(lost).toBeGreaterThan(10_000);
  await rig.playUntil(() => rig.value('nacos_suspected_divergent_services', inPublic)! > 10_000, 60_000);
  let sampled = false;
  rig.atEveryText(() => {
    if (rig.value('nacos_divergence_confirmation_sampled') === 1) sampled = true;
  });
  await rig.playUntil(() => rig.value('nacos_divergent_services', { ...inPublic, kind: 'service' })! > 10_000, 90_000);
  expect(sampled).toBe(true);
  for (const index of [0, 1, 2]) expect(busiest(index, 'catalog_instances', from)).toBeLessThanOrEqual(21);
  rig.sim.node(1).heal();
  await rig.playUntil(() => rig.value('nacos_divergent_services', { ...inPublic, kind: 'service' }) === 0, 120_000);
}, 60_000);

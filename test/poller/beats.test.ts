/** Beats over a simulated cluster: who is asked for what, how often, and what becomes of a client that falls silent. */

import { afterEach, describe, expect, it } from 'vitest';
import type { SimCluster } from '../../src/sim/index.ts';
import { openRig, type Rig, type RigOptions } from './harness.ts';

let rig: Rig;
afterEach(() => rig?.close());

async function open(version: string, options: RigOptions = {}): Promise<void> {
  rig = await openRig({ versions: [version, version, version], fill, beats: true, ...options });
}

/** Twelve services of two that beat, a persistent one and one over gRPC. */
function fill(sim: SimCluster): void {
  sim.bulk({ services: 12, instances: 2, name: (i) => `svc-${i}` });
  sim.register({ service: 'svc-p', ip: '10.9.0.1', port: 80, ephemeral: false });
  sim.register({ service: 'svc-grpc', ip: '10.9.0.2', port: 80, via: 'grpc' });
}

const inPublic = { namespace_id: 'public' };
const age = (stat: string): number | undefined => rig.value('nacos_beat_age_seconds', { ...inPublic, stat });
const overdue = (limit: string): number | undefined => rig.value('nacos_beat_overdue_instances', { ...inPublic, limit });
const sampled = (source: string): number | undefined => rig.value('nacos_beat_sampled_instances', { ...inPublic, source });
const asked = (api: string): number => rig.requests.filter((request) => request.api === api).length;

describe.each([['1.4.1', 'instance', 25], ['2.2.4', 'client', 24], ['3.1.0', 'client', 24]] as const)('beats of %s', (version, source, beating) => {
  const cluster = version === '3.1.0' ? { cluster: { compatibility: true } } : {};

  it('are read of all that beat, each at the node responsible for it', async () => {
    await open(version, cluster);
    await rig.play(30_000);
    // On 1.x a client's way of registering makes no difference.
    expect(sampled(source)).toBe(beating);
    expect(age('max')).toBeLessThanOrEqual(5.5);
    expect(age('p50')).toBeGreaterThan(0);
    expect([overdue('unhealthy'), overdue('delete')]).toEqual([0, 0]);
    for (const index of [0, 1, 2]) expect(rig.value('nacos_poll_success', { nacos_node: rig.node(index), stage: 'beats' })).toBe(1);
  });

  it('do not depend on how the clocks of nodes and exporter stand', async () => {
    await open(version, cluster);
    for (const index of [0, 1, 2]) rig.sim.node(index).skew(index * 40_000 - 40_000);
    await rig.play(75_000);
    expect(age('max')).toBeLessThanOrEqual(5.5);
    expect(overdue('unhealthy')).toBe(0);
  });

  it('grow old once a client is silent: first beyond the one limit, then beyond the other', async () => {
    await open(version, cluster);
    await rig.play(30_000);
    rig.sim.stopBeats({ service: 'svc-3' });
    const sights = new Map<string, number>();
    for (let seconds = 0; seconds <= 90; seconds += 5) {
      await rig.play(5_000);
      const sight = `${overdue('unhealthy')} ${overdue('delete')}`;
      if (!sights.has(sight)) sights.set(sight, age('max')!);
    }
    expect([...sights.keys()]).toEqual(['0 0', '2 0', '2 2']);
    expect(sights.get('2 0')).toBeGreaterThan(15);
    expect(sights.get('2 2')).toBeGreaterThan(30);
    expect(age('p50')).toBeLessThanOrEqual(5.5);
    const [oldest] = rig.poller.view().beats!.overdue;
    expect(oldest).toMatchObject({ namespace: 'public', group: 'DEFAULT_GROUP', service: 'svc-3' });
    rig.sim.deregister({ service: 'svc-3' });
    await rig.play(45_000);
    expect([sampled(source), overdue('unhealthy'), overdue('delete')]).toEqual([beating - 2, 0, 0]);
  });

  it('are measured against the limits of each', async () => {
    await open(version, cluster);
    const patient = { 'preserved.heart.beat.timeout': '60000', 'preserved.ip.delete.timeout': '600000' };
    rig.sim.register([{ service: 'patient', ip: '10.9.1.1', port: 80, metadata: patient }, { service: 'usual', ip: '10.9.1.2', port: 80 }]);
    await rig.play(15_000);
    rig.sim.stopBeats({ where: ({ ip }) => ip.startsWith('10.9.1.') });
    await rig.play(50_000);
    expect([overdue('unhealthy'), overdue('delete')]).toEqual([1, 1]);
    await rig.play(30_000);
    expect([overdue('unhealthy'), overdue('delete')]).toEqual([2, 1]);
  });

  it('cost so many requests a minute of a node, however much is registered, and come round to everybody', async () => {
    await open(version, { ...cluster, fill: (sim) => sim.bulk({ services: 300, instances: 1, name: (i) => `svc-${i}` }) });
    await rig.play(60_000);
    const from = rig.requests.length;
    await rig.play(60_000);
    const apis = ['clients', 'client', 'client_services', 'catalog_instances'];
    const perNode = [0, 1, 2].map((index) => rig.requests.slice(from).filter(({ node, api }) => node === rig.node(index) && apis.includes(api)).length);
    for (const requests of perNode) {
      expect(requests).toBeGreaterThan(150);
      expect(requests).toBeLessThanOrEqual(200);
    }
    const seen = new Set<string>();
    for (let minutes = 0; minutes < 3; minutes++) {
      await rig.play(60_000);
      for (const { sampled: some } of rig.poller.snapshot().nodes.flatMap((node) => node.stages.beats?.value ?? [])) for (const { address } of some) seen.add(address);
    }
    expect(seen.size).toBe(300);
  }, 60_000);

  it('go with the node that told them, and are another\'s after that', async () => {
    await open(version, cluster);
    await rig.play(30_000);
    rig.sim.node(1).stop();
    await rig.play(75_000);
    expect(sampled(source)).toBe(beating);
    expect(rig.poller.snapshot().nodes.map((node) => node.stages.beats?.value?.sampled.length ?? 0)[1]).toBe(0);
  });
});

it('looks into every cluster of a service on 1.x', async () => {
  await open('1.4.1', { fill: (sim) => sim.register(['c1', 'c2', 'DEFAULT'].map((cluster, i) => ({ service: 's', cluster, ip: `10.0.0.${i}`, port: 80 }))) });
  await rig.play(45_000);
  expect(sampled('instance')).toBe(3);
});

it('is not supported by 2.0 and 2.1', async () => {
  await open('2.0.4');
  await rig.play(30_000);
  expect(rig.samples('nacos_poll_supported', { stage: 'beats' }).map(({ value }) => value)).toEqual([0, 0, 0]);
  expect(['nacos_beat_age_seconds', 'nacos_beat_sampled_instances', 'nacos_beat_overdue_instances'].flatMap((name) => rig.samples(name))).toEqual([]);
  expect(asked('client') + asked('catalog_instances')).toBe(0);
});

it('fails where the client list is kept from us, and takes nothing else with it', async () => {
  await open('2.2.4');
  for (const index of [0, 1, 2]) rig.sim.node(index).fault({ kind: 'status', status: 403, path: '/v2/ns/client' });
  await rig.play(45_000);
  expect(rig.samples('nacos_poll_success', { stage: 'beats' }).map(({ value }) => value)).toEqual([0, 0, 0]);
  expect(rig.samples('nacos_poll_failures_total', { stage: 'beats', reason: 'auth' }).every(({ value }) => value > 0)).toBe(true);
  expect(rig.samples('nacos_beat_sampled_instances')).toEqual([]);
  expect(rig.samples('nacos_poll_success', { stage: 'counts' }).map(({ value }) => value)).toEqual([1, 1, 1]);
});

it('does not let a slow node hold up its counts', async () => {
  await open('2.2.4');
  for (const index of [0, 1, 2]) rig.sim.node(index).fault({ kind: 'slow', delayMs: 400, path: '/v2/ns/client' });
  await rig.play(60_000);
  expect(sampled('client')).toBeGreaterThan(0);
  const durations = rig.samples('nacos_poll_duration_seconds', { stage: 'beats' }).map(({ value }) => value);
  expect(Math.max(...durations)).toBeLessThanOrEqual(2);
});

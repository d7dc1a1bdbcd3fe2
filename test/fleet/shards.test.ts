/** Shards of one cluster side by side with an exporter that has all of it: together they say the same, each part once. */

import { afterEach, describe, expect, it } from 'vitest';
import { shareOf, shardOf } from '../../src/config/shard.ts';
import { catalogue } from '../../src/metrics/catalogue.ts';
import type { SimCluster } from '../../src/sim/index.ts';
import { openRig, type Rig, type RigOptions } from '../poller/harness.ts';

const total = 3;
const namespaces = ['orders', 'pay', 'search', 'dev', 'qa'] as const;
const open: Rig[] = [];
afterEach(async () => {
  for (const rig of open.splice(0)) await rig.close();
});

function fill(sim: SimCluster): void {
  sim.bulk({ services: 12, instances: 4, name: (i) => `svc-${i}` });
  for (const [at, namespace] of namespaces.entries()) {
    sim.addNamespace({ id: namespace, name: namespace });
    sim.bulk({ namespace, services: 6, instances: 3, name: (i) => `${namespace}-${i}`, firstAddress: 1000 * (at + 1), template: { metadata: [{ version: 'v1' }, { version: 'v2' }] } });
  }
  sim.createService({ namespace: 'pay', service: 'guarded' }, { protectThreshold: 0.8 });
  sim.register([{ namespace: 'pay', service: 'guarded', ip: '10.9.0.1', port: 80 }, { namespace: 'pay', service: 'guarded', ip: '10.9.0.2', port: 80, healthy: false }]);
  sim.node(0).setActuator(true);
}

/** Shares by number, with an exporter that has everything last. Each has a cluster of its own, and all are the same cluster. */
async function sideBySide(options: RigOptions): Promise<readonly Rig[]> {
  const config = { name: 'prod', metadataViews: { keys: ['version'], valuesPerKey: 5 }, ...options.config };
  for (let ordinal = 0; ordinal <= total; ordinal++) {
    const share = ordinal === total ? {} : { share: shareOf({ ordinal, total }, 'prod') };
    open.push(await openRig({ fill, ...options, config, ...share }));
  }
  return open;
}

const play = async (rigs: readonly Rig[], polls: number, change?: (sim: SimCluster) => void): Promise<void> => {
  for (const rig of rigs) {
    change?.(rig.sim);
    await rig.play(polls * rig.config.poll.interval);
  }
};

/** How long a request took, in turns of the real event loop, what of it is in clocks, and when in its turn a beat was looked at. */
const ofTheMachine = /^nacos_(?:beat_age_seconds|node_response_seconds|node_clock_offset_seconds|poll_duration_seconds|poll_interval_seconds|poll_last_success_timestamp_seconds|divergence_last_complete_timestamp_seconds)\{/;
/** The node's own counters of who asked it, and samples: which clients were looked at last depends on who looks. */
const ofTheAsker = /^nacos_actuator_|^nacos_beat_\w+\{.*source="client"/;

function compare(rigs: readonly Rig[]): { readonly families: number; readonly twice: readonly string[]; readonly missing: readonly string[]; readonly surplus: readonly string[]; readonly differing: readonly string[] } {
  const whole = rigs[total]!.everySample();
  const union = new Map<string, number>();
  const twice: string[] = [];
  for (const rig of rigs.slice(0, total)) {
    for (const [key, value] of rig.everySample()) {
      if (union.has(key)) twice.push(key);
      union.set(key, value);
    }
  }
  return {
    families: new Set([...whole.keys()].map((key) => key.slice(0, key.indexOf('{')))).size, twice,
    missing: [...whole.keys()].filter((key) => !union.has(key) && !ofTheAsker.test(key)),
    surplus: [...union.keys()].filter((key) => !whole.has(key) && !ofTheAsker.test(key)),
    differing: [...whole].filter(([key, value]) => union.has(key) && union.get(key) !== value && !ofTheMachine.test(key) && !ofTheAsker.test(key)).map(([key, value]) => `${key} is ${value}, shards say ${union.get(key)}`),
  };
}

const same = { twice: [], missing: [], surplus: [], differing: [] };

describe('the union of the shards', () => {
  it.each(['1.4.1', '2.2.4', '3.1.0'])('is what one exporter says of %s, through losses, restarts and differences', async (version) => {
    const rigs = await sideBySide({ versions: [version, version, version] });
    await play(rigs, 4);
    expect(compare(rigs)).toMatchObject(same);
    expect(compare(rigs).families).toBeGreaterThan(40);
    await play(rigs, 4, (sim) => {
      sim.node(2).drop({ namespace: 'orders', service: 'orders-2' });
      sim.node(2).drop({ namespace: 'public', service: 'svc-3' });
      sim.register({ namespace: 'qa', service: 'late', ip: '10.8.0.1', port: 80 });
    });
    expect(compare(rigs)).toMatchObject(same);
    expect(rigs[total]!.samples('nacos_divergent_services').some(({ value }) => value > 0)).toBe(true);
    await play(rigs, 5, (sim) => sim.node(1).stop());
    expect(compare(rigs)).toMatchObject(same);
    await play(rigs, 9, (sim) => sim.node(1).start());
    expect(compare(rigs)).toMatchObject(same);
  }, 60_000);

  it('is that of beats too', async () => {
    const rigs = await sideBySide({ versions: ['1.4.1'], beats: true });
    await play(rigs, 4);
    expect(compare(rigs)).toMatchObject(same);
    expect(rigs[total]!.labelValues('nacos_beat_sampled_instances', 'namespace_id')).toContain('pay');
  }, 60_000);

  it('stays so with a namespace that comes later, a limit of services and denied families', async () => {
    const rigs = await sideBySide({ config: { limits: { services: 20 }, metrics: { allow: [], deny: ['nacos_switch_enabled', 'nacos_services'] }, namespaces: { deny: ['dev'] }, poll: { rareInterval: 30_000 } } });
    await play(rigs, 4);
    expect(compare(rigs)).toMatchObject(same);
    await play(rigs, 8, (sim) => {
      sim.addNamespace({ id: 'late-1', name: 'late' });
      sim.addNamespace({ id: 'late-2', name: 'late too' });
      for (const namespace of ['late-1', 'late-2']) sim.bulk({ namespace, services: 5, instances: 2, name: (i) => `${namespace}-${i}` });
    });
    expect(compare(rigs)).toMatchObject(same);
    expect(rigs[total]!.labelValues('nacos_namespace_instances', 'namespace_id')).toContain('late-2');
    expect(rigs[total]!.samples('nacos_service_instances')).toHaveLength(20);
  }, 60_000);

  it('holds where the shard of the cluster has no namespace of it', async () => {
    const rigs = await sideBySide({ config: { namespaces: { allow: namespaces.filter((id) => !shareOf({ ordinal: shardOf(total, 'prod'), total }, 'prod').namespace(id)) } } });
    await play(rigs, 5);
    expect(compare(rigs)).toMatchObject(same);
    expect(rigs[total]!.samples('nacos_poll_success', { stage: 'contents' })).toHaveLength(3);
  }, 60_000);
});

describe('a shard', () => {
  it('writes the canary only where it has the cluster', async () => {
    const rigs = await sideBySide({ canary: 'me', config: { canary: { namespace: 'orders', interval: 60_000, push: false } } });
    await play(rigs, 6);
    const home = shardOf(total, 'prod');
    for (const [ordinal, rig] of rigs.slice(0, total).entries()) {
      expect(rig.requests.some(({ api }) => api.startsWith('canary')), `shard ${ordinal}`).toBe(ordinal === home);
    }
  }, 60_000);

  it('with no namespace of a cluster asks for little more than whether it gets one', async () => {
    const home = shardOf(total, 'prod');
    const share = shareOf({ ordinal: (home + 1) % total, total }, 'prod');
    const only = (sim: SimCluster): void => void sim.bulk({ services: 12, instances: 4, name: (i) => `svc-${i}` });
    const rig = await openRig({ fill: only, config: { name: 'prod' }, share, beats: true });
    open.push(rig);
    await rig.play(10 * rig.config.poll.interval);
    expect([...new Set(rig.requests.map(({ api }) => api))].toSorted()).toEqual(['cluster_nodes', 'cluster_self', 'namespaces', 'server_state', 'service_names']);
    expect([...rig.everySample().keys()]).toEqual([]);
  });

  it('reads the contents of its own namespaces alone', async () => {
    const rigs = await sideBySide({});
    await play(rigs, 5);
    const read = (rig: Rig): number => rig.samples('nacos_divergence_last_complete_timestamp_seconds').length;
    expect(rigs.slice(0, total).reduce((sum, rig) => sum + read(rig), 0)).toBe(read(rigs[total]!));
    const contents = (rig: Rig): number => rig.requests.filter(({ api }) => api === 'contents').length;
    expect(rigs.slice(0, total).reduce((sum, rig) => sum + contents(rig), 0)).toBe(contents(rigs[total]!));
  }, 60_000);
});

describe('the place of a cluster', () => {
  const clusters = Array.from({ length: 300 }, (_, i) => `cluster-${i}`);

  it('is the same for ever', () => {
    expect(['prod', 'staging', '生产', 'a'].map((name) => shardOf(5, name))).toEqual([2, 1, 1, 4]);
  });

  it.each([2, 3, 7])('is one of %i, each with about as many', (shards) => {
    const count = Array.from({ length: shards }, () => 0);
    for (const name of clusters) count[shardOf(shards, name)]!++;
    expect(Math.min(...count)).toBeGreaterThan((clusters.length / shards) * 0.6);
  });

  it('changes for few when a shard is added, and only to the new one', () => {
    const moved = clusters.filter((name) => shardOf(4, name) !== shardOf(5, name));
    expect(moved.length).toBeLessThan(clusters.length / 3);
    expect(new Set(moved.map((name) => shardOf(5, name)))).toEqual(new Set([4]));
  });

  it('is that of its public namespace; every other namespace has its own', () => {
    const places = clusters.map((name) => [0, 1, 2].map((ordinal) => shareOf({ ordinal, total: 3 }, name)));
    expect(places.every((shares) => shares.every((share) => share.cluster === share.namespace('public')))).toBe(true);
    expect(places.every((shares) => shares.filter((share) => share.namespace('orders')).length === 1)).toBe(true);
    expect(places.some((shares) => shares.some((share) => share.cluster !== share.namespace('orders')))).toBe(true);
  });
});

it('has every family of the catalogue either by namespace or by cluster', () => {
  const labels = catalogue.map((family) => [family.name, family.labels.indexOf('nacos_cluster'), (family.labels as readonly string[]).indexOf('namespace_id')] as const);
  expect(labels.filter(([, cluster]) => cluster !== 0)).toEqual([]);
  expect(labels.filter(([, , namespace]) => namespace > 3)).toEqual([]);
});

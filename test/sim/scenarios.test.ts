/** Each scenario, in virtual time: what a viewer is promised does happen, and is over when it says so. */

import { describe, expect, it } from 'vitest';
import { scenarioNamed, scenarios, virtualClock } from '../../src/sim/index.ts';
import type { SimCluster, VirtualClock } from '../../src/sim/index.ts';
import { json } from './ask.ts';

function play(name: string, seed = 5): { readonly cluster: SimCluster; readonly clock: VirtualClock } {
  const clock = virtualClock();
  return { cluster: scenarioNamed(name)!.build({ clock, seed }), clock };
}

const instances = (cluster: SimCluster, index: number): number =>
  cluster.truth.namespaces().reduce((sum, id) => sum + cluster.node(index).view.totals(id).instances, 0);
const real = (cluster: SimCluster): number => cluster.truth.namespaces().reduce((sum, id) => sum + cluster.truth.totals(id).instances, 0);

describe('scenarios', () => {
  it('have names of their own and one line each', () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
    expect(scenarios.filter(({ description }) => description.includes('\n') || description.length < 20)).toEqual([]);
  });

  it('start with a small shop', () => {
    const { cluster } = play('steady');
    const services = cluster.truth.namespaces().reduce((sum, id) => sum + cluster.truth.totals(id).services, 0);
    expect([services > 35, real(cluster) > 200, cluster.truth.namespaces().length]).toEqual([true, true, 4]);
    expect(cluster.nodes).toHaveLength(3);
  });

  it('run the same way from the same seed', () => {
    const digest = (seed: number): string => {
      const { cluster, clock } = play('steady', seed);
      clock.advance(120_000);
      return JSON.stringify([...cluster.truth.services('public')]);
    };
    expect(digest(5)).toBe(digest(5));
    expect(digest(5)).not.toBe(digest(6));
  });

  it.each(scenarios.map(({ name }) => [name] as const))('%s runs for an hour and never grows or dies out', (name) => {
    const { cluster, clock } = play(name);
    const before = real(cluster);
    clock.advance(3_600_000);
    expect(real(cluster)).toBeGreaterThan(before * 0.4);
    expect(real(cluster)).toBeLessThan(before * 1.1);
  });
});

describe('one by one', () => {
  it('lagging-node: node 3 differs for four minutes', () => {
    const { cluster, clock } = play('lagging-node');
    clock.advance(29_000);
    expect(cluster.node(2).differences().length).toBeLessThan(6);
    clock.advance(120_000);
    expect(cluster.node(2).differences().length).toBeGreaterThan(8);
    clock.advance(125_000);
    expect(cluster.node(2).differences().length).toBeLessThan(6);
  });

  it('frozen-node: push is off and the counts stand', () => {
    const { cluster, clock } = play('frozen-node');
    clock.advance(31_000);
    const count = instances(cluster, 1);
    expect(json<{ pushEnabled: boolean }>(cluster, 1, '/v1/ns/operator/switches').pushEnabled).toBe(false);
    clock.advance(200_000);
    expect(Math.abs(instances(cluster, 1) - count)).toBeLessThan(5);
    expect(cluster.node(1).differences().length).toBeGreaterThan(5);
    clock.advance(45_000);
    expect(json<{ pushEnabled: boolean }>(cluster, 1, '/v1/ns/operator/switches').pushEnabled).toBe(true);
  });

  it('node-down: down, empty, complete', () => {
    const { cluster, clock } = play('node-down');
    clock.advance(60_000);
    expect(cluster.node(2).running).toBe(false);
    clock.advance(104_000);
    expect(instances(cluster, 2)).toBeLessThan(real(cluster) * 0.2);
    clock.advance(40_000);
    expect(instances(cluster, 2)).toBeGreaterThan(real(cluster) * 0.95);
  });

  it('mass-deregistration: unhealthy, gone, back', () => {
    const { cluster, clock } = play('mass-deregistration');
    const before = cluster.truth.totals('logistics');
    clock.advance(52_000);
    expect(cluster.truth.totals('logistics').healthy).toBeLessThan(before.healthy * 0.7);
    expect(cluster.truth.totals('logistics').instances).toBeGreaterThan(before.instances * 0.9);
    clock.advance(20_000);
    expect(cluster.truth.totals('logistics').instances).toBeLessThan(before.instances * 0.7);
    clock.advance(210_000);
    expect(cluster.truth.totals('logistics').instances).toBeGreaterThan(before.instances * 0.9);
  });

  it('rolling-upgrade: 1.4.1 becomes 2.0.4, upgraded, then without double write', () => {
    const { cluster, clock } = play('rolling-upgrade');
    const versions = (): string => cluster.nodes.map(({ version }) => version).join(' ');
    clock.advance(60_000);
    expect(versions()).toBe('1.4.1 1.4.1 2.0.4');
    clock.advance(165_000);
    const upgrade = (): unknown => json(cluster, 0, '/v1/ns/upgrade/ops/metrics?json=true');
    expect(upgrade()).toMatchObject({ upgraded: true, isAll20XVersion: true, isDoubleWriteEnabled: true });
    clock.advance(120_000);
    expect(upgrade()).toMatchObject({ isDoubleWriteEnabled: false, serviceCountV1: 0 });
  });

  it('ownership-remap: a dip of seconds, twice', () => {
    const { cluster, clock } = play('ownership-remap');
    const before = real(cluster);
    const seen: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      clock.advance(1000);
      seen.push(real(cluster));
    }
    expect(Math.min(...seen.slice(30, 45))).toBeLessThan(before * 0.95);
    expect(Math.min(...seen.slice(100, 115))).toBeLessThan(before * 0.95);
    expect(seen[60]).toBeGreaterThan(before * 0.97);
  });
});

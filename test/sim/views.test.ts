/** What a node shows while it lags, stands still, loses or makes up things, and fills after a start. */

import { beforeEach, describe, expect, it } from 'vitest';
import { createCluster, virtualClock } from '../../src/sim/index.ts';
import type { SimCluster, VirtualClock } from '../../src/sim/index.ts';
import { ask, catalog, json } from './ask.ts';

let clock: VirtualClock;
let cluster: SimCluster;

function make(version: string): void {
  clock = virtualClock();
  cluster = createCluster({ versions: [version, version, version], clock, seed: 3 });
  for (const service of ['orders', 'users']) {
    for (let i = 1; i <= 4; i += 1) cluster.register({ service, ip: `10.1.0.${i}`, port: 80, metadata: { version: '1' } });
  }
}

beforeEach(() => make('2.2.4'));

describe('a change of the truth', () => {
  it('is seen at once without lag', () => {
    cluster.deregister({ service: 'orders', ip: '10.1.0.1' });
    cluster.setHealth({ service: 'orders', ip: '10.1.0.2' }, false);
    expect(cluster.nodes.map((node) => catalog(cluster, node.index))).toEqual(Array.from({ length: 3 }, () => ({ orders: '2/3', users: '4/4' })));
    expect(cluster.truth.totals('public')).toEqual({ services: 2, empty: 0, instances: 7, healthy: 6, ephemeral: 7 });
  });

  it('reaches a lagging node late, and the others in time', () => {
    cluster.node(2).lag(60_000);
    cluster.register({ service: 'orders', ip: '10.1.0.9', port: 80 });
    cluster.register({ service: 'carts', ip: '10.1.0.9', port: 80 });
    clock.advance(30_000);
    cluster.deregister({ service: 'users' });
    expect(catalog(cluster, 0)).toEqual({ orders: '5/5', users: '0/0', carts: '1/1' });
    expect(catalog(cluster, 2)).toEqual({ orders: '4/4', users: '4/4' });
    clock.advance(30_000);
    expect(catalog(cluster, 2)).toEqual({ orders: '5/5', users: '4/4', carts: '1/1' });
    clock.advance(30_000);
    expect(catalog(cluster, 2)).toEqual({ orders: '5/5', users: '0/0', carts: '1/1' });
  });

  it('does not wait behind what a node that caught up had still to hear of', () => {
    cluster.node(2).lag(60_000);
    cluster.deregister({ service: 'users' });
    cluster.node(2).lag(1000);
    cluster.node(2).resume();
    cluster.register({ service: 'orders', ip: '10.1.0.9', port: 80 });
    expect(catalog(cluster, 2)).toEqual({ orders: '4/4', users: '0/0' });
    clock.advance(1000);
    expect(catalog(cluster, 2)).toEqual({ orders: '5/5', users: '0/0' });
  });

  it('is known first where it arrived', () => {
    for (const node of cluster.nodes) node.lag(2000);
    cluster.register({ service: 'orders', ip: '10.1.0.9', port: 80 }, { through: 1 });
    expect(cluster.nodes.map((node) => node.view.totals('public').instances)).toEqual([8, 9, 8]);
    clock.advance(2000);
    expect(cluster.nodes.map((node) => node.view.totals('public').instances)).toEqual([9, 9, 9]);
  });

  it('never leaves the node that 3.x registered it on', () => {
    cluster.register({ service: 'orders', ip: '10.1.0.9', port: 80 }, { only: 1 });
    clock.advance(600_000);
    expect(cluster.nodes.map((node) => node.view.totals('public').instances)).toEqual([8, 9, 8]);
    expect(cluster.truth.totals('public').instances).toBe(9);
  });

  it('leaves an empty row for a minute', () => {
    cluster.deregister({ service: 'users' });
    expect(catalog(cluster, 0)).toEqual({ orders: '4/4', users: '0/0' });
    clock.advance(60_000);
    expect(catalog(cluster, 0)).toEqual({ orders: '4/4' });
  });
});

describe('a frozen node', () => {
  it('keeps its counts, not its rows, and catches up', () => {
    cluster.node(1).freeze();
    cluster.deregister({ service: 'orders', ip: '10.1.0.1' });
    cluster.register({ service: 'carts', ip: '10.1.0.9', port: 80 });
    cluster.register({ service: 'carts', ip: '10.1.0.10', port: 80 });
    expect(catalog(cluster, 1)).toEqual({ orders: '4/4', users: '4/4', carts: '1/1' });
    expect(json<{ pushEnabled: boolean }>(cluster, 1, '/v1/ns/operator/switches').pushEnabled).toBe(false);
    cluster.removeServices({ service: 'users' });
    expect(catalog(cluster, 1)).toEqual({ orders: '4/4', carts: '1/1' });
    cluster.node(1).thaw();
    expect(catalog(cluster, 1)).toEqual({ orders: '3/3', carts: '2/2' });
    expect(cluster.node(1).differences()).toEqual([]);
  });

  it('is not frozen by the switch on 1.x, which reads live sets', () => {
    make('1.4.1');
    cluster.node(1).freeze();
    cluster.deregister({ service: 'orders', ip: '10.1.0.1' });
    expect(catalog(cluster, 1)['orders']).toBe('3/3');
    expect(json<{ pushEnabled: boolean }>(cluster, 1, '/v1/ns/operator/switches').pushEnabled).toBe(false);
  });
});

describe('a node with copies of its own', () => {
  it('loses, makes up and distorts instances until it is healed', () => {
    const node = cluster.node(1);
    expect(node.drop({ service: 'orders', ip: '10.1.0.1' })).toBe(1);
    expect(node.drop({ service: 'users' })).toBe(4);
    node.invent({ service: 'ghosts', ip: '10.9.9.9', port: 1 }, { service: 'orders', ip: '10.9.9.9', port: 1 });
    expect(node.distort({ service: 'orders', ip: '10.1.0.2' }, { healthy: false, metadata: { version: '0' } })).toBe(1);
    expect(catalog(cluster, 1)).toEqual({ orders: '3/4', ghosts: '1/1' });
    expect(catalog(cluster, 0)).toEqual({ orders: '4/4', users: '4/4' });
    const kinds = node.differences().map(({ kind, service, instance }) => `${kind} ${service} ${instance?.ip}`);
    expect(kinds.toSorted()).toEqual([
      'changed orders 10.1.0.2', 'missing orders 10.1.0.1', 'missing users 10.1.0.1', 'missing users 10.1.0.2', 'missing users 10.1.0.3',
      'missing users 10.1.0.4', 'surplus ghosts 10.9.9.9', 'surplus orders 10.9.9.9',
    ]);
    node.heal({ service: 'orders' });
    expect(catalog(cluster, 1)).toEqual({ orders: '4/4', ghosts: '1/1' });
    node.heal();
    expect(node.differences()).toEqual([]);
  });

  it('holds a pinned service as it was', () => {
    cluster.node(2).pin({ service: 'orders' });
    cluster.change({ service: 'orders' }, { weight: 5 });
    cluster.deregister({ service: 'orders', ip: '10.1.0.4' });
    expect(cluster.node(2).view.instances({ namespace: 'public', group: 'DEFAULT_GROUP', service: 'orders' })?.map((one) => one.weight)).toEqual([1, 1, 1, 1]);
    cluster.node(2).unpin({ service: 'orders' });
    expect(cluster.node(2).differences()).toEqual([]);
  });

  it('keeps the old health where only the owner learns of the new', () => {
    make('1.4.1');
    const owner = cluster.ownerOf({ service: 'orders' });
    expect(cluster.setHealth({ service: 'orders', ip: '10.1.0.1' }, false, { knownTo: 'owner' })).toBe(1);
    expect(cluster.nodes.map((node) => catalog(cluster, node.index)['orders'])).toEqual([0, 1, 2].map((index) => (index === owner ? '3/4' : '4/4')));
  });

  it('hands out pages that do not fit together', () => {
    for (let i = 0; i < 40; i += 1) cluster.register({ service: `s${i}`, ip: '10.2.0.1', port: 80 });
    cluster.node(0).tearPages(true);
    const names = [1, 2, 3].flatMap((page) => json<{ serviceList: readonly { name: string }[] }>(
      cluster, 0, `/v1/ns/catalog/services?hasIpCount=false&pageNo=${page}&pageSize=14&namespaceId=public`,
    ).serviceList.map(({ name }) => name));
    expect(names).toHaveLength(42);
    expect(new Set(names).size).toBeLessThan(42);
  });
});

describe('a partition', () => {
  it('leaves the smaller part behind', () => {
    cluster.partition([[0], [1, 2]]);
    cluster.deregister({ service: 'orders', ip: '10.1.0.1' });
    clock.advance(12_000);
    expect(cluster.nodes.map((node) => catalog(cluster, node.index)['orders'])).toEqual(['4/4', '3/3', '3/3']);
    const states = json<{ data: readonly { state: string }[] }>(cluster, 1, '/v1/core/cluster/nodes').data.map(({ state }) => state);
    expect(states).toEqual(['SUSPICIOUS', 'UP', 'UP']);
    cluster.healPartition();
    clock.advance(4000);
    expect(cluster.node(0).differences()).toEqual([]);
  });
});

describe('a start', () => {
  it('goes from refused over starting and empty to complete', () => {
    for (let i = 0; i < 50; i += 1) cluster.register({ service: `s${i}`, ip: '10.2.0.1', port: 80 });
    const node = cluster.node(2);
    node.stop();
    expect(ask(cluster, 2, '/v1/ns/operator/metrics')).toMatchObject({ status: 0, fault: 'refused' });
    node.start({ bootMs: 1000, startingMs: 2000, emptyMs: 1000, fillMs: 10_000 });
    clock.advance(1500);
    expect(ask(cluster, 2, '/v1/ns/operator/metrics').status).toBe(503);
    expect(ask(cluster, 2, '/v1/console/health/readiness').status).toBe(500);
    expect(json<{ data: { state: string } }>(cluster, 2, '/v1/core/cluster/self').data.state).toBe('STARTING');
    clock.advance(2000);
    expect(catalog(cluster, 2)).toEqual({});
    const seen: number[] = [];
    for (let step = 0; step < 12; step += 1) {
      clock.advance(1000);
      seen.push(cluster.node(2).view.totals('public').instances);
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(5);
    expect(seen.at(-1)).toBe(58);
    expect(cluster.node(2).differences()).toEqual([]);
  });

  it('may stop half-way for good', () => {
    for (let i = 0; i < 50; i += 1) cluster.register({ service: `s${i}`, ip: '10.2.0.1', port: 80 });
    cluster.node(1).restart({ fillTo: 0.5 });
    clock.advance(600_000);
    const { instances } = cluster.node(1).view.totals('public');
    expect(instances).toBeGreaterThan(15);
    expect(instances).toBeLessThan(45);
  });

  it('is called off by a stop', () => {
    cluster.node(1).stop();
    cluster.node(1).start({ bootMs: 5000 });
    cluster.node(1).stop();
    clock.advance(10_000);
    expect(cluster.node(1).running).toBe(false);
  });
});

describe('clients', () => {
  it('that fall silent turn unhealthy and vanish; gRPC ones vanish', () => {
    cluster.register({ service: 'orders', ip: '10.1.0.9', port: 80, via: 'grpc' });
    cluster.silence({ service: 'orders' });
    expect(catalog(cluster, 0)['orders']).toBe('4/4');
    clock.advance(20_000);
    expect(catalog(cluster, 0)['orders']).toBe('0/4');
    clock.advance(15_000);
    expect(catalog(cluster, 0)['orders']).toBe('0/0');
  });

  it('that a remap hits are gone for at most five seconds each', () => {
    cluster.remapDip({ service: 'orders' }, { goneMs: 5000, overMs: 10_000 });
    const seen = new Set<string>();
    for (let step = 0; step < 40; step += 1) {
      clock.advance(500);
      seen.add(catalog(cluster, 0)['orders'] ?? 'none');
    }
    expect([...seen].some((counts) => counts !== '4/4')).toBe(true);
    expect(catalog(cluster, 0)['orders']).toBe('4/4');
  });

  it('that restart keep address and change tag', () => {
    cluster.restartInstances({ service: 'orders', ip: '10.1.0.1' }, { downMs: 2000 });
    expect(catalog(cluster, 0)['orders']).toBe('3/3');
    clock.advance(2000);
    const one = cluster.truth.instances({ namespace: 'public', group: 'DEFAULT_GROUP', service: 'orders' })?.find(({ ip }) => ip === '10.1.0.1');
    expect(one?.metadata).toMatchObject({ version: '1', app_registry_tag: String(Date.UTC(2026, 0, 1)) });
  });
});

/** What the nodes agree on when one of them is wrong, late, still, gone or new: the whole path from answers to series. */

import { afterEach, describe, expect, it } from 'vitest';
import { openRig, type Rig, type RigOptions } from './harness.ts';

let rig: Rig;
const open = async (options: RigOptions = {}): Promise<void> => {
  rig = await openRig(options);
};
afterEach(() => rig.close());

const publicNamespace = { namespace_id: 'public' } as const;
const agreed = (): number | undefined => rig.value('nacos_namespace_instances', publicNamespace);
const healthy = (): number | undefined => rig.value('nacos_namespace_instances_healthy', publicNamespace);
const voters = (): number | undefined => rig.value('nacos_agreement_nodes', publicNamespace);
const tied = (): number | undefined => rig.value('nacos_agreement_tied', publicNamespace);
const joining = (index: number): number | undefined => rig.value('nacos_node_joining', { nacos_node: rig.node(index) });
const shown = (index: number): number | undefined => rig.value('nacos_instances', { ...publicNamespace, nacos_node: rig.node(index) });
const truth = (): number => rig.sim.truth.totals('public').instances;

describe.each(['1.4.1', '2.0.4', '2.2.4'])('one of three nodes of %s', (version) => {
  const three = { versions: [version, version, version] };

  it('lags behind: the agreed number is that of the others, its own is shown as it is', async () => {
    await open(three);
    rig.sim.node(2).lag(120_000);
    rig.sim.deregister({ service: /^svc-[0-9]$/ });
    await rig.play();
    expect([agreed(), shown(2), truth()]).toEqual([150, 200, 150]);
    rig.sim.bulk({ services: 10, instances: 9, name: (i) => `new-${i}`, firstAddress: 5000 });
    await rig.play();
    expect([agreed(), shown(2)]).toEqual([240, 200]);
    await rig.play(150_000);
    expect([agreed(), shown(2)]).toEqual([240, 240]);
  });

  it('invents instances and services: none of them counts', async () => {
    await open(three);
    for (let i = 0; i < 30; i++) rig.sim.node(1).invent({ service: i < 15 ? 'svc-1' : `ghost-${i}`, ip: `172.16.0.${i + 1}`, port: 80 });
    await rig.play();
    expect([agreed(), shown(1)]).toEqual([200, 230]);
    expect(rig.value('nacos_namespace_services', publicNamespace)).toBe(40);
    expect(rig.value('nacos_service_instances', { service_name: 'svc-1' })).toBe(5);
    expect(rig.value('nacos_service_instances', { service_name: 'ghost-20' })).toBe(0);
  });

  it('holds wrong health: the agreed health is what most hold, or on 1.x the responsible node', async () => {
    await open(three);
    const wrong = 2;
    rig.sim.node(wrong).distort({ namespace: 'public' }, { healthy: false });
    await rig.play();
    const owned = [...rig.sim.truth.services('public')].filter((id) => rig.sim.ownerOf(id) === wrong).length * 5;
    expect(owned).toBeGreaterThan(0);
    expect(agreed()).toBe(200);
    expect(healthy()).toBe(version === '1.4.1' ? 200 - owned : 200);
  });

  it('goes down and comes back empty: no dip, no vote until it is full', async () => {
    await open(three);
    const seen: (number | undefined)[] = [];
    rig.atEveryText(() => void seen.push(agreed()));
    rig.sim.node(2).stop();
    await rig.play(30_000);
    expect(rig.value('nacos_node_up', { nacos_node: rig.node(2) })).toBe(0);
    expect(shown(2)).toBeUndefined();
    expect(voters()).toBe(2);
    rig.sim.node(2).start({ bootMs: 7_000, startingMs: 8_000, emptyMs: 20_000, fillMs: 30_000 });
    await rig.play(20_000);
    expect([joining(2), voters()]).toEqual([1, 2]);
    const took = await rig.playUntil(() => joining(2) === 0, 180_000);
    expect(took).toBeGreaterThanOrEqual(version === '1.4.1' ? 75_000 : 45_000);
    await rig.play();
    expect([voters(), shown(2)]).toEqual([3, 200]);
    expect(new Set(seen)).toEqual(new Set([200]));
  });
});

describe('a node that comes back', () => {
  it('is not shown as it was before', async () => {
    await open();
    rig.sim.node(2).stop();
    await rig.playUntil(() => rig.value('nacos_node_up', { nacos_node: rig.node(2) }) === 0, 30_000);
    const seen = new Set<number | undefined>();
    rig.atEveryText(() => void seen.add(shown(2)));
    rig.sim.node(2).start({ emptyMs: 600_000 });
    await rig.play(60_000);
    expect(rig.value('nacos_node_up', { nacos_node: rig.node(2) })).toBe(1);
    expect(seen).toEqual(new Set([undefined, 0]));
  });
});

describe('a frozen node', () => {
  it.each(['2.0.4', '2.2.4', '3.1.0'])('with pushEnabled off on %s has no vote, and has one again when it is on', async (version) => {
    const auth = { username: 'nacos', password: 'nacos' };
    await open({ versions: [version, version, version], cluster: { auth }, config: { auth: { user: { username: 'nacos', password: { from: 'value', value: 'nacos' } } } } });
    rig.sim.node(0).setSwitch('pushEnabled', false);
    rig.sim.deregister({ namespace: 'public', service: /^svc-1/ });
    await rig.play();
    expect(rig.value('nacos_switch_enabled', { nacos_node: rig.node(0), switch: 'pushEnabled' })).toBe(0);
    expect([voters(), agreed(), shown(0)]).toEqual([2, 145, 200]);
    rig.sim.node(0).setSwitch('pushEnabled', true);
    await rig.play(30_000);
    expect([voters(), agreed(), shown(0)]).toEqual([3, 145, 145]);
  });

  it('on 1.x the switch freezes nothing', async () => {
    await open({ versions: ['1.4.1', '1.4.1', '1.4.1'] });
    rig.sim.node(0).setSwitch('pushEnabled', false);
    rig.sim.deregister({ namespace: 'public', service: /^svc-1/ });
    await rig.play();
    expect([voters(), agreed(), shown(0)]).toEqual([3, 145, 145]);
  });

  it.each(['1.4.1', '2.2.4'])('whose counts stand still while the others move has no vote on %s', async (version) => {
    await open({ versions: [version, version, version] });
    rig.sim.node(1).pause();
    for (let i = 0; i < 6; i++) {
      rig.sim.register({ service: 'grows', ip: `10.9.0.${i + 1}`, port: 80 });
      await rig.play();
      expect(agreed()).toBe(201 + i);
    }
    expect([voters(), shown(1)]).toEqual([2, 200]);
    // Two of three are enough to agree; the word of the still one would not have moved with the next loss either.
    rig.sim.deregister({ service: 'grows' });
    await rig.play();
    expect([agreed(), tied()]).toEqual([200, 0]);
    rig.sim.node(1).resume();
    await rig.play(30_000);
    expect(voters()).toBe(3);
  });

  it('a cluster in which nothing moves is not frozen', async () => {
    await open();
    await rig.play(300_000);
    expect(voters()).toBe(3);
  });
});

describe.each([['1.4.1', 3], ['2.2.4', 3], ['2.2.4', 2], ['2.0.4', 5]] as const)('a rolling restart on %s with %i nodes', (version, count) => {
  it('never shows a dip, and every node is joining for a while', async () => {
    await open({ versions: Array.from({ length: count }, () => version) });
    const seen = new Set<number | undefined>();
    const joined = new Set<string>();
    rig.atEveryText(() => {
      seen.add(agreed());
      for (const sample of rig.samples('nacos_node_joining')) if (sample.value === 1) joined.add(sample.labels.get('nacos_node')!);
    });
    for (let index = 0; index < count; index++) {
      rig.sim.node(index).restart({ downMs: 9_000, startingMs: 6_000, emptyMs: 3_000, fillMs: 12_000 });
      await rig.play(60_000);
      await rig.playUntil(() => voters() === count, 180_000);
    }
    expect(seen).toEqual(new Set([200]));
    expect(joined).toEqual(new Set(rig.sim.nodes.map((node) => node.address)));
    expect(rig.samples('nacos_node_joining').every((sample) => sample.value === 0)).toBe(true);
  });
});

describe('two nodes', () => {
  const two = { versions: ['2.2.4', '2.2.4'] };

  it('a loss on one is no loss; a loss on both is', async () => {
    await open(two);
    rig.sim.node(0).drop({ namespace: 'public', service: /^svc-[0-4]$/ });
    await rig.play();
    expect([agreed(), tied(), voters(), shown(0)]).toEqual([200, 1, 2, 175]);
    rig.sim.deregister({ namespace: 'public', service: /^svc-[0-4]$/ });
    await rig.play();
    expect([agreed(), tied()]).toEqual([175, 0]);
  });

  it('what one invents is not agreed', async () => {
    await open(two);
    rig.sim.node(0).invent({ service: 'ghost', ip: '172.16.0.1', port: 80 });
    await rig.play();
    expect([agreed(), tied(), shown(0)]).toEqual([200, 1, 201]);
  });

  it('with one down, the other alone is believed', async () => {
    await open(two);
    rig.sim.node(1).stop();
    await rig.play(30_000);
    expect([voters(), agreed(), tied()]).toEqual([1, 200, 0]);
    rig.sim.deregister({ namespace: 'public', service: 'svc-1' });
    await rig.play();
    expect(agreed()).toBe(195);
  });

  it('at our own start what both hold counts', async () => {
    await open({ ...two, fill(sim) {
      sim.bulk({ services: 10, instances: 10, name: (i) => `svc-${i}` });
      sim.node(1).drop({ service: 'svc-1' });
    } });
    await rig.play(0);
    expect([agreed(), tied()]).toEqual([90, 1]);
  });
});

describe('four nodes', () => {
  it('two against two: the earlier number stands, and falls with the third', async () => {
    await open({ versions: ['2.2.4', '2.2.4', '2.2.4', '2.2.4'] });
    for (const index of [0, 1]) rig.sim.node(index).drop({ namespace: 'public', service: 'svc-1' });
    await rig.play();
    expect([agreed(), tied()]).toEqual([200, 1]);
    rig.sim.node(2).drop({ namespace: 'public', service: 'svc-1' });
    await rig.play();
    expect([agreed(), tied()]).toEqual([195, 0]);
  });
});

describe('a standalone server', () => {
  it.each(['1.4.1', '2.2.4'])('of %s is its own truth, and says nothing while it is down', async (version) => {
    await open({ versions: [version] });
    await rig.play();
    expect([voters(), agreed()]).toEqual([1, 200]);
    expect(rig.labelValues('nacos_node_info', 'mode')).toEqual(['standalone']);
    rig.sim.node(0).stop();
    await rig.play(30_000);
    expect([rig.value('nacos_up'), agreed(), shown(0)]).toEqual([0, undefined, undefined]);
    rig.sim.node(0).start({ emptyMs: 0, fillMs: 0 });
    await rig.play(120_000);
    expect([rig.value('nacos_up'), voters(), agreed()]).toEqual([1, 1, 200]);
  });
});

describe('mass deregistration', () => {
  it.each([1, 2, 3, 5])('with %i nodes the agreed number follows within a poll', async (count) => {
    await open({ versions: Array.from({ length: count }, () => '2.2.4') });
    rig.sim.deregister({ namespace: 'public', share: 0.7 });
    expect(truth()).toBeLessThan(100);
    await rig.play();
    expect([agreed(), tied()]).toEqual([truth(), 0]);
  });

  it('clients that fall silent are unhealthy before they are gone', async () => {
    await open();
    rig.sim.silence({ namespace: 'public', service: /^svc-[0-9]$/ });
    const steps: (readonly [number | undefined, number | undefined])[] = [];
    for (let i = 0; i < 4; i++) {
      await rig.play();
      steps.push([agreed(), healthy()]);
    }
    expect(steps.at(-1)).toEqual([150, 150]);
    expect(steps).toContainEqual([200, 150]);
  });
});

describe('a full restart of the cluster', () => {
  it('leaves the numbers absent rather than small, and finds them again', async () => {
    await open();
    const seen = new Set<number | undefined>();
    rig.atEveryText(() => void seen.add(agreed()));
    for (const node of rig.sim.nodes) node.restart({ downMs: 20_000, startingMs: 5_000, emptyMs: 5_000, fillMs: 20_000 });
    await rig.play(180_000);
    expect([voters(), agreed()]).toEqual([3, 200]);
    expect(seen).toEqual(new Set([200, undefined]));
  });
});

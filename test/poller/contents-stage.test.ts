/** The stage of contents as metrics tell it: success, failure by reason, support by version, and what the lists amount to. */

import { afterEach, describe, expect, it } from 'vitest';
import { openRig, type Rig, type RigOptions } from './harness.ts';

let rig: Rig;
const open = async (options: RigOptions = {}): Promise<void> => {
  rig = await openRig(options);
};
afterEach(() => rig.close());

const auth = { username: 'nacos', password: 'nacos' };
const withUser: RigOptions = { cluster: { auth }, config: { auth: { user: { username: 'nacos', password: { from: 'value', value: 'nacos' } } } } };
const of = (index: number) => ({ nacos_node: rig.node(index), stage: 'contents' });

it('is read at every poll of a small cluster, and says so', async () => {
  await open();
  await rig.play(30_000);
  for (const index of [0, 1, 2]) {
    expect(rig.value('nacos_poll_success', of(index))).toBe(1);
    expect(rig.value('nacos_poll_supported', of(index))).toBe(1);
    expect(rig.value('nacos_poll_duration_seconds', of(index))).toBeGreaterThanOrEqual(0);
    expect(rig.value('nacos_poll_failures_total', { ...of(index), reason: 'timeout' })).toBe(0);
  }
  expect(rig.value('nacos_poll_interval_seconds', { stage: 'contents' })).toBe(15);
  expect(rig.value('nacos_poll_last_success_timestamp_seconds', { stage: 'contents' })).toBeGreaterThan(rig.clock.now() / 1000 - 16);
});

it('tells what is enabled of what is agreed, and that all of it was read of late', async () => {
  await open();
  await rig.play();
  const enabled = (): number | undefined => rig.value('nacos_namespace_instances_enabled', { namespace_id: 'public' });
  expect([enabled(), rig.value('nacos_churn_identity_coverage_ratio', { namespace_id: 'public' })]).toEqual([200, 1]);
  rig.sim.change({ namespace: 'public', service: 'svc-3' }, { enabled: false });
  await rig.play();
  expect([enabled(), rig.value('nacos_namespace_instances', { namespace_id: 'public' })]).toEqual([195, 200]);
  rig.sim.deregister({ namespace: 'public', service: 'svc-3' });
  await rig.play();
  expect([enabled(), rig.value('nacos_namespace_instances', { namespace_id: 'public' })]).toEqual([195, 195]);
  for (const node of rig.sim.nodes) node.stop();
  await rig.play(30_000);
  expect(enabled()).toBeUndefined();
});

it('a failure counts under its reason, is logged once, and costs the node its numbers at the second time', async () => {
  await open({ config: { poll: { rareInterval: 3_600_000 } } });
  const enabled = { nacos_node: rig.node(1), namespace_id: 'public' };
  expect(rig.value('nacos_instances_enabled', enabled)).toBe(200);
  // Of lists with instances only: pages of counts go on.
  rig.sim.node(1).fault({ kind: 'status', status: 500, path: /withInstances=true/ });
  await rig.play();
  expect(rig.value('nacos_poll_success', of(1))).toBe(0);
  expect(rig.value('nacos_poll_success', { ...of(1), stage: 'counts' })).toBe(1);
  expect(rig.value('nacos_poll_failures_total', { ...of(1), reason: 'status' })).toBe(1);
  expect(rig.value('nacos_instances_enabled', enabled)).toBe(200);
  await rig.play();
  expect(rig.value('nacos_poll_failures_total', { ...of(1), reason: 'status' })).toBe(2);
  expect(rig.value('nacos_instances_enabled', enabled)).toBeUndefined();
  expect(rig.value('nacos_instances_enabled', { ...enabled, nacos_node: rig.node(0) })).toBe(200);
  expect(rig.log.filter((line) => line['stage'] === 'contents')).toHaveLength(1);
  rig.sim.node(1).clearFaults();
  await rig.play();
  expect([rig.value('nacos_poll_success', of(1)), rig.value('nacos_instances_enabled', enabled)]).toEqual([1, 200]);
});

it('a node that answers no list of instances holds up neither polls nor checks', async () => {
  await open();
  rig.sim.node(1).fault({ kind: 'hang', path: /withInstances=true/ });
  const texts: number[] = [];
  rig.atEveryText(() => texts.push(rig.clock.now()));
  await rig.play(60_000);
  expect(rig.value('nacos_poll_failures_total', { ...of(1), reason: 'timeout' })).toBeGreaterThanOrEqual(1);
  expect(rig.value('nacos_poll_success', { ...of(0), stage: 'counts' })).toBe(1);
  expect(Math.max(...texts.slice(1).map((at, i) => at - texts[i]!))).toBeLessThanOrEqual(5_000);
  const counts = rig.requests.filter(({ node, api }) => node === rig.node(0) && api === 'catalog_services').length;
  expect(counts).toBeGreaterThanOrEqual(2 * 4);
});

it('a node that is down is told as not read, and shows no numbers', async () => {
  await open();
  rig.sim.node(2).stop();
  await rig.play(30_000);
  expect(rig.value('nacos_poll_success', of(2))).toBe(0);
  expect(rig.samples('nacos_instances_enabled', { nacos_node: rig.node(2) })).toEqual([]);
});

describe('what the lists amount to', () => {
  it('is enabled instances, and nothing on ephemeral before 3.0', async () => {
    await open();
    rig.sim.change({ namespace: 'public', service: 'svc-1' }, { enabled: false });
    await rig.play();
    expect(rig.value('nacos_instances_enabled', { nacos_node: rig.node(0), namespace_id: 'public' })).toBe(195);
    expect(rig.value('nacos_instances_enabled', { nacos_node: rig.node(0), namespace_id: 'orders' })).toBe(30);
    expect(rig.samples('nacos_instances_ephemeral')).toEqual([]);
  });

  it('is enabled and ephemeral ones on 3.x', async () => {
    await open({ versions: ['3.1.0', '3.1.0', '3.1.0'], ...withUser });
    rig.sim.register({ service: 'svc-1', ip: '10.9.0.1', port: 80, ephemeral: false });
    await rig.play();
    const public0 = { nacos_node: rig.node(0), namespace_id: 'public' };
    expect([rig.value('nacos_instances_enabled', public0), rig.value('nacos_instances_ephemeral', public0)]).toEqual([201, 200]);
  });
});

/** A healthy cluster, in every version: what each node shows, what all agree on, and nothing else. */

import { afterEach, describe, expect, it } from 'vitest';
import { openRig, type Rig, type RigOptions } from './harness.ts';

let rig: Rig;
const open = async (options: RigOptions = {}): Promise<void> => {
  rig = await openRig(options);
};
afterEach(() => rig.close());

describe.each(['1.4.1', '2.0.4', '2.2.4', '2.5.1', '3.1.0'])('three healthy nodes of %s', (version) => {
  const auth = { username: 'nacos', password: 'nacos' };
  const credentials: RigOptions = version === '3.1.0'
    ? { cluster: { auth }, config: { auth: { user: { username: 'nacos', password: { from: 'value', value: 'nacos' } } } } }
    : {};

  it('shows every node and the agreed numbers after the first poll', async () => {
    await open({ versions: [version, version, version], ...credentials });
    await rig.play(0);
    for (const index of [0, 1, 2]) {
      const node = { nacos_node: rig.node(index) };
      expect(rig.value('nacos_node_up', node)).toBe(1);
      expect(rig.value('nacos_node_joining', node)).toBe(0);
      expect(rig.value('nacos_node_info', { ...node, version, mode: 'cluster' })).toBe(1);
      expect(rig.value('nacos_instances', { ...node, namespace_id: 'public' })).toBe(200);
      expect(rig.value('nacos_services', { ...node, namespace_id: 'orders' })).toBe(10);
    }
    expect(rig.value('nacos_up')).toBe(1);
    expect(rig.value('nacos_agreement_nodes', { namespace_id: 'public' })).toBe(3);
    expect(rig.value('nacos_agreement_tied', { namespace_id: 'public' })).toBe(0);
    expect(rig.value('nacos_namespace_instances', { namespace_id: 'public' })).toBe(200);
    expect(rig.value('nacos_namespace_instances', { namespace_id: 'orders' })).toBe(30);
    expect(rig.value('nacos_namespace_services', { namespace_id: 'orders' })).toBe(10);
    expect(rig.samples('nacos_service_instances')).toHaveLength(50);
    expect(rig.value('nacos_cluster_nodes', { source: 'discovered' })).toBe(3);
    expect(rig.samples('nacos_poll_failures_total').filter((sample) => sample.value > 0)).toEqual([]);
    expect(rig.log.filter((line) => line.level === 'warn')).toEqual([]);
  });

  it('keeps showing the truth for ten minutes of churn', async () => {
    await open({ versions: [version, version, version], ...credentials });
    rig.sim.every(7_000, () => rig.sim.churn({ namespace: 'public' }));
    for (let i = 0; i < 40; i++) {
      await rig.play();
      expect(rig.value('nacos_namespace_instances', { namespace_id: 'public' })).toBe(rig.sim.truth.totals('public').instances);
      expect(rig.value('nacos_agreement_nodes', { namespace_id: 'public' })).toBe(3);
    }
  });
});

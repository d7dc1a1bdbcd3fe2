/** What instances carry, and what is left on them, over a simulated cluster. */

import { afterEach, expect, it } from 'vitest';
import type { SimCluster } from '../../src/sim/index.ts';
import { openRig, type Rig, type RigOptions } from './harness.ts';

let rig: Rig;
afterEach(() => rig?.close());

const views = { keys: ['version'], valuesPerKey: 2 };
const hostile = 'v"1\\\n{a="b"}';

function fill(sim: SimCluster): void {
  sim.register([
    { service: 'gray', ip: '10.0.0.1', port: 80, weight: 9, metadata: { version: '1.0' } },
    { service: 'gray', ip: '10.0.0.2', port: 80, weight: 1, metadata: { version: '1.1' } },
    { service: 'gray', ip: '10.0.0.3', port: 80, weight: 5, metadata: { version: '1.1' }, healthy: false },
    { service: 'gray', ip: '10.0.0.4', port: 80, weight: 10 },
    { service: 'odd', ip: '10.0.0.5', port: 80, metadata: { version: hostile } },
    ...['a', 'b', 'c', 'c'].map((version, i) => ({ service: 'many', ip: `10.0.1.${i}`, port: 80, metadata: { version } })),
    { service: 'plain', ip: '10.0.0.6', port: 80 },
  ]);
}

async function open(options: RigOptions = {}): Promise<void> {
  rig = await openRig({ fill, config: { metadataViews: views }, ...options });
  await rig.play(30_000);
}

const shown = (name: string): readonly string[] => rig.samples(name)
  .map(({ labels, value }) => `${labels.get('service_name')} ${labels.get('key')}=${labels.get('value')} ${value}`).toSorted();

it('shows values of the keys asked for, instances and share of the traffic', async () => {
  await open();
  expect(shown('nacos_service_metadata_instances')).toEqual([
    'gray version=1.0 1', 'gray version=1.1 2', 'many version=a 1', 'many version=c 2', 'many version=other 1', `odd version=${hostile} 1`,
  ].toSorted());
  expect(shown('nacos_service_metadata_weight_ratio')).toEqual([
    'gray version=1.0 0.45', 'gray version=1.1 0.05', 'many version=a 0.25', 'many version=c 0.5', 'many version=other 0.25', `odd version=${hostile} 1`,
  ].toSorted());
  rig.sim.change({ service: 'gray', ip: '10.0.0.1' }, { weight: 1, metadata: { version: '1.1' } });
  await rig.play(15_000);
  expect(shown('nacos_service_metadata_instances').filter((row) => row.startsWith('gray'))).toEqual(['gray version=1.1 3']);
});

it('shows what the nodes agree on, and none of a service that is gone', async () => {
  await open();
  rig.sim.node(1).distort({ service: 'gray', ip: '10.0.0.1' }, { metadata: { version: 'x' } });
  await rig.play(15_000);
  expect(shown('nacos_service_metadata_instances')).toContain('gray version=1.0 1');
  rig.sim.deregister({ service: 'odd' });
  await rig.play(30_000);
  expect(shown('nacos_service_metadata_instances').some((row) => row.startsWith('odd'))).toBe(false);
});

it('shows nothing unless asked', async () => {
  await open({ config: {} });
  expect([...shown('nacos_service_metadata_instances'), ...shown('nacos_service_metadata_weight_ratio')]).toEqual([]);
  expect([...rig.text()!.dropped.keys()].filter((name) => name.includes('metadata'))).toEqual([]);
});

it('counts what the limit of services leaves out', async () => {
  await open({ config: { metadataViews: views, limits: { services: 1 } } });
  const kept = shown('nacos_service_metadata_instances').length;
  expect(kept).toBeLessThan(6);
  expect([...rig.text()!.dropped].filter(([name]) => name.includes('metadata'))).toEqual([
    ['nacos_service_metadata_instances', 6 - kept], ['nacos_service_metadata_weight_ratio', 6 - kept],
  ]);
});

it('tells of instances that stay disabled although they were started anew', async () => {
  const tagged = (ip: string) => ({ service: 'shop', ip, port: 80, metadata: { app_registry_tag: '1' } });
  await open({ fill: (sim) => sim.register([tagged('10.0.0.1'), tagged('10.0.0.2')]) });
  const overridden = (): number | undefined => rig.value('nacos_metadata_overridden_instances', { namespace_id: 'public' });
  rig.sim.change({ ip: '10.0.0.1' }, { enabled: false });
  await rig.play(30_000);
  expect(overridden()).toBe(0);
  rig.sim.restartInstances({ service: 'shop' }, { downMs: 20_000 });
  await rig.play(60_000);
  expect(overridden()).toBe(1);
  rig.sim.change({ ip: '10.0.0.1' }, { enabled: true });
  await rig.play(30_000);
  expect(overridden()).toBe(0);
});

/** What nodes serve to clients of the config center, compared with what is stored, against the simulated cluster. */

import { afterEach, describe, expect, it } from 'vitest';
import { fillSmall, openRig, type Rig, type RigOptions } from './harness.ts';

const three = (version: string): readonly string[] => [version, version, version];
const family = 'nacos_config_divergent_items';
const secret = 'password: hunter2';

let rig: Rig;
afterEach(() => rig.close());

async function open(version: string, options: RigOptions & { readonly requestsPerMinute?: number; readonly configs?: number } = {}): Promise<void> {
  const { requestsPerMinute = 600, configs = 5, ...rest } = options;
  rig = await openRig({
    versions: three(version), ...rest,
    config: { configCheck: { requestsPerMinute }, ...rest.config },
    fill(sim) {
      fillSmall(sim);
      for (let i = 0; i < configs; i++) sim.publishConfig({ dataId: `app-${i}.yaml`, content: `${secret} ${i}` });
      sim.publishConfig({ namespace: 'orders', group: 'shop', dataId: 'orders & more', content: '订单 €' });
    },
  });
}

const items = (namespace = 'public'): readonly (number | undefined)[] => [0, 1, 2].map((index) => rig.value(family, { nacos_node: rig.node(index), namespace_id: namespace }));
const asked = (from = 0): typeof rig.requests => rig.requests.slice(from).filter(({ api }) => api === 'config' || api === 'config_list');
const told = (): readonly string[] => rig.log.filter(({ message }) => message === 'a node serves another configuration than is stored').map(({ node, namespace, group, dataId, what }) => (
  `${String(namespace)} ${String(group)} ${String(dataId)} ${[0, 1, 2].find((i) => rig.node(i) === node)} ${String(what)}`
));

describe('off, as shipped', () => {
  it('asks nothing and shows nothing', async () => {
    rig = await openRig();
    rig.sim.publishConfig({ dataId: 'a', content: 'b' });
    rig.sim.node(1).loseConfig({ dataId: 'a' });
    await rig.play(120_000);
    expect(asked()).toEqual([]);
    expect(rig.samples(family)).toEqual([]);
  });
});

describe.each(['1.4.1', '2.0.4', '2.2.4', '3.1.0'])('on %s', (version) => {
  const auth = version.startsWith('3') ? { config: { auth: { user: { username: 'nacos', password: { from: 'value' as const, value: 'nacos' } } } }, cluster: { auth: { username: 'nacos', password: 'nacos' } } } : {};
  const openHere = (): Promise<void> => open(version, { ...auth, config: { configCheck: { requestsPerMinute: 600 }, ...auth.config } });

  it('is 0 for every namespace and node while all agree', async () => {
    await openHere();
    await rig.play(60_000);
    expect(items('public')).toEqual([0, 0, 0]);
    expect(items('orders')).toEqual([0, 0, 0]);
    expect(told()).toEqual([]);
    expect(rig.log.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('counts a node that misses a change once that was seen twice, 30 s apart, and tells its name and no content', async () => {
    await openHere();
    await rig.play(30_000);
    rig.sim.node(1).staleConfig({ dataId: 'app-2.yaml' });
    rig.sim.publishConfig({ dataId: 'app-2.yaml', content: `${secret} changed` });
    await rig.play(25_000);
    expect(items()).toEqual([0, 0, 0]);
    await rig.play(20_000);
    expect(items()).toEqual([0, 1, 0]);
    expect(items('orders')).toEqual([0, 0, 0]);
    await rig.play(60_000);
    expect(told()).toEqual(['public DEFAULT_GROUP app-2.yaml 1 content']);
    expect(rig.poller.view().configCheck?.divergent().map(({ node, dataId }) => [node, dataId])).toEqual([[rig.node(1), 'app-2.yaml']]);
    expect(JSON.stringify([rig.log, [...rig.poller.view().configCheck!.ledger.followed.values()]])).not.toContain('hunter2');

    rig.sim.node(1).dumpConfig({ dataId: 'app-2.yaml' });
    await rig.play(45_000);
    expect(items()).toEqual([0, 0, 0]);
  });

  it('counts what a node lacks', async () => {
    await openHere();
    rig.sim.node(2).loseConfig({ namespace: 'orders', group: 'shop', dataId: 'orders & more' });
    await rig.play(60_000);
    expect(items('orders')).toEqual([0, 0, 1]);
    expect(told()).toEqual(['orders shop orders & more 2 missing']);
    rig.sim.removeConfig({ namespace: 'orders', group: 'shop', dataId: 'orders & more' });
    await rig.play(45_000);
    expect(items('orders')).toEqual([0, 0, 0]);
  });
});

describe('a change in flight', () => {
  it('is never counted, however often there is one', async () => {
    await open('2.2.4');
    rig.atEveryText(() => expect(rig.samples(family).filter(({ value }) => value > 0)).toEqual([]));
    for (let i = 0; i < 40; i++) {
      rig.sim.publishConfig({ dataId: 'app-1.yaml', content: `version ${i}` }, { dumpMs: 6_000 });
      await rig.play(7_000);
    }
    expect(rig.requests.filter(({ api }) => api === 'config').length).toBeGreaterThan(500);
    expect(rig.poller.view().configCheck?.ledger.complete.size).toBe(2);
  });

  it('is seen as soon as it has stopped on its way', async () => {
    await open('2.2.4');
    rig.sim.publishConfig({ dataId: 'app-1.yaml', content: 'new' }, { dumpMs: 1_000_000 });
    await rig.play(60_000);
    expect(items()).toEqual([1, 1, 1]);
  });
});

describe('nodes', () => {
  it('that are down have no series, and count anew once they are back', async () => {
    await open('2.2.4');
    rig.sim.node(1).loseConfig({ dataId: 'app-2.yaml' });
    await rig.play(60_000);
    expect(items()).toEqual([0, 1, 0]);
    rig.sim.node(1).stop();
    await rig.play(30_000);
    expect(items()).toEqual([0, undefined, 0]);
    rig.sim.node(1).dumpConfig({ dataId: 'app-2.yaml' });
    const since: (number | undefined)[] = [];
    rig.atEveryText(() => void since.push(items()[1]));
    rig.sim.node(1).start();
    await rig.play(60_000);
    expect(items()).toEqual([0, 0, 0]);
    expect(new Set(since)).toEqual(new Set([undefined, 0]));
  });

  it('that refuse to serve have no series, which is told once', async () => {
    await open('2.2.4');
    rig.sim.node(2).fault({ kind: 'status', status: 500, body: secret, path: /cs\/configs\?dataId/ });
    await rig.play(60_000);
    expect(items()).toEqual([0, 0, undefined]);
    expect(rig.log.filter(({ message }) => message === 'configurations could not be read')).toEqual([expect.objectContaining({ node: rig.node(2), api: 'config', reason: 'status', status: 500 })]);
    expect(JSON.stringify(rig.log)).not.toContain('hunter2');
  });

  it('that fail once are asked a second time', async () => {
    await open('2.2.4', { configs: 30 });
    rig.sim.node(2).fault({ kind: 'status', status: 500, path: /cs\/configs\?dataId/, every: 7 });
    await rig.play(90_000);
    expect(items()).toEqual([0, 0, 0]);
  });

  it('all have none while nobody tells what is stored', async () => {
    await open('2.2.4');
    await rig.play(30_000);
    expect(items()).toEqual([0, 0, 0]);
    for (const node of rig.sim.nodes) node.fault({ kind: 'status', status: 500, path: /cs\/configs\?search/ });
    await rig.play(30_000);
    expect(rig.samples(family)).toEqual([]);
    for (const node of rig.sim.nodes) node.clearFaults();
    await rig.play(30_000);
    expect(items()).toEqual([0, 0, 0]);
  });

  it('of 3.x that are read without credentials are not asked', async () => {
    await open('3.1.0', { cluster: { auth: { username: 'nacos', password: 'nacos' } } });
    await rig.play(60_000);
    expect(asked()).toEqual([]);
    expect(rig.samples(family)).toEqual([]);
  });
});

describe('what it costs', () => {
  it.each([[60, 1_500], [240, 0]])('is %i requests a minute at most, one after another', async (requestsPerMinute, delayMs) => {
    await open('2.2.4', { requestsPerMinute, configs: 250 });
    rig.sim.node(0).loseConfig({ dataId: 'app-7.yaml' });
    rig.sim.node(1).fault({ kind: 'slow', delayMs, path: '/v1/cs/configs' });
    await rig.play(180_000);
    const times = asked().map(({ at }) => at);
    for (const from of times) expect(times.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(requestsPerMinute);
    expect(times.length).toBeGreaterThan(60);
  });

  it('uses up its budget where there is enough to ask, and is absent until it has come round', async () => {
    await open('2.2.4', { requestsPerMinute: 60, configs: 40 });
    await rig.play(60_000);
    expect(asked().length).toBeGreaterThanOrEqual(59);
    expect(items('public')).toEqual([undefined, undefined, undefined]);
    await rig.play(90_000);
    expect(items('public')).toEqual([0, 0, 0]);
  });

  it('delays no poll, even where a node does not answer', async () => {
    await open('2.2.4', { requestsPerMinute: 6_000 });
    rig.sim.node(1).fault({ kind: 'hang', path: '/v1/cs/configs' });
    const before = rig.requests.length;
    await rig.play(60_000);
    expect(rig.requests.slice(before).filter(({ api, node }) => api === 'catalog_services' && node === rig.node(1)).length).toBeGreaterThanOrEqual(4 * 2);
  });

  it('asks for smaller pages where contents are large', async () => {
    await open('2.2.4', { configs: 30, config: { limits: { responseBytes: 20_000 }, configCheck: { requestsPerMinute: 600 } } });
    for (let i = 0; i < 30; i++) rig.sim.publishConfig({ dataId: `app-${i}.yaml`, content: 'x'.repeat(1_000) });
    rig.sim.node(1).loseConfig({ dataId: 'app-29.yaml' });
    await rig.play(90_000);
    expect(items()).toEqual([0, 1, 0]);
  });

  it('ends with the poller', async () => {
    await open('2.2.4');
    await rig.play(30_000);
    await rig.poller.close();
    const before = asked().length;
    await rig.play(0);
    expect(before).toBeGreaterThan(10);
    expect(asked().length).toBe(before);
  });
});

describe('names', () => {
  it('of the encryption plugin are left out where the list has contents only', async () => {
    await open('2.2.4', { configs: 1 });
    rig.sim.publishConfig({ dataId: 'cipher-aes-app', content: 'plain' });
    rig.sim.node(0).loseConfig({ dataId: 'cipher-aes-app' });
    await rig.play(60_000);
    expect(items()).toEqual([0, 0, 0]);
  });

  it('of namespaces that are not watched are not asked for', async () => {
    await open('2.2.4', { config: { namespaces: { deny: ['orders'] }, configCheck: { requestsPerMinute: 600 } } });
    await rig.play(60_000);
    expect(items('public')).toEqual([0, 0, 0]);
    expect(items('orders')).toEqual([undefined, undefined, undefined]);
  });
});

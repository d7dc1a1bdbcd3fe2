/** The canary against the simulated cluster: what it measures, what fails it, what it leaves behind, and where it must not show. */

import { afterEach, describe, expect, it } from 'vitest';
import { runResults } from '../../src/analysis/canary/ledger.ts';
import { planCanary } from '../../src/analysis/canary/plan.ts';
import type { CanaryConfig } from '../../src/config/config.ts';
import { canaryGroup } from '../../src/nacos/canary-calls.ts';
import { fillSmall, openRig, type Rig, type RigOptions } from './harness.ts';

const three = (version: string): readonly string[] => [version, version, version];
const namespace = 'probes';
const canary: CanaryConfig = { namespace, interval: 60_000, push: true };

let rig: Rig;
afterEach(() => rig.close());

async function open(version: string, options: Omit<RigOptions, 'canary'> & { readonly canary?: Partial<CanaryConfig> } = {}): Promise<void> {
  const { canary: changes, ...rest } = options;
  rig = await openRig({
    versions: three(version), ...rest, canary: 'replica-1', config: { ...rest.config, canary: { ...canary, ...changes } },
    cluster: { replicationMs: 1_200, namespaces: [{ id: namespace, name: namespace }], ...rest.cluster },
  });
}

/** What is registered in the canaries' group, on the cluster's own word. */
const registered = (): readonly string[] => rig.sim.snapshot({ group: canaryGroup }).map(({ service }) => service);
const runs = (index: number): Record<string, number> =>
  Object.fromEntries(rig.samples('nacos_canary_runs_total', { nacos_node: rig.node(index) }).map(({ labels, value }) => [labels.get('result')!, value]).filter(([, value]) => value !== 0));
const total = (name: string, labels: Record<string, string> = {}): number => rig.samples(name, labels).reduce((sum, { value }) => sum + value, 0);
const pair = (index: number, observer: number): { nacos_node: string; observer: string } => ({ nacos_node: rig.node(index), observer: rig.node(observer) });
/** `from>to` of every pair with such a result. */
const pairsWith = (result: string): readonly string[] => rig.samples('nacos_canary_replications_total', { result }).filter(({ value }) => value > 0)
  .map(({ labels }) => [labels.get('nacos_node'), labels.get('observer')].map((name) => [0, 1, 2].find((i) => rig.node(i) === name)).join('>')).toSorted();
const allPairs = ['0>1', '0>2', '1>0', '1>2', '2>0', '2>1'];
const histogram = (name: string, labels: Record<string, string>): { count: number; sum: number } => ({
  count: rig.samples(name, labels).find((sample) => sample.name.endsWith('_count'))?.value ?? -1,
  sum: rig.samples(name, labels).find((sample) => sample.name.endsWith('_sum'))?.value ?? -1,
});
/** Of the requests that the canary sent: the API and the node's index. */
const writes = (from = 0): readonly string[] => rig.requests.slice(from).filter(({ api }) => /^canary_(register|deregister)$/.test(api))
  .map(({ api, node }) => `${api.slice(7)} ${[0, 1, 2].find((i) => rig.node(i) === node)}`);
/** To the end of the first round, whose first run begins as the rig opens. */
const playRound = (): Promise<void> => rig.play(50_000);
const ofNode = (index: number): RegExp => new RegExp(rig.node(index).replaceAll(':', '-'));

describe.each(['1.4.1', '2.0.4', '2.2.4', '3.1.0'])('a round on %s', (version) => {
  it('registers at each node in turn, which is responsible, and measures every pair', async () => {
    await open(version);
    await playRound();
    for (const index of [0, 1, 2]) expect(runs(index)).toEqual({ success: 1 });
    expect(writes()).toEqual(['register 0', 'deregister 0', 'register 1', 'deregister 1', 'register 2', 'deregister 2']);
    expect(pairsWith('seen')).toEqual(allPairs);
    expect(pairsWith('timeout')).toEqual([]);
    for (const [from, to] of allPairs.map((name) => name.split('>').map(Number))) {
      const { count, sum } = histogram('nacos_canary_replication_seconds', pair(from!, to!));
      expect(count).toBe(1);
      expect(sum).toBeGreaterThanOrEqual(1.2);
      expect(sum).toBeLessThan(1.5);
      expect(histogram('nacos_canary_deregistration_seconds', pair(from!, to!)).count).toBe(1);
    }
    expect(histogram('nacos_canary_beat_seconds', { nacos_node: rig.node(1) }).count).toBe(3);
    expect(registered()).toEqual([]);
  });
});

describe('before the first round ends', () => {
  it('has every counter at 0, and no family where the canary is off', async () => {
    await open('1.4.1', { canary: { interval: 3_600_000 } });
    await rig.play(0);
    expect(rig.samples('nacos_canary_runs_total')).toHaveLength(3 * runResults.length);
    expect(rig.samples('nacos_canary_replications_total')).toHaveLength(6 * 2);
    expect(total('nacos_canary_runs_total')).toBe(0);
    expect(histogram('nacos_canary_push_seconds', { nacos_node: rig.node(0) }).count).toBe(0);
    await rig.close();
    rig = await openRig();
    await rig.play(60_000);
    expect(rig.text()?.families.get('nacos_canary_runs_total')?.samples ?? 0).toBe(0);
    expect(writes()).toEqual([]);
  });

  it('writes nothing where the program lends it nothing, whatever the configuration says', async () => {
    rig = await openRig({ config: { canary } });
    await rig.play(60_000);
    expect(writes()).toEqual([]);
  });
});

describe('what is pushed', () => {
  it('reaches a subscriber of 1.x about a second after the change', async () => {
    await open('1.4.1');
    await playRound();
    for (const index of [0, 1, 2]) {
      const { count, sum } = histogram('nacos_canary_push_seconds', { nacos_node: rig.node(index) });
      expect(count).toBe(1);
      expect(sum).toBeCloseTo(1, 1);
    }
  });

  it('fails the run where it never comes, and is in no histogram', async () => {
    await open('1.4.1');
    rig.sim.node(1).setSwitch('pushEnabled', false);
    await playRound();
    expect(runs(0)).toEqual({ success: 1 });
    expect(runs(1)).toEqual({ push_timeout: 1 });
    expect(histogram('nacos_canary_push_seconds', { nacos_node: rig.node(1) }).count).toBe(0);
  });

  it('is not waited for where nobody may subscribe, which is said once', async () => {
    await open('1.4.1', { canary: { interval: 20_000 } });
    rig.sim.node(1).fault({ kind: 'status', status: 500, path: /udpPort=/ });
    await rig.play(100_000);
    expect(runs(1)['success']).toBeGreaterThan(2);
    expect(Object.keys(runs(1))).toEqual(['success']);
    expect(histogram('nacos_canary_push_seconds', { nacos_node: rig.node(1) }).count).toBe(0);
    expect(rig.log.filter(({ message }) => message === 'canary cannot wait for pushes')).toHaveLength(1);
  });

  it.each([['on 2.x', '2.2.4', true], ['where it is turned off', '1.4.1', false]])('is absent %s, and nobody subscribes', async (_, version, push) => {
    await open(version, { canary: { push } });
    await playRound();
    expect(rig.samples('nacos_canary_push_seconds')).toEqual([]);
    expect(rig.requests.filter(({ api }) => api === 'canary_subscribe')).toEqual([]);
    expect(runs(0)).toEqual({ success: 1 });
  });
});

describe('a failing cluster', () => {
  it('times out the one ordered pair whose way is cut', async () => {
    await open('2.2.4', { canary: { interval: 120_000 } });
    await rig.play(60_000);
    rig.sim.node(2).pin({ group: canaryGroup, service: ofNode(0) });
    await rig.play(120_000);
    expect(pairsWith('timeout')).toEqual(['0>2']);
    expect(rig.value('nacos_canary_replications_total', { ...pair(0, 2), result: 'seen' })).toBe(1);
    expect(histogram('nacos_canary_replication_seconds', pair(0, 2)).count).toBe(1);
    expect(rig.value('nacos_canary_replications_total', { ...pair(0, 1), result: 'seen' })).toBe(2);
    expect(runs(0)).toEqual({ success: 1, replication_timeout: 1 });
    expect(runs(1)).toEqual({ success: 2 });
  });

  it('keeps beating while it waits, or the instance would expire first', async () => {
    await open('2.2.4');
    await rig.play(0);
    rig.sim.node(1).pause();
    rig.sim.node(2).pause();
    await rig.play(40_000);
    expect(runs(0)).toEqual({ replication_timeout: 1 });
    expect(histogram('nacos_canary_beat_seconds', { nacos_node: rig.node(0) }).count).toBeGreaterThanOrEqual(9);
  });

  it.each([
    ['register', /^\/v1\/ns\/instance$/, 'register_failed'],
    ['beat', /^\/v1\/ns\/instance\/beat$/, 'beat_failed'],
  ])('counts a %s that is refused, and goes on with the next node', async (_, path, result) => {
    await open('2.2.4');
    rig.sim.node(1).fault({ kind: 'status', status: 500, path });
    await playRound();
    expect(runs(1)).toEqual({ [result]: 1 });
    expect(runs(2)).toEqual({ success: 1 });
    expect(registered()).toEqual([]);
    expect(rig.log.filter(({ message }) => message === 'canary failed')).toHaveLength(1);
  });

  it('counts what cannot be deregistered, which then expires', async () => {
    await open('2.2.4', { canary: { interval: 120_000 } });
    expect(registered().filter((name) => ofNode(0).test(name))).toHaveLength(1);
    for (const node of rig.sim.nodes) node.fault({ kind: 'status', status: 500, path: /^\/v1\/ns\/instance$/ });
    await rig.playUntil(() => runs(0)['cleanup_failed'] === 1, 30_000);
    expect(registered()).toHaveLength(1);
    await rig.play(30_000);
    expect(registered()).toEqual([]);
    expect(runs(1)).toEqual({ register_failed: 1 });
  });

  it('deregisters at another node where the responsible one went away meanwhile', async () => {
    await open('2.2.4', { cluster: { replicationMs: 8_000 } });
    expect(registered()).toHaveLength(1);
    rig.sim.node(0).stop();
    await rig.play(45_000);
    expect(runs(0)).toEqual({ beat_failed: 1 });
    expect(writes()).toContain('deregister 1');
    expect(registered()).toEqual([]);
    // Neither a node that was away nor its own registration says anything of replication.
    expect(pairsWith('timeout')).toEqual([]);
    expect(rig.value('nacos_canary_replications_total', { ...pair(1, 2), result: 'seen' })).toBeGreaterThan(0);
  });

  it('says nothing of an observer that does not answer', async () => {
    await open('2.2.4');
    rig.sim.node(2).fault({ kind: 'status', status: 500, path: '/v1/ns/instance/list' });
    await rig.play(120_000);
    expect(pairsWith('timeout')).toEqual([]);
    expect(pairsWith('seen')).not.toContain('0>2');
    expect(runs(0)['success']).toBeGreaterThan(0);
  });

  it('is unsupported, said once, and shows no series where 3.x has closed the API', async () => {
    await open('3.1.0', { cluster: { clientApi: false } });
    await rig.play(180_000);
    expect(rig.samples('nacos_canary_runs_total')).toEqual([]);
    expect(rig.samples('nacos_canary_replications_total')).toEqual([]);
    expect(rig.log.filter(({ message }) => message.startsWith('canary unsupported'))).toHaveLength(3);
  });
});

describe('where a login is asked for', () => {
  const auth = { username: 'monitor', password: 'right' };
  const user = { user: { username: 'monitor', password: { from: 'value', value: 'right' } } } as const;

  it.each(['1.4.1', '2.2.4', '3.1.0'])('writes with the token that is read with, on %s', async (version) => {
    await open(version, { cluster: { auth }, config: { auth: user } });
    await playRound();
    expect(runs(0)).toEqual({ success: 1 });
  });

  it('fails without one, and says why', async () => {
    await open('2.2.4', { cluster: { auth } });
    await playRound();
    expect(runs(0)).toEqual({ register_failed: 1 });
    expect(rig.log.find(({ message }) => message === 'canary failed')).toMatchObject({ result: 'register_failed', why: expect.stringContaining('403') as string });
  });
});

describe('rounds', () => {
  it('never overlap, however long one lasts', async () => {
    await open('2.2.4', { canary: { interval: 10_000 } });
    await rig.play(0);
    rig.sim.node(2).pause();
    let most = 0;
    for (let s = 0; s < 200; s++) {
      await rig.play(1_000);
      most = Math.max(most, registered().length);
    }
    expect(most).toBe(1);
    const order = writes();
    expect(order.slice(0, 6)).toEqual(['register 0', 'deregister 0', 'register 1', 'deregister 1', 'register 2', 'deregister 2']);
    expect(order.filter((one, i) => one.startsWith('register') && order[i + 1]?.startsWith('register') === true)).toEqual([]);
  });

  it('come once an interval', async () => {
    await open('2.2.4');
    await rig.play(290_000);
    expect(runs(1)).toEqual({ success: 5 });
  });

  it('use the same services again and again', async () => {
    await open('1.4.1', { cluster: { emptyServiceMs: Infinity } });
    await rig.play(180_000);
    expect([...rig.sim.truth.services(namespace)].filter(({ group }) => group === canaryGroup)).toHaveLength(3);
  });
});

describe('when it ends', () => {
  it('deregisters what it registered, in the middle of a run', async () => {
    await open('2.2.4', { cluster: { replicationMs: 20_000 } });
    expect(registered()).toHaveLength(1);
    await rig.poller.close();
    expect(registered()).toEqual([]);
    const after = rig.requests.length;
    await rig.play(120_000);
    expect(rig.requests.slice(after).filter(({ api }) => api.startsWith('canary'))).toEqual([]);
  });

  it('leaves what expires where nobody was there to deregister it', async () => {
    await open('2.2.4', { cluster: { replicationMs: 20_000 } });
    expect(registered()).toHaveLength(1);
    for (const node of rig.sim.nodes) node.fault({ kind: 'reset', path: '/v1/ns/instance' });
    await rig.poller.close();
    expect(registered()).toHaveLength(1);
    await rig.play(30_000);
    expect(registered()).toEqual([]);
    await rig.play(150_000);
    expect([...rig.sim.truth.services(namespace)]).toEqual([]);
  });
});

describe('numbers of the registry', () => {
  // A node counts its clients itself, and beats are sampled in rotation.
  const ours = /^nacos_(canary_|poll_|push_|node_response|node_clock|agreement_nodes|divergence_last|clients|client_counts|beat_)/;

  const sampled = `nacos_beat_sampled_instances{nacos_cluster="c",namespace_id="${namespace}",source="client"}`;

  it.each(['1.4.1', '2.2.4', '3.1.0'])('do not know of canaries, ours or another exporter\'s, on %s', async (version) => {
    const fill = (sim: Rig['sim']): void => {
      fillSmall(sim);
      sim.register({ namespace, service: 'real', ip: '10.3.0.1', port: 80 });
    };
    await open(version, { fill, beats: true, canary: { interval: 10_000 } });
    const seen: ReadonlyMap<string, number>[] = [];
    rig.atEveryText(() => void seen.push(new Map([...rig.everySample()].filter(([name]) => name === sampled || !ours.test(name)))));
    await rig.play(60_000);
    const settled = rig.everySample();
    rig.sim.register({ namespace, group: canaryGroup, service: 'replica-2.somewhere', ip: '192.0.2.77', port: 2_000 });
    // One node lacks it, so that it would be a difference were it looked at.
    rig.sim.node(1).drop({ group: canaryGroup, service: 'replica-2.somewhere' });
    seen.length = 0;
    await rig.play(120_000);
    expect(runs(0)['success']).toBeGreaterThan(8);
    expect(seen.length).toBeGreaterThan(20);
    const moved = new Set(seen.flatMap((samples) => [...samples].filter(([name, value]) => settled.get(name) !== value).map(([name]) => name.replace(/\{.*/, ''))));
    expect([...moved]).toEqual([]);
    expect(seen.map((samples) => samples.get(sampled) ?? 1).filter((beats) => beats !== 1)).toEqual([]);
    expect(rig.labelValues('nacos_service_instances', 'group_name')).toEqual(['DEFAULT_GROUP']);
    expect(rig.value('nacos_services', { nacos_node: rig.node(0), namespace_id: namespace })).toBe(1);
    expect(rig.value('nacos_divergent_services', { namespace_id: namespace, kind: 'service' })).toBe(0);
    expect(rig.samples('nacos_poll_failures_total', { reason: 'torn' }).filter(({ value }) => value > 0)).toEqual([]);
  });
});

describe('two exporters', () => {
  it('never share a service or an address', async () => {
    await open('2.2.4');
    const nodes = rig.sim.nodes.map(({ address }) => address);
    const places = ['replica-1', 'replica-2', 'nacos-exporter-7f9c'].flatMap((identity) => planCanary({ identity, group: canaryGroup, servers: nodes, nodes }));
    expect(new Set(places.map(({ name }) => name)).size).toBe(9);
    expect(new Set(places.map(({ ip, port }) => `${ip}:${port}`)).size).toBe(9);
  });
});

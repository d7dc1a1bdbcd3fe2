/** Who answers where: names, forwarded ports, balancers and impostors, and that no node is ever shown under two names. */

import { afterEach, describe, expect, it } from 'vitest';
import { createCluster } from '../../src/sim/index.ts';
import { fillSmall, openRig, type Rig, type RigOptions } from './harness.ts';

let rig: Rig;
const open = async (options: RigOptions = {}): Promise<void> => {
  rig = await openRig(options);
};
afterEach(() => rig.close());

const addresses = ['10.0.0.1:8848', '10.0.0.2:8848', '10.0.0.3:8848'];
const names = (): readonly string[] => rig.labelValues('nacos_node_up', 'nacos_node');
const agreed = (): number | undefined => rig.value('nacos_namespace_instances', { namespace_id: 'public' });
const voters = (): number | undefined => rig.value('nacos_agreement_nodes', { namespace_id: 'public' });
const failures = (node: string, stage: string, reason: string): number | undefined => rig.value('nacos_poll_failures_total', { nacos_node: node, stage, reason });
/** Every value of nacos_node that any family carries. */
const everyName = (): ReadonlySet<string> => new Set([...rig.everySample().keys()].flatMap((key) => /nacos_node="([^"]*)"/.exec(key)?.[1] ?? []));

/** The names that may be shown at one time: of each pair at most one. */
function neverBoth(pairs: readonly (readonly [string, string])[]): void {
  rig.atEveryText(() => {
    const all = everyName();
    for (const [name, address] of pairs) expect(all.has(name) && all.has(address), `${name} and ${address} at ${rig.clock.now()}`).toBe(false);
  });
}

describe('configured names', () => {
  const routes = { 'nacos-0.nacos:8848': 0, 'nacos-1.nacos:8848': 1, 'nacos-2.nacos:8848': 2 };
  const servers = Object.keys(routes);
  const pairs = servers.map((server, i) => [server, addresses[i]!] as const);

  it('are called by their members\' own addresses from the first text on', async () => {
    await open({ servers, routes });
    neverBoth(pairs);
    await rig.play(60_000);
    expect(everyName()).toEqual(new Set(addresses));
    expect([agreed(), voters()]).toEqual([200, 3]);
    expect(rig.value('nacos_cluster_nodes', { source: 'configured' })).toBe(3);
    // Nor are our own requests counted under names that have gone.
    for (const server of servers) expect(rig.forgotten).toContain(server);
  });

  it('a forwarded port likewise', async () => {
    await open({ servers: ['127.0.0.1:18848', '127.0.0.1:18849', '127.0.0.1:18850'], routes: { '127.0.0.1:18848': 0, '127.0.0.1:18849': 1, '127.0.0.1:18850': 2 } });
    await rig.play();
    expect(everyName()).toEqual(new Set(addresses));
    expect([agreed(), voters()]).toEqual([200, 3]);
  });

  it('one that is down at first is not shown beside its member', async () => {
    const started: RigOptions = { servers, routes, build(clock) {
      const sim = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], clock });
      fillSmall(sim);
      sim.node(2).stop();
      return sim;
    } };
    await open(started);
    neverBoth(pairs);
    await rig.play(30_000);
    expect(names()).toEqual(addresses);
    expect(rig.value('nacos_node_up', { nacos_node: addresses[2]! })).toBe(0);
    expect(rig.value('nacos_cluster_nodes', { source: 'configured' })).toBe(3);
    rig.sim.node(2).start();
    await rig.play(120_000);
    expect(names()).toEqual(addresses);
    expect(voters()).toBe(3);
    // One reader a member, whoever found it first.
    const since = rig.requests.length;
    await rig.play();
    expect(rig.requests.slice(since).filter((request) => request.node === addresses[2] && request.api === 'catalog_services')).toHaveLength(2);
  });

  it('all of them down at first: shown as configured, since nothing else is known', async () => {
    const up = { now: false };
    await open({ servers, routes: Object.fromEntries(servers.map((server, i) => [server, () => (up.now ? i : undefined)])) });
    neverBoth(pairs);
    await rig.play(10_000);
    expect(names()).toEqual(servers);
    expect(rig.value('nacos_up')).toBe(0);
    up.now = true;
    await rig.play(30_000);
    expect(everyName()).toEqual(new Set(addresses));
  });

  it('one that answers but does not tell who it is, is not shown beside its member', async () => {
    await open({ servers, routes, build(clock) {
      const sim = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], clock });
      fillSmall(sim);
      sim.node(1).fault({ kind: 'status', status: 500, path: '/v1/core/cluster/self' });
      return sim;
    } });
    neverBoth(pairs);
    await rig.play(30_000);
    expect([agreed(), names().length]).toEqual([200, 3]);
    rig.sim.node(1).clearFaults();
    await rig.play(30_000);
    expect(everyName()).toEqual(new Set(addresses));
    expect(voters()).toBe(3);
  });

  it('a pod that comes back under another address takes its new name', async () => {
    await open({ servers, routes, build(clock) {
      const sim = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], clock });
      fillSmall(sim);
      return sim;
    } });
    await rig.play();
    rig.sim.node(2).stop();
    await rig.play(30_000);
    rig.sim.wiring.setAddress(2, '10.0.0.9', 8848);
    rig.sim.node(2).start();
    await rig.play(180_000);
    expect(names()).toEqual(['10.0.0.1:8848', '10.0.0.2:8848', '10.0.0.9:8848']);
    expect(everyName()).toEqual(new Set(['10.0.0.1:8848', '10.0.0.2:8848', '10.0.0.9:8848']));
    expect([agreed(), voters()]).toEqual([200, 3]);
  });

  it('a name that leads nowhere is logged once, and an address that leads nowhere is shown as down', async () => {
    await open({ servers: ['10.0.0.1:8848', 'nowhere.example:8848', '10.9.9.9:8848'] });
    await rig.play(30_000);
    expect(names()).toEqual([...addresses, '10.9.9.9:8848']);
    expect(rig.value('nacos_node_up', { nacos_node: '10.9.9.9:8848' })).toBe(0);
    expect(rig.log.filter((line) => line.message.startsWith('configured server does not answer') && line['server'] === 'nowhere.example:8848')).toHaveLength(1);
  });
});

describe('several configured entries for one member', () => {
  it('make one node', async () => {
    await open({ servers: ['10.0.0.1:8848', 'alias-a:8848', 'alias-b:8848'], routes: { 'alias-a:8848': 0, 'alias-b:8848': 0 } });
    neverBoth([['alias-a:8848', addresses[0]!], ['alias-b:8848', addresses[0]!]]);
    await rig.play(60_000);
    expect(names()).toEqual(addresses);
    expect(rig.value('nacos_cluster_nodes', { source: 'configured' })).toBe(1);
    const since = rig.requests.length;
    await rig.play();
    expect(rig.requests.slice(since).filter((request) => request.node === addresses[0] && request.api === 'catalog_services')).toHaveLength(2);
  });
});

describe('an address behind which several members answer', () => {
  /** Every request to the next running node. */
  function balancer(): () => number | undefined {
    let turn = 0;
    return () => {
      const running = rig === undefined ? [0, 1, 2] : rig.sim.nodes.filter((node) => node.running).map((node) => node.index);
      turn += 1;
      return running[turn % Math.max(1, running.length)];
    };
  }

  it('serves discovery only', async () => {
    await open({ servers: ['nacos.example:8848'], routes: { 'nacos.example:8848': balancer() } });
    rig.atEveryText(() => expect(everyName()).not.toContain('nacos.example:8848'));
    await rig.play(30_000);
    expect(everyName()).toEqual(new Set(addresses));
    expect([agreed(), voters()]).toEqual([200, 3]);
    expect(rig.value('nacos_cluster_nodes', { source: 'configured' })).toBe(0);
    expect(rig.value('nacos_cluster_nodes_expected')).toBe(3);
    await rig.play(120_000);
    expect(names()).toEqual(addresses);
  });

  it('beside one member\'s own address', async () => {
    await open({ servers: ['10.0.0.2:8848', 'nacos.example:8848'], routes: { 'nacos.example:8848': balancer() } });
    await rig.play(30_000);
    expect(everyName()).toEqual(new Set(addresses));
    expect(voters()).toBe(3);
  });

  it('finds the members again after all have changed their addresses', async () => {
    await open({ servers: ['nacos.example:8848'], routes: { 'nacos.example:8848': balancer() } });
    await rig.play(30_000);
    for (const node of rig.sim.nodes) node.stop();
    await rig.play(30_000);
    for (const [i, node] of rig.sim.nodes.entries()) {
      rig.sim.wiring.setAddress(i, `10.0.7.${i + 1}`, 8848);
      node.start({ emptyMs: 0, fillMs: 0 });
    }
    await rig.play(120_000);
    expect(names()).toEqual(['10.0.7.1:8848', '10.0.7.2:8848', '10.0.7.3:8848']);
    expect([agreed(), voters()]).toEqual([200, 3]);
  });

  it('is found out later where only one member answered at first', async () => {
    let spread = false;
    let turn = 0;
    await open({ servers: ['nacos.example:8848'], routes: { 'nacos.example:8848': () => (spread ? turn++ % 3 : 0) } });
    await rig.play();
    expect(names()).toEqual(addresses);
    spread = true;
    await rig.play(90_000);
    expect(names()).toEqual(addresses);
    expect([agreed(), voters()]).toEqual([200, 3]);
    expect(rig.value('nacos_cluster_nodes', { source: 'configured' })).toBe(0);
  });
});

describe('a name that is another member\'s for a moment', () => {
  it('lends that member\'s contents to nobody', async () => {
    let strays = false;
    let astray = false;
    // Between the check of who answers and the read of contents it moves, and moves back after the next check.
    const route = (path: string): number => {
      astray ||= strays && path.includes('withInstances=true');
      const index = astray ? 1 : 0;
      if (path.includes('/cluster/self')) astray = false;
      return index;
    };
    await open({ servers: ['nacos.example:8848', '10.0.0.2:8848', '10.0.0.3:8848'], routes: { 'nacos.example:8848': route } });
    await rig.play();
    expect(names()).toEqual(addresses);
    const refused = (): number | undefined => rig.value('nacos_poll_failures_total', { nacos_node: rig.node(0), stage: 'contents', reason: 'wrong_member' });
    expect(refused()).toBe(0);
    strays = true;
    rig.sim.register({ namespace: 'public', service: 'svc-1', ip: '10.9.9.9', port: 80 }, { only: 1 });
    await rig.play(60_000);
    expect(refused()).toBeGreaterThan(0);
    // Shown by one node of three, whatever the name answers.
    expect(rig.value('nacos_node_surplus_instances', { nacos_node: rig.node(0), namespace_id: 'public' }) ?? 0).toBe(0);
    expect(rig.value('nacos_instances_registered_total', { namespace_id: 'public' })).toBe(0);
  });
});

describe('another member answers at a node\'s own address', () => {
  it.each([{ servers: addresses }, { servers: [addresses[1]!] }])('its answers are not used ($servers.length configured)', async ({ servers }) => {
    await open({ servers });
    rig.sim.register({ service: 'svc-1', ip: '10.7.0.1', port: 80 });
    rig.sim.node(1).invent({ service: 'svc-1', ip: '10.7.0.2', port: 80 });
    await rig.play();
    expect(rig.value('nacos_instances', { nacos_node: addresses[1]!, namespace_id: 'public' })).toBe(202);
    const clear = rig.sim.node(0).fault({ kind: 'member', index: 1 });
    rig.atEveryText(() => expect([201, undefined]).toContain(rig.value('nacos_instances', { nacos_node: addresses[0]!, namespace_id: 'public' })));
    await rig.play(120_000);
    expect(names()).toEqual(addresses);
    for (const stage of ['raft', 'switches', 'counts']) expect(failures(addresses[0]!, stage, 'wrong_member'), `${stage}`).toBeGreaterThanOrEqual(2);
    expect(rig.value('nacos_instances', { nacos_node: addresses[0]!, namespace_id: 'public' })).toBeUndefined();
    expect(rig.samples('nacos_member_state', { observer: addresses[0]! })).toEqual([]);
    // The others go on as before.
    expect(rig.value('nacos_instances', { nacos_node: addresses[1]!, namespace_id: 'public' })).toBe(202);
    expect(failures(addresses[1]!, 'counts', 'wrong_member')).toBe(0);
    expect([voters(), rig.value('nacos_raft_leaders', { raft_group: 'naming_persistent_service_v2' })]).toEqual([2, rig.value('nacos_raft_leaders', { raft_group: 'naming_persistent_service_v2' })]);
    clear();
    await rig.play(30_000);
    expect(rig.value('nacos_instances', { nacos_node: addresses[0]!, namespace_id: 'public' })).toBe(201);
    expect(voters()).toBe(3);
  });

  it('of another version: the node keeps its own', async () => {
    await open({ versions: ['2.2.4', '2.0.4', '2.2.4'] });
    await rig.play();
    rig.atEveryText(() => expect(rig.labelValues('nacos_node_info', 'version', { nacos_node: addresses[0]! })).toEqual(['2.2.4']));
    rig.sim.node(0).fault({ kind: 'member', index: 1 });
    await rig.play(120_000);
    expect(rig.labelValues('nacos_node_info', 'version', { nacos_node: addresses[0]! })).toEqual(['2.2.4']);
  });

  it('does not open ever more readers', async () => {
    await open({ servers: [addresses[1]!] });
    rig.sim.node(0).fault({ kind: 'member', index: 1 });
    await rig.play(300_000);
    expect(rig.clients()).toBe(3);
  });
});

describe('over sockets', () => {
  it('a balancer in front of all nodes is followed to each of them', async () => {
    await open({ sockets: { vip: true }, servers: ['VIP'] });
    const real = rig.sim.nodes.map((node) => node.address).toSorted();
    await rig.play(15_000);
    expect([...everyName()].toSorted()).toEqual(real);
    expect([agreed(), voters()]).toEqual([200, 3]);
  });
});

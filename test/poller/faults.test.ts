/**
 * One node of three answers badly, over real sockets: that stage of that node fails with its reason, everything else is
 * as it was, and nothing is made up.
 */

import { afterEach, describe, expect, it } from 'vitest';
import type { FailureReason, Stage } from '../../src/model.ts';
import { createCluster, type Fault, type FaultKind, type SimCluster } from '../../src/sim/index.ts';
import { startFakeServer } from '../fakes/fake-server.ts';
import { huge } from '../fakes/faults.ts';
import { fillSmall, openRig, type Rig, type RigOptions } from './harness.ts';

let rig: Rig;
const open = async (options: RigOptions = {}): Promise<void> => {
  rig = await openRig({ sockets: true, ...options });
};
afterEach(() => rig.close());

const sick = 1;
const paths: Readonly<Partial<Record<Stage, string>>> = {
  members: '/v1/core/cluster/nodes', raft: '/v1/core/cluster/self', switches: '/v1/ns/operator/switches', metrics: '/v1/ns/operator/metrics', push: '/v1/ns/operator/push/state',
  readiness: '/v1/console/health/readiness', namespaces: '/v1/console/namespaces', counts: '/v1/ns/catalog/services', connections: '/v2/core/loader/current',
  database: '/v1/cs/health',
};

interface Case {
  readonly what: string;
  readonly fault: FaultKind;
  readonly reason: FailureReason;
  /** Read as an answer of another kind by these: a refusal to work is what they are asked about. */
  readonly not?: readonly Stage[];
  readonly config?: RigOptions['config'];
  /** Tried in every stage, not only in that of a check and in that of a long read. */
  readonly everywhere?: boolean;
}

const stages = ['members', 'raft', 'switches', 'readiness', 'metrics', 'push', 'namespaces', 'counts', 'connections', 'database'] as const;

const quick: RigOptions['config'] = { poll: { timeout: 250, connectTimeout: 250 } };
const cases: readonly Case[] = [
  { what: '200 with an empty body', everywhere: true, fault: { kind: 'empty' }, reason: 'empty' },
  { what: 'HTML instead of JSON', fault: { kind: 'html' }, reason: 'decode', not: ['readiness'] },
  { what: 'a malformed status line', everywhere: true, fault: { kind: 'malformed' }, reason: 'protocol' },
  { what: '401', fault: { kind: 'status', status: 401 }, reason: 'auth' },
  { what: '403', everywhere: true, fault: { kind: 'status', status: 403 }, reason: 'auth' },
  { what: '410', fault: { kind: 'status', status: 410 }, reason: 'gone' },
  { what: '500', fault: { kind: 'status', status: 500, body: 'caused: null;' }, reason: 'status', not: ['readiness'] },
  { what: '501', fault: { kind: 'status', status: 501, body: 'no such api' }, reason: 'status' },
  { what: '503 of a gateway', fault: { kind: 'status', status: 503, body: 'no healthy upstream' }, reason: 'status', not: ['readiness'] },
  { what: '302', everywhere: true, fault: { kind: 'redirect', location: 'https://login.example/?ticket=1' }, reason: 'redirect' },
  { what: 'half a page', everywhere: true, fault: { kind: 'half' }, reason: 'protocol' },
  { what: 'a reset connection', fault: { kind: 'reset' }, reason: 'connect' },
  { what: 'broken JSON', fault: { kind: 'body', body: '{"count":2,"serviceList":[{"name":"a"' }, reason: 'decode', not: ['readiness'] },
  { what: 'another envelope', fault: { kind: 'body', body: '{"code":30000,"message":"server error","data":null}' }, reason: 'envelope' },
  { what: 'a list of nothing known', fault: { kind: 'body', body: '[1,2,3]' }, reason: 'envelope' },
  { what: 'more bytes than allowed', fault: { kind: 'huge', bytes: 2_000_000 }, reason: 'too_large', config: { limits: { responseBytes: 1_000_000 } } },
];

const counted = (stage: string, reason: string, index = sick): number | undefined =>
  rig.value('nacos_poll_failures_total', { nacos_node: rig.node(index), stage, reason });
const families = new Set(['nacos_instances', 'nacos_instances_healthy', 'nacos_services', 'nacos_services_empty', 'nacos_namespace_instances',
  'nacos_namespace_services', 'nacos_namespace_instances_healthy', 'nacos_service_instances', 'nacos_service_instances_healthy', 'nacos_raft_term',
  'nacos_raft_is_leader', 'nacos_switch_enabled', 'nacos_member_state', 'nacos_node_up', 'nacos_node_info', 'nacos_node_ready', 'nacos_agreement_tied']);
/** What the cluster is said to be: none of it may change its value because one node answers badly. */
const numbers = (): ReadonlyMap<string, number> => new Map([...rig.everySample()].filter(([key]) => families.has(key.slice(0, key.indexOf('{')))));

/** Every number that is shown now was shown before with the same value; `mayBeAbsent` tells which need not be shown. */
function expectNothingInvented(before: ReadonlyMap<string, number>, mayBeAbsent: (key: string) => boolean, mayDiffer?: string): void {
  const now = numbers();
  expect([...now].filter(([key, value]) => key !== mayDiffer && before.get(key) !== value)).toEqual([]);
  expect([...before.keys()].filter((key) => !now.has(key) && !mayBeAbsent(key))).toEqual([]);
}

describe.each(cases)('$what', ({ what, fault, reason, not = [], config = {}, everywhere = false }) => {
  it.each(stages.filter((stage) => (everywhere || stage === 'members' || stage === 'counts') && !not.includes(stage)))('in stage %s', async (stage) => {
    await open({ config: { ...config, poll: { rareInterval: 15_000, slowInterval: 15_000, ...config.poll } } });
    const before = numbers();
    const after = rig.requests.length;
    // A 503 of the naming API is how a node says that it is not ready.
    const ready = what.startsWith('503') ? `nacos_node_ready{nacos_cluster="c",nacos_node="${rig.node(sick)}"}` : undefined;
    rig.sim.node(sick).fault({ ...fault, path: paths[stage]! } as Fault);
    // A slow moment of the machine may put off a read.
    await rig.playUntil(() => {
      expectNothingInvented(before, (key) => key.includes(rig.node(sick)), ready);
      return counted(stage, reason)! >= 2;
    }, 120_000);
    expect(rig.value('nacos_poll_success', { nacos_node: rig.node(sick), stage })).toBe(0);
    expect(rig.value('nacos_node_up', { nacos_node: rig.node(sick) })).toBe(1);
    // Contents are read from the same path as counts.
    const wrong = rig.samples('nacos_poll_failures_total').filter((sample) => sample.value > 0 && !(stage === 'counts' && sample.labels.get('stage') === 'contents'))
      .map((sample) => `${sample.labels.get('nacos_node') === rig.node(sick) ? 'sick' : 'well'} ${sample.labels.get('stage')} ${sample.labels.get('reason')}`);
    expect(wrong).toEqual([`sick ${stage} ${reason}`]);
    for (const index of [0, 2]) {
      for (const other of Object.keys(paths)) expect(rig.value('nacos_poll_success', { nacos_node: rig.node(index), stage: other })).toBe(1);
    }
    expect(rig.value('nacos_agreement_nodes', { namespace_id: 'public' })).toBe(stage === 'counts' ? 2 : 3);
    expect(rig.value('nacos_namespace_instances', { namespace_id: 'public' })).toBe(200);
    expect(rig.requests.length).toBeGreaterThan(after);

    rig.sim.node(sick).clearFaults();
    await rig.playUntil(() => rig.value('nacos_poll_success', { nacos_node: rig.node(sick), stage }) === 1, 60_000);
    expectNothingInvented(before, () => false);
  });
});

describe('a node that answers late or never', () => {
  it.each([
    { what: 'hangs', fault: { kind: 'hang' } as FaultKind },
    { what: 'takes longer than the time-out', fault: { kind: 'slow', delayMs: 400 } as FaultKind },
  ])('$what in one stage', async ({ fault }) => {
    await open({ config: quick });
    const before = numbers();
    rig.sim.node(sick).fault({ ...fault, path: paths.counts! } as Fault);
    await rig.playUntil(() => {
      const failed = counted('counts', 'timeout')!;
      expectNothingInvented(before, (key) => failed >= 2 && key.includes(rig.node(sick)) && /^nacos_(instances|services)/.test(key));
      return failed >= 2;
    }, 60_000);
    expect(rig.value('nacos_node_up', { nacos_node: rig.node(sick) })).toBe(1);
    expect(rig.samples('nacos_instances', { nacos_node: rig.node(sick) })).toEqual([]);
  });

  it('hangs altogether: down at the second check, all it said is withdrawn together', async () => {
    await open({ config: quick });
    const before = numbers();
    const node = { nacos_node: rig.node(sick) };
    rig.sim.node(sick).fault({ kind: 'hang' });
    await rig.play(5_000);
    expect(rig.value('nacos_node_up', node)).toBe(1);
    expect(rig.samples('nacos_instances', node)).toHaveLength(2);
    await rig.play(5_000);
    expect(rig.value('nacos_node_up', node)).toBe(0);
    for (const family of ['nacos_instances', 'nacos_services', 'nacos_instances_healthy', 'nacos_node_info', 'nacos_switch_enabled', 'nacos_raft_term', 'nacos_node_joining']) {
      expect(rig.samples(family, node), `${family}`).toEqual([]);
    }
    expect(rig.samples('nacos_member_state', { observer: rig.node(sick) })).toEqual([]);
    expect([...numbers()].filter(([key, value]) => before.get(key) !== value)).toEqual([[`nacos_node_up{nacos_cluster="c",nacos_node="${rig.node(sick)}"}`, 0]]);
    expect(counted('liveness', 'timeout')).toBe(2);
    expect(counted('counts', 'timeout')).toBe(0);
    await rig.play(5_000);
    expect(rig.value('nacos_agreement_nodes', { namespace_id: 'public' })).toBe(2);
  });

  it('is merely slow: everything is read, and it is not down', async () => {
    await open();
    const before = numbers();
    rig.sim.node(sick).fault({ kind: 'slow', delayMs: 60 });
    await rig.play();
    expectNothingInvented(before, () => false);
    expect(rig.value('nacos_node_response_seconds', { nacos_node: rig.node(sick) })).toBeGreaterThan(0.05);
    expect(rig.samples('nacos_poll_failures_total').filter((sample) => sample.value > 0)).toEqual([]);
  });
});

describe('what counts as life', () => {
  it.each([
    { what: '401', fault: { kind: 'status', status: 401 } as FaultKind },
    { what: '403', everywhere: true, fault: { kind: 'status', status: 403 } as FaultKind },
    { what: '404', fault: { kind: 'status', status: 404 } as FaultKind },
    { what: '500', fault: { kind: 'status', status: 500 } as FaultKind },
    { what: '503', fault: { kind: 'status', status: 503 } as FaultKind },
    { what: 'a login page', fault: { kind: 'html' } as FaultKind },
    { what: 'a redirect', fault: { kind: 'redirect', location: '/login' } as FaultKind },
    { what: 'an empty body', fault: { kind: 'empty' } as FaultKind },
  ])('$what to everything', async ({ fault }) => {
    await open();
    rig.sim.node(sick).fault(fault as Fault);
    await rig.play(90_000);
    expect(rig.value('nacos_node_up', { nacos_node: rig.node(sick) })).toBe(1);
    expect(rig.samples('nacos_instances', { nacos_node: rig.node(sick) })).toEqual([]);
    expect(rig.value('nacos_namespace_instances', { namespace_id: 'public' })).toBe(200);
    expect(rig.value('nacos_agreement_nodes', { namespace_id: 'public' })).toBe(2);
    expect(counted('liveness', 'timeout')).toBe(0);
  });

  it.each([
    { what: 'a refused connection', reason: 'connect', break: (of: Rig) => of.sim.node(sick).stop() },
    { what: 'a reset', reason: 'connect', break: (of: Rig) => void of.sim.node(sick).fault({ kind: 'reset' }) },
    { what: 'no HTTP at all', reason: 'protocol', break: (of: Rig) => void of.sim.node(sick).fault({ kind: 'malformed' }) },
  ])('$what is none', async ({ reason, break: breakIt }) => {
    await open();
    breakIt(rig);
    await rig.play(5_000);
    expect(rig.value('nacos_node_up', { nacos_node: rig.node(sick) })).toBe(1);
    await rig.play(5_000);
    expect(rig.value('nacos_node_up', { nacos_node: rig.node(sick) })).toBe(0);
    expect(counted('liveness', reason)).toBe(2);
  });

  it('one bad check between two good ones is none of it', async () => {
    await open();
    const before = numbers();
    for (let i = 0; i < 6; i++) {
      const clear = rig.sim.node(sick).fault({ kind: 'malformed', path: '/v1/console/server/state' });
      await rig.play(5_000);
      clear();
      await rig.play(5_000);
      expectNothingInvented(before, () => false);
    }
    expect(counted('liveness', 'protocol')).toBe(6);
  });

  it.each(['1.4.1', '2.2.4'])('a node of %s that calls itself DOWN is up and not ready', async (version) => {
    await open({ versions: [version, version, version] });
    rig.sim.node(sick).setStatus('DOWN');
    await rig.play(60_000);
    expect(rig.value('nacos_node_up', { nacos_node: rig.node(sick) })).toBe(1);
    expect(rig.value('nacos_node_ready', { nacos_node: rig.node(sick) })).toBe(0);
    expect(rig.value('nacos_node_ready', { nacos_node: rig.node(0) })).toBe(1);
    rig.sim.node(sick).setStatus(undefined);
    await rig.play(120_000);
    expect(rig.value('nacos_node_ready', { nacos_node: rig.node(sick) })).toBe(1);
  });
});

describe('counts', () => {
  it('one failed read keeps the last value, the second withdraws it, the next good one brings it back', async () => {
    await open({ sockets: false });
    const node = { nacos_node: rig.node(sick), namespace_id: 'public' };
    const clear = rig.sim.node(sick).fault({ kind: 'status', status: 500, path: paths.counts! });
    rig.sim.deregister({ service: 'svc-0' });
    const seen: (number | undefined)[] = [];
    for (let i = 0; i < 3; i++) {
      await rig.play();
      seen.push(rig.value('nacos_instances', node));
    }
    expect(seen).toEqual([200, undefined, undefined]);
    clear();
    await rig.play();
    expect(rig.value('nacos_instances', node)).toBe(195);
  });

  it('one namespace of two: the other goes on', async () => {
    await open({ sockets: false });
    const of = (namespace: string): number | undefined => rig.value('nacos_instances', { nacos_node: rig.node(sick), namespace_id: namespace });
    // Namespaces are read in order, `orders` first: every second page is that of `public`.
    rig.sim.node(sick).fault({ kind: 'status', status: 500, path: paths.counts!, every: 2 });
    await rig.play();
    expect([of('orders'), of('public')]).toEqual([30, 200]);
    await rig.play();
    expect([of('orders'), of('public')]).toEqual([30, undefined]);
    await rig.play();
    expect(rig.value('nacos_namespace_instances', { namespace_id: 'orders' })).toBe(30);
    expect(rig.value('nacos_namespace_instances', { namespace_id: 'public' })).toBe(200);
    expect(counted('counts', 'status')).toBe(3);
  });

  it.each(['1.4.1', '2.2.4', '3.1.0'])('torn pages of %s are torn, and nothing is missing because of them', async (version) => {
    await open({ versions: [version, version, version], config: { limits: { pageRows: 10 } } });
    rig.sim.node(sick).tearPages(true);
    await rig.play(45_000);
    expect(counted('counts', 'torn')).toBeGreaterThan(0);
    const shown = rig.value('nacos_instances', { nacos_node: rig.node(sick), namespace_id: 'public' });
    expect([200, undefined]).toContain(shown);
    expect(rig.value('nacos_namespace_instances', { namespace_id: 'public' })).toBe(200);
    expect(rig.value('nacos_namespace_services', { namespace_id: 'public' })).toBe(40);
  });

  it('an answer of 200 MB is cut off, and costs no more memory than is allowed', async () => {
    const limit = 8_000_000;
    const taken = { sent: 0, memory: 0 };
    let sim: SimCluster | undefined;
    // Stands before the node like a forwarded port: passes everything on but the catalog.
    const front = await startFakeServer(({ method, url, path }) => {
      if (path.endsWith(paths.counts!)) {
        return huge(200_000_000, {
          onSent(sent) {
            taken.sent = Math.max(taken.sent, sent);
            taken.memory = Math.max(taken.memory, process.memoryUsage().arrayBuffers);
          },
        });
      }
      const { status, headers, body } = sim!.handle(sick, { method, path: url });
      return ({ response }) => void response.writeHead(status, headers).end(body);
    });
    try {
      const before = process.memoryUsage().arrayBuffers;
      await open({
        servers: ['NODE0', `127.0.0.1:${front.port}`, 'NODE2'], config: { limits: { responseBytes: limit } },
        build(clock) {
          sim = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], clock });
          fillSmall(sim);
          return sim;
        },
      });
      await rig.play();
      expect(counted('counts', 'too_large')).toBe(2);
      expect(taken.sent).toBeGreaterThan(limit);
      expect(taken.sent).toBeLessThan(5 * limit);
      expect(taken.memory - before).toBeLessThan(8 * limit);
      expect(rig.value('nacos_node_up', { nacos_node: rig.node(sick) })).toBe(1);
      expect(rig.samples('nacos_instances', { nacos_node: rig.node(sick) })).toEqual([]);
      expect(rig.value('nacos_namespace_instances', { namespace_id: 'public' })).toBe(200);
    } finally {
      await front.close();
    }
  });
});

describe('a poller that hangs', () => {
  it('lets its series age out', async () => {
    await open({ sockets: false });
    await rig.play();
    rig.hangPoller(true);
    await rig.play(15_000);
    expect(rig.value('nacos_node_up', { nacos_node: rig.node(0) })).toBe(1);
    await rig.play(15_000);
    expect(rig.samples('nacos_node_up').map((sample) => sample.value)).toEqual([0, 0, 0]);
    expect(rig.value('nacos_up')).toBe(0);
    expect(rig.samples('nacos_instances')).toEqual([]);
    expect(rig.samples('nacos_namespace_instances')).toEqual([]);
    expect(rig.samples('nacos_service_instances')).toEqual([]);
    expect(rig.value('nacos_agreement_nodes', { namespace_id: 'public' })).toBe(0);
    // What the past has been is still true.
    expect(rig.value('nacos_poll_last_success_timestamp_seconds', { stage: 'counts' })).toBeGreaterThan(0);
    rig.hangPoller(false);
    await rig.play();
    expect(rig.value('nacos_up')).toBe(1);
    expect(rig.value('nacos_namespace_instances', { namespace_id: 'public' })).toBe(200);
  });
});

describe('a server that is no Nacos', () => {
  it.each([
    { what: 'another context path', fault: { kind: 'status', status: 404 } as FaultKind, reason: 'envelope', says: 'check port and context path' },
    { what: 'a login page', fault: { kind: 'html' } as FaultKind, reason: 'envelope', says: 'check port and context path' },
    { what: 'a closed door', fault: { kind: 'status', status: 403 } as FaultKind, reason: 'auth', says: 'no credentials are configured' },
  ])('$what from the start: alive, and what is wrong is counted and logged once', async ({ fault, reason, says }) => {
    await open({ sockets: false, build(clock) {
      const sim = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], clock });
      fillSmall(sim);
      sim.node(sick).fault(fault as Fault);
      return sim;
    } });
    await rig.play(30_000);
    expect(rig.value('nacos_node_up', { nacos_node: rig.node(sick) })).toBe(1);
    expect(counted('members', reason)).toBeGreaterThan(1);
    const lines = rig.log.filter((line) => line.level === 'warn');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ node: rig.node(sick), reason });
    expect(String(lines[0]!['detail'])).toContain(says);
    rig.sim.node(sick).clearFaults();
    await rig.play(30_000);
    expect(rig.value('nacos_agreement_nodes', { namespace_id: 'public' })).toBe(3);
  });
});

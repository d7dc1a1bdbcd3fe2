/** A node's actuator endpoint as a source: open, closed, opened and closed again, over midnight and over a restart. */

import { afterEach, describe, expect, it } from 'vitest';
import { readActuator } from '../../src/poller/actuator-reader.ts';
import { createCluster } from '../../src/sim/index.ts';
import { fillSmall, openRig, type Rig, type RigOptions } from './harness.ts';

let rig: Rig;
afterEach(() => rig.close());

const rare = 300_000;

async function open(options: RigOptions & { readonly actuator?: boolean } = {}): Promise<void> {
  const { actuator = false, cluster, ...rest } = options;
  rig = await openRig({ versions: ['2.2.4'], ...rest, cluster: { subscribers: 0, actuator, ...cluster } });
}

const node = () => rig.sim.node(0);
const asked = (path: string): number => node().requests.get(path) ?? 0;
const supported = (stage: string): number | undefined => rig.value('nacos_poll_supported', { stage });
const push = () => ['nacos_push_total', 'nacos_push_failures_total', 'nacos_push_empty_total'].map((name) => rig.value(name));

describe('a closed actuator', () => {
  it('is unsupported and no failure, and is asked for again as rarely as what seldom changes', async () => {
    await open();
    expect([supported('actuator'), rig.value('nacos_poll_success', { stage: 'actuator' }), asked('/actuator/prometheus')]).toEqual([0, undefined, 1]);
    await rig.play(rare - 30_000);
    expect(asked('/actuator/prometheus')).toBe(1);
    await rig.play(60_000);
    expect(asked('/actuator/prometheus')).toBe(2);
    expect(rig.log.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it.each([401, 403, 404, 410])('is one that a proxy answers with %i', async (status) => {
    await open({ actuator: true });
    node().fault({ kind: 'status', status, path: /^\/actuator/ });
    await rig.play();
    expect([supported('actuator'), rig.value('nacos_poll_failures_total', { stage: 'actuator', reason: 'auth' })]).toEqual([0, undefined]);
    expect(rig.value('nacos_node_up')).toBe(1);
  });

  it('leaves push counters to push/state, and the config center absent', async () => {
    await open();
    node().setPush({ total: 100, failed: 1 });
    await rig.play();
    node().setPush({ total: 130, failed: 3 });
    await rig.play();
    expect(push()).toEqual([130, 3, undefined]);
    expect([rig.value('nacos_push_cost_seconds', { stat: 'avg' }), rig.value('nacos_push_cost_seconds', { stat: 'max' })]).toEqual([0.012, 0.04]);
    expect(rig.samples('nacos_config_gets_total')).toEqual([]);
    expect(rig.samples('nacos_push_pending_tasks')).toEqual([]);
  });

  it('asks 1.x for no detail, and so knows of no cost', async () => {
    await open({ versions: ['1.4.1'] });
    node().setPush({ total: 100 });
    await rig.play();
    expect(rig.value('nacos_push_total')).toBe(100);
    expect(rig.samples('nacos_push_cost_seconds')).toEqual([]);
  });
});

describe('an open actuator', () => {
  it.each(['1.4.1', '2.0.4', '2.2.4', '3.1.0'])('of %s tells of pushes and of the config center', async (version) => {
    await open({ versions: [version], actuator: true, ...(version.startsWith('3') ? { cluster: { auth: { username: 'nacos', password: 'nacos', adminOnly: true } } } : {}) });
    node().setPush({ total: 50, failed: 2, empty: 1, pending: 4 });
    node().setConfig({ gets: 10, publishes: 2, longPolls: 7, dump: 1, notify: 2, notifyClient: 3, exceptions: { nacos: 3, illegalArgument: 2, db: 1 } });
    await rig.play();
    const has = { empty: !/^(1|2\.0)/.test(version), client: !version.startsWith('1') };
    expect(push()).toEqual([50, 2, has.empty ? 1 : undefined]);
    expect(rig.value('nacos_push_pending_tasks')).toBe(has.empty ? 4 : undefined);
    expect(rig.value('nacos_push_cost_seconds', { stat: 'max' })).toBe(0.04);
    expect(['nacos_config_gets_total', 'nacos_config_publishes_total', 'nacos_config_long_polls'].map((name) => rig.value(name))).toEqual([10, 2, 7]);
    expect(rig.samples('nacos_config_pending_tasks').map(({ labels, value }) => [labels.get('queue'), value])).toEqual([
      ['dump', 1], ['notify', 2], ...(has.client ? [['notify_client', 3]] : []),
    ]);
    expect(rig.value('nacos_config_exceptions_total', { reason: 'db' })).toBe(1);
    expect(rig.value('nacos_config_exceptions_total', { reason: 'unhealth' })).toBe(0);
    expect(supported('push')).toBe(version.startsWith('3') ? 0 : 1);
    expect(rig.value('nacos_actuator_nacos_monitor', { module: 'naming', name: 'totalPush' })).toBe(50);
  });

  it('has its own series withdrawn with the node, and no more of them than allowed', async () => {
    await open({ actuator: true, config: { limits: { actuatorSeries: 25 }, metrics: { deny: ['nacos_actuator_process_*'] } } });
    await rig.play();
    const own = () => [...rig.everySample().keys()].filter((name) => name.startsWith('nacos_actuator_'));
    expect(own()).toHaveLength(25);
    expect(own().filter((name) => name.includes('process_'))).toEqual([]);
    const dropped = rig.text()!.dropped;
    expect(dropped.get('nacos_actuator_http_server_requests_seconds')).toBeGreaterThan(5);
    expect(dropped.get('nacos_actuator_jvm_memory_used_bytes')).toBe(0);
    node().stop();
    await rig.play(30_000);
    expect(own()).toEqual([]);
  });

  it('that tells nonsense fails with the line, and the rest is read as ever', async () => {
    await open({ actuator: true });
    node().fault({ kind: 'body', body: 'a 1\n<html>\n', path: /^\/actuator/ });
    await rig.play();
    expect(rig.value('nacos_poll_failures_total', { stage: 'actuator', reason: 'decode' })).toBe(1);
    expect(JSON.stringify(rig.log)).toContain('actuator line 2');
    expect(rig.value('nacos_poll_success', { stage: 'counts' })).toBe(1);
  });
});

describe('counters', () => {
  it('go on when the actuator is opened, and when it is closed', async () => {
    await open();
    node().setPush({ total: 100 });
    await rig.play();
    node().setActuator(true);
    node().setPush({ total: 150, empty: 5 });
    await rig.play(rare);
    expect([supported('actuator'), ...push()]).toEqual([1, 150, 0, 0]);
    node().setPush({ total: 170, failed: 3, empty: 6 });
    await rig.play();
    expect(push()).toEqual([170, 3, 1]);
    node().setActuator(false);
    node().setPush({ total: 175, failed: 4 });
    await rig.play();
    expect([supported('actuator'), ...push()]).toEqual([0, 175, 4, 1]);
    expect(rig.samples('nacos_actuator_nacos_monitor')).toEqual([]);
    expect(rig.samples('nacos_config_gets_total')).toEqual([]);
  });

  it.each([true, false])('never fall at midnight, actuator open: %s', async (actuator) => {
    await open({
      build(clock) {
        const day = 86_400_000;
        clock.advance(day - (clock.now() % day) - 60_000);
        const sim = createCluster({ versions: ['2.2.4'], clock, subscribers: 0, actuator });
        fillSmall(sim);
        return sim;
      },
    });
    let last = 0;
    rig.atEveryText(() => {
      const now = rig.value('nacos_push_total') ?? 0;
      if (now < last) throw new Error(`${now} after ${last}`);
      last = now;
    });
    await rig.play();
    node().setPush({ total: 1000, failed: 10 });
    node().countConfig({ gets: 40 });
    await rig.play(30_000);
    expect(rig.value('nacos_push_total')).toBe(1000);
    await rig.play(30_000);
    node().setPush({ total: 7, failed: 1 });
    node().countConfig({ gets: 2 });
    await rig.play();
    expect([rig.value('nacos_push_total'), rig.value('nacos_push_failures_total')]).toEqual([1007, 11]);
    expect(rig.value('nacos_config_gets_total')).toBe(actuator ? 42 : undefined);
    expect(rig.value('nacos_actuator_nacos_monitor', { module: 'config', name: 'getConfig' })).toBe(actuator ? 2 : undefined);
  });

  it('count on over a restart, also where more was pushed since than before', async () => {
    await open({ actuator: true });
    node().setPush({ total: 30 });
    node().setConfig({ exceptions: { nacos: 3, db: 4 } });
    await rig.play();
    node().restart({ downMs: 3000, emptyMs: 0, fillMs: 0 });
    await rig.play(5000);
    node().setPush({ total: 45 });
    node().setConfig({ exceptions: { nacos: 3, db: 6 } });
    await rig.play(30_000);
    expect(rig.value('nacos_push_total')).toBe(75);
    expect(rig.value('nacos_config_exceptions_total', { reason: 'db' })).toBe(10);
  });

  it('are an agreed burst where pushes were empty: counts are read in between', async () => {
    await open({ actuator: true });
    await rig.play(90_000);
    const before = asked('/v1/ns/catalog/services');
    node().setPush({ empty: 1, total: 1 });
    await rig.play(60_000);
    expect(asked('/v1/ns/catalog/services') - before).toBeGreaterThan(20);
  });
});

describe('a long text', () => {
  it('is read in steps', async () => {
    await open();
    let pauses = 0;
    const text = Array.from({ length: 5500 }, (_, i) => `http_server_requests_seconds_count{uri="/${i}",} 1.0\n`).join('');
    const read = await readActuator(text, { limit: 10, serves: () => true, pause: async () => void (pauses += 1) });
    expect(pauses).toBe(1 + 13);
    expect(read.passed.dropped.get('nacos_actuator_http_server_requests_seconds')).toBe(5490);
  });
});

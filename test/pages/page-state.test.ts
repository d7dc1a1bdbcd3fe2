/** From a polled cluster to what the pages are made from. */

import { afterEach, describe, expect, it } from 'vitest';
import { createPageSource } from '../../src/cli/page-state.ts';
import type { PageSource } from '../../src/server/pages/state.ts';
import { openRig, type Rig, type RigOptions } from '../poller/harness.ts';
import { exporter } from './states.ts';

const open: Rig[] = [];
afterEach(async () => {
  for (const rig of open.splice(0)) await rig.close();
});

async function sourceOfRig(options: RigOptions = {}): Promise<{ readonly rig: Rig; readonly source: PageSource; readonly looks: () => number }> {
  const rig = await openRig(options);
  open.push(rig);
  let looks = 0;
  const poller = { ...rig.poller, view: () => (looks++, rig.poller.view()) };
  return { rig, source: createPageSource({ pollers: () => [poller], dropped: () => new Map([['a', 2], ['b', 3]]), exporter: () => exporter, now: rig.clock.now }), looks: () => looks };
}

describe('the state of a cluster', () => {
  it('holds nodes, votes, numbers and what limits left out', async () => {
    const { rig, source } = await sourceOfRig();
    await rig.play(60_000);
    const state = source.cluster('c')!;
    expect(state).toMatchObject({ stale: false, expected: 3, compared: true, confirmed: 0, suspected: 0, failing: [], failures: 0, dropped: 5 });
    expect(state.nodes.map(({ condition, vote, version, ready, seenUp }) => ({ condition, vote, version, ready, seenUp })))
      .toEqual(Array.from({ length: 3 }, () => ({ condition: 'up', vote: 'votes', version: '2.2.4', ready: true, seenUp: { up: 2, of: 2 } })));
    expect(state.raft.every(({ leaders, complete }) => complete && leaders.length === 1)).toBe(true);
    expect(state.namespaces.map(({ id, agreed, cells }) => [id, agreed?.instances, ...cells.map((cell) => ('absent' in cell ? cell.absent : cell.instances))])).toEqual([['orders', 30, 30, 30, 30], ['public', 200, 200, 200, 200]]);
    expect(source.names()).toEqual(['c']);
    expect(source.cluster('other')).toBeUndefined();
  });

  it('has no number of a node that is down, and says what fails', async () => {
    const { rig, source } = await sourceOfRig();
    await rig.play(30_000);
    rig.sim.node(2).stop();
    await rig.play(30_000);
    const state = source.cluster('c')!;
    expect(state.nodes[2]).toMatchObject({ condition: 'down', vote: 'down', seenUp: { up: 0, of: 2 } });
    expect(state.nodes[2]).not.toHaveProperty('readAt');
    expect(state.namespaces.map(({ cells }) => cells[2])).toEqual([{ absent: 'down' }, { absent: 'down' }]);
    expect(state.failing).toEqual([expect.objectContaining({ node: rig.node(2), stage: 'liveness', reason: 'connect' })]);
    expect(state.failures).toBeGreaterThan(0);
  });

  it('grows old where the poller hangs', async () => {
    const { rig, source } = await sourceOfRig();
    await rig.play(30_000);
    rig.hangPoller(true);
    await rig.play(60_000);
    expect(source.cluster('c')).toMatchObject({ stale: true });
  });

  it('tells what differs, on which node, whether it heals, and is searched by address', async () => {
    const { rig, source } = await sourceOfRig({ versions: ['2.1.0', '2.1.0', '2.1.0'] });
    await rig.play(60_000);
    rig.sim.node(1).distort({ service: 'svc-3', limit: 1 }, { healthy: false });
    await rig.play(120_000);
    expect(source.cluster('c')).toMatchObject({ confirmed: 1, differsOn: [rig.node(1)] });
    const [found] = source.differing('c', 10);
    expect(found).toMatchObject({ cluster: 'c', namespace: 'public', service: 'svc-3', kind: 'health', confirmed: true });
    const { differences, healsByItself, omitted } = found!.details();
    expect([healsByItself, omitted, differences.map(({ node, field, agreed, shown }) => [node, field, agreed, shown])]).toEqual([false, 0, [[rig.node(1), 'healthy', 'true', 'false']]]);
    expect(found!.words()).toBe(`${rig.node(1)} ${differences[0]!.address} `);
  });

  it('is worked out once for all who ask within a second', async () => {
    const { rig, source, looks } = await sourceOfRig();
    const before = looks();
    for (let i = 0; i < 50; i++) source.cluster('c');
    expect(looks() - before).toBe(1);
    await rig.play(1_000);
    source.cluster('c');
    expect(looks() - before).toBe(2);
  });
});

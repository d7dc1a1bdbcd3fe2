import { describe, expect, it } from 'vitest';
import { standing } from '../../src/analysis/consensus.ts';
import { advance, emptyLedger, type Ledger } from '../../src/analysis/ledger.ts';
import { expectedNodes } from '../../src/analysis/membership.ts';
import type { ClusterSnapshot, NodeSnapshot, Readings } from '../../src/model.ts';
import { catalog, dictionary, failing, node, ok, showing, snapshot, timing, type Counts } from './build.ts';

const t0 = 1_000_000_000;
const poll = 15_000;

/** Plays snapshots one after another, as the poller would. */
function play(snapshots: readonly ClusterSnapshot[], from: Ledger = emptyLedger(t0)): { ledger: Ledger; last: ClusterSnapshot } {
  let ledger = from;
  let previous: ClusterSnapshot | undefined;
  for (const next of snapshots) {
    ledger = advance(ledger, previous, next, timing);
    previous = next;
  }
  return { ledger, last: previous! };
}

const instances = (ledger: Ledger): number | undefined => {
  const agreement = ledger.agreed.get('public');
  return agreement === undefined || agreement.votes.length === 0 ? undefined : agreement.totalInstances;
};
const voters = (ledger: Ledger): readonly string[] => ledger.agreed.get('public')?.votes.map((vote) => vote.node) ?? [];

/** A node whose last checks failed: it keeps what it had, as the snapshot does. */
function down(name: string, at: number, failures: number, before: NodeSnapshot): NodeSnapshot {
  return { ...before, node: name, stages: { ...before.stages, liveness: failing(at, failures, 'connect', failures < 2 ? { httpStatus: 200 } : undefined) } };
}

describe('who votes, and what stands', () => {
  const names = dictionary();
  const full: Counts = { a: 60, b: 40 };
  const at = (i: number): number => t0 + i * poll;
  const trio = (i: number, counts: readonly Counts[], extra: readonly Readings[] = [], api?: NodeSnapshot['api']): ClusterSnapshot =>
    snapshot(at(i), counts.map((shown, n) => showing(`n${n + 1}`, at(i), names, shown, extra[n] ?? {}, api)));

  it('a node that lags behind does not move the agreed number', () => {
    const { ledger } = play([trio(0, [full, full, full]), trio(1, [full, { a: 10 }, full]), trio(2, [full, { a: 10 }, full])]);
    expect(instances(ledger)).toBe(100);
  });

  it('a node that invents does not move the agreed number', () => {
    const { ledger } = play([trio(0, [full, full, full]), trio(1, [{ a: 600, b: 40, ghost: 12 }, full, full])]);
    expect(instances(ledger)).toBe(100);
    expect(ledger.agreed.get('public')?.services).toBe(2);
  });

  it('a node with pushEnabled off does not vote on 2.x and later; on 1.x the switch freezes nothing', () => {
    const off: Readings = { switches: ok({ enabled: { pushEnabled: false } }, at(1)) };
    const later = play([trio(0, [full, full, full]), trio(1, [full, full, { a: 1 }], [{}, {}, off])]);
    expect(voters(later.ledger)).toEqual(['n1', 'n2']);
    const old = play([trio(0, [full, full, full], [], 'v1'), trio(1, [full, full, full], [{}, {}, off], 'v1')]);
    expect(voters(old.ledger)).toEqual(['n1', 'n2', 'n3']);
  });

  it('a node whose counts stand still while the others move, and that differs, does not vote until it moves again', () => {
    const moving = (i: number): Counts => ({ a: 60 + i, b: 40 });
    const timeline = [0, 1, 2, 3, 4, 5].map((i) => trio(i, [moving(i), moving(i), full]));
    const { ledger, last } = play(timeline);
    expect(standing(ledger, last.nodes[2]!, last, timing)).toBe('frozen');
    expect(voters(ledger)).toEqual(['n1', 'n2']);
    const healed = advance(ledger, last, trio(6, [moving(6), moving(6), moving(6)]), timing);
    expect(voters(healed)).toEqual(['n1', 'n2', 'n3']);
  });

  it('standing still is no fault where nothing else moves, or where the node shows what is agreed', () => {
    const still = play([0, 1, 2, 3, 4, 5, 6, 7].map((i) => trio(i, [full, full, full])));
    expect(voters(still.ledger)).toHaveLength(3);
  });

  it('a restarted node has no vote until it has been up for a minute and lacks nothing', () => {
    const before = trio(0, [full, full, full]);
    const gone = (i: number, failures: number): ClusterSnapshot => snapshot(at(i), [
      ...trio(i, [full, full]).nodes, down('n3', at(i), failures, before.nodes[2]!),
    ]);
    const back = (i: number, shown: Counts): ClusterSnapshot => trio(i, [full, full, shown]);
    let { ledger } = play([before, gone(1, 1), gone(2, 2)]);
    expect(instances(ledger)).toBe(100);
    const seen: { joining: boolean; missing: number | undefined; instances: number | undefined }[] = [];
    let previous = gone(2, 2);
    for (const [i, shown] of [{}, { a: 20 }, { a: 60, b: 10 }, { a: 60, b: 39 }, { a: 60, b: 39 }, { a: 60, b: 39 }, full, full].entries()) {
      const next = back(3 + i, shown);
      ledger = advance(ledger, previous, next, timing);
      previous = next;
      seen.push({ joining: ledger.joining.has('n3'), missing: ledger.joining.get('n3')?.missing, instances: instances(ledger) });
    }
    expect(seen.map((step) => step.instances)).toEqual(Array.from({ length: 8 }, () => 100));
    expect(seen.map((step) => step.missing)).toEqual([100, 80, 30, 1, 1, 1, undefined, undefined]);
    expect(seen.map((step) => step.joining)).toEqual([true, true, true, true, true, true, false, false]);
  });

  it('a refused connection between two good checks is a restart; a time-out is not', () => {
    const before = trio(0, [full, full, full]);
    const hiccup = (reason: 'connect' | 'timeout'): Ledger => play([
      before,
      snapshot(at(1), [...trio(1, [full, full]).nodes, { ...before.nodes[2]!, stages: { ...before.nodes[2]!.stages, liveness: failing(at(1), 1, reason, { httpStatus: 200 }) } }]),
      trio(2, [full, full, {}]),
    ]).ledger;
    expect(hiccup('connect').joining.has('n3')).toBe(true);
    expect(hiccup('timeout').joining.has('n3')).toBe(false);
  });

  it('at our own start all nodes vote, except one that says it is not ready', () => {
    const starting: Readings = { readiness: ok({ ready: false }, at(0)) };
    const { ledger } = play([trio(0, [full, full, {}], [{}, {}, starting])]);
    expect(voters(ledger)).toEqual(['n1', 'n2']);
    expect(voters(play([trio(0, [full, full, { a: 1 }])]).ledger)).toHaveLength(3);
  });

  it('at our own start a node whose counts are still rising has no vote', () => {
    const { ledger } = play([trio(0, [full, full, { a: 5 }]), trio(1, [full, full, { a: 20 }])]);
    expect(voters(ledger)).toEqual(['n1', 'n2']);
  });

  it('two nodes: a loss on one is no loss, a loss on both is', () => {
    const pair = (i: number, counts: readonly Counts[]): ClusterSnapshot => trio(i, counts);
    const one = play([pair(0, [full, full]), pair(1, [full, { a: 1 }]), pair(2, [full, { a: 1 }])]);
    expect(instances(one.ledger)).toBe(100);
    expect(one.ledger.agreed.get('public')?.tied).toBe(true);
    expect(instances(advance(one.ledger, one.last, pair(3, [{ a: 1 }, { a: 1 }]), timing))).toBe(1);
  });

  it('a lone voter loses nothing that a node still filling shows, as long as the voters are no majority', () => {
    const before = trio(0, [full, full, full]);
    const gone = snapshot(at(2), [...trio(2, [full]).nodes, down('n2', at(2), 2, before.nodes[1]!), down('n3', at(2), 2, before.nodes[2]!)]);
    const played = play([before, gone, trio(3, [full, full, full])]);
    expect(voters(played.ledger)).toEqual(['n1']);
    const dip = trio(4, [{ a: 59, b: 40 }, full, full]);
    const after = advance(played.ledger, played.last, dip, timing);
    expect(voters(after)).toEqual(['n1']);
    expect(instances(after)).toBe(100);
    expect(instances(advance(after, dip, trio(5, [{ a: 59, b: 40 }, { a: 59, b: 40 }, { a: 50 }]), timing))).toBe(99);
  });

  it('standalone: its own view, and nothing while it is down', () => {
    const alone = trio(0, [full]);
    expect(instances(play([alone]).ledger)).toBe(100);
    expect(instances(play([alone, snapshot(at(1), [down('n1', at(1), 2, alone.nodes[0]!)])]).ledger)).toBeUndefined();
  });

  it('an answer too old does not vote, should the poller hang', () => {
    const early = trio(0, [full, full, full]);
    const { ledger } = play([early]);
    expect(instances(advance(ledger, early, { ...early, at: at(20) }, timing))).toBeUndefined();
  });

  it('on 1.x the responsible node decides health', () => {
    const members = ok(['n1', 'n2', 'n3'].map((address) => ({ address, state: 'up' as const })), at(0));
    const views: Counts[] = [{ a: [4, 4] }, { a: [4, 1] }, { a: [4, 4] }];
    const owner = Math.abs(hashOf('DEFAULT_GROUP@@a') % 0x7fffffff) % 3;
    const shown = views.map((_, i): Counts => ({ a: [4, i === owner ? 1 : 4] }));
    expect(play([trio(0, shown, [{ members }, { members }, { members }], 'v1')]).ledger.agreed.get('public')?.totalHealthy).toBe(1);
    expect(play([trio(0, shown, [{ members }, { members }, { members }], 'v2.0')]).ledger.agreed.get('public')?.totalHealthy).toBe(4);
  });
});

function hashOf(text: string): number {
  return [...text].reduce((hash, unit) => (Math.imul(hash, 31) + unit.charCodeAt(0)) | 0, 0);
}

describe('members and leaders', () => {
  const list = (at: number, ...addresses: string[]): Readings => ({ members: ok(addresses.map((address) => ({ address, state: 'up' as const })), at) });

  it('expects as many nodes as the majority listed in the last ten minutes', () => {
    const three = ['n1', 'n2', 'n3'];
    const before = play([snapshot(t0, three.map((name) => node(name, t0, list(t0, ...three))))]);
    expect(before.ledger.membership.listed).toEqual(three);
    const later = (minutes: number): Ledger => {
      const at = t0 + minutes * 60_000;
      return advance(before.ledger, before.last, snapshot(at, ['n1', 'n2'].map((name) => node(name, at, list(at, 'n1', 'n2')))), timing);
    };
    expect(expectedNodes(1, later(9).membership)).toBe(3);
    expect(later(9).membership.listed).toEqual(['n1', 'n2']);
    expect(expectedNodes(1, later(11).membership)).toBe(2);
    expect(expectedNodes(5, later(11).membership)).toBe(5);
  });

  it('one view alone adds no member, and no view at all changes nothing', () => {
    const { ledger, last } = play([snapshot(t0, ['n1', 'n2', 'n3'].map((name, i) => node(name, t0, list(t0, 'n1', 'n2', 'n3', ...(i === 0 ? ['n4'] : [])))))]);
    expect(ledger.membership.listed).toEqual(['n1', 'n2', 'n3']);
    const silent = advance(ledger, last, snapshot(t0 + poll, ['n1', 'n2', 'n3'].map((name) => node(name, t0 + poll, {}))), timing);
    expect(silent.membership.listed).toEqual(['n1', 'n2', 'n3']);
  });

  it('counts a change of leader once, by the claim of the leader itself', () => {
    const raft = (at: number, self: string, leader: string, term: number): Readings => ({ raft: ok({ raftAddress: self, raft: [{ group: 'g', leader, term }] }, at) });
    const views = (at: number, leaders: readonly [string, number][]): ClusterSnapshot =>
      snapshot(at, leaders.map(([leader, term], i) => node(`n${i + 1}`, at, raft(at, `r${i + 1}`, leader, term))));
    const { ledger } = play([
      views(t0, [['r1', 1], ['r1', 1], ['r1', 1]]),
      // r1 is lost, and the others still display it: no change yet.
      views(t0 + poll, [['r9', 1], ['r1', 1], ['r1', 1]]),
      views(t0 + 2 * poll, [['r2', 2], ['r2', 2], ['r2', 2]]),
      // An old leader that still claims its earlier term does not take over again.
      views(t0 + 3 * poll, [['r1', 1], ['r2', 2], ['r2', 2]]),
    ]);
    expect(ledger.raft.leaders.get('g')).toBe('r2');
    expect(ledger.raft.changes.get('g')).toBe(1);
  });
});

describe('counting failures', () => {
  it('counts an attempt once, however often the snapshot is published', () => {
    const names = dictionary();
    const failed = snapshot(t0, [node('n1', t0, { counts: failing(t0, 1, 'timeout', new Map([['public', catalog(names, { a: 1 })]])) })]);
    const { ledger } = play([failed, { ...failed, at: t0 + 5_000 }]);
    expect(ledger.failures.get('n1')?.get('counts')?.get('timeout')).toBe(1);
  });
});

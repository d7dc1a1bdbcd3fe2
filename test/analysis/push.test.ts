/** Push counters that never fall, and what is a burst of them. */

import { describe, expect, it } from 'vitest';
import { trackPushes, type PushHistory } from '../../src/analysis/push.ts';
import type { ApiName, ClusterSnapshot, NodeSnapshot, PushTotals } from '../../src/model.ts';
import { seeded } from '../../src/sim/random.ts';

const node = 'a:8848';
const pollMs = 15_000;

function snapshot(at: number, value?: PushTotals): ClusterSnapshot {
  const push = { outcome: { status: 'ok' }, at, durationMs: 1, failures: 0, ...(value === undefined ? {} : { value, valueAt: at }) } as const;
  const one: NodeSnapshot = { node, configured: true, stages: { push } };
  return { cluster: 'c', at, nodes: [one], thresholds: new Map(), intervals: {} };
}

/** What is known after the server has shown these totals, a poll apart. */
function after(totals: readonly number[], failed: readonly number[] = []): PushHistory {
  let histories: ReadonlyMap<string, PushHistory> = new Map();
  for (const [i, total] of totals.entries()) histories = trackPushes(histories, snapshot((i + 1) * pollMs, { total, failed: failed[i] ?? 0 }));
  return histories.get(node)!;
}

describe('push counters', () => {
  it.each<[string, number[], number]>([
    ['begin with what is pushed after the first reading', [700], 0],
    ['grow with the server\'s own', [700, 710, 730], 30],
    ['count on when the server sets its own back', [700, 710, 4, 9], 19],
  ])('%s', (_, totals, total) => {
    expect(after(totals).total).toBe(total);
  });

  it('count failures likewise, also where only they were set back', () => {
    expect(after([700, 710, 4, 9], [7, 8, 1, 1]).failed).toBe(2);
    expect(after([700, 710, 720], [7, 8, 3]).failed).toBe(4);
  });

  it('stand while nothing new was read, and go with the node', () => {
    const first = trackPushes(new Map(), snapshot(1, { total: 5, failed: 0 }));
    expect(trackPushes(first, snapshot(1, { total: 5, failed: 0 })).get(node)).toBe(first.get(node));
    expect(trackPushes(first, snapshot(2)).get(node)).toBe(first.get(node));
    expect(trackPushes(first, { ...snapshot(3), nodes: [] }).size).toBe(0);
  });
});

describe('a burst of pushes', () => {
  const usual = [0, 10, 20, 30, 40, 50];
  it.each<[string, number[], boolean]>([
    ['more than five times what is usual', [...usual, 150], true],
    ['not quite five times what is usual', [...usual, 99], false],
    ['as ever', [...usual, 60], false],
    ['a few pushes where there are none as a rule', [0, 0, 0, 0, 0, 0, 19], false],
    ['many pushes where there are none as a rule', [0, 0, 0, 0, 0, 0, 40], true],
    ['before it is known what is usual', [0, 10, 20, 900], false],
    ['what is left after midnight', [...usual, 3], false],
  ])('%s', (_, totals, bursting) => {
    expect(after(totals).bursting).toBe(bursting);
  });

  it('is over with the next snapshot, whether or not it is read again', () => {
    const totals = [...usual, 900];
    let histories: ReadonlyMap<string, PushHistory> = new Map();
    for (const [i, total] of totals.entries()) histories = trackPushes(histories, snapshot((i + 1) * pollMs, { total, failed: 0 }));
    const at = totals.length * pollMs;
    expect(trackPushes(histories, snapshot(at, { total: 900, failed: 0 })).get(node)!.bursting).toBe(false);
  });

  it('is measured against the last ten minutes', () => {
    const busyLongAgo = Array.from({ length: 10 }, (_, i) => i * 1_000);
    const calmSince = Array.from({ length: 45 }, (_, i) => 9_000 + (i + 1) * 10);
    expect(after([...busyLongAgo, ...calmSince, 9_450 + 200]).bursting).toBe(true);
  });
});

interface Polled {
  readonly at: number;
  readonly api?: ApiName;
  readonly state?: PushTotals;
  readonly actuator?: PushTotals;
  readonly startedAt?: number;
}

function polled({ at, api = 'v2.2', state, actuator, startedAt }: Polled): ClusterSnapshot {
  const read = <T>(value: T | undefined, when: number) => ({ outcome: { status: 'ok' }, at, durationMs: 1, failures: 0, ...(value === undefined ? {} : { value, valueAt: when }) }) as const;
  const passed = { families: new Map(), dropped: new Map() };
  const own = actuator === undefined ? undefined : { push: actuator, passed, ...(startedAt === undefined ? {} : { startedAt }) };
  return { cluster: 'c', at, nodes: [{ node, api, configured: true, stages: { push: read(state, at), actuator: read(own, at + 1) } }], thresholds: new Map(), intervals: {} };
}

/** What is known after these polls, each some seconds after the one before. */
function told(polls: readonly Omit<Polled, 'at'>[]): PushHistory {
  let histories: ReadonlyMap<string, PushHistory> = new Map();
  for (const [i, one] of polls.entries()) histories = trackPushes(histories, polled({ at: (i + 1) * pollMs, ...one }));
  return histories.get(node)!;
}

const t = (total: number, failed = 0, empty?: number): PushTotals => ({ total, failed, ...(empty === undefined ? {} : { empty }) });

describe('a reset that the total hides', () => {
  it.each<[string, Omit<Polled, 'at'>[], number]>([
    ['is not seen where nothing tells', [{ state: t(10) }, { state: t(50) }], 40],
    ['shows in failures that fell', [{ state: t(10, 5) }, { state: t(50, 1) }], 50],
    ['shows in empty pushes that fell', [{ actuator: t(10, 0, 5) }, { actuator: t(50, 0, 1) }], 50],
    ['shows in far fewer that succeeded', [{ state: t(100, 0) }, { state: t(150, 130) }], 150],
    ['is not believed of two counters that were read one after the other', [{ state: t(100, 0) }, { state: t(110, 15) }], 10],
    ['shows in the start of the process', [{ actuator: t(10), startedAt: 1000 }, { actuator: t(50), startedAt: 90_000 }], 50],
    ['is none where the process is the same', [{ actuator: t(10), startedAt: 1000 }, { actuator: t(50), startedAt: 1400 }], 40],
    ['is none where 1.x got its answers', [{ api: 'v1', state: t(10, 8) }, { api: 'v1', state: t(50, 2) }], 40],
  ])('%s', (_, polls, total) => {
    expect(told(polls).total).toBe(total);
  });

  it('does not count what waits for its answer in 1.x twice', () => {
    expect(told([{ api: 'v1', state: t(10, 2) }, { api: 'v1', state: t(20, 8) }, { api: 'v1', state: t(30, 3) }, { api: 'v1', state: t(40, 9) }]).failed).toBe(7);
  });
});

describe('two sources of the same counters', () => {
  it.each<[string, Omit<Polled, 'at'>[], number]>([
    ['count once', [{ state: t(10), actuator: t(10) }, { state: t(30), actuator: t(30) }], 20],
    ['count once where one is late', [{ state: t(10), actuator: t(4) }, { state: t(30), actuator: t(10) }, { state: t(30), actuator: t(30) }], 20],
    ['go over from push/state to an actuator that is late', [{ state: t(10) }, { state: t(110), actuator: t(100) }, { actuator: t(115) }], 105],
    ['go over from the actuator to push/state', [{ actuator: t(10) }, { actuator: t(50), state: t(50) }, { state: t(60) }], 50],
    ['go over without both at once, and then what lay between is lost', [{ state: t(10) }, { state: t(50) }, { actuator: t(60) }, { actuator: t(65) }], 45],
    ['agree after a reset between their readings', [{ state: t(900), actuator: t(900) }, { state: t(1000), actuator: t(3) }, { state: t(8), actuator: t(8) }, { actuator: t(18) }], 118],
  ])('%s', (_, polls, total) => {
    expect(told(polls).total).toBe(total);
  });

  it('tell of empty pushes only where the actuator was open', () => {
    expect(told([{ state: t(1) }, { state: t(2) }]).empty).toBeUndefined();
    expect(told([{ state: t(1), actuator: t(1, 0, 3) }, { state: t(5), actuator: t(5, 0, 5) }, { state: t(6) }]).empty).toBe(2);
  });

  it('take an empty push for a burst where there are none as a rule', () => {
    const calm = Array.from({ length: 6 }, (_, i) => ({ actuator: t(10 * i, 0, 0) }));
    expect(told([...calm, { actuator: t(60, 0, 0) }]).bursting).toBe(false);
    expect(told([...calm, { actuator: t(60, 0, 1) }]).bursting).toBe(true);
    const usual = Array.from({ length: 6 }, (_, i) => ({ actuator: t(10 * i, 0, i) }));
    expect(told([...usual, { actuator: t(60, 0, 6) }]).bursting).toBe(false);
  });
});

/** A server that pushes at random, sets its counters back and is restarted: what was told wrongly of it, and the total at the end. */
function play(seed: number, how: { readonly actuator: boolean; readonly state: boolean }): { readonly wrong: readonly string[]; readonly total: number } {
  const random = seeded(seed);
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const truth = { total: 0, failed: 0, empty: 0 };
  const server = { total: 0, failed: 0, empty: 0 };
  const first = { total: 0, failed: 0, empty: 0 };
  const names = ['total', 'failed', 'empty'] as const;
  let startedAt = 1;
  /** Pushed since the last poll, and what resets took away unseen. */
  const unseen = { total: 0, failed: 0, empty: 0 };
  const lost = { total: 0, failed: 0, empty: 0 };
  let histories: ReadonlyMap<string, PushHistory> = new Map();
  let shown = { total: 0, failed: 0, empty: 0 };
  /** Counters at the last poll, if they were set back since: a reset may then be hidden. */
  let hidden: { total: number; failed: number; empty: number } | undefined;
  let seen = { total: 0, failed: 0, empty: 0 };
  let restartedSince = false;
  const wrong: string[] = [];

  for (let second = 1; second <= 4000; second++) {
    const pushes = random() < 0.2 ? upTo(40) : upTo(2);
    const failed = upTo(random() < 0.1 ? pushes : 0);
    const empty = random() < 0.05 ? upTo(pushes) : 0;
    for (const [name, more] of [['total', pushes], ['failed', failed], ['empty', empty]] as const) {
      truth[name] += more;
      server[name] += more;
      unseen[name] += more;
    }
    const restarts = random() < 0.002;
    if (restarts || second % 600 === 0) {
      for (const name of names) {
        lost[name] += unseen[name];
        unseen[name] = 0;
        server[name] = 0;
      }
      hidden = { ...seen };
      if (restarts) {
        startedAt = second * 1000;
        restartedSince = true;
      }
    }
    if (second % 15 !== 0 || random() < 0.2) continue;
    const { total, failed: failures } = server;
    const poll = polled({
      at: second * 1000, ...(how.state ? { state: t(total, failures) } : {}), ...(how.actuator ? { actuator: { ...server }, startedAt } : {}),
    });
    if (histories.size === 0) for (const name of names) first[name] = truth[name];
    histories = trackPushes(histories, poll);
    const now = histories.get(node)!;
    const counted = { total: now.total, failed: now.failed, empty: now.empty ?? 0 };
    // Where nothing fell, and nobody tells when the process started, a reset cannot be known: what stood before it is then missing too.
    const before = hidden;
    const shows = (name: (typeof names)[number]): boolean => server[name] < (before?.[name] ?? 0) && (how.actuator || name !== 'empty');
    if (before !== undefined && !names.some(shows) && !(how.actuator && restartedSince)) for (const name of names) lost[name] += before[name];
    hidden = undefined;
    restartedSince = false;
    seen = { ...server };
    for (const name of names) {
      unseen[name] = 0;
      if (name === 'empty' && !how.actuator) continue;
      const real = truth[name] - first[name];
      if (counted[name] > real || counted[name] < shown[name] || real - counted[name] > lost[name]) {
        wrong.push(`${name} at ${second}: ${counted[name]}, of ${real}, after ${shown[name]}, with ${lost[name]} lost`);
      }
    }
    shown = counted;
  }
  return { wrong, total: shown.total };
}

describe('push counters of a server that is watched for an hour', () => {
  it.each([
    [{ actuator: true, state: true }], [{ actuator: true, state: false }], [{ actuator: false, state: true }],
  ])('never fall, never exceed the truth, and lack at most what a reset hid: %j', (how) => {
    const played = Array.from({ length: 12 }, (_, seed) => play(seed + 1, how));
    expect(played.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(Math.min(...played.map(({ total }) => total))).toBeGreaterThan(1000);
  });
});

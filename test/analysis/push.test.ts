/** Push counters that never fall, and what is a burst of them. */

import { describe, expect, it } from 'vitest';
import { trackPushes, type PushHistory } from '../../src/analysis/push.ts';
import type { ClusterSnapshot, NodeSnapshot, PushTotals } from '../../src/model.ts';

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

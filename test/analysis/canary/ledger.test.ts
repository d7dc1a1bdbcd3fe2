import { describe, expect, it } from 'vitest';
import { canaryBounds, emptyCanaryLedger, keepNodes, noteRun, type CanaryRun } from '../../../src/analysis/canary/ledger.ts';

const run = (change: Partial<CanaryRun> = {}): CanaryRun => ({
  node: 'a', result: 'success', beats: [0.01], replications: [{ observer: 'b', seconds: 1.2 }], deregistrations: [{ observer: 'a', seconds: 0.2 }, { observer: 'b', seconds: 2 }],
  push: undefined, ...change,
});

describe('what a run adds', () => {
  it.each([[0, 0], [0.05, 0], [0.051, 1], [30, 10], [31, 11]])('%d s to bucket %i', (seconds, bucket) => {
    const { counts, sum } = noteRun(emptyCanaryLedger, run({ beats: [seconds] })).nodes.get('a')!.beats;
    expect(counts.indexOf(1)).toBe(bucket);
    expect(counts).toHaveLength(canaryBounds.length + 1);
    expect(sum).toBe(seconds);
  });

  it('to what was there, of each pair apart', () => {
    const ledger = [run(), run({ replications: [{ observer: 'b', seconds: undefined }], result: 'replication_timeout', deregistrations: [] }), run({ node: 'b', push: 1 })]
      .reduce(noteRun, emptyCanaryLedger);
    const { runs, observers, push } = ledger.nodes.get('a')!;
    expect(runs).toMatchObject({ success: 1, replication_timeout: 1, cleanup_failed: 0 });
    expect(observers.get('b')).toMatchObject({ seen: 1, timeouts: 1, replication: { sum: 1.2 }, deregistration: { sum: 2 } });
    expect(observers.get('a')).toMatchObject({ seen: 0, timeouts: 0, deregistration: { sum: 0.2 } });
    expect(push.sum).toBe(0);
    expect(ledger.nodes.get('b')!.push.sum).toBe(1);
  });

  it('nothing where it is unsupported, until it is not any more', () => {
    const closed = noteRun(noteRun(emptyCanaryLedger, run()), run({ result: undefined }));
    expect([...closed.unsupported]).toEqual(['a']);
    expect(closed.nodes.get('a')!.runs.success).toBe(1);
    expect(noteRun(closed, run()).unsupported.size).toBe(0);
  });

  it('never to the ledger before', () => {
    noteRun(emptyCanaryLedger, run());
    expect(emptyCanaryLedger.nodes.size).toBe(0);
  });
});

it('forgets nodes that are gone, as the responsible one and as observers', () => {
  const ledger = keepNodes([run(), run({ node: 'b' }), run({ node: 'c', result: undefined })].reduce(noteRun, emptyCanaryLedger), new Set(['a']));
  expect([...ledger.nodes.keys()]).toEqual(['a']);
  expect([...ledger.nodes.get('a')!.observers.keys()]).toEqual(['a']);
  expect(ledger.unsupported.size).toBe(0);
});

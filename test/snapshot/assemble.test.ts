/** The next snapshot: who says nothing keeps what it had, who is gone or down loses it. */

import { describe, expect, it } from 'vitest';
import type { ClusterSnapshot, Outcome } from '../../src/model.ts';
import { assemble, type NodeReport } from '../../src/snapshot/assemble.ts';

const empty: ClusterSnapshot = { cluster: 'c', at: 0, nodes: [], thresholds: new Map(), intervals: {} };
const ok: Outcome = { status: 'ok' };
const refused: Outcome = { status: 'failed', reason: 'connect', detail: 'refused' };

const alive = (node: string, at: number): NodeReport => ({
  node, configured: true, api: 'v2.2', state: { version: '2.2.4', mode: 'cluster' }, responseMs: 5,
  attempts: {
    liveness: { outcome: ok, at, durationMs: 1, value: { httpStatus: 200 } },
    switches: { outcome: ok, at, durationMs: 1, value: { enabled: { pushEnabled: true } } },
  },
});
const dead = (node: string, at: number): NodeReport => ({ node, configured: true, attempts: { liveness: { outcome: refused, at, durationMs: 1 } } });

function round(before: ClusterSnapshot, at: number, nodes: readonly string[], reports: readonly NodeReport[]): ClusterSnapshot {
  return assemble(before, { at, nodes, reports, thresholds: new Map(), intervals: {} });
}

describe('a round', () => {
  const first = round(empty, 100, ['b', 'a'], [alive('a', 100), alive('b', 100)]);

  it('lists nodes by name, each once', () => {
    expect(round(first, 200, ['b', 'a', 'b'], []).nodes.map((node) => node.node)).toEqual(['a', 'b']);
  });

  it('leaves a node that was not reported on as the very same object', () => {
    const second = round(first, 200, ['a', 'b'], [alive('a', 200)]);
    expect(second.nodes[1]).toBe(first.nodes[1]);
    expect(second.nodes[0]).not.toBe(first.nodes[0]);
  });

  it('drops a node that the cluster has no more, with all it had', () => {
    const second = round(first, 200, ['a'], []);
    expect(second.nodes.map((node) => node.node)).toEqual(['a']);
    expect(round(second, 300, ['a', 'b'], []).nodes[1]).toEqual({ node: 'b', configured: false, stages: {} });
  });

  it('keeps version and times where a report does not tell them', () => {
    const second = round(first, 200, ['a', 'b'], [dead('a', 200)]);
    expect(second.nodes[0]).toMatchObject({ api: 'v2.2', state: { version: '2.2.4' }, responseMs: 5 });
  });

  it('keeps all values at the first failed check, and none at the second', () => {
    const second = round(first, 200, ['a', 'b'], [dead('a', 200)]);
    expect(second.nodes[0]!.stages.switches?.value).toBeDefined();
    const third = round(second, 300, ['a', 'b'], [dead('a', 300)]);
    expect(third.nodes[0]!.stages.switches).toEqual({ outcome: ok, at: 100, durationMs: 1, failures: 0 });
    expect(third.nodes[1]!.stages.switches?.value).toBeDefined();
  });
});

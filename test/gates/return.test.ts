/** What to do about a node that does not fill: from histories longer than a scripted cluster need be played. */

import { describe, expect, it } from 'vitest';
import { nodeBack } from '../../src/gates/node-back.ts';
import { append, asOf, heldSince, type History } from '../../src/gates/history.ts';
import type { NodeSeen, Observation } from '../../src/gates/observation.ts';

const unread = { state: 'unread' } as const;

function node(name: string, changes: Partial<NodeSeen> = {}): NodeSeen {
  return {
    node: name, configured: true, answers: true, ready: true, version: '2.2.4', members: unread, raft: unread, switches: unread, upgrade: unread, connections: unread,
    counts: unread, contents: unread, instances: unread, ...changes,
  };
}

/** One look every five seconds, each with what `b` lacks then. */
function historyOf(missing: readonly number[]): History {
  return missing.reduce<History>((history, lack, i) => append(history, {
    at: i * 5_000, cluster: 'c', namespaces: new Map(), contents: { gaps: [], confirmed: new Map(), suspected: new Map(), lacking: new Map(), excused: 0 }, nodes: [node('a'), node('b', lack === 0 ? {} : { startedAt: 0, joining: { since: 0, missing: lack } })],
  } satisfies Observation), { startedAt: 0, observations: [] });
}

const request = { node: 'b', remaining: [], allow: 0, allowQuorumLoss: false, hasCredentials: false, filtersNamespaces: false };
const judged = (missing: readonly number[]): { readonly notes: readonly string[]; readonly complete: string } => {
  const { notes = [], terms } = nodeBack.judge(historyOf(missing), request);
  const complete = terms.find(({ term }) => term === 'complete')!;
  return { notes, complete: `${complete.state}: ${complete.detail}` };
};

describe('a node that lacks instances', () => {
  it.each([
    ['for half a minute', Array.from({ length: 7 }, () => 40), 'wait, do not restart: b lacks 40 instances, 40 30 s ago', 'unknown: is joining, lacks 40 instances'],
    ['fewer and fewer', Array.from({ length: 60 }, (_, i) => 600 - 10 * i), 'wait, do not restart: b lacks 10 instances, 130 60 s ago', 'unknown: is joining, lacks 10 instances'],
    ['the same number for a minute', [...Array.from({ length: 8 }, (_, i) => 80 - i), ...Array.from({ length: 13 }, () => 40)], 'restart b: b lacks 40 instances, and that number has not fallen for 60 s', 'fail: is joining, lacks 40 instances, and that number has not fallen for 60 s'],
    ['fewer and fewer, after ten minutes', Array.from({ length: 121 }, (_, i) => 1_000 - i), 'restart b: b lacks 880 instances after 10 minutes', 'unknown: is joining, lacks 880 instances'],
  ])('%s', (_, missing, note, complete) => {
    expect(judged(missing)).toEqual({ notes: [note], complete });
  });

  it('and then none: nothing is advised', () => {
    expect(judged([40, 20, 0])).toEqual({ notes: [], complete: 'pass: is not joining, and lacks nothing' });
  });
});

describe('a history', () => {
  it('forgets what no gate looks back to', () => {
    const { observations } = historyOf(Array.from({ length: 300 }, () => 1));
    expect([observations[0]!.at, observations.at(-1)!.at]).toEqual([299 * 5_000 - 900_000, 299 * 5_000]);
  });

  it('tells since when something holds, and how it was', () => {
    const history = historyOf([3, 0, 2, 2, 2]);
    const lacks = (observation: Observation): boolean => observation.nodes[1]!.joining !== undefined;
    expect(heldSince(history, lacks)).toBe(10_000);
    expect(heldSince(history, (observation) => !lacks(observation))).toBeUndefined();
    expect([asOf(history, 12_000).at, asOf(history, 60_000).at]).toEqual([10_000, 0]);
  });
});

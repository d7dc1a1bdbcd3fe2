/** Which looks count towards a pass: from histories that a poller of the gate's own would not bring about. */

import { expect, it } from 'vitest';
import { consistent } from '../../src/gates/consistent.ts';
import { isSettled, verdictOf } from '../../src/gates/gate.ts';
import type { ContentsSeen } from '../../src/gates/contents-seen.ts';
import type { Observation } from '../../src/gates/observation.ts';

const lacking = { services: 1, missing: 1, surplus: 0, conflicting: 0, since: 0, presenceSince: 0, examples: ['x'] };
const request = { remaining: [], allow: 0, allowQuorumLoss: false, hasCredentials: false, filtersNamespaces: false };

function look(at: number, changes: Partial<ContentsSeen> = {}): Observation {
  return {
    at, cluster: 'c', namespaces: new Map(), nodes: [],
    contents: { gaps: [], confirmed: new Map(), suspected: new Map(), lacking: new Map(), excused: 0, comparedAt: at, roundAt: at, ...changes },
  };
}

const divergent = { confirmed: new Map([['n1', lacking]]) };

it.each<readonly [string, readonly Observation[], string, boolean]>([
  ['two, 15 s apart', [look(0), look(15_000)], 'pass', true],
  ['two, a little closer', [look(0), look(14_900)], 'unknown', false],
  ['one', [look(0)], 'unknown', false],
  ['two of the same comparison', [look(0), look(15_000, { comparedAt: 0, roundAt: 0 })], 'unknown', false],
  ['of a comparison before the gate began', [look(0, { comparedAt: -1_000 }), look(15_000, { comparedAt: -1_000 })], 'unknown', false],
  ['of a large cluster, by its counts', [look(0), look(15_000, { comparedAt: 0 })], 'pass', true],
  ['not across a confirmed difference', [look(0), look(5_000, divergent), look(15_000)], 'unknown', false],
  ['with a confirmed difference now', [look(0), look(15_000, divergent)], 'fail', true],
  ['with a confirmed difference, and not everything compared', [look(15_000, { ...divergent, gaps: [{ why: 'w', pending: false }] })], 'unknown', false],
  ['with a suspicion of all that time', [look(0), look(15_000, { suspected: new Map([['n1', lacking]]) })], 'unknown', false],
  ['with a younger one', [look(0), look(15_000, { suspected: new Map([['n1', { ...lacking, since: 9_000 }]]) })], 'pass', true],
])('%s', (_, observations, verdict, settled) => {
  const judgement = consistent.judge({ startedAt: 0, observations }, request);
  expect([verdictOf(judgement), isSettled(judgement)]).toEqual([verdict, settled]);
});

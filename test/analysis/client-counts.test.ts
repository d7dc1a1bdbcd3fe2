/** When nodes know different numbers of clients, and when they only seem to. */

import { describe, expect, it } from 'vitest';
import { noClientCounts, trackClientCounts, type ClientCounts } from '../../src/analysis/client-counts.ts';
import type { NodeSnapshot, OperatorMetrics } from '../../src/model.ts';
import { node, ok, snapshot, timing } from './build.ts';

const pollMs = 15_000;
const names = ['a', 'b', 'c'];
const metrics = (clients: number): OperatorMetrics => ({ status: 'UP', clients: { connection: clients, ephemeral_ip_port: 0, persistent_ip_port: 0 } });

/** What a node tells at this poll: a number of clients, nothing new, nothing at all, or that it is down or filling. */
type Told = number | 'nothing new' | 'never' | 'down' | 'joining';

/** Verdicts poll by poll; a row tells what each node says at one poll. */
function verdicts(...rounds: readonly (readonly Told[])[]): readonly (boolean | undefined)[] {
  let counts: ClientCounts = noClientCounts;
  const last = new Map<string, NodeSnapshot>();
  return rounds.map((round, i) => {
    const at = (i + 1) * pollMs;
    round.forEach((told, j) => {
      const name = names[j]!;
      if (typeof told === 'number') last.set(name, node(name, at, { metrics: ok(metrics(told), at) }));
      if (told === 'never') last.set(name, node(name, at, { metrics: ok({ status: 'UP' }, at) }));
    });
    const life = new Map(round.map((told, j) => [names[j]!, { up: told !== 'down', refused: false }]));
    const joining = new Map(round.flatMap((told, j) => (told === 'joining' ? [[names[j]!, { since: 0 }] as const] : [])));
    counts = trackClientCounts(counts, { life, joining }, snapshot(at, [...last.values()]), timing);
    return counts.consistent;
  });
}

describe('numbers of clients', () => {
  it.each<[string, (readonly Told[])[], (boolean | undefined)[]]>([
    ['the same everywhere', [[5, 5, 5], [5, 5, 5]], [true, true]],
    ['none anywhere', [[0, 0, 0]], [true]],
    ['a difference, once', [[5, 5, 5], [5, 4, 5], [5, 5, 5]], [true, true, true]],
    ['a difference at the very first reading, which is not known to last', [[5, 4, 5], [5, 5, 5]], [undefined, true]],
    ['a difference that lasts', [[5, 4, 5], [5, 4, 5]], [undefined, false]],
    ['one that lasts while everybody moves with it', [[50, 40, 50], [53, 43, 53]], [undefined, false]],
    ['one that turns', [[5, 4, 5], [4, 5, 5], [5, 4, 5]], [undefined, undefined, undefined]],
    ['a node that hears of everything a little late, while clients pour in', [[10, 5, 10], [30, 25, 30], [50, 45, 50], [55, 55, 55]], [undefined, undefined, undefined, true]],
    ['a node that hears of nothing any more, while clients pour in', [[10, 10, 10], [13, 10, 13], [16, 10, 16], [19, 10, 19]], [true, true, true, false]],
    ['known, and not hidden by what comes and goes', [[5, 4, 5], [5, 4, 5], [90, 70, 90]], [undefined, false, false]],
    ['over as soon as they are equal', [[5, 4, 5], [5, 4, 5], [5, 5, 5]], [undefined, false, true]],
    ['not judged twice on the same reading', [[5, 4, 5], ['nothing new', 'nothing new', 'nothing new'], [5, 'nothing new', 5]], [undefined, undefined, undefined]],
    ['a node that is filling, left out', [[5, 5, 5], [5, 5, 'joining'], [5, 5, 'joining']], [true, true, true]],
    ['a node that is down, left out', [[5, 5, 3], [5, 5, 'down'], [5, 5, 'down']], [undefined, true, true]],
    ['not judged anew because a third went', [[5, 4, 5], ['nothing new', 'nothing new', 'down']], [undefined, undefined]],
    ['of two nodes', [[5, 4], [5, 4]], [undefined, false]],
    ['of one node that tells', [[5, 'never', 'never'], [5, 'never', 'never']], [undefined, undefined]],
    ['of nodes that do not tell', [['never', 'never', 'never']], [undefined]],
  ])('%s', (_, rounds, expected) => {
    expect(verdicts(...rounds)).toEqual(expected);
  });

  it('are no longer compared once they are stale', () => {
    const read = snapshot(pollMs, names.map((name) => node(name, pollMs, { metrics: ok(metrics(5), pollMs) })));
    const life = new Map(names.map((name) => [name, { up: true, refused: false }]));
    const known = { life, joining: new Map() };
    const counts = trackClientCounts(noClientCounts, known, read, timing);
    expect(counts.consistent).toBe(true);
    expect(trackClientCounts(counts, known, { ...read, at: 10 * pollMs }, timing).consistent).toBeUndefined();
  });
});

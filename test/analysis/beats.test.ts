/** Ages of sampled beats, and who is beyond limits of its own. */

import { describe, expect, it } from 'vitest';
import { viewBeats } from '../../src/analysis/beats.ts';
import type { Beat, Beats } from '../../src/model.ts';

const beat = (age: number, more: Partial<Beat> = {}): Beat =>
  ({ namespace: 'public', group: 'G', service: 's', address: `10.0.0.1:${age}`, age, unhealthyAfter: 15_000, deleteAfter: 30_000, at: 1_000, ...more });
const of = (...sampled: readonly Beat[]): Beats => ({ source: 'instance', sampled });
const ages = (...read: readonly Beats[]): unknown => viewBeats(read, 0).namespaces.get('public')?.get('instance');

describe('sampled beats', () => {
  it.each<[string, readonly number[], object]>([
    ['one', [700], { p50: 700, p90: 700, p99: 700, max: 700 }],
    ['two', [900, 100], { p50: 100, p90: 900, p99: 900, max: 900 }],
    ['a hundred', Array.from({ length: 100 }, (_, i) => 100 - i), { p50: 50, p90: 90, p99: 99, max: 100 }],
    ['two hundred', Array.from({ length: 200 }, (_, i) => i + 1), { p50: 100, p90: 180, p99: 198, max: 200 }],
  ])('%s', (_, list, expected) => {
    expect(ages(of(...list.map((age) => beat(age))))).toEqual({ sampled: list.length, ages: expected });
  });

  it('are those of all nodes together, each source and namespace by itself', () => {
    const { namespaces, sources } = viewBeats([of(beat(1), beat(2, { namespace: 'orders' })), of(beat(3)), { source: 'client', sampled: [beat(9)] }], 0);
    expect(sources).toEqual(['client', 'instance']);
    expect([...namespaces].map(([namespace, by]) => [namespace, [...by].map(([source, { sampled }]) => `${source} ${sampled}`)])).toEqual([
      ['public', ['instance 2', 'client 1']], ['orders', ['instance 1']],
    ]);
  });

  it('do not count any more once they are old', () => {
    expect(viewBeats([of(beat(1), beat(60_000, { at: 999 }))], 1_000)).toMatchObject({ unhealthy: new Map(), overdue: [] });
  });

  it.each([
    [15_000, {}, 0, 0], [15_001, {}, 1, 0], [30_001, {}, 1, 1],
    [20_000, { unhealthyAfter: 60_000 }, 0, 0], [40_000, { unhealthyAfter: 60_000 }, 0, 1], [20_000, { deleteAfter: 3_600_000 }, 1, 0],
  ])('of age %i with limits %j', (age, limits, unhealthy, deletable) => {
    const view = viewBeats([of(beat(age, limits))], 0);
    expect([view.unhealthy.get('public') ?? 0, view.deletable.get('public') ?? 0, view.overdue.length]).toEqual([unhealthy, deletable, Math.max(unhealthy, deletable)]);
  });

  it('name the oldest that are overdue, and not all of them', () => {
    const { overdue, unhealthy } = viewBeats([of(...Array.from({ length: 500 }, (_, i) => beat(20_000 + i)))], 0);
    expect([overdue.length, overdue[0]!.age, overdue.at(-1)!.age, unhealthy.get('public')]).toEqual([100, 20_499, 20_400, 500]);
  });
});

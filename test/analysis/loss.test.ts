import { describe, expect, it } from 'vitest';
import { agree, type Agreement } from '../../src/analysis/agreement.ts';
import { noLosses, trackLosses, type Losses } from '../../src/analysis/loss.ts';
import { catalog, dictionary, type Counts } from './build.ts';

const minute = 60_000;

/** Plays agreed counts of one namespace, one a minute unless a time in minutes is given. */
function play(steps: readonly (Counts | readonly [number, Counts | undefined])[]): { losses: Losses; baselines: readonly (number | undefined)[] } {
  const names = dictionary();
  let losses = noLosses;
  let agreed: ReadonlyMap<string, Agreement> = new Map();
  const baselines: (number | undefined)[] = [];
  steps.forEach((step, i) => {
    const [at, counts] = Array.isArray(step) ? step as readonly [number, Counts | undefined] : [i, step as Counts];
    const earlier = agreed;
    const votes = counts === undefined ? [] : [{ node: 'n1', catalog: catalog(names, counts) }];
    const previous = earlier.get('public');
    agreed = new Map([['public', counts === undefined && previous !== undefined ? { ...previous, votes } : agree(names, votes, previous)]]);
    losses = trackLosses(losses, earlier, agreed, at * minute);
    baselines.push(losses.baselines.get('public')?.value);
  });
  return { losses, baselines };
}

describe('baseline', () => {
  it('is the highest of the last five minutes', () => {
    expect(play([{ a: 100 }, { a: 105 }, { a: 102 }, { a: 101 }]).baselines).toEqual([100, 105, 105, 105]);
    expect(play([[0, { a: 100 }], [1, { a: 95 }], [5, { a: 95 }], [6, { a: 95 }]]).baselines).toEqual([100, 100, 100, 95]);
  });

  it('stands still from a loss of ten percent on, for as long as it lasts', () => {
    const steps = [[0, { a: 100 }], [1, { a: 90 }], [10, { a: 70 }], [60, { a: 94 }], [61, { a: 95 }], [62, { a: 95 }]] as const;
    expect(play(steps).baselines).toEqual([100, 100, 100, 100, 95, 95]);
  });

  it('gives up after six hours', () => {
    expect(play([[0, { a: 100 }], [1, { a: 50 }], [360, { a: 50 }], [362, { a: 50 }]]).baselines).toEqual([100, 100, 100, 50]);
  });

  it('a slow shrinking is no loss', () => {
    const steps = Array.from({ length: 30 }, (_, i) => [i * 2, { a: 100 - i }] as const);
    expect(play(steps).baselines.at(-1)).toBe(73);
  });

  it('stays as it is while nobody votes', () => {
    expect(play([[0, { a: 100 }], [1, undefined], [20, undefined], [21, { a: 40 }]]).baselines).toEqual([100, 100, 100, 100]);
  });
});

describe('vanished services', () => {
  const vanished = (steps: Parameters<typeof play>[0]): readonly string[] => [...play(steps).losses.vanished.keys()];

  it('are those that lost their last instance, row or not, until they are back or a day has passed', () => {
    expect(vanished([{ a: 3, b: 1 }, { a: 3, b: 0 }])).toEqual(['public/DEFAULT_GROUP@@b']);
    expect(vanished([{ a: 3, b: 1 }, { a: 3 }])).toEqual(['public/DEFAULT_GROUP@@b']);
    expect(vanished([{ a: 3, b: 1 }, { a: 3 }, { a: 3, b: 2 }])).toEqual([]);
    expect(vanished([[0, { a: 3, b: 1 }], [1, { a: 3 }], [1442, { a: 4 }]])).toEqual([]);
  });

  it('are no services that never had any, and none while nobody votes', () => {
    expect(vanished([{ a: 3, b: 0 }, { a: 3 }])).toEqual([]);
    expect(vanished([[0, { a: 3 }], [1, undefined]])).toEqual([]);
  });
});

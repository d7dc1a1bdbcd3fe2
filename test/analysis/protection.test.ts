/** When a protection threshold is known to be set, and which services leave it open. */

import { describe, expect, it } from 'vitest';
import { agree, type Agreement } from '../../src/analysis/agreement.ts';
import { openQuestions, thresholdKey, trackProtection } from '../../src/analysis/protection.ts';
import { catalog, dictionary, type Counts } from './build.ts';

function agreed(counts: Counts, triggered: readonly string[]): ReadonlyMap<string, Agreement> {
  const names = dictionary();
  return new Map([['public', agree(names, [{ node: 'n1', catalog: catalog(names, counts, triggered) }], undefined)]]);
}
const key = (name: string): string => thresholdKey('public', 'DEFAULT_GROUP', name);
const none = new Set<string>();

describe('protection', () => {
  it('triggered with healthy instances left proves a threshold', () => {
    const { protectable, triggered } = trackProtection(none, agreed({ a: [4, 1], b: 3 }, ['a']), new Map());
    expect([...protectable]).toEqual([key('a')]);
    expect(triggered.get('public')).toBe(1);
  });

  it('triggered with nothing healthy proves nothing: at threshold 0 it is so as well', () => {
    const { protectable, triggered } = trackProtection(none, agreed({ a: [4, 0] }, ['a']), new Map());
    expect(protectable.size).toBe(0);
    expect(triggered.get('public')).toBe(0);
  });

  it('unless the threshold was read, or has been known before', () => {
    expect(trackProtection(none, agreed({ a: [4, 0] }, ['a']), new Map([[key('a'), 0.5]])).triggered.get('public')).toBe(1);
    expect(trackProtection(new Set([key('a')]), agreed({ a: [4, 0] }, ['a']), new Map()).triggered.get('public')).toBe(1);
  });

  it('a threshold that was read as 0 is none any more', () => {
    const { protectable, triggered } = trackProtection(new Set([key('a')]), agreed({ a: [4, 0] }, ['a']), new Map([[key('a'), 0]]));
    expect(protectable.size).toBe(0);
    expect(triggered.get('public')).toBe(0);
  });

  it('a known threshold that is not reached is not triggered', () => {
    expect(trackProtection(new Set([key('a')]), agreed({ a: 4 }, []), new Map()).triggered.get('public')).toBe(0);
  });
});

describe('open questions', () => {
  it('are the triggered services with instances of which none is healthy', () => {
    const view = agreed({ a: [4, 0], b: [4, 1], c: [0, 0], d: [2, 0], e: [2, 0] }, ['a', 'b', 'c', 'd']);
    expect(openQuestions(view, new Map(), 20).map(({ name }) => name)).toEqual(['a', 'd']);
  });

  it('are asked once, and not all at once', () => {
    const view = agreed({ a: [4, 0], b: [4, 0], c: [4, 0] }, ['a', 'b', 'c']);
    expect(openQuestions(view, new Map([[key('a'), 0]]), 20).map(({ name }) => name)).toEqual(['b', 'c']);
    expect(openQuestions(view, new Map(), 2)).toHaveLength(2);
  });
});

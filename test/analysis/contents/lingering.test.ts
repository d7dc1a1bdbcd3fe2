import { describe, expect, it } from 'vitest';
import { lingersUntil } from '../../../src/analysis/contents/lingering.ts';
import { kindsOf } from '../../../src/analysis/contents/kinds.ts';
import { trackDepartures } from '../../../src/analysis/departures.ts';
import type { Life } from '../../../src/analysis/life.ts';
import type { InstanceRecord } from '../../../src/model.ts';

const seconds = (times: number): number => times * 1000;

describe('what lingers after a node went', () => {
  const until = (holders: readonly string[], since: number, startedAt: Readonly<Record<string, number>> = {}, departures: readonly number[] = [100]): number | undefined => {
    const found = lingersUntil(holders, seconds(since), {
      departures: departures.map(seconds), startedAt: new Map(Object.entries(startedAt).map(([node, at]) => [node, seconds(at)])),
    });
    return found === undefined ? undefined : found / 1000;
  };

  it('does so for 190 s, and only what was first seen meanwhile', () => {
    expect(until(['b'], 99)).toBeUndefined();
    expect(until(['b'], 100)).toBe(290);
    expect(until(['b'], 290)).toBe(290);
    expect(until(['b'], 291)).toBeUndefined();
  });

  it('longer on a node that started meanwhile, and no longer than on any holder', () => {
    expect(until(['a'], 285, { a: 130 })).toBe(320);
    expect(until(['a'], 295, { a: 130 })).toBe(320);
    expect(until(['a', 'b'], 285, { a: 130 })).toBe(290);
    expect(until(['a'], 320, { a: 300 })).toBeUndefined();
  });

  it('counts from the last node that went before', () => {
    expect(until(['b'], 180, {}, [100, 150, 200])).toBe(340);
    expect(until(['b'], 120, {}, [100, 150])).toBe(290);
  });
});

describe('when nodes went', () => {
  const lives = (changes: Readonly<Record<string, Life>>): ReadonlyMap<string, Life> => new Map(Object.entries(changes));
  const up: Life = { up: true, refused: false };

  it('is when one is down, or started anew between two checks', () => {
    expect(trackDepartures([], lives({ a: up, b: up }), lives({ a: up, b: { up: false, refused: true } }), 5)).toEqual([5]);
    expect(trackDepartures([5], lives({ a: up }), lives({ a: { ...up, startedAt: 9 } }), 9)).toEqual([5, 9]);
  });

  it('is not when one comes, stays away, or has another name', () => {
    expect(trackDepartures([], lives({ a: { up: false, refused: true } }), lives({ a: { ...up, startedAt: 9 } }), 9)).toEqual([]);
    expect(trackDepartures([], lives({ a: up }), lives({ b: up }), 9)).toEqual([]);
    expect(trackDepartures([5], lives({}), lives({}), 400_000)).toEqual([]);
  });
});

describe('the kind of an instance', () => {
  const one = (ip: string, ephemeral: boolean): InstanceRecord => ({ cluster: 'DEFAULT', ip, port: 80, ephemeral, healthy: true, enabled: true, weight: 1, metadata: {} });
  const key = (ip: string): string => `DEFAULT|${ip}|80`;

  it('is told by the list of a single service', () => {
    const kinds = kindsOf([[one('a', true), one('b', false)], [one('a', true)]]);
    expect([kinds.get(key('a')), kinds.get(key('b')), kinds.get(key('c'))]).toEqual([false, true, undefined]);
  });

  it('is that of the twin that differs', () => {
    const twins = [one('a', true), one('a', false)];
    expect(kindsOf([twins, [one('a', true)]]).get(key('a'))).toBe(true);
    expect(kindsOf([twins, [one('a', false)]]).get(key('a'))).toBe(false);
    expect(kindsOf([twins, twins]).get(key('a'))).toBe(true);
  });
});

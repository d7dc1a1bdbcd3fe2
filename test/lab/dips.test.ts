import { describe, expect, it } from 'vitest';
import { shownDips, type Sight, unfoundedBlindness, unwitnessedDips } from './dips.ts';

const view = (a: number, b = 5): ReadonlyMap<string, number> => new Map([['a', a], ['b', b]]);
const sight = (second: number, exported: number | undefined, ...views: (ReadonlyMap<string, number> | undefined)[]): Sight => ({ at: second * 1000, since: second * 1000 - 3_000, exported, views });

describe('dips that no majority showed', () => {
  it.each<[string, Sight[], number[]]>([
    ['nothing dips', [sight(0, 15, view(10), view(10), view(10))], []],
    ['one node of three loses instances', [sight(0, 12, view(7), view(10), view(10))], [15]],
    ['two nodes of three lose them', [sight(0, 12, view(7), view(7), view(10))], []],
    ['two nodes lose fewer than the number says', [sight(0, 12, view(8), view(8), view(10))], [13]],
    ['different nodes lose different services', [sight(0, 12, view(7), view(10, 2), view(10))], [15]],
    ['one node is gone and one of two loses instances', [sight(0, 12, view(7), view(10), undefined)], [15]],
    ['one node is gone and both others lose them', [sight(0, 12, view(7), undefined, view(7))], []],
    ['a service is gone from two nodes', [sight(0, 5, new Map([['b', 5]]), new Map([['b', 5]]), view(10))], []],
    ['the series is absent', [sight(0, undefined, view(10), view(10), view(10))], []],
    ['the number is of a moment ago', [sight(0, 15, view(7), view(7), view(10)), sight(2, 12, view(10), view(10), view(10))], []],
    ['two nodes lose them one after the other', [sight(0, 15, view(7), view(10), view(10)), sight(1, 12, view(10), view(7), view(10))], []],
    ['one node loses them again and again', [sight(0, 15, view(7), view(10), view(10)), sight(1, 12, view(7), view(10), view(10))], [15]],
    ['two nodes are gone', [sight(0, 12, view(7), undefined, undefined)], []],
    ['the number is of long ago', [sight(0, 12, view(7), view(7), view(10)), sight(4, 12, view(10), view(10), view(10))], [15]],
  ])('%s', (_, sights, floors) => {
    expect(unwitnessedDips(sights).map(({ floor }) => floor)).toEqual(floors);
  });
});

describe('dips that nodes showed', () => {
  const whole = sight(0, 15, view(10), view(10), view(10));
  it.each<[string, Sight[], readonly unknown[]]>([
    ['nothing dips', [whole, sight(1, 15, view(10), view(10), view(10))], []],
    ['one of those asked about loses instances', [whole, sight(1, 15, view(10), view(7), view(10))], [{ service: 'a', second: 1, node: 1, missing: 3 }]],
    ['another one does', [whole, sight(1, 15, view(7), view(10), view(10))], []],
    ['what one service wins makes up for nothing', [whole, sight(2, 15, view(10), view(10), view(12, 3))], [{ service: 'b', second: 2, node: 2, missing: 2 }]],
    ['a service is gone', [whole, sight(1, 15, view(10), view(10), new Map([['a', 10]]))], [{ service: 'b', second: 1, node: 2, missing: 5 }]],
    ['a service is new', [whole, sight(1, 15, view(10), new Map([...view(10), ['c', 1]]), view(10)), whole], []],
    ['a node does not answer', [whole, sight(1, 15, view(10), undefined, view(10))], []],
  ])('%s', (_, sights, dips) => {
    expect(shownDips(sights, [1, 2])).toEqual(dips);
  });
});

describe('blindness with a node to ask', () => {
  const all = [view(10), view(10), view(10)];
  const looks = (views: (second: number) => Sight['views'], tookMs: (second: number) => readonly number[] = () => [10, 10, 10]): Sight[] =>
    Array.from({ length: 30 }, (_, second) => ({ ...sight(second, second < 25 ? 15 : undefined), views: views(second), tookMs: tookMs(second) }));
  it.each<[string, Sight[], number[]]>([
    ['all nodes answer', looks(() => all), [25, 26, 27, 28, 29]],
    ['one node answers', looks(() => [undefined, view(10), undefined]), [25, 26, 27, 28, 29]],
    ['none answers', looks((second) => (second < 24 ? all : [undefined, undefined, undefined])), []],
    ['the only one has just come', looks((second) => (second < 20 ? [undefined, undefined, undefined] : all)), []],
    ['the only one came long ago', looks((second) => (second < 8 ? [undefined, undefined, undefined] : all)), [27, 28, 29]],
    ['the only one was slow', looks(() => [undefined, view(10), undefined], (second) => [0, second === 24 ? 2_500 : 10, 0]), []],
    ['another one was slow', looks(() => all, (second) => [10, second === 24 ? 2_500 : 10, 10]), [25, 26, 27, 28, 29]],
    ['nothing is absent', looks(() => all).map((one) => ({ ...one, exported: 15 })), []],
    ['it has not been watched for long', looks(() => all).slice(18), []],
  ])('%s', (_, sights, seconds) => {
    expect(unfoundedBlindness(sights, 20_000, 2_000).map(({ second }) => second)).toEqual(seconds);
  });
});

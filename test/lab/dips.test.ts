import { describe, expect, it } from 'vitest';
import { type Sight, unwitnessedDips } from './dips.ts';

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

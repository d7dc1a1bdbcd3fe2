import { describe, expect, it } from 'vitest';
import { shownDips, shownFall, type Sight, unwitnessedDips } from './dips.ts';

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

describe('the deepest fall that nodes showed', () => {
  const whole = sight(0, 15, view(10), view(10), view(10));
  it.each<[string, Sight[], ReturnType<typeof shownFall>]>([
    ['none, where nothing changes', [whole, whole], undefined],
    ['none, where numbers only grow', [whole, sight(1, 20, view(15), view(15), view(15))], undefined],
    ['none, where one of them does not fall', [whole, sight(1, 15, view(5), view(5), view(10))], undefined],
    ['none, where one of them does not answer', [whole, sight(1, 15, view(5), view(5), undefined)], undefined],
    ['of what came meanwhile', [whole, sight(1, 20, view(15), view(15), view(35)), sight(2, 15, view(10), view(10), view(10))], { share: 0.25, from: 20, to: 15, second: 2 }],
    ['is kept', [whole, sight(1, 12, view(1), view(1), view(1)), whole], { share: 0.6, from: 15, to: 6, second: 1 }],
  ])('%s', (_, sights, fall) => {
    expect(shownFall(sights, [1, 2])).toEqual(fall);
  });
});

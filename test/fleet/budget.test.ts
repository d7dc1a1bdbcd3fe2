/** Who of a fleet is read at every poll, and what that leaves to the others. */

import { describe, expect, it } from 'vitest';
import { createBudget } from '../../src/poller/budget.ts';

describe('the one budget of a process', () => {
  it('lets who is alone read at every poll, whatever it takes', () => {
    expect(createBudget(4_000_000, () => 0).fits('a', 40_000_000)).toBe(true);
  });

  it.each([
    ['all, where half of the rate holds them', { a: 500_000, b: 700_000, c: 800_000 }, ['a', 'b', 'c']],
    ['the smallest, as many as half of the rate holds', { a: 1_500_000, b: 900_000, c: 800_000 }, ['b', 'c']],
    ['the first by name of the same size', { d: 900_000, c: 900_000, b: 900_000, a: 900_000 }, ['a', 'b']],
    ['none, where each takes too much', { a: 3_000_000, b: 2_500_000 }, []],
  ])('admits %s', (_, demands, admitted) => {
    const budget = createBudget(4_000_000, () => 0);
    for (const [who, demand] of Object.entries(demands)) budget.fits(who, demand);
    expect(Object.entries(demands).filter(([who, demand]) => budget.fits(who, demand)).map(([who]) => who).toSorted()).toEqual(admitted);
  });

  it('gives the rest of the rate to who is told to wait', () => {
    const budget = createBudget(4_000_000, () => 0);
    expect(budget.take(4_000_000)).toBe(1_000);
    const shared = createBudget(4_000_000, () => 0);
    shared.fits('a', 1_000_000);
    shared.fits('b', 20_000_000);
    expect(shared.take(3_000_000)).toBe(1_000);
    shared.leave('a');
    expect(shared.fits('b', 20_000_000)).toBe(true);
  });

  it('does not send anybody in and out over a small change', () => {
    const budget = createBudget(4_000_000, () => 0);
    budget.fits('a', 1_000_000);
    expect(budget.fits('b', 1_000_000)).toBe(true);
    expect(budget.fits('b', 1_090_000)).toBe(true);
    expect(budget.fits('b', 1_200_000)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { agree, missingIn, type Agreement } from '../../src/analysis/agreement.ts';
import { catalog, dictionary, type Counts } from './build.ts';

interface Case {
  readonly what: string;
  readonly votes: readonly Counts[];
  /** Agreed before, by the same rule from one view. */
  readonly earlier?: Counts;
  readonly agreed: Counts;
  readonly tied?: boolean;
}

const cases: readonly Case[] = [
  { what: 'one voter: its view', votes: [{ a: 3, b: 0 }], agreed: { a: 3, b: 0 } },
  { what: 'three that agree', votes: [{ a: 3 }, { a: 3 }, { a: 3 }], agreed: { a: 3 } },
  { what: 'one of three lacks some', votes: [{ a: 10 }, { a: 4 }, { a: 10 }], agreed: { a: 10 } },
  { what: 'one of three invents some', votes: [{ a: 10 }, { a: 10 }, { a: 90, x: 5 }], agreed: { a: 10, x: 0 } },
  { what: 'one of three lacks one service and invents another', votes: [{ a: 2, b: 2 }, { a: 2, b: 2 }, { a: 2, c: 9 }], agreed: { a: 2, b: 2, c: 0 } },
  { what: 'all three differ: what two of them reach', votes: [{ a: 1 }, { a: 5 }, { a: 9 }], agreed: { a: 5 } },
  { what: 'the sum of agreed numbers is no median of sums', votes: [{ a: 10, b: 0 }, { a: 0, b: 10 }, { a: 10, b: 10 }], agreed: { a: 10, b: 10 } },
  { what: 'five voters, two of them wrong', votes: [{ a: 7 }, { a: 7 }, { a: 7 }, { a: 0 }, { a: 100 }], agreed: { a: 7 } },
  { what: 'two that agree', votes: [{ a: 4 }, { a: 4 }], agreed: { a: 4 } },
  { what: 'two that differ, nothing known: what both hold', votes: [{ a: 4 }, { a: 6 }], agreed: { a: 4 }, tied: true },
  { what: 'two that differ after a loss on one: the earlier number stands', votes: [{ a: 0 }, { a: 6 }], earlier: { a: 6 }, agreed: { a: 6 }, tied: true },
  { what: 'two that differ after a gain on one: it is not agreed yet', votes: [{ a: 6 }, { a: 9 }], earlier: { a: 6 }, agreed: { a: 6 }, tied: true },
  { what: 'two that lost different parts: what at least one still shows', votes: [{ a: 2 }, { a: 4 }], earlier: { a: 9 }, agreed: { a: 4 }, tied: true },
  { what: 'two that lost the same: the loss counts', votes: [{ a: 2 }, { a: 2 }], earlier: { a: 9 }, agreed: { a: 2 } },
  { what: 'four, two against two: the earlier number stands', votes: [{ a: 8 }, { a: 8 }, { a: 1 }, { a: 1 }], earlier: { a: 8 }, agreed: { a: 8 }, tied: true },
  { what: 'four, two against two, nothing known: what three hold', votes: [{ a: 8 }, { a: 8 }, { a: 1 }, { a: 1 }], agreed: { a: 1 }, tied: true },
  { what: 'four, three against one: the three', votes: [{ a: 8 }, { a: 0 }, { a: 8 }, { a: 8 }], earlier: { a: 3 }, agreed: { a: 8 } },
  { what: 'a service that left one catalog', votes: [{ a: 1 }, { a: 1, b: 2 }, { a: 1, b: 2 }], agreed: { a: 1, b: 2 } },
  { what: 'healthy by the same rule', votes: [{ a: [5, 5] }, { a: [5, 1] }, { a: [5, 5] }], agreed: { a: [5, 5] } },
  { what: 'never more healthy than agreed instances', votes: [{ a: [3, 3] }, { a: [3, 3] }, { a: [9, 9] }], agreed: { a: [3, 3] } },
];

function show(agreement: Agreement): Counts {
  const shown: Record<string, number | readonly [number, number]> = {};
  agreement.instances.forEach((count, service) => {
    if (count < 0) return;
    const well = agreement.healthy[service]!;
    shown[agreement.names.names[service]!] = well === count ? count : [count, well];
  });
  return shown;
}

describe('agreement of counts', () => {
  it.each(cases)('$what', ({ votes, earlier, agreed, tied }) => {
    const names = dictionary();
    const before = earlier === undefined ? undefined : agree(names, [{ node: 'n1', catalog: catalog(names, earlier) }], undefined);
    const result = agree(names, votes.map((counts, i) => ({ node: `n${i + 1}`, catalog: catalog(names, counts) })), before);
    const flat = Object.fromEntries(Object.entries(agreed).map(([name, count]) => [name, typeof count === 'number' || count[0] !== count[1] ? count : count[0]]));
    expect(show(result)).toEqual(flat);
    expect(result.tied).toBe(tied ?? false);
    const total = Object.values(agreed).reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : count[0]), 0);
    expect(result.totalInstances).toBe(total);
    expect(result.services).toBe(Object.values(agreed).filter((count) => (typeof count === 'number' ? count : count[0]) > 0).length);
  });

  it('takes health from the responsible node where one is named', () => {
    const names = dictionary();
    const votes = [{ a: [4, 0] as const }, { a: [4, 4] as const }, { a: [4, 4] as const }].map((counts, i) => ({ node: `n${i}`, catalog: catalog(names, counts) }));
    expect(agree(names, votes, undefined, { ownerOf: () => 0 }).totalHealthy).toBe(0);
    expect(agree(names, votes, undefined, { ownerOf: () => undefined }).totalHealthy).toBe(4);
  });

  describe('a lone voter beside nodes that are filling', () => {
    const agreedAfter = (voter: Counts, ...witnesses: readonly Counts[]): Counts => {
      const names = dictionary();
      const vote = (counts: Counts, i: number): { node: string; catalog: ReturnType<typeof catalog> } => ({ node: `n${i}`, catalog: catalog(names, counts) });
      const before = agree(names, [vote({ a: 10, b: 4 }, 0)], undefined);
      return show(agree(names, [vote(voter, 0)], before, { witnesses: witnesses.map((counts, i) => vote(counts, i + 1)) }));
    };

    it('loses nothing that one of them still shows', () => {
      expect(agreedAfter({ a: 9, b: 4 }, { a: 10, b: 4 }, {})).toEqual({ a: 10, b: 4 });
      expect(agreedAfter({ b: 4 }, { a: 7 })).toEqual({ a: 7, b: 4 });
      expect(agreedAfter({ a: [10, 3], b: 4 }, { a: 10 })).toEqual({ a: 10, b: 4 });
    });

    it('loses what none of them shows, and gains what it alone shows', () => {
      expect(agreedAfter({ a: 2, b: 4 }, { a: 2 }, { a: 1 })).toEqual({ a: 2, b: 4 });
      expect(agreedAfter({ a: 12, b: 4 }, { a: 99, c: 5 })).toEqual({ a: 12, b: 4 });
    });
  });

  it('counts what a catalog lacks of the agreed set, and nothing that it has too much', () => {
    const names = dictionary();
    const agreement = agree(names, [{ node: 'n1', catalog: catalog(names, { a: 5, b: 2, c: 1 }) }], undefined);
    expect(missingIn(agreement, catalog(names, { a: 3, b: 9 }))).toBe(3);
  });

  it('compares catalogs that were read with different dictionaries by name', () => {
    const old = dictionary();
    old.intern('DEFAULT_GROUP', 'gone');
    const late = catalog(old, { b: 2, a: 1 });
    const names = dictionary();
    const result = agree(names, [{ node: 'n1', catalog: catalog(names, { a: 1, b: 2 }) }, { node: 'n2', catalog: late }], undefined);
    expect(show(result)).toEqual({ a: 1, b: 2 });
    expect(result.tied).toBe(false);
  });
});

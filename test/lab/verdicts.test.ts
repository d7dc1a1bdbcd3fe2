import { describe, expect, it } from 'vitest';
import type { Shown } from './contents.ts';
import { type Difference, differencesOf, nameOf, type NodeView } from './differences.ts';
import { type ContentsSight, hasty, overdue, type Patience, unfounded } from './verdicts.ts';

const plain: Shown = { healthy: 'true', enabled: 'true', weight: '1', metadata: '[]' };
const lists = (instances: Readonly<Record<string, Partial<Shown>>>): NodeView =>
  new Map([['public G@@s', new Map(Object.entries(instances).map(([name, shown]) => [name, { ...plain, ...shown }]))]]);
const both = lists({ a: {}, b: {} });
const onlyA = lists({ a: {} });
const viewsOf = (...views: NodeView[]): ReadonlyMap<string, NodeView> => new Map(views.map((view, i) => [`n${i}`, view]));
const named = (...views: NodeView[]): string[] => differencesOf(viewsOf(...views)).map(nameOf);

describe('differences between what nodes show', () => {
  it('are measured against the majority, and name node, instance and field', () => {
    expect(named(both, both, both)).toEqual([]);
    expect(named(both, both, onlyA)).toEqual(['public G@@s n2 missing b']);
    expect(named(onlyA, both, onlyA)).toEqual(['public G@@s n1 surplus b']);
    expect(named(both, lists({ a: {}, b: { weight: '2' } }), both)).toEqual(['public G@@s n1 conflict b weight']);
    expect(named(both, both, new Map())).toEqual(['public G@@s n2 missing a', 'public G@@s n2 missing b']);
  });

  it('are those of all others where what one node alone holds exists', () => {
    expect(differencesOf(viewsOf(onlyA, both, onlyA), true).map(nameOf)).toEqual(['public G@@s n0 missing b', 'public G@@s n2 missing b']);
  });
});

const missing: Difference = { place: 'public G@@s', node: 'n2', what: 'missing', instance: 'b', field: '', shown: '' };
const patience: Patience = { singly: false, latest: () => 20_000, earliest: () => 10_000, settles: 30_000, heals: 5_000, margin: 2_000 };

/** A sight a second: `third` is what the third node shows, with `!` where the difference is confirmed, with `~` where owners moved. */
function watched(thirds: readonly string[]): readonly ContentsSight[] {
  const seen: Readonly<Record<string, NodeView | undefined>> = { ok: both, less: onlyA, gone: undefined };
  return thirds.map((third, second) => ({
    at: second * 1000,
    views: new Map([['n0', both], ['n1', both], ['n2', seen[third.replace(/[!~]/, '')]]]),
    confirmed: third.endsWith('!') ? [missing] : [],
    unsettled: third.endsWith('~'),
  }));
}
const times = (count: number, third: string): string[] => Array.from({ length: count }, () => third);

describe('verdicts, judged by witnesses', () => {
  const cases: readonly (readonly [string, string[], { overdue?: number; unfounded?: number; hasty?: number }])[] = [
    ['nothing differs', times(60, 'ok'), {}],
    ['confirmed in time, and healed in time', [...times(15, 'less'), ...times(20, 'less!'), ...times(4, 'ok!'), ...times(9, 'ok')], {}],
    ['gone before it had to be confirmed', [...times(18, 'less'), ...times(9, 'ok')], {}],
    ['never confirmed', times(40, 'less'), { overdue: 21 }],
    ['never confirmed, and owners moved long before', ['ok~', ...times(31, 'ok'), ...times(40, 'less')], { overdue: 53 }],
    ['never confirmed, and owners moved just before', [...times(10, 'ok'), 'ok~', ...times(70, 'less')], { overdue: 61 }],
    ['never confirmed, and owners moved soon after', [...times(10, 'less'), 'less~', ...times(70, 'less')], { overdue: 61 }],
    ['never confirmed, and owners moved late', [...times(31, 'less'), 'less~', ...times(40, 'less')], { overdue: 21 }],
    ['confirmed, then dropped while it stands', [...times(15, 'less'), ...times(20, 'less!'), ...times(3, 'less')], { overdue: 35 }],
    ['confirmed for too long after its end', [...times(15, 'less'), ...times(20, 'less!'), ...times(9, 'ok!')], { unfounded: 40 }],
    ['confirmed though it never was', [...times(20, 'ok'), 'ok!'], { unfounded: 20, hasty: 20 }],
    ['confirmed at once', [...times(20, 'ok'), ...times(5, 'less!')], { hasty: 20 }],
    ['confirmed of a node that does not answer, and differed before', [...times(20, 'less'), ...times(20, 'gone!')], {}],
  ];
  it.each(cases)('%s', (_, thirds, faults) => {
    const sights = watched(thirds);
    expect(overdue(sights, patience).map(({ second }) => second)).toEqual([faults.overdue ?? []].flat());
    expect(unfounded(sights, patience).map(({ second }) => second)).toEqual([faults.unfounded ?? []].flat());
    expect(hasty(sights, patience).map(({ second }) => second)).toEqual([faults.hasty ?? []].flat());
  });
});

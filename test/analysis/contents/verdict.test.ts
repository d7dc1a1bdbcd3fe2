import { describe, expect, it } from 'vitest';
import { compareService } from '../../../src/analysis/contents/compare.ts';
import { generationOf, healsByItself, patience } from '../../../src/analysis/contents/patience.ts';
import { isConfirmed, isSuspected, judge, type Cases, type Reading } from '../../../src/analysis/contents/verdict.ts';

const line = (ip: string): string => `DEFAULT|${ip}|80\the\t1\t\t`;
const shows = (...lists: readonly (readonly string[])[]): Reading['comparison'] =>
  compareService(lists.map((list, i) => ({ node: `n${i + 1}`, text: list.map(line).join('\n'), votes: true })));

function read(before: Cases, at: number, comparison: Reading['comparison'], changes: Partial<Reading> = {}): Cases {
  return judge(before, {
    at, comparison, kindOf: () => 'instance', patienceOf: () => 15_000, mayConfirm: () => true, causeOf: () => undefined, wasHeld: () => false, asks: () => false,
    registrationOf: () => '', unread: new Set(), stirred: () => false, ...changes,
  });
}

const differ = shows(['a', 'b'], ['a', 'b'], ['a']);
const agree = shows(['a', 'b'], ['a', 'b'], ['a', 'b']);
const confirmed = (cases: Cases): number => [...cases.values()].filter(isConfirmed).length;
const suspected = (cases: Cases): number => [...cases.values()].filter(isSuspected).length;

describe('from suspicion to verdict', () => {
  it('suspects at first sight and confirms at the first read after the delay', () => {
    let cases = read(new Map(), 0, differ);
    expect([suspected(cases), confirmed(cases)]).toEqual([1, 0]);
    cases = read(cases, 14_999, differ);
    expect(confirmed(cases)).toBe(0);
    cases = read(cases, 15_000, differ);
    expect([suspected(cases), confirmed(cases)]).toEqual([0, 1]);
  });

  it('begins anew where the difference is another one', () => {
    const other = shows(['a', 'b', 'c'], ['a', 'b', 'c'], ['a', 'b']);
    const cases = read(read(new Map(), 0, differ), 15_000, other);
    expect([suspected(cases), confirmed(cases)]).toEqual([1, 0]);
  });

  it('begins anew where a read in between agreed', () => {
    let cases = read(read(new Map(), 0, differ), 5_000, agree);
    cases = read(cases, 16_000, differ);
    expect(confirmed(cases)).toBe(0);
    expect(confirmed(read(cases, 31_000, differ))).toBe(1);
  });

  it('heals after two reads that agree, and keeps the beginning of what returns within two minutes', () => {
    let cases = read(read(new Map(), 0, differ), 15_000, differ);
    cases = read(cases, 30_000, agree);
    expect(confirmed(cases)).toBe(1);
    cases = read(cases, 45_000, agree);
    expect(confirmed(cases)).toBe(0);
    const back = read(cases, 100_000, differ);
    expect([...back.values()][0]?.since).toBe(0);
    expect(confirmed(back)).toBe(0);
    expect([...read(cases, 200_000, agree).values()]).toEqual([]);
  });

  it('forgets a suspicion that ended: what returns later began later', () => {
    const cases = read(read(new Map(), 0, differ), 5_000, agree);
    expect([...cases.values()]).toEqual([]);
    expect([...read(cases, 20_000, differ).values()][0]?.since).toBe(20_000);
  });

  it('confirms nothing of a node that is joining, and does once it may', () => {
    const held = read(read(new Map(), 0, differ), 60_000, differ, { mayConfirm: () => false });
    expect(confirmed(held)).toBe(0);
    expect(confirmed(read(held, 75_000, differ))).toBe(1);
  });
});

describe('patience', () => {
  const of = (version: string, kind: 'instance' | 'health' | 'attributes', more: object = {}): number =>
    patience({ versions: [version], kind, byRaft: false, since: 1_000_000, ...more }) / 1000;

  it.each([
    ['1.4.1', 'instance', 15], ['2.0.4', 'instance', 10], ['2.1.1', 'instance', 10], ['2.1.2', 'instance', 15], ['2.4.3', 'instance', 15], ['3.1.0-bugfix', 'instance', 15],
    ['1.4.1', 'health', 30], ['2.0.4', 'health', 15], ['3.0.3', 'health', 15], ['1.4.1', 'attributes', 30], ['3.1.0', 'attributes', 30],
  ] as const)('%s %s: %d s', (version, kind, seconds) => {
    expect(of(version, kind)).toBe(seconds);
  });

  it('waits for Raft, and for the slowest of mixed versions', () => {
    expect(of('2.0.4', 'instance', { byRaft: true })).toBe(30);
    expect(patience({ versions: ['2.0.4', '1.4.1'], kind: 'instance', byRaft: false, since: 0 })).toBe(15_000);
  });

  it('waits longer after a change of owner or a return, and longest for health on 1.x', () => {
    expect(of('2.0.4', 'instance', { unsettledAt: 1_000_000 })).toBe(40);
    expect(of('2.0.4', 'instance', { unsettledAt: 960_000 })).toBe(10);
    expect(of('1.4.1', 'health', { unsettledAt: 1_000_000 })).toBe(120);
  });

  it('waits with health on 1.x also after its own start, since nodes may have started just before', () => {
    expect(of('1.4.1', 'health', { watchedSince: 990_000 })).toBe(110);
    expect(of('1.4.1', 'health', { watchedSince: 900_000 })).toBe(30);
    expect(of('1.4.1', 'instance', { watchedSince: 990_000 })).toBe(15);
    expect(of('2.0.4', 'health', { watchedSince: 990_000 })).toBe(15);
  });

  it('knows the versions that never repair a known client', () => {
    expect(['2.0.0', '2.0.4', '2.1.1'].map(healsByItself)).toEqual([false, false, false]);
    expect(['1.4.1', '2.1.2', '2.5.1', '3.1.0'].map(healsByItself)).toEqual([true, true, true, true]);
    expect(generationOf('')).toBe('v1');
  });
});

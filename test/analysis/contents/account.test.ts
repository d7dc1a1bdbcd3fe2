import { describe, expect, it } from 'vitest';

import { carry, createAccount, dueBy, nextLook } from '../../../src/analysis/contents/account.ts';
import { createCalendar, earliest, enter, inOrder, strike } from '../../../src/analysis/contents/calendar.ts';
import { foremost } from '../../../src/analysis/contents/foremost.ts';
import type { NodeDivergence, Share } from '../../../src/analysis/contents/share.ts';

const lacksOne: NodeDivergence = { services: 1, missingServices: 0, missingInstances: 1, surplusInstances: 0, conflictingInstances: 0 };

const share = (more: Partial<Share>): Share => ({ shown: [], confirmed: false, kind: 'instance', since: 1_000, nodes: [], looks: [], ...more });

describe('a calendar', () => {
  it('knows the first time, and gives what is due in the order of seconds', () => {
    const calendar = createCalendar();
    for (const [service, at] of [[1, 9_500], [2, 3_200], [3, 3_100], [4, 3_900]] as const) enter(calendar, service, at);
    expect(earliest(calendar)).toBe(3_100);
    expect([...inOrder(calendar)].map(([service]) => service)).toEqual([2, 3, 4, 1]);
    expect([...inOrder(calendar, 3_200)].map(([service]) => service)).toEqual([2, 3]);
    expect([...inOrder(calendar, Infinity, 1)].map(([service]) => service)).toEqual([2, 3, 4]);
  });

  it('forgets what is struck out, and nothing of it is left', () => {
    const calendar = createCalendar();
    enter(calendar, 1, 3_100);
    enter(calendar, 2, 3_200);
    strike(calendar, 1, 3_100);
    expect(earliest(calendar)).toBe(3_200);
    strike(calendar, 2, 3_200);
    expect(earliest(calendar)).toBeUndefined();
    expect(calendar.seconds.size).toBe(0);
  });
});

describe('the account of what is open', () => {
  it('takes back what a service added before', () => {
    const account = createAccount();
    const suspected = share({ nodes: [['n3', lacksOne]], looks: [['n3', 6_000]] });
    const confirmed = share({ confirmed: true, nodes: [['n3', lacksOne]] });
    carry(account, 7, undefined, suspected);
    expect([account.suspected, account.kinds.instance, nextLook(account, new Set())]).toEqual([1, 0, 6_000]);
    carry(account, 7, suspected, confirmed);
    expect([account.suspected, account.kinds.instance, earliest(account.confirmedSince), nextLook(account, new Set())]).toEqual([0, 1, 1_000, undefined]);
    expect(account.nodes.get('n3')).toEqual(lacksOne);
    carry(account, 7, confirmed, undefined);
    expect([account.kinds.instance, earliest(account.confirmedSince), account.nodes.get('n3')?.missingInstances]).toEqual([0, undefined, 0]);
  });

  it('names a service once, by the first look of a node that is not spared', () => {
    const account = createAccount();
    carry(account, 1, undefined, share({ looks: [['n1', 8_000], ['n2', 6_000], ['n3', 4_000]] }));
    carry(account, 2, undefined, share({ looks: [['n3', 5_000]] }));
    expect([...dueBy(account, 8_000, new Set(['n3']))]).toEqual([[1, 6_000]]);
    expect([...dueBy(account, 5_000, new Set(['n3']))]).toEqual([]);
    expect([nextLook(account, new Set(['n3'])), nextLook(account, new Set())]).toEqual([6_000, 4_000]);
  });
});

describe('the foremost', () => {
  it('are the first of a stable order, however many there are', () => {
    const items = Array.from({ length: 1_000 }, (_, i) => ({ i, value: (i * 7919) % 97 }));
    const ordered = items.toSorted((a, b) => a.value - b.value);
    for (const most of [0, 1, 10, 999, 5_000, Infinity]) expect(foremost(items, most, ({ value }) => value)).toEqual(ordered.slice(0, most));
  });
});

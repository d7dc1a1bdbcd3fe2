/** Pages of events for readers that come again with a cursor, also after a restart. */

import { describe, expect, it } from 'vitest';
import type { ChurnEvent } from '../../src/analysis/contents/churn-book.ts';
import { eventsPage } from '../../src/cli/divergence-report.ts';
import type { RecentEvents } from '../../src/metrics/view.ts';
import { mostEvents } from '../../src/server/divergence.ts';

const event = (cursor: number): ChurnEvent => ({
  cursor, at: Date.UTC(2026, 0, 1), namespace: 'public', group: 'g', service: 's', instance: 'a%7cb|10.0.0.1|80|e', cause: 'restarted', tagBefore: '1', tagAfter: '2',
});
const recent = (first: number, count: number): RecentEvents =>
  ({ cursor: first + count - 1, events: Array.from({ length: count }, (_, i) => event(first + i)) });
const page = (churn: RecentEvents, after: number) => {
  const { events, cursor, missed } = eventsPage(churn, 'c', after);
  return { seen: events.map((one) => one.cursor), cursor, missed };
};

describe('a page of events', () => {
  it('names the instance, and its tags before and after', () => {
    expect(eventsPage(recent(11, 1), 'c', 0).events).toEqual([{
      cursor: 11, at: '2026-01-01T00:00:00.000Z', cluster: 'c', namespace: 'public', group: 'g', service: 's',
      instance: { cluster: 'a|b', address: '10.0.0.1:80', ephemeral: true }, cause: 'restarted', tagBefore: '1', tagAfter: '2',
    }]);
  });

  it.each<[string, RecentEvents, number, ReturnType<typeof page>]>([
    ['all that is kept, to whoever comes first', recent(11, 2), 0, { seen: [11, 12], cursor: 12, missed: false }],
    ['what came since', recent(11, 3), 12, { seen: [13], cursor: 13, missed: false }],
    ['nothing new', recent(11, 2), 12, { seen: [], cursor: 12, missed: false }],
    ['with a gap, where some were dropped', recent(11, 2), 5, { seen: [11, 12], cursor: 12, missed: true }],
    ['with no gap, up to the first that is kept', recent(11, 2), 10, { seen: [11, 12], cursor: 12, missed: false }],
    ['of a new process that has none yet', { events: [], cursor: 5_000 }, 12, { seen: [], cursor: 5_000, missed: true }],
    ['of a process whose clock was set back', recent(11, 1), 9_000, { seen: [11], cursor: 11, missed: true }],
  ])('%s', (_, churn, after, expected) => {
    expect(page(churn, after)).toEqual(expected);
  });

  it('is bounded, and goes on from there', () => {
    const all = recent(1, mostEvents + 2);
    const first = page(all, 0);
    expect([first.seen.length, first.cursor]).toEqual([mostEvents, mostEvents]);
    expect(page(all, first.cursor)).toEqual({ seen: [mostEvents + 1, mostEvents + 2], cursor: mostEvents + 2, missed: false });
  });
});

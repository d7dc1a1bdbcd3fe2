/** Counters and events of what the nodes agreed on before and after. */

import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../../src/analysis/contents/canonical.ts';
import { churnAt, createChurnBook, keepNamespaces, keptEvents, recordChurn, type ChurnBook, type ChurnCounts } from '../../../src/analysis/contents/churn-book.ts';
import type { InstanceRecord } from '../../../src/model.ts';

type Life = Partial<InstanceRecord> & { readonly tag?: string };

function text(...lives: readonly Life[]): string {
  return canonicalText(lives.map(({ tag, ...rest }): InstanceRecord => ({
    cluster: 'DEFAULT', ip: '10.0.0.1', port: 80, healthy: true, enabled: true, weight: 1, metadata: tag === undefined ? {} : { app_registry_tag: tag }, ...rest,
  })), ['app_registry_tag']);
}

/** Plays what is agreed of one service, step by step: `[seconds, text]`. */
function play(steps: readonly (readonly [number, string])[], { ownershipAt, book = createChurnBook() }: { ownershipAt?: number; book?: ChurnBook } = {}): ChurnBook {
  for (let i = 1; i < steps.length; i++) {
    const at = steps[i]![0] * 1000;
    recordChurn(book, [{ namespace: 'public', group: 'g', service: 's', before: steps[i - 1]![1], after: steps[i]![1], at }], at, ownershipAt);
  }
  return book;
}

const nonzero = (book: ChurnBook): Partial<ChurnCounts> => Object.fromEntries(Object.entries(book.counts.get('public') ?? {}).filter(([, count]) => count > 0));
const causes = (book: ChurnBook): readonly string[] => keptEvents(book).map(({ cause, tagBefore, tagAfter }) => `${cause} ${tagBefore}>${tagAfter}`);
const a = text({ tag: '1' });
const none = '';

describe('churn', () => {
  it.each<[string, (readonly [number, string])[], Partial<ChurnCounts>, string[]]>([
    ['comes', [[0, none], [15, a]], { registered: 1 }, ['registered >1']],
    ['leaves', [[0, a], [15, none]], { deregistered: 1, servicesEmptied: 1 }, ['deregistered 1>']],
    ['expires', [[0, a], [15, text({ tag: '1', healthy: false })], [30, none]], { becameUnhealthy: 1, deregistered: 1, servicesEmptied: 1 }, ['unhealthy 1>1', 'expired 1>']],
    ['recovers', [[0, text({ healthy: false })], [15, text({})]], { recovered: 1 }, ['recovered >']],
    ['is registered anew at its address', [[0, a], [15, text({ tag: '2' })]], { restarted: 1 }, ['restarted 1>2']],
    ['is gone and back the same', [[0, a], [15, none], [30, a]], { deregistered: 1, registered: 1, flappedOtherwise: 1, servicesEmptied: 1 }, ['deregistered 1>', 'flapped 1>1']],
    ['is gone and back another', [[0, a], [15, none], [30, text({ tag: '2' })]], { deregistered: 1, registered: 1, restarted: 1, servicesEmptied: 1 }, ['deregistered 1>', 'restarted 1>2']],
    ['is back after more than two minutes', [[0, a], [15, none], [136, a]], { deregistered: 1, registered: 1, servicesEmptied: 1 }, ['deregistered 1>', 'registered >1']],
    ['changes its weight', [[0, a], [15, text({ tag: '1', weight: 2 })]], {}, ['metadata 1>1']],
    ['is registered twice, and then its old connection expires', [[0, a], [15, text({ tag: '1' }, { tag: '2' })], [200, text({ tag: '2' })]],
      { registered: 1, deregistered: 1 }, ['duplicate 1>2', 'duplicate 1>2']],
    ['stands twice without a tag', [[0, text({})], [15, text({}, {})]], { registered: 1 }, ['duplicate >']],
  ])('an instance that %s', (_, steps, counts, events) => {
    const book = play(steps);
    expect(nonzero(book)).toEqual(counts);
    expect(causes(book)).toEqual(events);
  });

  it('knows a flap that comes with a change of owner, and for how long it is flapping', () => {
    const book = play([[0, a], [15, none], [30, a]], { ownershipAt: 100_000 });
    expect(nonzero(book)).toMatchObject({ flappedByOwnership: 1 });
    expect(churnAt(book, 150_000).flapping.get('public')).toBe(1);
    expect(churnAt(book, 150_001).flapping.get('public')).toBe(0);
  });

  it('begins and ends with a namespace, and a view of it does not change any more', () => {
    const book = createChurnBook();
    keepNamespaces(book, ['public', 'orders']);
    const before = churnAt(book, 0);
    play([[0, none], [15, a]], { book });
    expect([before.counts.get('public')?.registered, churnAt(book, 0).counts.get('public')?.registered]).toEqual([0, 1]);
    keepNamespaces(book, ['orders']);
    expect([...churnAt(book, 0).counts.keys()]).toEqual(['orders']);
  });

  it('keeps a bounded number of events, whose cursors go on from where it began', () => {
    const book = createChurnBook(500);
    for (let round = 0; round < 30_000; round++) recordChurn(book, [{ namespace: 'public', group: 'g', service: 's', before: none, after: a, at: round }], round, undefined);
    const kept = keptEvents(book);
    expect([kept.length, kept.at(-1)!.cursor, book.cursor]).toEqual([10_000, 30_500, 30_500]);
    expect(book.events.length).toBeLessThanOrEqual(20_000);
  });
});

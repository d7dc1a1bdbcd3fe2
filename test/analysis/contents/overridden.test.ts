/** Instances whose `enabled=false` outlived the process that it was meant for. */

import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../../src/analysis/contents/canonical.ts';
import { churnAt, createChurnBook, keepNamespaces, recordChurn } from '../../../src/analysis/contents/churn-book.ts';
import type { InstanceRecord } from '../../../src/model.ts';

interface Life extends Partial<InstanceRecord> {
  readonly tag?: string;
}

function text(...lives: readonly Life[]): string {
  return canonicalText(lives.map(({ tag, ...rest }): InstanceRecord => ({
    cluster: 'DEFAULT', ip: '10.0.0.1', port: 80, healthy: true, enabled: true, weight: 1, metadata: tag === undefined ? {} : { app_registry_tag: tag }, ...rest,
  })), ['app_registry_tag']);
}

const off = (tag?: string, more: Life = {}): Life => ({ enabled: false, ...(tag === undefined ? {} : { tag }), ...more });
const on = (tag?: string): Life => (tag === undefined ? {} : { tag });

type Step = readonly [seconds: number, ...lives: readonly Life[]];

function play(...steps: readonly Step[]): number | undefined {
  const book = createChurnBook();
  keepNamespaces(book, ['public']);
  for (let i = 1; i < steps.length; i++) {
    const [[, ...was], [seconds, ...is]] = [steps[i - 1]!, steps[i]!];
    recordChurn(book, [{ namespace: 'public', group: 'g', service: 's', before: text(...was), after: text(...is), at: seconds * 1000 }], seconds * 1000, undefined);
  }
  return churnAt(book, 0).overridden.get('public');
}

describe('an instance that', () => {
  it.each<[string, number, readonly Step[]]>([
    ['is disabled and nothing else', 0, [[0, on('a')], [15, off('a')]]],
    ['restarts enabled', 0, [[0, on('a')], [15, on('b')]]],
    ['stays disabled over a restart', 1, [[0, off('a')], [15, off('b')]]],
    ['is unhealthy as well', 1, [[0, off('a')], [15, off('b', { healthy: false })]]],
    ['is disabled by its restart', 0, [[0, on('a')], [15, off('b')]]],
    ['stays disabled over two restarts', 1, [[0, off('a')], [15, off('b')], [30, off('c')]]],
    ['is enabled afterwards', 0, [[0, off('a')], [15, off('b')], [30, on('b')]]],
    ['is enabled and disabled again afterwards', 0, [[0, off('a')], [15, off('b')], [30, on('b')], [45, off('b')]]],
    ['is gone for a while in between', 1, [[0, off('a')], [15], [60, off('b')]]],
    ['is gone for longer than settings are stored', 0, [[0, off('a')], [15], [136, off('b')]]],
    ['flaps', 0, [[0, off('a')], [15], [30, off('a')]]],
    ['flaps after it stood', 1, [[0, off('a')], [15, off('b')], [30], [45, off('b')]]],
    ['comes back enabled', 0, [[0, off('a')], [15], [30, on('b')]]],
    ['leaves for good', 0, [[0, off('a')], [15, off('b')], [30]]],
    ['has no tag', 0, [[0, off()], [15, off()]]],
    ['gets its first tag', 0, [[0, off()], [15, off('a')]]],
    ['is one of two at other addresses', 1, [[0, off('a'), { ...on('x'), port: 81 }], [15, off('b'), { ...on('y'), port: 81 }]]],
    ['stands twice while the old registration lasts', 1, [[0, off('a')], [15, off('a'), off('b')], [200, off('b')]]],
  ])('%s: %i', (_, expected, steps) => {
    expect(play(...steps)).toBe(expected);
  });
});

it('goes with its namespace', () => {
  const book = createChurnBook();
  keepNamespaces(book, ['public', 'orders']);
  for (const namespace of ['public', 'orders']) {
    recordChurn(book, [{ namespace, group: 'g', service: 's', before: text(off('a')), after: text(off('b')), at: 0 }], 0, undefined);
  }
  keepNamespaces(book, ['public']);
  expect([...churnAt(book, 0).overridden]).toEqual([['public', 1]]);
});

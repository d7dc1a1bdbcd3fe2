/** Which key of metadata differs, and how, of services that do. */

import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../../src/analysis/contents/canonical.ts';
import type { Situation } from '../../../src/analysis/contents/observe.ts';
import { createShelf, put, settleService, type Shelf } from '../../../src/analysis/contents/shelf.ts';
import { listDivergent } from '../../../src/analysis/contents/summary.ts';
import { noteValues, valuesOf } from '../../../src/analysis/contents/values.ts';
import type { InstanceRecord } from '../../../src/model.ts';
import { createServiceNames } from '../../../src/nacos/service-names.ts';

const nodes = ['n1', 'n2', 'n3'];
const situation: Situation = { versions: new Map(nodes.map((node) => [node, '2.2.4'])), voters: new Set(nodes), spared: new Set() };
const common = { zone: 'a', version: '1' };

const instance = (metadata: InstanceRecord['metadata'], weight = 1): InstanceRecord =>
  ({ cluster: 'DEFAULT', ip: '10.0.0.1', port: 80, healthy: true, enabled: true, weight, metadata });

function shelfOf(services: number): Shelf {
  const names = createServiceNames('public');
  for (let i = 0; i < services; i++) names.intern('g', `s${i}`);
  return createShelf(names);
}

/** All nodes show one instance; the third may show another. */
function read(shelf: Shelf, at: number, odd: InstanceRecord, service = 0): void {
  for (const node of nodes) {
    const shown = [node === 'n3' ? odd : instance(common)];
    put(shelf, node, service, canonicalText(shown, []), at);
    noteValues(shelf, service, shown);
  }
  settleService(shelf, service, nodes, situation, undefined);
}

function told(shelf: Shelf): unknown {
  return listDivergent(new Map([['public', shelf]])).map(({ differences, values }) => differences.map(({ agreed, shown }) => valuesOf(values, agreed, shown)));
}

describe('the values of metadata that differs', () => {
  it('are the keys that differ, on both sides', () => {
    const shelf = shelfOf(1);
    const odd = instance({ zone: 'a', version: '2', extra: 'x'.repeat(300) });
    read(shelf, 0, odd);
    // At first sight nothing was kept yet.
    expect(told(shelf)).toEqual([[{ agreed: '', shown: '' }]]);
    read(shelf, 15_000, odd);
    expect(told(shelf)).toEqual([[{ agreed: '{"version":"1"}', shown: `{"extra":"${'x'.repeat(200)}…","version":"2"}` }]]);
  });

  it('are told of metadata that one side lacks altogether', () => {
    const shelf = shelfOf(1);
    for (const at of [0, 15_000]) read(shelf, at, instance({}));
    expect(told(shelf)).toEqual([[{ agreed: '{"version":"1","zone":"a"}', shown: '{}' }]]);
  });

  it('are not kept of what differs otherwise, nor of what agrees again', () => {
    const shelf = shelfOf(1);
    for (const at of [0, 15_000]) read(shelf, at, instance(common, 2));
    expect(shelf.values.size).toBe(0);
    for (const at of [30_000, 45_000]) read(shelf, at, instance({ version: '2' }));
    expect(shelf.values.size).toBe(1);
    for (const at of [60_000, 75_000, 400_000]) read(shelf, at, instance(common));
    expect(shelf.values.size).toBe(0);
  });

  it('are kept of so many services only', () => {
    const shelf = shelfOf(600);
    for (const at of [0, 15_000]) for (let service = 0; service < 600; service++) read(shelf, at, instance({ version: '2' }), service);
    expect([shelf.open.size, shelf.values.size]).toEqual([600, 500]);
  });
});

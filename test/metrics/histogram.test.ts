import { Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';

import { renderFamily } from '../../src/metrics/exposition.ts';
import { defineFor } from '../../src/metrics/family.ts';
import { emitHistogram, type HistogramValue } from '../../src/metrics/histogram.ts';
import { headerText, leText } from '../../src/metrics/text.ts';
import { parseExposition } from './parse-exposition.ts';

const bounds = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 15, 30];
const family = defineFor<ReadonlyMap<string, HistogramValue>>()({
  name: 'nacos_canary_beat_seconds', help: 'Beats.', type: 'histogram', labels: ['nacos_cluster', 'nacos_node'],
  rows(view, emit) {
    for (const [node, histogram] of view) emitHistogram(emit, histogram, 'c', node);
  },
});

function textOf(view: ReadonlyMap<string, HistogramValue>): string {
  return Buffer.from(renderFamily(undefined, family, view).bytes).toString();
}

it('is what prom-client makes of the same observations, valid in both formats', async () => {
  const registry = new Registry();
  const peer = new Histogram({ name: family.name, help: family.help, labelNames: family.labels, buckets: bounds, registers: [registry] });
  const counts = bounds.map(() => 0).concat(0);
  let sum = 0;
  for (const value of [0.01, 0.3, 0.3, 1, 29, 31, 500]) {
    peer.observe({ nacos_cluster: 'c', nacos_node: '中"1' }, value);
    counts[[...bounds, Infinity].findIndex((bound) => value <= bound)]!++;
    sum += value;
  }
  const ours = textOf(new Map([['中"1', { bounds, counts, sum }]]));
  const theirs = (await registry.metrics()).replaceAll(/le="(\d+)"/g, 'le="$1.0"');
  const parsed = parseExposition(headerText(family, 'text') + ours, 'text');
  expect(parsed).toEqual(parseExposition(theirs, 'text'));
  expect(parseExposition(`${headerText(family, 'openmetrics')}${ours}# EOF\n`, 'openmetrics')).toEqual(parsed);
});

it('is rendered again from the lines before', () => {
  const first = renderFamily(undefined, family, new Map([['a', { bounds: [1], counts: [1, 0], sum: 0.5 }]]));
  const view = new Map([['a', { bounds: [1], counts: [1, 2], sum: 9.25 }], ['b', { bounds: [1], counts: [0, 0], sum: 0 }]]);
  expect(Buffer.from(renderFamily(first, family, view).bytes).toString()).toBe(textOf(view));
});

it('refuses counts that do not fit the bounds, and rows that are not histograms', () => {
  expect(() => textOf(new Map([['a', { bounds: [1], counts: [1], sum: 0 }]]))).toThrow('Expected 2 bucket counts, got 1');
  const plain = { ...family, rows: (_view: unknown, emit: (value: number, ...labels: string[]) => void) => emit(1, 'c', 'n') };
  expect(() => renderFamily(undefined, plain as typeof family, new Map())).toThrow('too few label values');
});

it.each([
  [0, '0.0'], [1, '1.0'], [0.05, '0.05'], [30, '30.0'], [100_000, '100000.0'], [1e6, '1e+06'], [2.5e7, '2.5e+07'], [1e21, '1e+21'], [1e-5, '1e-05'],
  [-5, '-5.0'], [Infinity, '+Inf'],
])('spells le %d as %s', (bound, spelling) => {
  expect(leText(bound)).toBe(spelling);
});

/** The builder: what does not compile, and parentheses where they are needed. */

import { describe, expect, it } from 'vitest';
import { and, by, calc, calcPer, foreign, max, or, over, queriesOf, range, scalarLeft, subquery, unless } from '../../src/monitoring/promql.ts';
import { alert } from '../../src/monitoring/rules.ts';

const q = queriesOf({ matchers: [], job: 'j' }, () => ['nacos_cluster', 'nacos_node']);
const of = (name: string) => foreign(name, ['x', 'y'], {}, []);
const [a, b, c] = [of('a'), of('b'), of('c')];

describe('what does not compile', () => {
  it('is a misspelt metric, a label that it does not have, and one that an aggregation dropped', () => {
    // @ts-expect-error -- no such metric
    q.metric('nacos_node_upp');
    // @ts-expect-error -- no such label
    q.metric('nacos_node_up', { node: 'x' });
    // @ts-expect-error -- no such label to keep
    max(['namespace_id'], q.metric('nacos_node_up'));
    const up = max(['nacos_cluster'], q.metric('nacos_node_up'));
    // @ts-expect-error -- dropped by the aggregation
    max(['nacos_node'], up);
    // @ts-expect-error -- the left side has no such label to match on
    and(up, max(['nacos_cluster', 'nacos_node'], q.metric('nacos_node_up')));
    // @ts-expect-error -- no histogram
    q.buckets('nacos_node_up');
    alert({
      alert: 'NacosNodeDown', meaning: '', expr: calc(up, '==', 0),
      // @ts-expect-error -- a text about a label that did not survive
      texts: (l) => ({ summary: l.nacos_node, description: '' }),
    });
    // @ts-expect-error -- no such alert
    alert({ alert: 'NacosNodeDwn', meaning: '', expr: up, texts: () => ({ summary: '', description: '' }) });
    expect(up.text).toBe('max by (nacos_cluster) (nacos_node_up)');
  });
});

describe('parentheses', () => {
  it.each([
    ['a - (b - c)', calc(a, '-', calc(b, '-', c))],
    ['a - b - c', calc(calc(a, '-', b), '-', c)],
    ['(a + b) * c', calc(calc(a, '+', b), '*', c)],
    ['a + b * c', calc(a, '+', calc(b, '*', c))],
    ['5 * (a + 1)', scalarLeft(5, '*', calc(a, '+', 1))],
    ['a > 1\nand on (x, y) b', and(calc(a, '>', 1), b)],
    ['a\nunless on (x, y) (\n  b\n  or c\n)', unless(a, or(b, c))],
    ['(\n  a\n  and on (x, y) b\n)\nor c', or(and(a, b), c)],
    ['a\nor (\n  b\n  or c\n)', or(a, or(b, c))],
    ['a\nor b\nor on (x) c', or(or(a, b), c, ['x'])],
    ['a / on (x) group_left () max by (x) (b)', calcPer(a, '/', max(['x'], b))],
    ['max_over_time((a - b)[1m:15s])', over('max_over_time', subquery(calc(a, '-', b), '1m', '15s'))],
    ['sum by (x) (increase(a[5m] offset 1h))', by('sum', ['x'], over('increase', range(a, '5m', '1h')))],
  ])('%s', (text, expr) => {
    expect(expr.text).toBe(text);
  });

  it('keeps what every branch of an or carries, and notes the rest', () => {
    const both = or(a, max(['x'], b));
    expect([both.labels, both.optional]).toEqual([['x'], ['y']]);
  });
});

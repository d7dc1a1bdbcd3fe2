/** The builder: what does not compile, and what variables make of a query. */

import { describe, expect, it } from 'vitest';
import { kitFor } from '../../src/monitoring/dashboards/kit.ts';
import { placed } from '../../src/monitoring/dashboards/layout.ts';
import { text } from '../../src/monitoring/dashboards/panels.ts';
import { table } from '../../src/monitoring/dashboards/table.ts';
import { orUnsupported, query, unsupported } from '../../src/monitoring/dashboards/targets.ts';
import { scopeOf } from '../../src/monitoring/dashboards/variables.ts';
import { anyOf, joined, max, topk } from '../../src/monitoring/promql.ts';
import { defaultValues } from '../../src/monitoring/values.ts';

const kit = kitFor(defaultValues, scopeOf([{ name: 'cluster', single: true }, { name: 'node' }, { name: 'namespace' }]));
const { q, whole } = kit;
const up = max(['nacos_cluster', 'nacos_node'], q.metric('nacos_node_up'));

describe('what does not compile', () => {
  it('is a misspelt series of a node, a label that it does not have, a legend or a column of a label that is gone', () => {
    // @ts-expect-error -- no such series
    expect(() => kit.passed('jvm_memory_used')).toThrow(TypeError);
    // @ts-expect-error -- no such label
    kit.passed('jvm_memory_used_bytes', { pool: 'x' });
    // @ts-expect-error -- the aggregation dropped it
    query(max(['nacos_cluster'], up), (l) => l.nacos_node);
    // @ts-expect-error -- no such stage
    unsupported(q, 'pushes');
    // @ts-expect-error -- the rows do not differ by it
    table({ title: '', description: '', width: 1, labels: { nacos_cluster: '' }, columns: [{ title: '', of: up, unit: 'none' }] });
    expect(query(up, (l) => l.nacos_node).legend).toBe('{{nacos_node}}');
  });
});

describe('variables', () => {
  it.each([
    ['nacos_up{nacos_cluster="$cluster"}', q.metric('nacos_up')],
    ['nacos_instances{nacos_cluster="$cluster",nacos_node=~"$node",namespace_id=~"$namespace"}', q.metric('nacos_instances')],
    ['nacos_node_up{nacos_cluster="$cluster"}', whole.metric('nacos_node_up')],
    ['nacos_node_up{nacos_cluster="$cluster",nacos_node="a"}', q.metric('nacos_node_up', { nacos_node: 'a' })],
    ['nacos_actuator_process_cpu_usage{nacos_cluster="$cluster",nacos_node=~"$node"}', kit.passed('process_cpu_usage')],
    ['nacos_exporter_config_hash', q.metric('nacos_exporter_config_hash')],
  ])('%s', (said, expr) => {
    expect(expr.text).toBe(said);
  });
});

describe('a version without a source', () => {
  it('is told by another query, node by node, or within the number of a cluster', () => {
    const scoped = kitFor(defaultValues, {}).q;
    expect(unsupported(scoped, 'push', 'actuator')).toMatchObject({
      expr: { text: '(max by (nacos_cluster, nacos_node) (nacos_poll_supported{stage=~"push|actuator"}) == 0) - 1' }, legend: '{{nacos_node}}: not supported by this version', companion: true,
    });
    expect(orUnsupported(max(['nacos_cluster'], scoped.metric('nacos_up')), scoped, 'beats').text)
      .toBe('max by (nacos_cluster) (nacos_up)\nor (max by (nacos_cluster) (nacos_poll_supported{stage=~"beats"}) == 0) - 1');
  });
});

describe('pieces', () => {
  it('stand side by side while they fit, then below the tallest', () => {
    const piece = (width: number, height: number) => text({ title: '', description: '', width, height, markdown: '' });
    const places = placed([{ title: 'a', pieces: [piece(12, 4), piece(8, 6), piece(6, 2)] }, { title: 'b', pieces: [piece(24, 3)] }]).map(({ gridPos }) => gridPos);
    expect(places).toEqual([
      { x: 0, y: 0, w: 24, h: 1 }, { x: 0, y: 1, w: 12, h: 4 }, { x: 12, y: 1, w: 8, h: 6 }, { x: 0, y: 7, w: 6, h: 2 },
      { x: 0, y: 9, w: 24, h: 1 }, { x: 0, y: 10, w: 24, h: 3 },
    ]);
  });

  it('of expressions keep their parentheses', () => {
    const one = kit.process('process_resident_memory_bytes');
    expect(anyOf(one, { ...one, text: 'a or b', rank: 1 }, one).text).toMatch(/^process\S+\nor \(a or b\)\nor process\S+$/);
    expect(topk(3, one).text).toMatch(/^topk\(3, process/);
    expect(joined(up, ['nacos_cluster', 'nacos_node'], 'node')).toMatchObject({
      text: `label_join(${up.text}, "node", " ", "nacos_cluster", "nacos_node")`, labels: ['nacos_cluster', 'nacos_node', 'node'],
    });
  });
});

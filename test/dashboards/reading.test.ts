/** What the tests of the dashboards' data rest on: reading a dashboard, filling in variables, storing a scrape, counting `for`. */

import { describe, expect, it } from 'vitest';
import type { Asking } from './asking.ts';
import { dashboardOf } from './panels.ts';
import { playRules } from './played-rules.ts';
import { timestamped } from './recording.ts';
import { substitute, unresolved } from './substitute.ts';

const target = (refId: string, expr: string) => ({ refId, expr });
const unsupported = '(max by (nacos_node) (nacos_poll_supported{stage=~"raft"}) == 0) - 1';

describe('a dashboard', () => {
  const { panels, variables, annotations } = dashboardOf('x.json', {
    uid: 'x', title: 'X',
    panels: [
      { id: 1, type: 'row', title: 'open' },
      { id: 2, type: 'timeseries', title: 'beside', targets: [target('A', 'max by (nacos_cluster) (nacos_up)'), target('B', unsupported)] },
      { id: 3, type: 'row', title: 'closed', panels: [
        { id: 4, type: 'stat', title: 'in one', targets: [target('A', `max(nacos_up) or ${unsupported}`)] },
        { id: 5, type: 'table', title: 'itself', targets: [target('A', 'nacos_poll_supported{nacos_node="a"}')] },
        { id: 6, type: 'text', title: 'words' },
      ] },
    ],
    templating: { list: [
      { name: 'cluster', type: 'query', query: { query: 'label_values(nacos_up, nacos_cluster)' } }, { name: 'node', type: 'query', query: 'label_values(nacos_node_up, nacos_node)', includeAll: true, allValue: '.+' },
    ] },
    annotations: { list: [{ name: 'built in' }, { name: 'a', expr: 'nacos_up' }, { name: 'b', target: { expr: 'nacos_node_up' } }] },
  });

  it('has the panels of open and closed rows, each with its row', () => {
    expect(panels.map(({ title, row }) => `${row}/${title}`)).toEqual(['open/beside', 'closed/in one', 'closed/itself', 'closed/words']);
  });

  it('knows which targets say that something is not supported', () => {
    expect(panels.map(({ targets }) => targets.map(({ says }) => says))).toEqual([['value', 'companion'], ['either'], ['value'], []]);
  });

  it('has its variables and the annotations that ask', () => {
    expect(variables.map(({ name, query, many, allValue }) => [name, query, many, allValue])).toEqual([
      ['cluster', 'label_values(nacos_up, nacos_cluster)', false, undefined], ['node', 'label_values(nacos_node_up, nacos_node)', true, '.+'],
    ]);
    expect(annotations).toEqual([{ name: 'a', expr: 'nacos_up' }, { name: 'b', expr: 'nacos_node_up' }]);
  });
});

describe('variables in a query', () => {
  it.each([
    ['up{a="$a"}[$__range]', 'up{a="x"}[60s]'],
    ['up{a=~"${b:regex}"}', String.raw`up{a=~"(10\\.0\\.0\\.1:1|y)"}`],
    ['up{a=~"[[c]]"}', 'up{a=~"z"}'],
    ['up{a="$unknown"}', 'up{a="$unknown"}'],
  ])('%s becomes %s', (text, filled) => {
    expect(substitute(text, { a: 'x', b: ['10.0.0.1:1', 'y'], c: ['z'], __range: '60s' })).toBe(filled);
  });

  it('that have no value are told', () => expect(unresolved('up{a="$a"}')).toEqual(['$a']));
});

it('a scrape is stored with its target and its time', () => {
  const stored = timestamped('# TYPE a gauge\na 1\nb{x="} "} 2\n# EOF\n', 15);
  expect(stored.split('\n').slice(0, 3)).toEqual([
    'a{job="nacos-exporter",instance="exporter-1:18848"} 1 15', 'b{x="} ",job="nacos-exporter",instance="exporter-1:18848"} 2 15', 'up{job="nacos-exporter",instance="exporter-1:18848"} 1 15',
  ]);
});

it('an alert is pending until its `for` is over, and begins anew after a gap', async () => {
  const prometheus: Asking = {
    stepSeconds: 15, variable: () => Promise.resolve([]), range: () => Promise.resolve([{ labels: { a: 'x' }, values: [[0, '1'], [15, '1'], [30, '1'], [60, '1']] }]),
  };
  const lines = await playRules(prometheus, 'groups: [{rules: [{alert: Broken, expr: up, for: 30s, labels: {severity: critical}}, {record: r, expr: up}]}]');
  const state = (alertstate: string, at: number) => `ALERTS{a="x",severity="critical",alertname="Broken",alertstate="${alertstate}"} 1 ${at}`;
  expect(lines).toEqual([
    state('pending', 0), state('pending', 15), state('firing', 30), state('pending', 60), 'r{a="x"} 1 0', 'r{a="x"} 1 15', 'r{a="x"} 1 30', 'r{a="x"} 1 60',
  ]);
});

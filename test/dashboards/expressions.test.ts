/** Every question of every dashboard: whether it can be parsed, has types that fit, and names what the exporter has. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { passedSeries, processSeries } from '../../src/monitoring/dashboards/kit.ts';
import { declaredLabels } from '../../src/monitoring/pack.ts';
import { selfFamilies } from '../../src/metrics/self/families.ts';
import { havePromtool, run } from '../alerts/promtool.ts';
import { faultsOf, foldedBy, readExpression } from '../promql/reader.ts';
import { askingPanels, boardsOf, substituted } from './boards.ts';

const questions = boardsOf().flatMap((board) => [
  ...askingPanels(board).flatMap(({ title, targets }) => targets!.map(({ refId, expr, legendFormat }) => ({ name: `${board.uid}: ${title} ${refId}`, expr: substituted(expr), says: legendFormat }))),
  ...board.annotations.list.map(({ name, expr, textFormat }) => ({ name: `${board.uid}: annotation ${name}`, expr: substituted(expr), says: textFormat })),
  ...board.templating.list.flatMap(({ name, definition }) => (definition === undefined ? [] : [{
    name: `${board.uid}: variable ${name}`, expr: substituted(/^label_values\((.*), (\w+)\)$/.exec(definition)![1]!), says: `{{${/, (\w+)\)$/.exec(definition)![1]!}}}`,
  }])),
]);
const named = questions.map((question) => [question.name, question] as const);

const foreign: Readonly<Record<string, readonly string[]>> = {
  ALERTS: ['alertname', 'alertstate', 'severity', 'nacos_cluster'], up: [], ...Object.fromEntries(processSeries.map((metric) => [metric, []])),
};

function labelsOf(metric: string): readonly string[] | undefined {
  const bucket = /^(.*)_bucket$/.exec(metric);
  const own = foreign[metric] ?? passedSeries.get(metric) ?? declaredLabels.get(metric) ?? (bucket === null ? undefined : [...declaredLabels.get(bucket[1]!) ?? [], 'le']);
  return own === undefined ? undefined : [...own, 'job', 'instance'];
}

describe('the checks themselves', () => {
  it.each([
    ['up{', ['syntax error at 3']],
    ['rate(foo)', ['expected type matrix in call to function "rate", got vector']],
    ['sum(rate(foo[5m])) by', [expect.stringContaining('syntax error')]],
    ['max by (a) (rate(foo[5m])) > 1', []],
  ])('find in %j what is wrong', (text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  it('see how series are folded', () => {
    expect(foldedBy('sum by (a) (max by (a, b) (x{c="d"})) + y')).toEqual([{ metric: 'x', how: 'max', labels: ['a', 'b'] }, { metric: 'y', how: undefined, labels: [] }]);
  });
});

describe('every question', () => {
  it('is looked at', () => {
    expect(questions.length).toBeGreaterThan(250);
  });

  it.each(named)('%s is PromQL, with types that fit', (_, { expr }) => {
    expect(expr).not.toContain('$');
    expect(faultsOf(expr)).toEqual([]);
  });

  it.each(named)('%s names what there is', (_, { expr, says }) => {
    const { selectors, grouping, made } = readExpression(expr);
    expect(selectors.length).toBeGreaterThan(0);
    expect(selectors.filter(({ metric }) => labelsOf(metric) === undefined)).toEqual([]);
    expect(selectors.filter(({ metric, labels }) => labels.some((label) => !labelsOf(metric)!.includes(label)))).toEqual([]);
    const possible = new Set([...selectors.flatMap(({ metric }) => labelsOf(metric)!), ...made]);
    expect(grouping.filter((label) => !possible.has(label))).toEqual([]);
    expect([...says.matchAll(/\{\{(\w+)\}\}/g)].filter(([, label]) => !possible.has(label!))).toEqual([]);
  });

  // What an exporter counts of itself is its own; what it says of a cluster is said by another of that cluster as well.
  it.each(named.filter(([name]) => !/: variable /.test(name)))('%s counts nothing twice where two exporters watch a cluster', (_, { expr }) => {
    const itsOwn = new Set<string>(selfFamilies.map(({ name }) => name as string));
    const once = foldedBy(expr).filter(({ metric, how, labels }) => {
      if (metric === 'ALERTS') return false;
      const perExporter = labels.includes('instance') && (itsOwn.has(metric.replace(/_bucket$/, '')) || metric in foreign);
      return !perExporter && how !== 'max' && how !== 'min';
    });
    expect(once).toEqual([]);
  });

  it.skipIf(!havePromtool)('is taken by promtool as a rule', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nacos-dashboards-'));
    const file = join(folder, 'queries.yaml');
    const distinct = [...new Set(questions.map(({ expr }) => expr))];
    writeFileSync(file, stringify({ groups: [{ name: 'dashboards', rules: distinct.map((expr, i) => ({ record: `question:${i}`, expr })) }] }));
    const { code, output } = await run(['check', 'rules', file]);
    rmSync(folder, { recursive: true });
    expect([code, output]).toEqual([0, expect.stringContaining(`${distinct.length} rules found`)]);
  });
});

/** A user's own numbers: what they change, and what is said about mistakes. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generate } from '../../src/cli/generate.ts';
import type { Machine } from '../../src/cli/machine.ts';
import { alertsReference } from '../../src/monitoring/alerts-reference.ts';
import { actuatorPack, pack, prometheusRule, ruleFile } from '../../src/monitoring/pack.ts';
import { milliseconds } from '../../src/monitoring/thresholds.ts';
import { defaultValues, readValues, type Values } from '../../src/monitoring/values.ts';
import { havePromtool, run } from './promtool.ts';
import { readExpression } from '../promql/reader.ts';

interface Rule {
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

function valid(text: string): Values {
  const values = readValues(text);
  if ('mistakes' in values) throw new Error(JSON.stringify(values.mistakes));
  return values;
}

function rulesOf(text: string): readonly Rule[] {
  const values = valid(text);
  return (parse(ruleFile(pack(values), values)) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
}

const find = (rules: readonly Rule[], name: string, severity?: string): Rule | undefined =>
  rules.find(({ alert, labels }) => alert === name && (severity === undefined || labels?.['severity'] === severity));

describe('values', () => {
  it('are the defaults where nothing is said', () => {
    expect(readValues('')).toEqual(defaultValues);
    expect(readValues('thresholds:\n  NacosNodeDown: {}\n')).toEqual(defaultValues);
  });

  it('change thresholds, in the expression, in `for` and in what is said', () => {
    const rules = rulesOf('thresholds:\n  NacosNodeDown: {for: 5m}\n  NacosMassDeregistration: {warning: 0.15, min_instances: 50}\n');
    expect(find(rules, 'NacosNodeDown')).toMatchObject({ for: '5m', annotations: { description: expect.stringContaining('for 5m.') as string } });
    expect(find(rules, 'NacosMassDeregistration', 'warning')?.expr).toMatch(/>= 0\.15[\s\S]*>= 50/);
  });

  it('change severities, one of two where an alert has two', () => {
    const rules = rulesOf('severities: {NacosNodeDown: critical, NacosMassDeregistration.warning: info}\n');
    expect(rules.filter(({ alert }) => alert === 'NacosNodeDown' || alert === 'NacosMassDeregistration').map(({ labels }) => labels?.['severity'])).toEqual(['critical', 'info', 'critical']);
  });

  it('leave alerts out, both of one name', () => {
    const rules = rulesOf('disabled: [NacosMixedVersions, NacosNodeDataDivergence]\n');
    expect([find(rules, 'NacosMixedVersions'), find(rules, 'NacosNodeDataDivergence')]).toEqual([undefined, undefined]);
    expect(find(rules, 'NacosNodeDown')).toBeDefined();
  });

  it('put matchers on every metric', () => {
    const values = valid('selector: {env: prod, team: \'a"b\'}\n');
    const texts = [...pack(values), ...actuatorPack(values)].flatMap(({ records, alerts }) => [...records, ...alerts].map(({ expr }) => expr.text));
    const selectors = texts.flatMap((text) => readExpression(text).selectors);
    expect(selectors.length).toBeGreaterThan(150);
    expect(selectors.filter(({ labels }) => !labels.includes('env') || !labels.includes('team'))).toEqual([]);
    expect(texts.find((text) => text.startsWith('up{'))).toContain('up{job="nacos-exporter",env="prod",team="a\\"b"} == 0');
  });

  it('name the job, the labels, the pages', () => {
    const rules = rulesOf('job: exporters\nlabels: {team: middleware}\nrunbook_url: https://wiki.example/nacos\npage_url: https://nacos.example/exporter/\nevaluation_interval: 30s\n');
    expect(find(rules, 'NacosExporterDown')?.expr).toContain('up{job="exporters"}');
    expect(find(rules, 'NacosMassDeregistration', 'critical')).toMatchObject({
      labels: { team: 'middleware', severity: 'critical' },
      annotations: { runbook_url: 'https://wiki.example/nacos#nacosmassderegistration', divergence_url: 'https://nacos.example/exporter/divergence' },
    });
  });

  it('name the object of the Prometheus operator, whose groups are those of the rule file', () => {
    const values = valid('prometheus_rule: {name: nacos, namespace: monitoring, labels: {release: prometheus}}\n');
    const object = parse(prometheusRule(pack(values), values)) as { spec: unknown };
    expect(object).toMatchObject({ apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'nacos', namespace: 'monitoring', labels: { release: 'prometheus' } } });
    expect(object.spec).toEqual(parse(ruleFile(pack(values), values)));
  });

  it('are shown in the reference, whose example is valid', () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(alertsReference(defaultValues))![1]!;
    expect(valid(example).limits.NacosMassDeregistration.warning).toBe(0.15);
    expect(alertsReference(valid(example))).toContain('| NacosMassDeregistration | `warning` | 0.15 | ratio |');
  });

  it.skipIf(!havePromtool)('make rules that promtool takes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nacos-values-'));
    const values = valid('selector: {env: \'p"r\'}\nlabels: {team: "{{ x }}"}\nthresholds: {NacosClockSkew: {offset: 0.5}, NacosDoubleWriteLeftOn: {window: 36h}}\n');
    writeFileSync(join(folder, 'a.yaml'), ruleFile(pack(valid('selector: {env: \'p"r\'}\n')), values).replaceAll('team: "{{ x }}"', 'team: x'));
    const { code, output } = await run(['check', 'rules', '--lint=all', join(folder, 'a.yaml')]);
    rmSync(folder, { recursive: true });
    expect([code, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});

describe('mistakes', () => {
  it.each([
    ['thresholds:\n  NacosNodeDwn: {for: 1m}\n', 'thresholds.NacosNodeDwn: unknown key; did you mean "NacosNodeDown"?'],
    ['thresholds:\n  NacosNodeDown: {four: 1m}\n', 'thresholds.NacosNodeDown.four: unknown key; did you mean "for"?'],
    ['thresholds:\n  NacosNodeDown: {for: 60}\n', 'thresholds.NacosNodeDown.for: expected a duration such as 30s or 5m'],
    ['thresholds:\n  NacosNodeDown: {for: 1 minute}\n', 'thresholds.NacosNodeDown.for: expected a duration such as 30s or 5m, above 0'],
    ['thresholds:\n  NacosNodeDown: {for:}\n', 'thresholds.NacosNodeDown.for: has no value'],
    ['thresholds:\n  NacosMassDeregistration: {warning: 30}\n', 'thresholds.NacosMassDeregistration.warning: must be at most 1'],
    ['thresholds:\n  NacosMassDeregistration: {warning: 0.5}\n', 'thresholds.NacosMassDeregistration.critical: must not be below warning (0.5)'],
    ['thresholds:\n  NacosMassDeregistration: {warning: 0.05}\n', 'thresholds.NacosMassDeregistration.warning: must be at least 0.1: the baseline stands still from a loss of 10 % on'],
    ['severities: {NacosNodeDown: fatal}\n', 'severities.NacosNodeDown: expected one of critical, warning, info'],
    ['severities: {NacosMassDeregistration: info}\n', 'severities.NacosMassDeregistration: has two severities: set NacosMassDeregistration.warning or NacosMassDeregistration.critical'],
    ['severities: {NacosMassDeregistration.warning: critical}\n', 'severities.NacosMassDeregistration.warning: both alerts of this name would have one severity'],
    ['disabled: [NacosNothing]\n', 'disabled[0]: not an alert of this pack'],
    ['selector: {"en v": x}\n', 'selector.en…: not a name of a label'],
    ['selector: {env: 1}\n', 'selector.env: expected a text in quotes'],
    ['labels: {severity: page}\n', 'labels: severity and alertname are set by the rules'],
    ['page_url: nacos\n', 'page_url: expected an http or https address'],
    ['prometheus_rule: {nmae: x}\n', 'prometheus_rule.nmae: unknown key; did you mean "name"?'],
    ['treshholds: {}\n', 'treshholds: unknown key; did you mean "thresholds"?'],
    ['- a\n', 'the file: Invalid input: expected object, received array'],
  ])('%j', (text, said) => {
    const values = readValues(text);
    expect('mistakes' in values ? values.mistakes.map(({ path, message }) => `${path}: ${message}`) : []).toEqual([said]);
  });

  it('are all told at once', () => {
    const values = readValues('job: ""\nthresholds: {NacosClockSkew: {offset: -1, for: x}}\nfoo: 1\n');
    expect('mistakes' in values ? values.mistakes.map(({ path }) => path).toSorted() : []).toEqual(['foo', 'job', 'thresholds.NacosClockSkew.for', 'thresholds.NacosClockSkew.offset']);
  });

  it('of YAML itself have a line', () => {
    const values = readValues('job: a\njob: b\n');
    expect('mistakes' in values ? values.mistakes[0] : undefined).toMatchObject({ path: 'line 2' });
  });
});

describe('generate', () => {
  function machineWith(files: Map<string, string>): { readonly machine: Machine; readonly said: string[] } {
    const said: string[] = [];
    const machine = {
      readFile(path: string) {
        const text = files.get(path);
        if (text === undefined) throw new Error(`no ${path}`);
        return text;
      },
      writeFile: (path: string, text: string) => void files.set(path, text),
      print: (line: string) => void said.push(line), printError: (line: string) => void said.push(line),
    } as unknown as Machine;
    return { machine, said };
  }

  it('writes the pack with the values, and finds it up to date with them alone', async () => {
    const files = new Map([['mine.yaml', 'thresholds: {NacosNodeDown: {for: 7m}}\n']]);
    const { machine, said } = machineWith(files);
    expect(await generate(['--values', 'mine.yaml', '--out', 'out'], machine)).toBe(0);
    expect(files.get('out/alerts/nacos.rules.yaml')).toContain('for: 7m');
    expect(files.get('out/deploy/kubernetes/prometheusrule.yaml')).toContain('for: 7m');
    expect(await generate(['--values', 'mine.yaml', '--out', 'out', '--check'], machine)).toBe(0);
    said.length = 0;
    expect(await generate(['--out', 'out', '--check'], machine)).toBe(1);
    expect(said.map((line) => line.split(' ')[0])).toEqual(['out/docs/alerts.md', 'out/alerts/nacos.rules.yaml', 'out/deploy/kubernetes/prometheusrule.yaml']);
  });

  it('writes nothing where the values are wrong or missing', async () => {
    const files = new Map([['mine.yaml', 'jib: x\n']]);
    const { machine, said } = machineWith(files);
    expect(await generate(['--values', 'mine.yaml'], machine)).toBe(2);
    expect(await generate(['--values', 'other.yaml'], machine)).toBe(2);
    expect(said).toEqual(['mine.yaml: jib: unknown key; did you mean "job"?', 'other.yaml: the file: cannot be read: no other.yaml']);
    expect([...files.keys()]).toEqual(['mine.yaml']);
  });
});

describe('durations', () => {
  it.each([['90s', 90_000], ['1h30m', 5_400_000], ['1d', 86_400_000], ['500ms', 500], ['5', undefined], ['m5', undefined], ['', undefined]])('%j', (text, ms) => {
    expect(milliseconds(text)).toBe(ms);
  });
});

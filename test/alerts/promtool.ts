/**
 * Runs tables of cases through `promtool test rules`, one process a table, and says of each case which alerts fired.
 * Whatever a case does not expect must be silent. Annotations are in texts/ (UPDATE_GOLDEN=1 writes them anew).
 */

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { healthyWorld, notation, secondsOf, stepSeconds, type Labels, type World, type WorldOptions } from './world.ts';

export const root = join(import.meta.dirname, '../..');
/** One file a table: test files run beside each other. */
const goldenFile = (title: string): string => join(import.meta.dirname, `texts/${title.replaceAll(/[^a-z]+/gi, '-')}.json`);
const updates = process.env['UPDATE_GOLDEN'] === '1';

export interface Fired {
  readonly alert: string;
  /** Without alertname. */
  readonly labels: Labels;
}

export interface Case {
  readonly name: string;
  readonly world?: WorldOptions;
  /** Instead of the healthy world. */
  readonly bare?: boolean;
  readonly change: (world: World) => void;
  /** Time, as promtool writes it back (1d5m, not 24h5m), to what fires then; nothing else does. */
  readonly expect: Readonly<Record<string, readonly Fired[]>>;
  /** Alerts that are looked at nowhere in this case, each with the reason. */
  readonly leaves?: Readonly<Record<string, string>>;
}

export interface Table {
  readonly title: string;
  /** Below the repository. */
  readonly ruleFiles: readonly string[];
  /** The only group to evaluate: the whole pack takes promtool most of a second a case. */
  readonly group?: string;
  readonly cases: readonly Case[];
  /** Seconds between scrapes and between evaluations. */
  readonly step?: number;
}

export const havePromtool = ((): boolean => {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Case, then time and alert, to annotations. */
type Golden = Record<string, Record<string, Readonly<Record<string, string>>>>;

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly { readonly alert?: string; readonly record?: string; readonly expr: string; readonly for?: string; readonly labels?: Labels; readonly annotations?: Labels }[] }[];
}

export function readRules(file: string): RuleFile {
  return parse(readFileSync(isAbsolute(file) ? file : join(root, file), 'utf8')) as RuleFile;
}

export function alertNames(files: readonly string[]): readonly string[] {
  return [...new Set(files.flatMap((file) => readRules(file).groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []))))];
}

export function fired(alert: string, severity: string, labels: Labels = {}): Fired {
  return { alert, labels: { severity, ...labels } };
}

export function describeRules(table: Table): void {
  describe.skipIf(skipped(table.title))(`${table.title}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'nacos-rules-'));
    const golden = goldenOf(table.title);
    const failures = new Map<string, string>();
    const state = { output: '', clean: false };
    beforeAll(async () => {
      const file = join(folder, 'cases.json');
      const ruleFiles = table.ruleFiles.map((name, i) => oneGroup(name, table.group, join(folder, `rules-${i}.json`)));
      writeFileSync(file, JSON.stringify(rendered(table, ruleFiles, golden)));
      const result = await run(['test', 'rules', file]);
      state.output = result.output;
      state.clean = result.code === 0;
      for (const part of result.output.split(/^ {4}name: /m).slice(1)) {
        const name = part.slice(0, part.indexOf(',\n'));
        failures.set(name, `${failures.get(name) ?? ''}${part}`);
      }
      if (updates) learn(table, failures);
    }, 600_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    it.each(table.cases.map(({ name }) => name))('%s', (name) => {
      expect(failures.get(name) ?? '').toBe('');
    });
    it('is understood by promtool as a whole', () => {
      expect(state.clean || failures.size > 0 ? '' : state.output).toBe('');
    });
  });
}

/** Says why, since a test that is not run must not look like one that passed. */
function skipped(title: string): boolean {
  if (havePromtool) return false;
  if (process.env['NACOS_LAB_REQUIRE'] === '1' || process.env['CI'] === 'true') throw new Error('promtool is missing');
  process.stderr.write(`skipped: ${title}: promtool is not installed\n`);
  return true;
}

export async function run(argv: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile('promtool', [...argv], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, output: stdout + stderr });
    });
  });
}

function goldenOf(title: string): Golden {
  return existsSync(goldenFile(title)) ? JSON.parse(readFileSync(goldenFile(title), 'utf8')) as Golden : {};
}

function oneGroup(name: string, group: string | undefined, file: string): string {
  if (group === undefined) return join(root, name);
  writeFileSync(file, JSON.stringify({ groups: readRules(name).groups.filter((one) => one.name === group) }));
  return file;
}

function rendered({ cases, step = stepSeconds }: Table, ruleFiles: readonly string[], golden: Golden): object {
  const names = alertNames(ruleFiles).filter((name) => name !== 'NacosWatchdog');
  return {
    rule_files: ruleFiles,
    evaluation_interval: `${step}s`,
    tests: cases.map((one) => {
      const world = one.bare === true ? emptied() : healthyWorld({ step, ...one.world });
      one.change(world);
      const times = Object.keys(one.expect);
      return {
        name: one.name, interval: `${step}s`,
        input_series: world.series.map(({ name, labels, values }) => ({ series: `${name}{${text(labels)}}`, values: notation(values, longest(times), step) })),
        alert_rule_test: times.flatMap((time) => names.filter((name) => one.leaves?.[name] === undefined).map((name) => ({
          eval_time: time, alertname: name,
          exp_alerts: one.expect[time]!.filter(({ alert }) => alert === name).map(({ alert, labels }) => ({ exp_labels: labels, exp_annotations: golden[one.name]?.[identity(time, alert, labels)] ?? {} })),
        }))),
      };
    }),
  };
}

function emptied(): World {
  const world = healthyWorld();
  world.series.splice(0);
  return world;
}

const text = (labels: Labels): string => Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(',');
function identity(time: string, alert: string, labels: Labels): string {
  const sorted = Object.entries(labels).toSorted(([one], [two]) => (one < two ? -1 : 1));
  return `${time} ${alert}{${text(Object.fromEntries(sorted))}}`;
}

const longest = (times: readonly string[]): string => times.toSorted((one, two) => secondsOf(two) - secondsOf(one))[0]!;

/** Takes the annotations of what fired as expected into the golden file; a case that fails otherwise keeps failing. */
function learn({ title, cases }: Table, failures: ReadonlyMap<string, string>): void {
  const old = goldenOf(title);
  const golden: Golden = {};
  for (const one of cases) {
    const before = old[one.name] ?? {};
    const expected = Object.entries(one.expect).flatMap(([time, all]) => all.map(({ alert, labels }) => identity(time, alert, labels)));
    const found = new Map<string, Record<string, string>>();
    for (const [, time, got] of (failures.get(one.name) ?? '').matchAll(/alertname: *\S+, time: *(\S+),[\s\S]*?got:\[([\s\S]*?)\n\s*\]/g)) {
      for (const [, labels, annotations] of got!.matchAll(/Labels:\{(.*)\}\s*\n\s*Annotations:\{(.*)\}/g)) {
        const { alertname, ...rest } = pairs(labels!);
        found.set(identity(time!, alertname!, rest), pairs(annotations!));
      }
    }
    if (expected.length === 0) continue;
    golden[one.name] = Object.fromEntries(expected.flatMap((key) => {
      const said = found.get(key) ?? before[key];
      return said === undefined ? [] : [[key, said] as const];
    }));
  }
  mkdirSync(join(import.meta.dirname, 'texts'), { recursive: true });
  writeFileSync(goldenFile(title), `${JSON.stringify(golden, undefined, 2)}\n`);
}

function pairs(listed: string): Record<string, string> {
  return Object.fromEntries([...listed.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/g)].map(([, label, quoted]) => [label!, JSON.parse(quoted!) as string]));
}

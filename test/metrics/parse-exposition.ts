/** A strict reader of both text formats, for tests: whatever a lenient scraper would forgive is an error here. */

import type { TextFormat } from '../../src/metrics/text.ts';

export interface ParsedSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

export interface ParsedFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: ParsedSample[];
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const number = /^[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)$|^NaN$/;
const suffixes: Readonly<Record<string, readonly string[]>> = { histogram: ['_bucket', '_sum', '_count'], gauge: [''], summary: ['_sum', '_count'] };

export function parseExposition(text: string, format: TextFormat): ReadonlyMap<string, ParsedFamily> {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line does not end');
  const lines = text.split('\n').slice(0, -1);
  if (format === 'openmetrics' && lines.pop() !== '# EOF') throw new Error('no # EOF at the end');
  const families = new Map<string, ParsedFamily>();
  const seen = new Set<string>();
  let open: { name: string; help: string } | undefined;
  let family: ParsedFamily | undefined;
  for (const line of lines) {
    const [, keyword, name, rest] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      if (families.has(name!)) throw new Error(`${name} appears in two places`);
      if (family?.samples.length === 0) throw new Error(`${family.name} has no samples`);
      open = { name: name!, help: unescape(rest!, format === 'openmetrics' ? '\\"n' : '\\n') };
      family = undefined;
    } else if (keyword === 'TYPE') {
      if (open?.name !== name) throw new Error(`TYPE without HELP: ${line}`);
      family = { ...open!, type: rest!, samples: [] };
      families.set(name!, family);
    } else {
      if (family === undefined) throw new Error(`sample outside of a family: ${line}`);
      const sample = parseSample(line);
      const allowed = family.type === 'counter' ? [format === 'openmetrics' ? '_total' : ''] : suffixes[family.type] ?? [];
      if (!allowed.some((suffix) => sample.name === family!.name + suffix)) throw new Error(`not of family ${family.name}: ${line}`);
      const key = sample.name + JSON.stringify([...sample.labels].toSorted());
      if (seen.has(key)) throw new Error(`twice: ${line}`);
      seen.add(key);
      family.samples.push(sample);
    }
  }
  for (const each of families.values()) if (each.type === 'histogram') checkHistogram(each);
  return families;
}

function parseSample(line: string): ParsedSample {
  const [, name, braces, value] = /^([^{ ]+)(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || !metricName.test(name) || !number.test(value!)) throw new Error(`not a sample: ${line}`);
  return { name, labels: parseLabels(braces, line), value: Number(value!.replace('Inf', 'Infinity')) };
}

function parseLabels(braces: string | undefined, line: string): Map<string, string> {
  const labels = new Map<string, string>();
  if (braces === undefined) return labels;
  const pair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\.)*)"(,|\})/y;
  pair.lastIndex = 1;
  while (pair.lastIndex < braces.length) {
    const match = pair.exec(braces);
    if (match === null) throw new Error(`labels: ${line}`);
    if (labels.has(match[1]!)) throw new Error(`label twice: ${line}`);
    labels.set(match[1]!, unescape(match[2]!, '\\"n'));
  }
  return labels;
}

function unescape(text: string, known: string): string {
  return text.replace(/\\(.?)/gs, (_, character: string) => {
    if (character === '' || !known.includes(character)) throw new Error(`unknown escape \\${character}`);
    return character === 'n' ? '\n' : character;
  });
}

function checkHistogram(family: ParsedFamily): void {
  const groups = new Map<string, ParsedSample[]>();
  for (const sample of family.samples) {
    const key = JSON.stringify([...sample.labels].filter(([label]) => label !== 'le').toSorted());
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const samples of groups.values()) {
    const buckets = samples.filter(({ name }) => name.endsWith('_bucket'));
    const count = samples.find(({ name }) => name.endsWith('_count'))?.value;
    const bounds = buckets.map(({ labels }) => labels.get('le')!);
    const numbers = bounds.map((bound) => Number(bound.replace('Inf', 'Infinity')));
    const ascending = buckets.every(({ value }, at) => at === 0 || (value >= buckets[at - 1]!.value && numbers[at]! > numbers[at - 1]!));
    if (bounds.at(-1) !== '+Inf' || buckets.at(-1)?.value !== count || !ascending) throw new Error(`${family.name}: buckets`);
    if (bounds.some((bound) => !/[.e]|Inf/.test(bound))) throw new Error(`${family.name}: le ${bounds.join(' ')}`);
    if (!samples.some(({ name }) => name.endsWith('_sum'))) throw new Error(`${family.name}: no sum`);
  }
}

/**
 * Reader of the Prometheus text format 0.0.4, sample by sample, so that a long text can be read in several steps. Strict about
 * samples; TYPE and HELP are comments here, since 2.2-2.5 write wrong ones (summaries and gauges share `nacos_monitor`), and
 * repeated or missing ones do not change what a sample says.
 */

import { NacosError } from './errors.ts';

export interface TextSample {
  readonly name: string;
  /** In the order of the text, values unescaped. */
  readonly labels: readonly TextLabel[];
  readonly value: number;
}

export type TextLabel = readonly [name: string, value: string];

const nameAt = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const gapAt = /[ \t]*/y;
/** A pair with what follows it; micrometer ends the last one with a comma too. */
const pairAt = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"([^"\\]*(?:\\.[^"\\]*)*)"[ \t]*(,|(?=\}))/y;
const closingAt = /[ \t]*\}/y;
const valueAt = /^(\S+)(?:[ \t]+(-?\d+))?[ \t]*$/;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const special: Readonly<Record<string, number>> = {
  NaN: NaN, Inf: Infinity, '+Inf': Infinity, '-Inf': -Infinity,
};
const escapes: Readonly<Record<string, string>> = { '\\': '\\', '"': '"', n: '\n' };

/** Throws NacosError `decode` at the first line that is no sample and no comment; `at` says of what text, for errors. */
export function* samplesIn(text: string, at: string): Generator<TextSample, void, undefined> {
  let number = 0;
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    const line = text.slice(from, to > from && text[to - 1] === '\r' ? to - 1 : to);
    number++;
    from = to + 1;
    const start = line.trimStart();
    if (start === '' || start.startsWith('#')) continue;
    yield sampleOf(line, `${at} line ${number}`);
  }
}

function sampleOf(line: string, where: string): TextSample {
  const refuse = (what: string): never => {
    throw new NacosError('decode', `${where}: ${what}`);
  };
  let at = match(gapAt, line, 0)![0].length;
  const name = match(nameAt, line, at)?.[0] ?? refuse('a sample begins with no metric name');
  at += name.length;
  at += match(gapAt, line, at)![0].length;
  const labels: TextLabel[] = [];
  if (line[at] === '{') {
    at++;
    for (let pair = match(pairAt, line, at); pair !== undefined; pair = match(pairAt, line, at)) {
      const [whole, label = '', value = ''] = pair;
      if (labels.some(([other]) => other === label)) refuse(`label ${label} twice`);
      labels.push([label, unescaped(value) ?? refuse(`label ${label} has an unknown escape`)]);
      at += whole.length;
    }
    const closing = match(closingAt, line, at) ?? refuse('labels that do not end, or are none');
    at += closing[0].length;
  }
  const [, value = '', timestamp] = valueAt.exec(line.slice(at).trimStart()) ?? refuse('no value, or more than a value and a timestamp');
  if (timestamp !== undefined && !Number.isSafeInteger(Number(timestamp))) refuse('a timestamp out of range');
  return { name, labels, value: special[value] ?? (decimal.test(value) ? Number(value) : refuse('the value is no number')) };
}

function match(pattern: RegExp, line: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(line) ?? undefined;
}

function unescaped(value: string): string | undefined {
  if (!value.includes('\\')) return value;
  let known = true;
  const plain = value.replaceAll(/\\(.)/gs, (_, character: string) => {
    const meant = escapes[character];
    if (meant === undefined) known = false;
    return meant ?? '';
  });
  return known ? plain : undefined;
}

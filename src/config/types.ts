/** What a value may be: one schema for the file's values and for the texts of flags and environment alike. */

import * as z from 'zod';
import { parseListenAddress, parseServer } from './address.ts';
import type { ServerAddress } from './config.ts';
import { parseWebUrl } from './hook-url.ts';
import { wrong, type Parsed } from './issues.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts';

export interface OptionType<T> {
  /** As the reference prints it. */
  readonly name: string;
  readonly kind: 'scalar' | 'path' | 'list';
  readonly schema: z.ZodType<T>;
  /** What the texts of a flag or variable would be in the file. */
  fromTexts(texts: readonly string[]): unknown;
}

const single = (texts: readonly string[]): string => texts.at(-1) ?? '';

export function parsed<T>(parse: (text: string) => Parsed<T>): z.ZodType<T> {
  return z.string().transform((raw, context) => {
    const result = parse(raw);
    if ('value' in result) return result.value;
    context.addIssue({ code: 'custom', message: result.mistake.message, params: { code: result.mistake.code } });
    return z.NEVER;
  });
}

function scalar<T>(name: string, parse: (text: string) => Parsed<T>): OptionType<T> {
  return { name, kind: 'scalar', schema: parsed(parse), fromTexts: single };
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** Keeps a parsed number within its range and says the range in the unit of the value. */
function within(parse: (text: string) => Parsed<number>, format: (value: number) => string, { min, max }: Range) {
  return (text: string): Parsed<number> => {
    const result = parse(text);
    if (!('value' in result) || (result.value >= min && result.value <= max)) return result;
    return wrong('out_of_range', `${text} is not between ${format(min)} and ${format(max)}`);
  };
}

/** A number in the file is read as text, so that a forgotten unit is named as such. */
function measured(name: string, parse: (text: string) => Parsed<number>): OptionType<number> {
  const schema = z.preprocess((raw) => (typeof raw === 'number' ? String(raw) : raw), parsed(parse));
  return { name, kind: 'scalar', schema, fromTexts: single };
}

export const duration = (min: string, max: string): OptionType<number> => {
  const range = { min: mustParse(parseDuration(min)), max: mustParse(parseDuration(max)) };
  return measured(`duration, ${min} to ${max}`, within(parseDuration, formatDuration, range));
};

export const size = (min: string, max: string): OptionType<number> => {
  const range = { min: mustParse(parseSize(min)), max: mustParse(parseSize(max)) };
  return measured(`size, ${min} to ${max}`, within(parseSize, formatSize, range));
};

/** For literals of the table itself. */
function mustParse<T>(result: Parsed<T>): T {
  if ('value' in result) return result.value;
  throw new Error(result.mistake.message);
}

export function integer(min: number, max: number): OptionType<number> {
  return {
    name: `integer, ${min} to ${max}`,
    kind: 'scalar',
    schema: z.int().min(min).max(max),
    fromTexts: (texts) => (/^-?\d{1,15}$/.test(single(texts)) ? Number(single(texts)) : single(texts)),
  };
}

/** As the name of a StatefulSet's pod ends in it. */
const podName = /^[a-z0-9][a-z0-9.-]*-(\d{1,9})$/;

/** Number of a shard, or a pod's name that ends in it. */
export function ordinal(): OptionType<number> {
  const number = integer(0, 9999);
  const spelled = (raw: unknown): unknown => {
    const digits = typeof raw === 'string' ? podName.exec(raw)?.[1] : undefined;
    return digits === undefined ? raw : Number(digits);
  };
  return {
    name: `${number.name}, or a name that ends in it`, kind: 'scalar',
    schema: z.preprocess(spelled, number.schema),
    fromTexts: (texts) => spelled(number.fromTexts(texts)),
  };
}

export function boolean(): OptionType<boolean> {
  const words: Readonly<Record<string, boolean>> = { true: true, false: false };
  return { name: 'true or false', kind: 'scalar', schema: z.boolean(), fromTexts: (texts) => words[single(texts)] ?? single(texts) };
}

export function choice<const V extends readonly [string, ...string[]]>(...values: V): OptionType<V[number]> {
  return { name: values.map((value) => `\`${value}\``).join(', '), kind: 'scalar', schema: z.enum(values), fromTexts: single };
}

export const text = (): OptionType<string> =>
  scalar('text', (raw) => (raw === '' ? wrong('empty_value', 'is empty') : { value: raw }));

/** A relative path in the file counts from the file's folder, one in a flag from the working directory. */
export const path = (): OptionType<string> => ({ ...text(), name: 'file path', kind: 'path' });

/** A label value and a `/probe` target. */
export const clusterName = (): OptionType<string> =>
  scalar('text', (raw) =>
    /^[^\s\p{C}](?:[^\p{C}]{0,126}[^\s\p{C}])?$/u.test(raw)
      ? { value: raw }
      : wrong('bad_name', 'a name has 1 to 128 characters, no control characters, and no blank at either end'));

export const variableName = (): OptionType<string> =>
  scalar('name of a variable', (raw) =>
    // The text is not repeated: it may be the secret itself, written where its variable's name belongs.
    /^[A-Za-z_]\w*$/.test(raw) ? { value: raw } : wrong('bad_name', 'is not the name of an environment variable'));

export const headerName = (): OptionType<string> =>
  scalar('header name', (raw) =>
    /^[\w!#$%&'*+.^`|~-]+$/.test(raw) ? { value: raw } : wrong('bad_name', `"${raw}" is not the name of an HTTP header`));

export const listenAddress = (): OptionType<string> =>
  scalar('`[host]:port`', (raw) => {
    const result = parseListenAddress(raw);
    return 'value' in result ? { value: raw } : result;
  });

const takenPaths = ['/probe', '/config', '/divergence', '/targets', '/-', '/api', '/alertmanager'];

export const urlPath = (): OptionType<string> =>
  scalar('URL path', (raw) => {
    if (!/^(?:\/[\w.~-]+)+$/.test(raw)) return wrong('bad_path', `"${raw}" must begin with /, not end with it, and hold letters, digits and . _ ~ - only`);
    const taken = takenPaths.find((prefix) => raw === prefix || raw.startsWith(`${prefix}/`));
    return taken === undefined ? { value: raw } : wrong('bad_path', `"${raw}" is served for another purpose`);
  });

export const webUrl = (): OptionType<string> => scalar('`http[s]://host[:port][/path]`', parseWebUrl);

function list<T>(name: string, item: z.ZodType<T>, least: number): OptionType<readonly T[]> {
  const entries = (texts: readonly string[]) => texts.flatMap((one) => one.split(',')).map((one) => one.trim()).filter((one) => one !== '');
  return { name, kind: 'list', schema: z.array(item).min(least), fromTexts: entries };
}

export const servers = (): OptionType<readonly ServerAddress[]> => list('list of `http[s]://host:port[/context]`', parsed(parseServer), 1);

export const namespacePatterns = (): OptionType<readonly string[]> =>
  list('list of names or globs', parsed((raw) => {
    if (raw === '') return wrong('bad_pattern', 'is empty; the namespace without an id is called public');
    return /^[^\s\p{C}]+$/u.test(raw) ? { value: raw } : wrong('bad_pattern', `"${raw}" holds blanks or control characters`);
  }), 0);

export const namespaceId = (): OptionType<string> =>
  scalar('text', (raw) =>
    /^[\w-]{1,128}$/.test(raw) ? { value: raw } : wrong('bad_name', `"${raw}" is not the id of a namespace; the one without an id is called public`));

export const identity = (): OptionType<string> =>
  scalar('text', (raw) =>
    /^[\w.-]{1,63}$/.test(raw) ? { value: raw } : wrong('bad_name', `"${raw}" must have 1 to 63 letters, digits and . _ - only`));

export const familyPatterns = (): OptionType<readonly string[]> =>
  list('list of names or globs', parsed((raw) =>
    /^[\w*]+$/.test(raw) ? { value: raw } : wrong('bad_pattern', `"${raw}" is not the name of a metric family or a glob with *`)), 0);

export const metadataKeys = (): OptionType<readonly string[]> =>
  list('list of metadata keys', parsed((raw) =>
    /^[^\s\p{C}]+$/u.test(raw) ? { value: raw } : wrong('bad_pattern', `"${raw}" is empty or holds blanks or control characters`)), 0);

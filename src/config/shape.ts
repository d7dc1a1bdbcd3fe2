/** The form of the file, made from the table: strict zod objects, and what their complaints mean in plain words. */

import * as z from 'zod';
import { pathText, type Path } from './document.ts';
import { wrong, type IssueCode, type Mistake } from './issues.ts';
import { hint } from './nearest.ts';
import { options, type Option } from './options.ts';

export interface Problem {
  readonly path: Path;
  readonly mistake: Mistake;
  /** The place is the key's, not the value's. */
  readonly atKey: boolean;
}

export interface Checked {
  /** What remains when everything wrong is left out. */
  readonly data: unknown;
  readonly problems: readonly Problem[];
}

interface Branch {
  readonly [key: string]: Branch | Option;
}

const isOption = (entry: Branch | Option): entry is Option => typeof entry['scope'] === 'string';

function branchOf(rows: readonly Option[]): Branch {
  const root: Record<string, Branch | Option> = {};
  for (const row of rows) {
    const keys = row.key.split('.');
    let branch = root;
    for (const key of keys.slice(0, -1)) branch = (branch[key] ??= {}) as Record<string, Branch | Option>;
    branch[keys.at(-1)!] = row;
  }
  return root;
}

/** A section or list of which every entry is commented out is as good as absent; a scalar without a value is a mistake. */
function schemaOf(branch: Branch): z.ZodObject {
  const entries = Object.entries(branch).map(([key, entry]) => {
    if (!isOption(entry)) return [key, schemaOf(entry).nullish()];
    return [key, entry.type.kind === 'list' ? entry.type.schema.nullish() : entry.type.schema.optional()];
  });
  return z.strictObject(Object.fromEntries(entries));
}

export const topRows: readonly Option[] = options.filter((row: Option) => row.scope === 'global' || row.scope === 'both');
export const clusterRows: readonly Option[] = options.filter((row: Option) => row.scope === 'cluster' || row.scope === 'both');

const topBranch = branchOf(topRows);
const clusterBranch = branchOf(clusterRows);
const topSchema = schemaOf(topBranch).extend({ clusters: z.array(z.unknown()).nullish() });
const clusterSchema = schemaOf(clusterBranch);

export const checkTop = (raw: unknown): Checked => check(topSchema, raw ?? {}, unknownIn({ ...topBranch, clusters: {} }));
export const checkCluster = (raw: unknown): Checked => check(clusterSchema, raw, unknownIn(clusterBranch));
export const checkValue = (row: Option, raw: unknown): Checked => check(row.type.schema, raw, unknownIn({}));

/** What to say of a key that is not known at a place. */
export type UnknownKey = (key: string, parent: Path) => { readonly mistake: Mistake };

const unknownIn = (branch: Branch): UnknownKey => (key, parent) => unknownKey(key, parent, branch);

/** Validates, and a second time without the wrong parts, so that one mistake hides no other. */
export function check(schema: z.ZodType, raw: unknown, unknown: UnknownKey): Checked {
  const first = schema.safeParse(raw);
  if (first.success) return { data: first.data, problems: [] };
  const problems = first.error.issues.flatMap((issue) => describe(issue, raw, unknown));
  const second = schema.safeParse(without(raw, problems.map((problem) => problem.path.join('\0')), []));
  return { data: second.success ? second.data : undefined, problems };
}

/** Leaves out what is wrong, and lists of which nothing remains. */
function without(raw: unknown, bad: readonly string[], path: Path): unknown {
  if (bad.includes(path.join('\0'))) return undefined;
  if (Array.isArray(raw)) {
    const kept = raw.map((item, i) => without(item, bad, [...path, i])).filter((item) => item !== undefined);
    return kept.length === 0 && raw.length > 0 ? undefined : kept;
  }
  if (typeof raw !== 'object' || raw === null) return raw;
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, without(value, bad, [...path, key])]).filter(([, value]) => value !== undefined));
}

function at(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], raw);
}

const expectations: Readonly<Record<string, string>> = {
  string: 'text', object: 'a mapping', array: 'a list', number: 'a whole number', int: 'a whole number', boolean: 'true or false',
};

/** The kind, never the value: it may be a secret in the wrong place. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'a number' : 'true or false';
}

function describe(issue: z.core.$ZodIssue, raw: unknown, unknown: UnknownKey): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], atKey: true, ...unknown(key, issue.path) }));
  }
  const value = at(raw, issue.path);
  return [{ path: issue.path, atKey: value === null, ...explain(issue, value) }];
}

function explain(issue: z.core.$ZodIssue, value: unknown): { readonly mistake: Mistake } {
  switch (issue.code) {
    case 'invalid_type': {
      if (value === null) return wrong('empty_value', 'has no value; give it one or leave the key out');
      const given = kindOf(value);
      if (issue.expected === 'string') return wrong('wrong_type', `expected text, got ${given}${typeof value === 'object' ? '' : '; put it in quotes'}`);
      const expected = expectations[issue.expected] ?? issue.expected;
      return wrong('wrong_type', given === 'a number' && expected === 'a whole number' ? 'expected a whole number' : `expected ${expected}, got ${given}`);
    }
    case 'invalid_value':
      if (value === null) return wrong('empty_value', 'has no value; give it one or leave the key out');
      return wrong('bad_choice', `expected one of ${issue.values.join(', ')}`);
    case 'too_small':
      return issue.origin === 'array' ? wrong('empty_value', 'needs at least one entry') : wrong('out_of_range', `must be at least ${issue.minimum}`);
    case 'too_big':
      return wrong('out_of_range', `must be at most ${issue.maximum}`);
    case 'custom':
      return wrong(issue.params?.['code'] as IssueCode, issue.message);
    default:
      return wrong('wrong_type', 'not a value this key can take');
  }
}

function unknownKey(key: string, parent: Path, branch: Branch): { readonly mistake: Mistake } {
  if (/^\w+[:=]./.test(key)) return wrong('unknown_key', 'a blank is missing after the colon');
  const siblings = Object.keys(at(branch, parent) as Branch);
  const near = hint(key, siblings);
  if (near !== '') return wrong('unknown_key', `unknown key${near}`);
  const full = pathText([...parent, key]);
  const holds = (rows: readonly Option[]) => rows.some((row) => row.key === full || row.key.startsWith(`${full}.`));
  if (holds(clusterRows)) return wrong('unknown_key', 'unknown key here; it belongs in an entry of clusters');
  if (holds(topRows) || full === 'clusters') return wrong('unknown_key', 'unknown key here; it belongs at the top level');
  const elsewhere = options.find((row) => row.key.endsWith(`.${key}`) && row.scope !== 'invocation');
  if (elsewhere !== undefined) return wrong('unknown_key', `unknown key; did you mean "${elsewhere.key}"?`);
  return wrong('unknown_key', `unknown key; known here: ${siblings.join(', ')}`);
}

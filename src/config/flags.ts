/** The command line: the flags of the table and those a command adds. Strict, and all mistakes at once. */

import { parseArgs } from 'node:util';
import { issueAt, type ConfigIssue } from './issues.ts';
import { hint } from './nearest.ts';
import { options, type Option } from './options.ts';

/** A flag of one command, such as `--scenario` of `demo`. */
export interface ExtraFlag {
  readonly name: string;
  /** A switch takes no value. */
  readonly kind: 'text' | 'switch';
  readonly doc: string;
  readonly repeatable?: boolean;
}

export interface CommandSyntax {
  readonly flags?: readonly ExtraFlag[];
  /** How many arguments without dashes the command takes at most; 0 unless told. */
  readonly positionals?: number;
}

export interface CommandLine {
  readonly help: boolean;
  readonly version: boolean;
  /** By flag name; switches hold one empty text. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  readonly issues: readonly ConfigIssue[];
}

const own: readonly ExtraFlag[] = [
  { name: 'help', kind: 'switch', doc: 'Show this help.' },
  { name: 'version', kind: 'switch', doc: 'Show the version.' },
];

const table: readonly ExtraFlag[] = options
  .filter((row: Option) => row.flag !== undefined)
  .map((row: Option) => ({ name: row.flag!, kind: 'text', doc: row.doc, repeatable: row.repeatable === true }));

/** Every command's own flags, but for what it takes otherwise: `--version` of `check` is a version to be compared with. */
const ownOf = ({ flags = [] }: CommandSyntax): readonly ExtraFlag[] => own.filter(({ name }) => flags.every((flag) => flag.name !== name));

export const allFlags = (syntax: CommandSyntax = {}): readonly ExtraFlag[] => [...table, ...(syntax.flags ?? []), ...ownOf(syntax)];

export function parseCommandLine(argv: readonly string[], syntax: CommandSyntax = {}): CommandLine {
  const flags = new Map(allFlags(syntax).map((flag) => [flag.name, flag]));
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries([...flags.values()].map(({ name, kind }) =>
      [name, { type: kind === 'switch' ? 'boolean' : 'string', ...(name === 'help' ? { short: 'h' } : {}) }])),
  });

  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  const issues: ConfigIssue[] = [];
  const complain = (path: string, code: ConfigIssue['code'], message: string) => issues.push(issueAt({ path }, code, message));
  // What follows an unknown flag is probably its value, and perhaps a secret.
  let unknownAt = -2;

  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      if (token.index === unknownAt + 1) continue;
      positionals.push(token.value);
      continue;
    }
    const flag = token.rawName.startsWith('--') || token.rawName === '-h' ? flags.get(token.name) : undefined;
    if (flag === undefined) {
      if (token.index !== unknownAt) complain(...unknownFlag(token.rawName, argv[token.index] ?? '', [...flags.keys()]));
      unknownAt = token.index;
      continue;
    }
    const path = `--${flag.name}`;
    if (flag.kind === 'switch') {
      if (token.value !== undefined) complain(path, 'unexpected_argument', 'takes no value');
      values.set(flag.name, ['']);
      continue;
    }
    // A separate value that looks like a flag is most likely the next flag.
    const missing = token.value === undefined || (token.inlineValue === false && /^-./.test(token.value));
    if (missing) complain(path, 'missing_value', `needs a value; write ${path}=VALUE`);
    else if (values.has(flag.name) && flag.repeatable !== true) complain(path, 'repeated_flag', 'is given more than once');
    else values.set(flag.name, [...(values.get(flag.name) ?? []), token.value!]);
  }

  const surplus = positionals.slice(syntax.positionals ?? 0);
  for (const one of surplus) complain('', 'unexpected_argument', `unexpected argument "${one}"`);
  return { help: values.has('help'), version: values.has('version'), values, positionals, issues };
}

function unknownFlag(rawName: string, argument: string, known: readonly string[]): [string, ConfigIssue['code'], string] {
  if (rawName.startsWith('--')) return [rawName, 'unknown_flag', `unknown flag${hint(rawName.slice(2), known, '--')}`];
  const name = argument.slice(1).split('=')[0]!;
  // Of a short flag only its letter: a value may be glued to it.
  return known.includes(name) ? [`-${name}`, 'unknown_flag', `unknown flag; did you mean "--${name}"?`] : [rawName, 'unknown_flag', 'unknown flag'];
}

/** The lines of `--help` on flags, with variables and defaults. */
export function flagHelp(syntax: CommandSyntax = {}): string {
  const rows = new Map(options.filter((row: Option) => row.flag !== undefined).map((row: Option) => [row.flag, row]));
  const lines = [...(syntax.flags ?? []), ...table, ...ownOf(syntax)].map((flag) => {
    const fallback = rows.get(flag.name)?.default;
    const left = `  --${flag.name}${flag.kind === 'switch' ? '' : '=VALUE'}`;
    const right = `${flag.doc.replaceAll('`', '')}${fallback === undefined ? '' : ` (default ${fallback})`}${flag.repeatable === true ? ' (repeatable, or separated by commas)' : ''}`;
    return `${left.padEnd(32)} ${right}`;
  });
  return `${lines.join('\n')}\n`;
}

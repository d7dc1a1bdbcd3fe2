/** The commands by name. `serve` is the default: what does not begin with a command's word is its flags. */

import { flagHelp } from '../config/flags.ts';
import { check, checkSyntax } from './check.ts';
import { gateUsage } from './check-arguments.ts';
import { configCheck } from './config-check.ts';
import { demo, demoSyntax } from './demo.ts';
import { diff, diffSyntax } from './diff.ts';
import { generateSyntax } from './generate-syntax.ts';
import type { Machine } from './machine.ts';
import { serve } from './serve.ts';
import { snapshot, snapshotSyntax } from './snapshot.ts';
import type { CommandSyntax } from '../config/flags.ts';

interface Command {
  readonly words: readonly string[];
  readonly doc: string;
  readonly syntax?: CommandSyntax;
  /** Lines in place of the usual one. */
  readonly usage?: () => readonly string[];
  /** The exit code. */
  run(argv: readonly string[], machine: Machine): Promise<number>;
}

const commands: readonly Command[] = [
  { words: ['serve'], doc: 'Poll and serve (the default).', run: serve },
  { words: ['demo'], doc: 'The same against an embedded simulated cluster that plays incidents.', syntax: demoSyntax, run: demo },
  { words: ['snapshot'], doc: 'One poll with contents, as JSON.', syntax: snapshotSyntax, run: snapshot },
  { words: ['diff'], doc: 'Compare two snapshots, or two nodes of one; exit 1 if they differ.', syntax: diffSyntax, run: diff },
  { words: ['check'], doc: 'Migration gates: whether a step of an upgrade, expansion, contraction or rollback may be taken.', syntax: checkSyntax, usage: gateUsage, run: check },
  {
    words: ['config', 'check'], doc: 'Validate the configuration: every mistake at once.',
    run: async (argv, machine) => configCheck({ argv, env: machine.env, readFile: machine.readFile, print: machine.print }),
  },
  {
    words: ['generate'], doc: 'Write alert rules, dashboards and reference docs, with values of your own; --check fails on a difference.', syntax: generateSyntax,
    run: async (argv, machine) => (await import('./generate.ts')).generate(argv, machine),
  },
];

export async function runCommand(argv: readonly string[], machine: Machine): Promise<number> {
  const command = commands.find(({ words }) => words.every((word, i) => argv[i] === word));
  const first = argv[0];
  if (command === undefined && first !== undefined && !first.startsWith('-')) {
    machine.printError(`unknown command "${first}"; known: ${commands.map(({ words }) => words.join(' ')).join(', ')}`);
    return 2;
  }
  const { words, syntax, run } = command ?? { words: [], syntax: undefined, run: serve };
  const rest = argv.slice(words.length);
  const takesVersion = syntax?.flags?.some(({ name }) => name === 'version') === true;
  if (takesVersion ? rest[0] === '--version' : rest.includes('--version')) {
    machine.print(`nacos-exporter ${machine.build.version} (revision ${machine.build.revision}, node ${machine.nodeVersion})`);
    return 0;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    machine.print(help(command, syntax));
    return 0;
  }
  try {
    return await run(rest, machine);
  } catch (error) {
    machine.printError(`nacos-exporter: ${failureOf(error)}`);
    return 1;
  }
}

/** The system's refusals in their own words (a port in use, a file not to be written); a bug with its stack. */
function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? error.message : error.stack ?? error.message;
}

function help(command: Command | undefined, syntax: CommandSyntax | undefined): string {
  const usage = command === undefined
    ? ['usage: nacos-exporter [command] [flags]', '', ...commands.map(({ words, doc }) => `  ${words.join(' ').padEnd(14)} ${doc}`)]
    : [...command.usage?.() ?? [`usage: nacos-exporter ${command.words.join(' ')} [flags]`], '', command.doc];
  return [...usage, '', flagHelp(syntax)].join('\n');
}

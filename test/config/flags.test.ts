/** The command line: strict, complete about its mistakes, and silent about values. */

import { describe, expect, it } from 'vitest';
import { flagHelp, parseCommandLine, type CommandSyntax } from '../../src/config/flags.ts';
import { formatIssue } from '../../src/config/issues.ts';
import { options, type Option } from '../../src/config/options.ts';

const demo: CommandSyntax = {
  flags: [
    { name: 'scenario', kind: 'text', doc: 'Incident to play.' },
    { name: 'json', kind: 'switch', doc: 'Print JSON.' },
    { name: 'nodes', kind: 'text', doc: 'Nodes to compare.', repeatable: true },
  ],
  positionals: 2,
};

const complaints = (argv: readonly string[], syntax?: CommandSyntax) => parseCommandLine(argv, syntax).issues.map(formatIssue);

describe('parseCommandLine', () => {
  it('takes values apart or after an equals sign, and repeats where allowed', () => {
    const line = parseCommandLine(['--config.file', 'a.yml', '--log.level=debug', '--nacos.server', 'a', '--nacos.server=b,c']);

    expect(line.issues).toEqual([]);
    expect(Object.fromEntries(line.values)).toEqual({ 'config.file': ['a.yml'], 'log.level': ['debug'], 'nacos.server': ['a', 'b,c'] });
    expect([line.help, line.version]).toEqual([false, false]);
  });

  it.each([[['--help'], true, false], [['-h'], true, false], [['--version'], false, true]])('%s', (argv, help, version) => {
    expect(parseCommandLine(argv)).toMatchObject({ help, version, issues: [] });
  });

  it('takes the flags and arguments a command declares', () => {
    const line = parseCommandLine(['a.json', '--scenario=split', '--json', '--nodes', 'x', '--nodes', 'y', 'b.json'], demo);

    expect(line).toMatchObject({ positionals: ['a.json', 'b.json'], issues: [] });
    expect(line.values.get('nodes')).toEqual(['x', 'y']);
    expect(line.values.has('json')).toBe(true);
  });

  it('takes a value that looks like a flag only after an equals sign', () => {
    expect(parseCommandLine(['--nacos.username=-x']).values.get('nacos.username')).toEqual(['-x']);
    expect(complaints(['--config.file', '--log.level', 'info'])).toContain('--config.file: needs a value; write --config.file=VALUE (missing_value)');
  });

  it.each([
    [['--web.listen-adress', ':1'], ['--web.listen-adress: unknown flag; did you mean "--web.listen-address"? (unknown_flag)']],
    [['--scenario=x'], ['--scenario: unknown flag (unknown_flag)']],
    [['-log.level=info'], ['-log.level: unknown flag; did you mean "--log.level"? (unknown_flag)']],
    [['-phunter2'], ['-p: unknown flag (unknown_flag)']],
    [['--nacos.password=hunter2'], ['--nacos.password: unknown flag; did you mean "--nacos.password-file"? (unknown_flag)']],
    [['--nacos.password', 'hunter2'], ['--nacos.password: unknown flag; did you mean "--nacos.password-file"? (unknown_flag)']],
    [['--log.level'], ['--log.level: needs a value; write --log.level=VALUE (missing_value)']],
    [['--log.level=info', '--log.level=warn'], ['--log.level: is given more than once (repeated_flag)']],
    [['--help=yes'], ['--help: takes no value (unexpected_argument)']],
    [['serve'], ['unexpected argument "serve" (unexpected_argument)']],
    [['--', '--log.level'], ['unexpected argument "--log.level" (unexpected_argument)']],
    [['--bogus', '--log.level', '--other'], [
      '--bogus: unknown flag (unknown_flag)',
      '--log.level: needs a value; write --log.level=VALUE (missing_value)',
    ]],
  ])('%j is refused', (argv, expected) => {
    expect(complaints(argv)).toEqual(expected);
  });

  it('counts arguments against what the command takes', () => {
    expect(complaints(['a', 'b', 'c'], demo)).toEqual(['unexpected argument "c" (unexpected_argument)']);
  });
});

describe('flagHelp', () => {
  it('lists every flag of the table and of the command', () => {
    const help = flagHelp(demo);

    for (const row of options.filter((one: Option) => one.flag !== undefined)) expect(help).toContain(`  --${(row as Option).flag}=VALUE`);
    expect(help).toContain('--scenario=VALUE');
    expect(help).toContain('--json ');
    expect(help).toContain('--help ');
    expect(help).toContain('(default :18848)');
  });
});

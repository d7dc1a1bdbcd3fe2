/** The command line of `check`: which gate, on which node, with which of its own arguments. Every mistake at once. */

import { formatIssue, issueAt, type ConfigIssue } from '../config/issues.ts';
import { parseCommandLine, type CommandLine, type CommandSyntax, type ExtraFlag } from '../config/flags.ts';
import { hint } from '../config/nearest.ts';
import { parseDuration } from '../config/units.ts';
import { gateNamed, gates } from '../gates/catalogue.ts';
import type { Gate, GateFlag, InstanceName } from '../gates/gate.ts';

/** Flags of single gates, by name. */
const gateFlags: Readonly<Record<GateFlag, Omit<ExtraFlag, 'name'>>> = {
  remaining: { kind: 'text', repeatable: true, doc: 'safe-to-stop: nodes still to be stopped after NODE, ip:port,ip:port.' },
  'allow-quorum-loss': { kind: 'switch', doc: 'safe-to-stop, removable: in a cluster of one or two nodes, raft groups may stand still.' },
  to: { kind: 'text', doc: 'ready-to-upgrade, upgraded: the new version.' },
  version: { kind: 'text', doc: 'node-back, joined: the version that NODE should run.' },
  before: { kind: 'text', doc: 'restored, node-back, joined: a snapshot taken earlier.' },
  allow: { kind: 'text', doc: 'restored: so many instances may be missing.' },
  out: { kind: 'text', doc: 'ready-to-upgrade: file for the snapshot; otherwise named after cluster and time, in the current folder.' },
  service: { kind: 'text', doc: 'gone: the service, with or without its group (group@@name).' },
  instance: { kind: 'text', doc: 'gone: ip:port of the instance.' },
  namespace: { kind: 'text', doc: 'gone: id of the namespace; public unless told.' },
  group: { kind: 'text', doc: 'gone: DEFAULT_GROUP unless told.' },
  cluster: { kind: 'text', doc: 'gone: the cluster inside the service; every one unless told.' },
};

export const checkSyntax: CommandSyntax = {
  positionals: 2,
  flags: [
    { name: 'nacos.cluster', kind: 'text', doc: 'Which of several configured clusters.' },
    { name: 'json', kind: 'switch', doc: 'Print one JSON object instead of a table.' },
    { name: 'wait', kind: 'text', doc: 'Try again until the gate passes, so long at most: 10m.' },
    ...(Object.entries(gateFlags) as [GateFlag, Omit<ExtraFlag, 'name'>][]).map(([name, flag]) => ({ name, ...flag })),
  ],
};

export interface CheckArguments {
  readonly gate: Gate;
  readonly node?: string;
  /** Of the configuration. */
  readonly cluster?: string;
  readonly json: boolean;
  readonly waitMs: number;
  readonly remaining: readonly string[];
  readonly allowQuorumLoss: boolean;
  readonly to?: string;
  readonly version?: string;
  /** File names. */
  readonly before?: string;
  readonly out?: string;
  readonly allow: number;
  readonly instance?: InstanceName;
}

export type Parsed = CheckArguments | { readonly mistakes: readonly string[] };

export function parseCheck(argv: readonly string[]): Parsed {
  const line = parseCommandLine(argv, checkSyntax);
  const [name, node] = line.positionals;
  const gate = name === undefined ? undefined : gateNamed(name);
  if (gate === undefined) {
    const names = gates.flatMap((one) => [one.name, ...one.aliases ?? []]);
    return { mistakes: [name === undefined ? 'name a gate' : `unknown gate "${name}"${hint(name, names)}`, ...gateUsage()] };
  }
  const issues: ConfigIssue[] = [...line.issues];
  const complain = (path: string, message: string): void => void issues.push(issueAt({ path }, 'unexpected_argument', message));
  if (gate.takesNode === true && node === undefined) complain('', `${gate.name} needs a node: ${usageOf(gate)}`);
  // An incomplete address is in no list, and so would pass for removed.
  for (const address of [...(gate.takesNode === true ? [node] : []), ...remainingOf(line)]) {
    if (address !== undefined && !/^[^\s/]+:\d{1,5}$/.test(address)) complain('', `"${address}" is no ip:port as the member list writes it`);
  }
  if (gate.takesNode !== true && node !== undefined) complain('', `${gate.name} takes no node, "${node}" is one too many`);
  for (const flag of Object.keys(gateFlags) as GateFlag[]) {
    if (line.values.has(flag) && gate.flags?.includes(flag) !== true) complain(`--${flag}`, `is no argument of ${gate.name}${flag === 'cluster' ? '; a configured cluster is chosen by --nacos.cluster' : ''}`);
    if (!line.values.has(flag) && gate.required?.includes(flag) === true) complain(`--${flag}`, `${gate.name} needs it: ${usageOf(gate)}`);
  }
  const read = valuesOf(line, complain);
  if (issues.length > 0) return { mistakes: issues.map(formatIssue) };
  return { gate, ...(node === undefined ? {} : { node }), ...read };
}

function valuesOf(line: CommandLine, complain: (path: string, message: string) => void): Omit<CheckArguments, 'gate' | 'node'> {
  const text = (flag: string): string | undefined => line.values.get(flag)?.[0];
  const [cluster, wait, to, version, before, out, allow] = ['nacos.cluster', 'wait', 'to', 'version', 'before', 'out', 'allow'].map(text);
  const waits = wait === undefined ? { value: 0 } : parseDuration(wait);
  if ('mistake' in waits) complain('--wait', waits.mistake.message);
  if (allow !== undefined && !/^\d{1,9}$/.test(allow)) complain('--allow', `"${allow}" is no number of instances`);
  const instance = instanceOf(text, complain);
  return {
    json: line.values.has('json'), waitMs: 'mistake' in waits ? 0 : waits.value,
    remaining: remainingOf(line),
    allowQuorumLoss: line.values.has('allow-quorum-loss'), allow: Number(allow ?? 0),
    ...(cluster === undefined ? {} : { cluster }), ...(to === undefined ? {} : { to }), ...(version === undefined ? {} : { version }),
    ...(before === undefined ? {} : { before }), ...(out === undefined ? {} : { out }), ...(instance === undefined ? {} : { instance }),
  };
}

const remainingOf = (line: CommandLine): readonly string[] =>
  (line.values.get('remaining') ?? []).flatMap((one) => one.split(',')).map((one) => one.trim()).filter((one) => one !== '');

function instanceOf(text: (flag: string) => string | undefined, complain: (path: string, message: string) => void): InstanceName | undefined {
  const [address, named] = [text('instance'), text('service')];
  if (address === undefined || named === undefined) return undefined;
  const [, ip = '', port = ''] = /^(.+):(\d{1,5})$/.exec(address) ?? [];
  if (ip === '') complain('--instance', `"${address}" is no ip:port`);
  const mark = named.indexOf('@@');
  const cluster = text('cluster');
  return {
    namespace: text('namespace') ?? 'public', group: mark < 0 ? text('group') ?? 'DEFAULT_GROUP' : named.slice(0, mark), service: mark < 0 ? named : named.slice(mark + 2),
    ...(cluster === undefined ? {} : { cluster }), ip, port: Number(port),
  };
}

/** `safe-to-stop NODE [--remaining …]`. */
export function usageOf({ name, takesNode, flags = [], required = [] }: Gate): string {
  const words = flags.map((flag) => {
    const word = gateFlags[flag].kind === 'switch' ? `--${flag}` : `--${flag} ${valueNames[flag]}`;
    return required.includes(flag) ? word : `[${word}]`;
  });
  return [name, ...(takesNode === true ? ['NODE'] : []), ...words].join(' ');
}

const valueNames: Readonly<Record<GateFlag, string>> = {
  remaining: 'N,…', 'allow-quorum-loss': '', to: 'V', version: 'V', before: 'F', allow: 'N', out: 'F', service: 'S', instance: 'A', namespace: 'N', group: 'G', cluster: 'C',
};

/** Every gate with its arguments. */
export function gateUsage(): readonly string[] {
  return ['usage: nacos-exporter check GATE [--nacos.cluster NAME] [--wait 10m] [--json] [flags]', '', ...gates.map((gate) => `  ${usageOf(gate)}${gate.aliases === undefined ? '' : ` (also: ${gate.aliases.join(', ')})`}`)];
}

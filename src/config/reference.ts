/** Text of `docs/configuration.md`, from the table. Pure: the `generate` command writes it. */

import { exampleYaml } from './example.ts';
import { issueCodes } from './issues.ts';
import { options, variableOf, type Option } from './options.ts';

interface Group {
  readonly title: string;
  readonly intro: string;
  readonly holds: (row: Option) => boolean;
}

const section = (name: string) => (row: Option): boolean => row.key.startsWith(`${name}.`);

const groups: readonly Group[] = [
  { title: 'Configuration file', intro: 'Only as a flag or variable.', holds: section('config') },
  { title: 'Web', intro: 'Our own HTTP listener; see [Security](security.md#our-own-listener). Top level only.', holds: section('web') },
  { title: 'Log', intro: 'The log of the program itself. Top level only.', holds: section('log') },
  { title: 'Shards', intro: 'Several exporters may divide the clusters among them; see [Scaling](scaling.md). Top level only.', holds: section('shard') },
  { title: 'Clusters', intro: '`name` and `servers` stand in the entries of `clusters` only; the other keys at the top level or in an entry.', holds: (row) => !row.key.includes('.') },
  { title: 'Credentials', intro: 'Each secret has one source: a file, a variable, or (with a warning) the value itself. A source in an entry of `clusters` replaces that of the top level.', holds: section('auth') },
  { title: 'TLS', intro: 'For servers with `https`.', holds: section('tls') },
  { title: 'Namespaces', intro: 'Exact ids, or globs in which `*` stands for any characters.', holds: section('namespaces') },
  { title: 'Polling', intro: 'How often the nodes are asked, and how long an answer may take.', holds: section('poll') },
  { title: 'Canary', intro: 'Writes to the registry, and is off unless turned on; see [The canary](canary.md).', holds: section('canary') },
  { title: 'Check of the config center', intro: 'Off unless turned on; only reads. What is compared, and how long one round takes: [Configurations that differ](config-check.md).', holds: section('config_check') },
  { title: 'Metric families', intro: 'Exact names, or globs in which `*` stands for any characters.', holds: section('metrics') },
  { title: 'Chat relay', intro: 'Alerts of Alertmanager as chat messages; see [notifications](notifications.md). Off until a channel has an address. Top level only.', holds: section('relay') },
  { title: 'Metadata views', intro: 'Series by service for values in the metadata of instances; none unless keys are named.', holds: section('metadata_views') },
  { title: 'Limits', intro: 'Bounds on what one cluster may cost.', holds: section('limits') },
];

const code = (text: string | undefined): string => (text === undefined ? '' : `\`${text}\``);

function defaultText(row: Option): string {
  if (row.default === undefined) return '';
  return code(Array.isArray(row.default) ? `[${row.default.join(', ')}]` : String(row.default));
}

/** The key as a path in the file; flags and variables have none. */
export function keyText(row: Option): string | undefined {
  if (row.scope === 'invocation') return undefined;
  return row.scope === 'cluster' ? `clusters[].${row.key}` : row.key;
}

function renderGroup(group: Group): string {
  const rows = (options as readonly Option[]).filter(group.holds).map((row) => {
    const flag = row.flag === undefined ? '' : code(`--${row.flag}`) + (row.repeatable === true ? ' (repeatable, or a comma list)' : '');
    return `| ${code(keyText(row))} | ${flag} | ${code(variableOf(row))} | ${row.type.name} | ${defaultText(row)} | ${row.doc} |`;
  });
  return [`## ${group.title}`, '', group.intro, '', '| Key | Flag | Variable | Type | Default | Meaning |', '|---|---|---|---|---|---|', ...rows, ''].join('\n');
}

export function configurationReference(): string {
  const codes = Object.entries(issueCodes).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return `<!-- Generated from the table of options by \`npm run generate\`; do not edit by hand. -->

# Configuration

Values come from four places; a later one wins: defaults, the file given by \`--config.file\`, environment variables, flags.
A flag or variable sets the key of the top level, so a key that an entry of \`clusters\` sets itself stays in force there (with a warning).

- Durations are whole numbers with units: \`500ms\`, \`15s\`, \`5m\`, \`1h30m\`. Sizes likewise: \`64MB\` (millions of bytes), \`64MiB\` (2^20).
- In the file, unknown and repeated keys are mistakes. Relative paths count from the folder of the file, those in flags and variables from the working directory.
- An empty variable counts as unset.
- Servers given by flag or variable form one cluster called \`default\`; a file that lists clusters excludes them.
- Secrets are never printed: \`/config\`, messages and logs show their source or \`<secret>\`. Addresses with credentials in them are refused.

\`nacos-exporter config check\` takes the same flags and prints every mistake at once, each as \`file:line:column: path: message (code)\`.

${groups.map(renderGroup).join('\n')}
## Example

Every key, with its default where it has one.

\`\`\`yaml
${exampleYaml()}\`\`\`

## Codes of mistakes and warnings

| Code | Means |
|---|---|
${codes.join('\n')}
`;
}

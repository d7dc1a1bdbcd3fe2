/** Which gate stands before which step. The gates read Nacos themselves: a dashboard shows, a gate decides. */

import { text, type Piece } from './panels.ts';

const page = 'https://github.com/nacos-exporter/nacos-exporter/blob/main/docs/gates.md';

const steps = [
  ['ready-to-upgrade', 'Before the first node is touched', 'Verdict, Versions'],
  ['safe-to-stop', 'Before each node is stopped', 'Causes of doubt, Up'],
  ['node-back', 'After each node is started, before the next', 'Instances of each node'],
  ['upgraded', 'After the last node', 'Nodes by version'],
  ['ready-to-close-double-write', 'Before double write is switched off', 'May double write be closed?'],
  ['double-write-off', 'After it is, and after each restart', 'Writes both stores'],
  ['listed', 'Before a node that is added is started', 'Writes both stores'],
  ['joined', 'After it', 'Instances of each node'],
  ['removable', 'Before a node is removed', 'Causes of doubt'],
  ['removed', 'After it', 'Up'],
  ['gone', 'After one instance was taken offline', 'Gone and registered'],
  ['ready-to-roll-back', 'Before 2.x is stopped for 1.x', 'Versions'],
  ['restored', 'After a rollback', 'Agreed instances'],
  ['consistent', 'At any time', 'Causes of doubt'],
] as const;

export function gates(): Piece {
  const rows = steps.map(([gate, when, where]) => `| [\`${gate}\`](${page}#${gate}) | ${when} | ${where} |`);
  return text({
    title: 'Which gate, when, and where to look', width: 24, height: 15,
    description: 'What each gate needs to pass is in its chapter.',
    markdown: [
      `Run \`nacos-exporter check GATE\` with the exporter's own configuration: exit 0 pass, 1 fail, 2 could not tell. [All gates](${page})`, '',
      '| gate | when | on this dashboard |', '| --- | --- | --- |', ...rows,
    ].join('\n'),
  });
}

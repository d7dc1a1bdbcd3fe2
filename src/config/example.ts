/** The annotated example file, made from the table: every key with its meaning, defaults in force, the rest commented out. */

import { options, type Option } from './options.ts';

function written(row: Option): string {
  const value = row.default ?? row.example ?? '';
  if (Array.isArray(value)) return `[${value.join(', ')}]`;
  return typeof value === 'string' && value.startsWith(':') ? `'${value}'` : String(value);
}

const sectionOf = (row: Option): string => row.key.split('.').slice(0, -1).join('.');

/** Rows in the order of the table, a section opening where its first key stands. */
function renderRows(rows: readonly Option[], indent: string): readonly string[] {
  const lines: string[] = [];
  let open: readonly string[] = [];
  for (const row of rows) {
    const keys = row.key.split('.');
    const sections = keys.slice(0, -1);
    for (const [depth, section] of sections.entries()) {
      if (open[depth] !== section || open.slice(0, depth).join('.') !== sections.slice(0, depth).join('.')) {
        lines.push(`${indent}${'  '.repeat(depth)}${section}:`);
      }
    }
    open = sections;
    const inner = indent + '  '.repeat(sections.length);
    const active = row.default !== undefined || row.scope === 'cluster';
    lines.push(`${inner}# ${row.doc.replaceAll('`', '')}`, `${inner}${active ? '' : '# '}${keys.at(-1)}: ${written(row)}`);
  }
  return lines;
}

export function exampleYaml(): string {
  const rows = options as readonly Option[];
  // A section stands once in a file: what is global in a section of defaults stands among these.
  const shared = new Set(rows.filter((row) => row.scope === 'both').map(sectionOf));
  const amongDefaults = (row: Option): boolean => row.scope === 'both' || (row.scope === 'global' && shared.has(sectionOf(row)));
  const entry = renderRows(rows.filter((row) => row.scope === 'cluster'), '    ');
  return [
    '# Of the process as a whole.',
    ...renderRows(rows.filter((row) => row.scope === 'global' && !amongDefaults(row)), ''),
    '',
    '# Defaults for every cluster; an entry of clusters may hold any of these keys itself, but those of the top level only.',
    ...renderRows(rows.filter(amongDefaults), ''),
    '',
    'clusters:',
    '  -',
    ...entry,
    '    # poll: {interval: 30s}',
    '',
  ].join('\n');
}

/** Flags of `nacos-exporter generate`: apart from it, since it loads Grafana's builders, which nobody else needs. */

import type { CommandSyntax } from '../config/flags.ts';

export const generateSyntax: CommandSyntax = {
  flags: [
    { name: 'check', kind: 'switch', doc: 'Write nothing; exit 1 if a file differs from what would be written.' },
    { name: 'out', kind: 'text', doc: 'Folder to write to; the current one unless told.' },
    { name: 'values', kind: 'text', doc: 'YAML file with thresholds, severities and selectors of your own (docs/alerts.md).' },
  ],
};

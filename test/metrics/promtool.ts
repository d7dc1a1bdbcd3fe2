/** Runs `promtool check metrics` where promtool is installed; elsewhere says that it was skipped. */

import { spawnSync } from 'node:child_process';

export function promtoolFindings(text: string): string {
  const { error, status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (error !== undefined) {
    process.stderr.write(`SKIPPED promtool check metrics: ${error.message}\n`);
    return '';
  }
  return status === 0 ? '' : `${stdout}${stderr}`;
}

/** `npm run chart`: brings what is copied into the chart up to date, and renders deploy/kubernetes where helm is installed. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findTool } from '../../../test/lab/tools.ts';
import { chartFiles } from './chart-files.ts';
import { manifests } from './manifests.ts';

const root = resolve(import.meta.dirname, '../../..');

function write(files: ReadonlyMap<string, string | undefined>): void {
  for (const [name, text] of files) {
    const path = join(root, name);
    if (text === undefined) {
      rmSync(path);
      process.stdout.write(`removed ${name}\n`);
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    process.stdout.write(`wrote ${name}\n`);
  }
}

write(chartFiles(root));
const helm = findTool('helm');
if (helm === undefined) process.stderr.write('deploy/kubernetes is left as it is: helm is not installed\n');
else write(manifests(helm, root));

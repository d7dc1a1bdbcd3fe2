/** `npm run release:check [-- --tag v1.2.3]`: exit 1 with one line for everything that stands against a release. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { licenceProblems, releaseProblems, type Lockfile } from './checks.ts';

const root = resolve(import.meta.dirname, '../../..');
const read = (name: string): string => readFileSync(resolve(root, name), 'utf8');
const { values: { tag } } = parseArgs({ options: { tag: { type: 'string' } } });

const lock = JSON.parse(read('package-lock.json')) as Lockfile;
const { version } = JSON.parse(read('package.json')) as { version: string };
const problems = [...releaseProblems({ changelog: read('CHANGELOG.md'), version, lock, ...(tag === undefined ? {} : { tag }) }), ...licenceProblems(lock)];
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length === 0) process.stdout.write(`${version} may go out\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

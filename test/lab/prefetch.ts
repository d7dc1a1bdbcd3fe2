/** Fills the cache with the releases named as arguments, or with all: `npx tsx test/lab/prefetch.ts [VERSION...]`. */

import { resolveDistribution } from './distribution.ts';
import { labVersions } from './versions.ts';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((version) => !labVersions.some((known) => known === version));
if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}; known: ${labVersions.join(', ')}`);
for (const version of labVersions.filter((known) => wanted.length === 0 || wanted.includes(known))) {
  const begun = Date.now();
  await resolveDistribution(version);
  process.stdout.write(`${version}: ${Math.round((Date.now() - begun) / 1000)} s\n`);
}

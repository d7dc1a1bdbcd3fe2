/** `npm run sbom [-- FILE]`: the bill of materials of what is shipped, as CycloneDX JSON, from the lockfile alone. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { shipped, type Lockfile } from './checks.ts';

const root = resolve(import.meta.dirname, '../../..');
const file = process.argv[2] ?? 'nacos-exporter.cdx.json';
const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));

/**
 * The project as one that has no dependencies for development. npm 11's own `--omit=dev` also leaves out what a package for
 * development asks for besides (yaml, which Vite takes as a peer).
 */
function writeShipped(folder: string): void {
  const manifest = read('package.json') as Record<string, unknown>;
  const lock = read('package-lock.json') as Lockfile;
  Reflect.deleteProperty(manifest, 'devDependencies');
  const own = { ...lock.packages[''] };
  Reflect.deleteProperty(own, 'devDependencies');
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages: { '': own, ...Object.fromEntries(shipped(lock)) } }));
}

const folder = mkdtempSync(join(tmpdir(), 'nacos-exporter-sbom-'));
writeShipped(folder);
const { status, stdout, stderr } = spawnSync('npm', ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'], { cwd: folder, encoding: 'utf8', maxBuffer: 64 << 20 });
rmSync(folder, { recursive: true });
if (status === 0) {
  const bill = JSON.parse(stdout) as { metadata: { component: { name: string } }; components: unknown[] };
  // npm 11 takes the name of the folder.
  bill.metadata.component.name = (read('package.json') as { name: string }).name;
  writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
  process.stdout.write(`wrote ${file}: ${bill.components.length} packages\n`);
} else {
  process.stderr.write(stderr);
  process.exitCode = 1;
}

/** The built demo is ready within ten seconds, and ends when told. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scrapeDemo, valueIn } from './program.ts';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const built = existsSync(main);
if (!built) process.stderr.write('SKIPPED demo: dist is not built\n');

describe.skipIf(!built)('the built demo', () => {
  it('is ready within ten seconds, serves a cluster of three, and ends on a signal', async () => {
    const { families, code } = await scrapeDemo(process.execPath, [main]);
    expect(valueIn(families, 'nacos_cluster_nodes', { nacos_cluster: 'demo', source: 'configured' })).toBe(3);
    // Of the simulated nodes only HTTP is really there.
    expect(families.get('nacos_node_port_open')!.samples.map(({ value }) => value)).toEqual(Array.from({ length: 12 }, () => 1));
    expect(families.get('nacos_namespace_instances')!.samples.length).toBeGreaterThanOrEqual(4);
    expect(code).toBe(0);
  });

  it('names the scenarios it knows when asked for another', async () => {
    const child = spawn(process.execPath, [main, 'demo', '--scenario', 'nonsense'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    const [code] = await once(child, 'exit') as [number];
    expect(code).toBe(2);
    expect(output).toContain('steady');
  });
});

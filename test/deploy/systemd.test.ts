/** The systemd unit: understood by systemd, hardened as far as V8 allows, and told apart from the exporter's own variables. */

import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { options } from '../../src/config/options.ts';
import { temporaryFolder } from '../lab/guard.ts';
import { skipWithReason } from '../lab/tools.ts';
import { lacking, read, root, runTool } from './tooling.ts';

const file = 'deploy/systemd/nacos-exporter.service';
const unit = read(file);

/** systemd-analyze judges a unit where it lies, and asks whether its program is there. */
async function analyse(args: readonly string[], text = unit): Promise<ReturnType<typeof runTool>> {
  const data = await temporaryFolder('nacos-unit');
  copyFileSync(process.execPath, join(data.path, 'nacos-exporter'));
  const path = join(data.path, 'nacos-exporter.service');
  writeFileSync(path, text.replace('/usr/local/bin/nacos-exporter', join(data.path, 'nacos-exporter')));
  const run = runTool('systemd-analyze', [...args, path], { env: { ...process.env, SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' } });
  await data.remove();
  return run;
}

describe('the unit', () => {
  it.skipIf(skipWithReason('systemd-analyze on deploy/systemd', lacking('systemd-analyze')))('is understood by systemd, and exposed to 1.5 of 10 at most', async () => {
    expect(await analyse(['--man=no', 'verify'])).toEqual({ status: 0, output: '' });
    expect((await analyse(['--man=no', 'verify'], unit.replace('ProtectHome=yes', 'ProtectHouse=yes'))).output).toContain('ProtectHouse');
    const { status, output } = await analyse(['security', '--offline=true', '--threshold=15', '--no-pager']);
    expect(output).toMatch(/Overall exposure level/);
    expect(status).toBe(0);
    expect((await analyse(['security', '--offline=true', '--threshold=15', '--no-pager'], unit.replace('CapabilityBoundingSet=\n', ''))).status).not.toBe(0);
  });

  it('starts, reloads and stops it as documented', () => {
    expect(unit).toMatch(/^ExecStart=\/usr\/local\/bin\/nacos-exporter --config\.file=\/etc\/nacos-exporter\/nacos-exporter\.yml \$ARGS$/m);
    expect(unit).toMatch(/^ExecReload=\/bin\/kill -HUP \$MAINPID$/m);
    const documents = [...unit.matchAll(/^Documentation=file:\/usr\/local\/lib\/node_modules\/nacos-exporter\/(.*)$/gm)].map((match) => match[1]!);
    expect(documents.filter((name) => existsSync(join(root, name)))).toEqual(['docs/configuration.md']);
  });

  it('runs as nobody in particular, writes nowhere, and lets V8 compile', () => {
    for (const line of ['DynamicUser=yes', 'ProtectSystem=strict', 'NoNewPrivileges=yes', 'CapabilityBoundingSet=', 'MemoryDenyWriteExecute=no']) expect(unit.split('\n')).toContain(line);
  });

  it('comes with an environment file that names variables which exist', () => {
    expect(unit).toMatch(/^EnvironmentFile=-\/etc\/default\/nacos-exporter$/m);
    const known = new Set(options.flatMap((option) => ('flag' in option ? [`NACOS_EXPORTER_${option.flag.replaceAll(/[.-]/g, '_').toUpperCase()}`] : [])));
    const named = [...read('deploy/systemd/nacos-exporter.default').matchAll(/^#?([A-Z_]+)=/gm)].map((match) => match[1]!);
    expect(named.filter((name) => !known.has(name)).toSorted()).toEqual(['ARGS', 'NODE_OPTIONS']);
    expect(named.length).toBeGreaterThan(3);
  });
});

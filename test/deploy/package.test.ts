/** The npm package: what is in it, what it offers, and that it runs where nothing else of this repository is. */

import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, type TemporaryFolder } from '../lab/guard.ts';
import { skipWithReason } from '../lab/tools.ts';
import { scrapeDemo, valueIn } from '../program/program.ts';
import { read, root, runTool } from './tooling.ts';

interface Packed {
  readonly filename: string;
  readonly version: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

const manifest = JSON.parse(read('package.json')) as { readonly version: string; readonly files: readonly string[]; readonly types: string; readonly bin: Readonly<Record<string, string>>; readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>> };

let folder: TemporaryFolder;
let packed: Packed;
let tarball: string;
const names = (): readonly string[] => packed.files.map(({ path }) => path);

/** Built anew beside the repository, so that neither an old dist nor a running test is in the way. */
beforeAll(async () => {
  folder = await temporaryFolder('nacos-package');
  const project = join(folder.path, 'project');
  mkdirSync(project);
  for (const name of ['package.json', 'tsconfig.json', 'src', '.gitignore', 'LICENSE', 'README.md', ...manifest.files.filter((one) => one !== 'dist' && !one.startsWith('!'))]) cpSync(join(root, name), join(project, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  // What a person may have left there.
  writeFileSync(join(project, 'deploy/compose/.env'), 'NACOS_MONITOR_PASSWORD=x\n');
  mkdirSync(join(project, 'deploy/alertmanager/secrets'), { recursive: true });
  writeFileSync(join(project, 'deploy/alertmanager/secrets/smtp-password'), 'x\n');
  const { status, output } = runTool('npm', ['pack', '--json', '--foreground-scripts=false', `--pack-destination=${folder.path}`], { cwd: project });
  if (status !== 0) throw new Error(output);
  packed = (JSON.parse(output.slice(output.indexOf('[\n'), output.lastIndexOf(']') + 1)) as [Packed])[0];
  tarball = join(folder.path, packed.filename);
}, 120_000);
afterAll(() => folder?.remove());

describe('the package', () => {
  it('holds the program, its types, rules, dashboards, deployment and documentation', () => {
    const wanted = [
      'LICENSE', 'README.md', 'CHANGELOG.md', 'dist/main.js', 'dist/index.js', 'dist/index.d.ts', 'alerts/nacos.rules.yaml', 'dashboards/README.md',
      'deploy/docker/Dockerfile', 'deploy/compose/compose.yaml', 'deploy/compose/.env.example', 'deploy/helm/nacos-exporter/templates/_pod.tpl',
      'deploy/helm/nacos-exporter/.helmignore', 'deploy/systemd/nacos-exporter.service', 'deploy/kubernetes/nacos-exporter.yaml',
      'docs/configuration.md',
    ];
    expect(wanted.filter((path) => !names().includes(path))).toEqual([]);
    expect(packed.version).toBe(manifest.version);
    expect(packed.unpackedSize).toBeLessThan(10_000_000);
  });

  it('holds no test, source, secret, or map that leads nowhere', () => {
    expect(names().filter((path) => /(^|\/)(test|tests|src|tools|node_modules)\/|\.test\.|(^|\/)\.env$|\/secrets\/|\.tgz$/.test(path))).toEqual([]);
    expect(names().filter((path) => /\.map$|(?<!\.d)\.ts$/.test(path))).toEqual([]);
    const compiled = readFileSync(join(folder.path, 'project/dist/main.js'), 'utf8');
    expect(compiled).not.toContain('sourceMappingURL');
  });

  it('has a declaration beside every module', () => {
    const modules = names().filter((path) => path.startsWith('dist/') && path.endsWith('.js'));
    expect(modules.length).toBeGreaterThan(100);
    expect(modules.filter((path) => !names().includes(path.replace(/\.js$/, '.d.ts')))).toEqual([]);
  });

  it('offers only what it holds', () => {
    const offered = [manifest.types, manifest.exports['.']!.types, manifest.exports['.']!.default, ...Object.values(manifest.bin)].map((path) => path.replace(/^\.\//, ''));
    expect(offered.filter((path) => !names().includes(path))).toEqual([]);
  });
});

/** Installed as anybody would: needs the registry, or a cache that holds what it asks for. */
function install(into: string): string | undefined {
  writeFileSync(join(into, 'package.json'), '{ "name": "elsewhere", "private": true, "type": "module" }');
  const { status, output } = runTool('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball], { cwd: into });
  if (status === 0) return undefined;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(output)) return 'a package registry';
  throw new Error(output);
}

describe('installed in an empty folder', () => {
  let elsewhere: string;
  let lacks: string | undefined;

  beforeAll(() => {
    elsewhere = join(folder.path, 'elsewhere');
    mkdirSync(elsewhere);
    lacks = install(elsewhere);
  }, 180_000);

  it('runs, is scraped, and ends on a signal', async ({ skip }) => {
    skip(skipWithReason('the installed package', lacks === undefined ? [] : [lacks]));
    const { families, code } = await scrapeDemo(join(elsewhere, 'node_modules/.bin/nacos-exporter'), [], elsewhere);
    expect(valueIn(families, 'nacos_up', { nacos_cluster: 'demo' })).toBe(1);
    expect(families.get('nacos_exporter_build_info')!.samples[0]!.labels.get('version')).toBe(manifest.version);
    expect(code).toBe(0);
  }, 90_000);

  it('has a bcrypt that works here', ({ skip }) => {
    skip(skipWithReason('bcrypt of the installed package', lacks === undefined ? [] : [lacks]));
    const hash = '$2y$04$zQVfkTQAtXHq9dcxUrEDCu6MvR3.YllZUUJ6mIlGgUiI//QLp1U4q';
    const code = `const { verify } = await import('@node-rs/bcrypt'); process.stdout.write([await verify('x', '${hash}'), await verify('y', '${hash}')].join())`;
    expect(runTool(process.execPath, ['--input-type=module', '-e', code], { cwd: elsewhere })).toEqual({ status: 0, output: 'true,false' });
  });

  it('is typed: a program that reads a snapshot compiles, and one that misreads it does not', ({ skip }) => {
    skip(skipWithReason('types of the installed package', lacks === undefined ? [] : [lacks]));
    const compile = (field: string): ReturnType<typeof runTool> => {
      writeFileSync(join(elsewhere, 'reader.ts'), `import { parseSnapshot, type SnapshotDocument } from 'nacos-exporter';\nconst document: SnapshotDocument = parseSnapshot('');\nexport const up: readonly boolean[] = document.clusters.flatMap(({ nodes }) => nodes.map((node) => node.${field}));\n`);
      return runTool(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', '', join(elsewhere, 'reader.ts')], { cwd: elsewhere });
    };
    expect(compile('up')).toEqual({ status: 0, output: '' });
    expect(compile('node').status).not.toBe(0);
    expect(existsSync(join(elsewhere, 'node_modules/vitest'))).toBe(false);
  }, 60_000);

  it('hides what it does not offer', ({ skip }) => {
    skip(skipWithReason('exports of the installed package', lacks === undefined ? [] : [lacks]));
    const load = (name: string): ReturnType<typeof runTool> => runTool(process.execPath, ['--input-type=module', '-e', `console.log(Object.keys(await import('${name}')).join())`], { cwd: elsewhere });
    expect(load('nacos-exporter')).toEqual({ status: 0, output: 'SnapshotError,parseSnapshot,snapshotFormat\n' });
    expect(load('nacos-exporter/dist/log.js').output).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

/** What must hold of every version: one number, a changelog, licences that allow it, a bill of materials, workflows that run what we run. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { licenceAllowed, licenceProblems, missingPlatforms, releaseProblems, sections, shipped, type Lockfile, type Release } from '../../deploy/tools/release/checks.ts';
import { temporaryFolder } from '../lab/guard.ts';
import { read, runTool } from './tooling.ts';

const manifest = JSON.parse(read('package.json')) as { readonly version: string; readonly dependencies: Readonly<Record<string, string>>; readonly scripts: Readonly<Record<string, string>> };
const lock = JSON.parse(read('package-lock.json')) as Lockfile;

describe('the version', () => {
  it('has its section in the changelog, or is not released yet', () => {
    expect(releaseProblems({ changelog: read('CHANGELOG.md'), version: manifest.version, lock })).toEqual([]);
    expect(sections(read('CHANGELOG.md'))[0]!.entries).toBeGreaterThan(0);
  });

  it('stands in package.json, from which the program reads it and the chart is made', () => {
    expect(read('src/main.ts')).toContain("new URL('../package.json', import.meta.url)");
    expect(read('deploy/helm/nacos-exporter/Chart.yaml')).toContain(`appVersion: "${manifest.version}"`);
  });

  const changelog = '# Changelog\n\n## 0.2.0 / 2026-01-02\n\n- [FEATURE] New.\n\n## 0.1.0 / 2025-01-02\n\n- [FEATURE] First.\n';
  const locked = (version: string): Lockfile => ({ version, packages: { '': { version } } });
  const good: Release = { changelog, version: '0.2.0', lock: locked('0.2.0'), tag: 'v0.2.0' };

  it.each<[string, Partial<Release>, readonly string[]]>([
    ['a release in order', {}, []],
    ['work after a release', { tag: '', changelog: changelog.replace('## 0.2.0', '## Unreleased\n\n- [BUGFIX] Mended.\n\n## 0.2.0') }, []],
    ['no section', { version: '0.3.0', lock: locked('0.3.0'), tag: 'v0.3.0' }, ['CHANGELOG.md has no section 0.3.0', 'the newest section of CHANGELOG.md is 0.2.0 / 2026-01-02, package.json says 0.3.0']],
    ['an old version', { version: '0.1.0', lock: locked('0.1.0'), tag: 'v0.1.0' }, ['the newest section of CHANGELOG.md is 0.2.0 / 2026-01-02, package.json says 0.1.0']],
    ['no date', { changelog: changelog.replace(' / 2026-01-02', '') }, ['the section 0.2.0 of CHANGELOG.md has no date']],
    ['nothing in it', { changelog: changelog.replace('- [FEATURE] New.\n', '') }, ['the section 0.2.0 / 2026-01-02 of CHANGELOG.md is empty']],
    ['another tag', { tag: 'v0.2.1' }, ['the tag is v0.2.1, package.json says 0.2.0']],
    ['a lockfile of another version', { lock: locked('0.1.0') }, ['package-lock.json says 0.1.0 and 0.1.0, package.json 0.2.0: run npm install --package-lock-only']],
    ['a tag before the section has its number', { changelog: changelog.replace('0.2.0 / 2026-01-02', 'Unreleased') }, ['CHANGELOG.md has no section 0.2.0']],
  ])('is judged: %s', (_, change, problems) => {
    // An empty tag stands for none.
    const { tag = '', ...release } = { ...good, ...change };
    expect(releaseProblems({ ...release, ...(tag === '' ? {} : { tag }) })).toEqual(problems);
  });
});

describe('licences', () => {
  it('of all that is shipped are on the list', () => {
    expect(shipped(lock).length).toBeGreaterThan(40);
    expect(licenceProblems(lock)).toEqual([]);
  });

  it.each([
    ['MIT', true], ['(MIT OR GPL-3.0-only)', true], ['(MIT AND ISC)', true], ['(MIT AND GPL-3.0-only)', false], ['GPL-3.0-only', false], ['SEE LICENSE IN x', false], ['', false],
  ])('judge %s: %s', (expression, allowed) => {
    expect(licenceAllowed(expression)).toBe(allowed);
  });

  it('would be missed', () => {
    expect(licenceProblems({ packages: { '': {}, 'node_modules/a': { license: 'AGPL-3.0-only' }, 'node_modules/b': {}, 'node_modules/c': { dev: true, license: 'AGPL-3.0-only' } } })).toEqual([
      'node_modules/a: licence AGPL-3.0-only is not on the list', 'node_modules/b: no licence in package-lock.json',
    ]);
  });
});

describe('the lockfile', () => {
  it('is what npm ci installs from', async () => {
    const data = await temporaryFolder('nacos-lock');
    for (const name of ['package.json', 'package-lock.json']) writeFileSync(join(data.path, name), read(name));
    const { status, output } = runTool('npm', ['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: data.path });
    await data.remove();
    expect(output).not.toContain('from lock file');
    expect(status).toBe(0);
  }, 60_000);

  it('holds native packages for every platform, not only for the one it was written on', () => {
    const names = Object.keys(lock.packages).map((folder) => folder.replace(/^node_modules\//, ''));
    expect(names.flatMap((name) => missingPlatforms(lock, name))).toEqual([]);
    expect(missingPlatforms({ packages: { 'node_modules/a': { optionalDependencies: { 'a-linux': '1', 'a-mac': '1' } }, 'node_modules/a-mac': {} } }, 'a')).toEqual(['a-linux']);
  });
});

describe('the bill of materials', () => {
  it('names every dependency in its version and with its licence, and none for development', async () => {
    const data = await temporaryFolder('nacos-sbom');
    const { status, output } = runTool('npm', ['run', '-s', 'sbom', '--', join(data.path, 'sbom.json')]);
    expect(output).toContain('sbom.json: ');
    expect(status).toBe(0);
    const { bomFormat, metadata, components } = JSON.parse(readFileSync(join(data.path, 'sbom.json'), 'utf8')) as {
      bomFormat: string; metadata: { component: { name: string; version: string; type: string } }; components: { name: string; version: string; licenses?: object[] }[];
    };
    await data.remove();
    expect({ bomFormat, ...metadata.component }).toMatchObject({ bomFormat: 'CycloneDX', name: 'nacos-exporter', version: manifest.version, type: 'application' });
    const found = new Map(components.map(({ name, version }) => [name, version]));
    expect(Object.entries(manifest.dependencies).filter(([name, version]) => found.get(name) !== version)).toEqual([]);
    expect(components.filter(({ licenses = [] }) => licenses.length === 0).map(({ name }) => name)).toEqual([]);
    const names = shipped(lock).map(([folder]) => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length));
    expect([...new Set(components.map(({ name }) => name))].toSorted()).toEqual([...new Set(names)].toSorted());
  }, 60_000);
});

describe('the workflows', () => {
  interface Workflow {
    readonly permissions: object;
    readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly uses?: string; readonly run?: string }[] }>>;
  }
  const names = ['ci.yml', 'release.yml'];
  const steps = (name: string) => Object.values((parse(read(`.github/workflows/${name}`)) as Workflow).jobs).flatMap((job) => job.steps);

  it.each(names)('%s pins what it uses, says what it may, and runs scripts that exist', (name) => {
    const used = steps(name).flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(1);
    expect(used.filter((action) => !/@(v\d+(\.\d+)*|[0-9a-f]{40})$/.test(action))).toEqual([]);
    expect((parse(read(`.github/workflows/${name}`)) as Workflow).permissions).toEqual({ contents: 'read' });
    const called = steps(name).flatMap(({ run = '' }) => [...run.matchAll(/npm run (?:-s )?([\w:]+)/g)].map((match) => match[1]!));
    expect(called.filter((script) => manifest.scripts[script] === undefined)).toEqual([]);
  });

  it('run .ci/run, and before a release all that stands against one', () => {
    expect(names.filter((name) => steps(name).every(({ run = '' }) => !run.includes('.ci/run')))).toEqual([]);
    const release = steps('release.yml').map(({ run = '' }) => run).join('\n');
    for (const command of ['npm run release:check', 'npm run audit', 'npm run sbom', 'npm publish']) expect(release).toContain(command);
  });
});

/** The command against simulated clusters over real sockets, in time that runs faster for the program than for the clock. */

import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/commands.ts';
import type { Machine } from '../../src/cli/machine.ts';
import { gates } from '../../src/gates/catalogue.ts';
import { createCluster, fillLab, listen, type ClusterOptions, type Listening, type SimCluster } from '../../src/sim/index.ts';
import { parseSnapshot } from '../../src/snapshot/parse.ts';

interface Rig {
  readonly cluster: SimCluster;
  readonly listening: Listening;
  readonly server: string;
}

const rigs: Rig[] = [];
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
});
afterEach(async () => {
  for (const { cluster, listening } of rigs.splice(0)) {
    cluster.close();
    await listening.close();
  }
  await rm(folder, { recursive: true });
});

async function rig(options: Partial<ClusterOptions> = {}): Promise<Rig> {
  const cluster = createCluster({ versions: ['2.1.0', '2.1.0', '2.1.0'], namespaces: [{ id: 'dev-ns', name: 'dev' }], ...options });
  fillLab(cluster, 9999);
  const listening = await listen(cluster);
  const made = { cluster, listening, server: `--nacos.server=${listening.urls[0]}` };
  rigs.push(made);
  return made;
}

interface Run {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** Of --json. */
  readonly answer: { readonly [key: string]: unknown };
}

/** So many times faster. */
const pace = 15;

async function check(...argv: readonly string[]): Promise<Run> {
  const [out, err]: [string[], string[]] = [[], []];
  const started = Date.now();
  const machine: Machine = {
    now: () => started + (Date.now() - started) * pace, random: Math.random, pause: () => nextTurn(), wait: (ms) => sleep(ms / pace, undefined, { ref: false }),
    secrets: { readFile: (path) => readFileSync(path, 'utf8'), env: {} }, readFile: (path) => readFileSync(path, 'utf8'), writeFile: () => {}, env: {},
    build: { version: '1.2.3', revision: 'test' }, hostName: 'host', openPort: async () => true, nodeVersion: 'v0', print: (line) => void out.push(line), printError: (line) => void err.push(line),
    untilStopped: () => new Promise(() => {}),
  };
  const code = await runCommand(['check', ...argv], machine);
  return {
    code, out, err,
    get answer() {
      return JSON.parse(out.join('\n')) as Run['answer'];
    },
  };
}

describe('an answer', () => {
  it('is a table on standard output, with progress on standard error: exit 0', async () => {
    const { code, out, err } = await check('consistent', (await rig()).server);
    expect(code).toBe(0);
    expect(out[0]).toMatch(/^consistent: pass \(cluster default, \d+ s\)$/);
    expect(out.slice(1).map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      [''], ['TERM', 'NODE', 'STATE'], ['compared', '-', 'pass'], ['joining', '-', 'pass'], ['divergence', '-', 'pass'],
    ]);
    expect(err).toContainEqual(expect.stringMatching(/^\d+ s: 2 of 3 terms pass; divergence: no confirmed difference so far; a second look comes 15 s after the first$/));
  });

  it('is one object with --json: exit 1', async () => {
    const { cluster, server } = await rig();
    cluster.node(1).drop({ service: 'svc-b' });
    const { code, answer } = await check('consistent', '--json', server);
    expect(code).toBe(1);
    expect(answer).toEqual({
      gate: 'consistent', cluster: 'default', verdict: 'fail', exitCode: 1, startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), seconds: expect.any(Number),
      terms: expect.arrayContaining([{ term: 'divergence', node: cluster.node(1).address, state: 'fail', detail: expect.stringMatching(/^differs in 1 service: 2 instances, 2 missing \(public\/ORDER_GROUP@@svc-b 127\.0\.0\.21:9011 \(c1\): missing\)$/) }]),
      warnings: [], notes: [],
    });
  });

  it('could not be told where nobody answers: exit 2', async () => {
    const { code, out } = await check('consistent', '--nacos.server=http://127.0.0.1:1');
    expect(code).toBe(2);
    expect(out[0]).toMatch(/^consistent: could not tell/);
    expect(out.join('\n')).toMatch(/compared +127\.0\.0\.1:1 +unknown +does not answer: /);
  });

  it('comes from few reads where no contents are asked about', async () => {
    const { cluster, server } = await rig();
    const node = cluster.node(2).address;
    const { code, answer } = await check('drained', node, '--json', server);
    expect([code, answer['gate'], answer['node']]).toEqual([1, 'removed', node]);
    expect([...cluster.node(0).requests.keys()].filter((path) => /catalog|operator|upgrade/.test(path))).toEqual([]);
  });

  it('says so where the configuration hides namespaces', async () => {
    const { cluster, listening } = await rig();
    cluster.node(0).drop({ namespace: 'dev-ns' });
    const file = join(folder, 'config.yaml');
    await writeFile(file, `clusters:\n  - {name: east, servers: [${listening.urls[0]}], namespaces: {deny: [dev-*]}}\n`);
    const { code, answer } = await check('consistent', '--json', `--config.file=${file}`);
    expect([code, answer['warnings']]).toEqual([0, ['the configuration leaves namespaces out: what is in them was neither read nor compared']]);
  });

  it('waits with --wait until it passes', async () => {
    const { cluster, server } = await rig();
    setTimeout(() => cluster.deregister({ service: 'svc-b', ip: '127.0.0.21' }), 1_000);
    const { code, answer, err } = await check('gone', '--service=ORDER_GROUP@@svc-b', '--instance=127.0.0.21:9011', '--wait=3m', '--json', server);
    expect([code, answer['verdict']]).toEqual([0, 'pass']);
    expect(answer['seconds']).toBeGreaterThan(15);
    expect(err).toContainEqual(expect.stringMatching(/still there: healthy, enabled, cluster c1$/));
  });

  it('is the last one once the time to wait is over', async () => {
    const { server } = await rig();
    const { code, answer } = await check('gone', '--service=ORDER_GROUP@@svc-b', '--instance=127.0.0.21:9011', '--wait=30s', '--json', server);
    expect([code, answer['verdict']]).toEqual([1, 'fail']);
    expect(answer['seconds']).toBeGreaterThanOrEqual(30);
  });

  it('takes --version for a version to be compared with', async () => {
    const { cluster, server } = await rig();
    const { code, out } = await check('node-back', cluster.node(1).address, '--version', '9.9.9', server);
    expect(code).toBe(1);
    expect(out.join('\n')).toMatch(/version +\S+ +fail +runs 2\.1\.0, not 9\.9\.9/);
    expect((await check('--version')).out).toEqual(['nacos-exporter 1.2.3 (revision test, node v0)']);
  });
});

describe('an upgrade and back', () => {
  it('ready-to-upgrade prints the order and writes a snapshot, with which restored compares', async () => {
    const { cluster, server } = await rig();
    for (const group of ['nacos_config', 'naming_instance_metadata', 'naming_persistent_service', 'naming_persistent_service_v2', 'naming_service_metadata']) cluster.elect(group, 1);
    const path = join(folder, 'before.json');
    const ready = await check('ready-to-upgrade', '--to=2.1.2', `--out=${path}`, server);
    expect(ready.code).toBe(0);
    const [zero, one, two] = cluster.nodes.map(({ address }) => address);
    expect(ready.out.slice(-2)).toEqual([`stop in this order: ${[zero!, two!].toSorted().join(', ')}, ${one}`, `snapshot: ${path}`]);
    expect(parseSnapshot(await readFile(path, 'utf8'))).toMatchObject({ missing: [], clusters: [{ name: 'default' }] });

    expect((await check('restored', `--before=${path}`, server)).code).toBe(0);
    cluster.deregister({ service: 'svc-b', ip: '127.0.0.21' });
    const lost = await check('restored', '--before', path, '--json', server);
    expect([lost.code, lost.answer['missing']]).toEqual([1, ['public/ORDER_GROUP@@svc-b 127.0.0.21:9011 (c1)']]);
    expect((await check('restored', `--before=${path}`, '--allow=1', server)).code).toBe(0);
  });

  it('a snapshot that cannot be written leaves the gate unanswered', async () => {
    const { server } = await rig();
    const { code, out } = await check('ready-to-upgrade', `--out=${join(folder, 'no', 'such', 'folder')}`, server);
    expect(code).toBe(2);
    expect(out.join('\n')).toMatch(/snapshot +- +unknown +cannot write ".*": no such file/);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a mistake is told before anything is asked: exit 2', () => {
  const names = gates.map(({ name }) => name);

  it.each([
    [[], /^name a gate$/], [['consistant'], /^unknown gate "consistant"; did you mean "consistent"\?$/],
  ])('%j lists the gates', async (argv, words) => {
    const { code, err } = await check(...argv);
    expect(code).toBe(2);
    expect(err[0]).toMatch(words);
    for (const name of names) expect(err.some((line) => line.startsWith(`  ${name}`))).toBe(true);
  });

  it.each([
    [['safe-to-stop'], /safe-to-stop needs a node: safe-to-stop NODE \[--remaining N,…\] \[--allow-quorum-loss\]/],
    [['removed', '10.0.0.1'], /"10\.0\.0\.1" is no ip:port as the member list writes it/],
    [['safe-to-stop', '10.0.0.1:8848', '--remaining=10.0.0.2:8848,b'], /"b" is no ip:port/],
    [['consistent', '10.0.0.1:8848'], /consistent takes no node, "10\.0\.0\.1:8848" is one too many/],
    [['consistent', '--to=2.0.4'], /--to: is no argument of consistent/],
    [['consistent', '--cluster=c'], /--cluster: is no argument of consistent; a configured cluster is chosen by --nacos\.cluster/],
    [['restored'], /--before: restored needs it: restored --before F \[--allow N\]/],
    [['gone', '--service=a', '--instance=b'], /--instance: "b" is no ip:port/],
    [['gone', '--service=a'], /--instance: gone needs it/],
    [['restored', '--before=f', '--allow=few'], /--allow: "few" is no number of instances/],
    [['consistent', '--wait=10'], /--wait: "10" has no unit/],
    [['consistent', '--colour=red'], /--colour: unknown flag/],
    [['consistent', '--nacos.cluster=west'], /no cluster west; configured: default/],
    [['restored', '--before=/no/such/file'], /cannot read "\/no\/such\/file": no such file/],
  ])('%j', async (argv, words) => {
    const { code, out, err } = await check(...argv, '--nacos.server=http://127.0.0.1:1');
    expect([code, out]).toEqual([2, []]);
    expect(err.join('\n')).toMatch(words);
  });

  it('no server, several clusters, a snapshot of another cluster', async () => {
    expect((await check('consistent')).code).toBe(2);
    const file = join(folder, 'config.yaml');
    await writeFile(file, 'clusters:\n  - {name: east, servers: [http://127.0.0.1:1]}\n  - {name: west, servers: [http://127.0.0.1:2]}\n');
    expect((await check('consistent', `--config.file=${file}`)).err).toEqual(['several clusters are configured: choose one with --nacos.cluster (east, west)']);
    const before = join(folder, 'before.json');
    await writeFile(before, JSON.stringify({ format: 'nacos-exporter/snapshot/1', takenAt: '2026-11-21T10:00:00.000Z', exporter: '1', clusters: [{ name: 'north', nodes: [] }], missing: [] }));
    const { code, err } = await check('restored', `--before=${before}`, '--nacos.cluster=west', `--config.file=${file}`);
    expect([code, err]).toEqual([2, [`${before}: no cluster west; it has north`]]);
  });
});

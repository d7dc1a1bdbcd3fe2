/** The command against simulated clusters over real sockets. */

import { chmod, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { snapshot } from '../../src/cli/snapshot.ts';
import type { Machine } from '../../src/cli/machine.ts';
import { canaryGroup } from '../../src/nacos/canary-calls.ts';
import { openReplacement } from '../../src/cli/replacement.ts';
import { createCluster, fillLab, listen, type ClusterOptions, type Listening, type SimCluster } from '../../src/sim/index.ts';
import type { NodeDocument, SnapshotDocument } from '../../src/snapshot/document.ts';
import { parseSnapshot } from '../../src/snapshot/parse.ts';

interface Rig {
  readonly cluster: SimCluster;
  readonly listening: Listening;
}

const rigs: Rig[] = [];
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
});
afterEach(async () => {
  for (const { cluster, listening } of rigs.splice(0)) {
    cluster.close();
    await listening.close();
  }
  await rm(folder, { recursive: true });
});

async function rig(options: ClusterOptions): Promise<Rig> {
  const cluster = createCluster({ namespaces: [{ id: 'dev-ns', name: 'dev' }], ...options });
  fillLab(cluster, 9999);
  const made = { cluster, listening: await listen(cluster) };
  rigs.push(made);
  return made;
}

function machine(): { readonly machine: Machine; readonly out: string[]; readonly err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out, err,
    machine: {
      now: Date.now, random: Math.random, pause: async () => {}, wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      openPort: async () => true, secrets: { readFile: (path) => readFileSync(path, 'utf8'), env: {} }, readFile: (path) => readFileSync(path, 'utf8'), writeFile: () => {}, env: {},
      build: { version: '1.2.3', revision: 'test' }, hostName: 'host', nodeVersion: 'v0', print: (line) => void out.push(line), printError: (line) => void err.push(line),
      untilStopped: () => new Promise(() => {}),
    },
  };
}

async function take(...argv: readonly string[]): Promise<{ readonly code: number; readonly text: string; readonly err: readonly string[]; readonly document: SnapshotDocument }> {
  const run = machine();
  const code = await snapshot(argv, run.machine);
  const text = run.out.join('\n');
  return {
    code, text, err: run.err,
    get document() {
      return parseSnapshot(text);
    },
  };
}

const server = ({ listening }: Rig, index = 0): string => `--nacos.server=${listening.urls[index]}`;

/** What is really registered, as the snapshot should have it. */
function truth(cluster: SimCluster, namespace: string): readonly string[] {
  const all: string[] = [];
  for (const service of cluster.truth.services(namespace)) {
    for (const one of cluster.truth.instances(service) ?? []) {
      const { cluster: place, ip, port, ephemeral, healthy, enabled, weight, metadata } = one;
      all.push(JSON.stringify([service.group, service.service, place, ip, port, ephemeral, healthy, enabled, weight, Object.entries(metadata).toSorted()]));
    }
  }
  return all.toSorted();
}

function registered(node: NodeDocument, namespace: string): readonly string[] {
  const services = node.namespaces.find(({ id }) => id === namespace)?.services ?? [];
  return services.flatMap(({ group, name, instances }) => instances.map(({ cluster, ip, port, ephemeral, healthy, enabled, weight, metadata }) => (
    JSON.stringify([group, name, cluster, ip, port, ephemeral, healthy, enabled, weight, Object.entries(metadata).toSorted()])
  ))).toSorted();
}

/** But for the times, nothing may differ. */
const timeless = (text: string): string => text.replaceAll(/"(takenAt|readAt)":"[^"]*"/g, '"$1":""');

it('is complete where what has nothing to do with registrations may not be read, and does not ask for it', async () => {
  const made = await rig({ versions: ['2.2.4', '2.2.4', '2.2.4'] });
  const aside = ['/v2/ns/client/list', '/v2/core/loader/current', '/v1/cs/health', '/actuator/prometheus'];
  for (const path of aside) for (const node of made.cluster.nodes) made.cluster.node(node.index).fault({ kind: 'status', status: 403, path });
  const { code, err } = await take(server(made));
  expect([code, err]).toEqual([0, []]);
  expect(aside.map((path) => made.cluster.node(0).requests.get(path) ?? 0)).toEqual([0, 0, 0, 0]);
});

describe.each([['1.4.1', 'v1'], ['2.0.4', 'v2.0'], ['2.2.4', 'v2.2'], ['3.1.0', 'v3']])('a cluster of %s', (version, api) => {
  it('every registration on every node, members found by themselves', async () => {
    const made = await rig({ versions: [version, version, version] });
    const { code, err, document } = await take(server(made));

    expect([code, err]).toEqual([0, []]);
    expect(document).toMatchObject({ format: 'nacos-exporter/snapshot/1', exporter: '1.2.3', missing: [] });
    const nodes = document.clusters[0]!.nodes;
    expect(nodes).toHaveLength(3);
    for (const node of nodes) {
      expect(node).toMatchObject({ up: true, version, api, mode: 'cluster', stages: { liveness: { status: 'ok' }, counts: { status: 'ok' }, contents: { status: 'ok' } } });
      expect(node.members).toHaveLength(3);
      expect(node.namespaces.map(({ id, outcome }) => [id, outcome.status])).toEqual([['dev-ns', 'ok'], ['public', 'ok']]);
      for (const namespace of ['public', 'dev-ns']) expect(registered(node, namespace)).toEqual(truth(made.cluster, namespace));
      expect(node.namespaces[1]!.services!.find(({ name }) => name === 'svc-empty')).toMatchObject({ metadata: { owner: 'lab' }, instances: [] });
    }
  });

  it('two in a row differ in their times only', async () => {
    const made = await rig({ versions: [version, version, version] });
    const [first, second] = [await take(server(made)), await take(server(made))];
    expect(timeless(first.text)).toBe(timeless(second.text));
  });

  it('many services over several pages', async () => {
    const made = await rig({ versions: [version] });
    made.cluster.register(Array.from({ length: 700 }, (_, i) => ({ service: `many-${i % 350}`, ip: `10.9.${i >> 8}.${i & 255}`, port: 80 })));
    const { code, document } = await take(server(made));
    expect(code).toBe(0);
    expect(registered(document.clusters[0]!.nodes[0]!, 'public')).toEqual(truth(made.cluster, 'public'));
  });
});

describe('what cannot be read is missing, and never looks empty', () => {
  it('a node that is down', async () => {
    const made = await rig({ versions: ['2.0.4', '2.0.4', '2.0.4'] });
    made.cluster.node(2).stop();
    await made.listening.settled();
    const { code, err, document } = await take(server(made));

    const down = document.clusters[0]!.nodes.filter(({ up }) => !up);
    expect(code).toBe(1);
    expect(down.map(({ stages, namespaces }) => [stages['liveness']!.status, stages['contents']!.status, namespaces])).toEqual([['failed', 'skipped', []]]);
    expect(err.map((line) => line.replaceAll(/:\d+/g, ''))).toEqual([expect.stringMatching(/^missing: default: 127\.0\.0\.1: not read: connect: /)]);
    expect(document.missing).toEqual(err.map((line) => line.replace('missing: ', '')));
    expect(document.clusters[0]!.nodes.filter(({ up }) => up).every((node) => registered(node, 'public').length > 0)).toBe(true);
  });

  it('nobody at all', async () => {
    const made = await rig({ versions: ['2.0.4'] });
    made.cluster.node(0).stop();
    await made.listening.settled();
    const { code, document } = await take(server(made));
    expect(code).toBe(1);
    expect(document.clusters[0]!.nodes.map(({ up, configured }) => [up, configured])).toEqual([[false, true]]);
  });

  it('a namespace whose pages change under every read', async () => {
    const made = await rig({ versions: ['2.2.4'] });
    made.cluster.register(Array.from({ length: 12_000 }, (_, i) => ({ service: `large-${i % 40}`, ip: `10.9.${i >> 8}.${i & 255}`, port: 80 })));
    made.cluster.node(0).tearPages(true);
    const { code, err, document } = await take(server(made));
    const node = document.clusters[0]!.nodes[0]!;

    expect(code).toBe(1);
    expect(err).toEqual([expect.stringMatching(/contents of public: torn: .*page 2 repeats/)]);
    expect(node.stages['contents']).toMatchObject({ status: 'failed', reason: 'torn' });
    expect(node.namespaces.map(({ id, outcome }) => [id, outcome.status])).toEqual([['dev-ns', 'ok'], ['public', 'failed']]);
    // What was read is there, and the outcome says not to trust what is not.
    expect(node.namespaces[1]!.services!.length).toBeGreaterThan(10);
    expect(node.namespaces[1]!.services!.length).toBeLessThan(46);
  });

  it('who is ephemeral, where clusters do not answer', async () => {
    const made = await rig({ versions: ['2.2.4'] });
    made.cluster.node(0).fault({ kind: 'status', status: 500, path: '/v1/ns/catalog/instances' });
    const { code, document } = await take(server(made));
    const services = document.clusters[0]!.nodes[0]!.namespaces.find(({ id }) => id === 'public')!;

    expect(code).toBe(1);
    expect(services.outcome).toMatchObject({ status: 'failed', reason: 'status', detail: expect.stringMatching(/^4 services without "ephemeral"/) });
    expect(services.services!.flatMap(({ instances }) => instances)).toHaveLength(8);
  });

  it('a node whose address another member answered in the end', async () => {
    const made = await rig({ versions: ['2.0.4', '2.0.4'] });
    // Asked who it is: to be identified, before the counts, after them, and after the contents.
    made.cluster.node(0).fault({ kind: 'member', index: 1, path: '/v1/core/cluster/self', every: 4, times: 1 });
    const { code, err, document } = await take(server(made));
    const told = document.clusters[0]!.nodes.map(({ configured, namespaces, stages }) => [configured, namespaces.length, stages['contents']!.status]);
    expect(code).toBe(1);
    expect(told.toSorted()).toEqual([[false, 2, 'ok'], [true, 0, 'failed']]);
    expect(err).toEqual([expect.stringContaining('contents: wrong_member: ')]);
  });

  it('3.x without a login', async () => {
    const made = await rig({ versions: ['3.1.0'], auth: { username: 'u', password: 'p' } });
    const { code, err, document } = await take(server(made));
    expect(code).toBe(1);
    expect(document.clusters[0]!.nodes[0]).toMatchObject({ up: true, api: 'v3-open', stages: { contents: { status: 'unsupported' } }, namespaces: [] });
    expect(err).toEqual([expect.stringContaining('read permission')]);
  });

  it('a member that nobody was told to read', async () => {
    const made = await rig({ versions: ['2.0.4', '2.0.4'] });
    const file = join(folder, 'config.yaml');
    await writeFile(file, `clusters:\n  - name: east\n    servers: [${made.listening.urls[0]}]\n    discover: false\n`);
    const { code, err } = await take(`--config.file=${file}`);
    expect(code).toBe(1);
    expect(err).toEqual([expect.stringMatching(/^missing: east: 127\.0\.0\.1:\d+: a member that is not configured/)]);
  });

  it('only the namespaces that are allowed, and all clusters by name', async () => {
    const [one, two] = [await rig({ versions: ['2.0.4'] }), await rig({ versions: ['3.1.0'] })];
    const file = join(folder, 'config.yaml');
    await writeFile(file, `namespaces: {deny: [dev-*]}\nclusters:\n  - {name: west, servers: [${two.listening.urls[0]}]}\n  - {name: east, servers: [${one.listening.urls[0]}]}\n`);
    const { code, document } = await take(`--config.file=${file}`);
    expect(code).toBe(0);
    expect(document.clusters.map(({ name, nodes }) => [name, nodes.map(({ namespaces }) => namespaces.map(({ id }) => id))])).toEqual([['east', [['public']]], ['west', [['public']]]]);
  });
});

describe('the canary', () => {
  it('is neither run nor written down, whatever the configuration says', async () => {
    const one = await rig({ versions: ['2.2.4'] });
    one.cluster.register({ namespace: 'dev-ns', group: canaryGroup, service: 'somebody.node', ip: '192.0.2.1', port: 2_000 });
    const file = join(folder, 'exporter.yaml');
    await writeFile(file, `clusters: [{name: c, servers: ['${one.listening.urls[0]}'], canary: {enabled: true, namespace: dev-ns}}]\n`);
    const { code, text } = await take(`--config.file=${file}`);
    expect(code).toBe(0);
    expect(text).not.toContain(canaryGroup);
    expect(text).toContain('svc-a');
    expect(one.cluster.node(0).requests.has('/v1/ns/instance')).toBe(false);
  });
});

describe('--out', () => {
  it('replaces the file in one step, readable by its owner only', async () => {
    const made = await rig({ versions: ['2.0.4'] });
    const path = join(folder, 'snapshot.json');
    await writeFile(path, 'old');
    await chmod(path, 0o644);
    const { code, text } = await take(server(made), `--out=${path}`);

    expect([code, text]).toEqual([0, '']);
    expect(parseSnapshot(await readFile(path, 'utf8')).clusters).toHaveLength(1);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['snapshot.json']);
  });

  it('of a link replaces the target, and writes to what cannot be replaced', async () => {
    const [path, link] = [join(folder, 'real'), join(folder, 'link')];
    await writeFile(path, 'old');
    await symlink(path, link);
    const output = await openReplacement(link);
    await output.write('new');
    expect(await readFile(path, 'utf8')).toBe('old');
    await output.commit();
    expect(await readFile(path, 'utf8')).toBe('new\n');

    const nowhere = await openReplacement('/dev/null');
    await nowhere.write('x');
    await nowhere.commit();
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('discarded leaves what was there', async () => {
    const path = join(folder, 'kept');
    await writeFile(path, 'old');
    const output = await openReplacement(path);
    await output.write('new');
    await output.discard();
    expect([await readFile(path, 'utf8'), await readdir(folder)]).toEqual(['old', ['kept']]);
  });

  it('that cannot be written is said before anything is asked', async () => {
    const { code, err } = await take('--nacos.server=http://127.0.0.1:1', `--out=${join(folder, 'no', 'such', 'file')}`);
    expect(code).toBe(2);
    expect(err).toEqual([`cannot write "${join(folder, 'no', 'such', 'file')}": no such file`]);
    expect((await take('--nacos.server=http://127.0.0.1:1', `--out=${folder}`)).err).toEqual([`cannot write "${folder}": is a directory`]);
  });

  it.each([[['--out']], [['--nacos.server=ftp://x']], [[]], [['--colour=red', '--nacos.server=http://127.0.0.1:1']]])('mistakes are 2: %j', async (argv) => {
    const { code, err } = await take(...argv);
    expect(code).toBe(2);
    expect(err.length).toBeGreaterThan(0);
  });
});

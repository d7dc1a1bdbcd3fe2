/**
 * One scrape of the whole program, byte for byte, on a cluster in which nothing moves. `UPDATE_GOLDEN=1` writes the file
 * anew. What cannot be the same twice is masked by one regex; addresses are put into words.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogue } from '../../src/metrics/catalogue.ts';
import { upgradeFamilies } from '../../src/metrics/families/upgrade.ts';
import { canaryFamilies } from '../../src/metrics/families/canary.ts';
import { selfFamilies } from '../../src/metrics/self/families.ts';
import { createCluster, listen, listensAt, virtualClock, type Listening, type SimCluster } from '../../src/sim/index.ts';
import { promtoolFindings } from '../metrics/promtool.ts';
import { startProgram, until, valueIn, type Program } from './program.ts';

const golden = new URL('../golden/scrape.prom', import.meta.url);
/** Times of the machine and what follows from them, counts that go on while we look, and what depends on the ports. */
const unstable = /^((?:nacos_node_response_seconds|nacos_node_clock_offset_seconds|nacos_exporter_requests_total|nacos_poll_bytes_total|nacos_exporter_request_duration_seconds\w*|nacos_exporter_config_hash|nacos_poll_interval_seconds(?=\{[^}]*"counts"))(?:\{.*\})?) .*$/gm;
const now = Date.UTC(2026, 0, 1, 12);

let sim: SimCluster;
let listening: Listening;
let running: Program;

/** Ports in the order of the nodes, since series are sorted by address. */
async function listenInOrder(cluster: SimCluster): Promise<Listening> {
  for (let tries = 0; tries < 50; tries++) {
    const first = 20_000 + Math.floor(Math.random() * 9_000);
    try {
      return await listen(cluster, { ports: [first, first + 1, first + 2] });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error('no three ports in a row are free');
}

function fill(cluster: SimCluster): void {
  cluster.bulk({ services: 4, instances: 3, name: (i) => `svc-${i}` });
  cluster.register([
    { namespace: 'team-a', group: 'ORDERS', service: '订单"服务\\', ip: '10.1.0.1', port: 8080, metadata: { version: 'v1 "灰度"' }, weight: 3 },
    { namespace: 'team-a', group: 'ORDERS', service: '订单"服务\\', ip: '10.1.0.2', port: 8080, healthy: false },
    { namespace: 'unlisted', service: 'stray', ip: '10.1.0.3', port: 8080, ephemeral: false },
    { service: 'guarded', ip: '10.1.0.4', port: 8080 },
    { service: 'guarded', ip: '10.1.0.5', port: 8080, healthy: false },
    { service: 'svc-unhealthy', ip: '10.1.0.6', port: 8080, healthy: false },
  ]);
  cluster.createService({ service: 'guarded' }, { protectThreshold: 0.8 });
  cluster.createService({ service: 'nothing-in-it' });
  cluster.node(2).drop({ service: 'svc-3' });
  cluster.node(1).setSwitch('healthCheckEnabled', false);
  // One of three is enough to be seen, without the paths, which depend on who asked for what when it was read.
  cluster.node(0).setActuator(true);
}

beforeAll(async () => {
  sim = createCluster({
    versions: ['2.2.4', '2.2.4', '2.2.3'], clock: virtualClock(now), emptyServiceMs: Infinity, namespaces: [{ id: 'team-a', name: 'A' }, { id: 'empty', name: 'nothing in it' }],
  });
  fill(sim);
  listening = await listenInOrder(sim);
  const openPort = async (host: string, port: number): Promise<boolean> => listensAt(sim, host, port);
  running = await startProgram({ now: () => now, openPort, config: `clusters:\n  - name: golden\n    servers: [${listening.urls.slice(0, 2).join(', ')}]\n    metadata_views:\n      keys: [version]\n    metrics: {deny: ['nacos_actuator_http_*']}\n` });
  // The third node is found by the first check and read by the first poll, its contents after that.
  const third = { nacos_node: sim.nodes[2]!.address, namespace_id: 'unlisted' };
  await until('all is read', async () => {
    const scrape = await running.scrape();
    return valueIn(scrape, 'nacos_agreement_nodes', { namespace_id: 'public' }) === 3 && valueIn(scrape, 'nacos_instances_enabled', third) === 1 ? true : undefined;
  });
});
afterAll(async () => {
  await running.stop();
  await listening.close();
});

function comparable(body: string): string {
  const plain = sim.nodes.reduce((text, node, i) => text.replaceAll(node.address, `node-${i + 1}:8848`).replaceAll(`:${Number(node.address.split(':')[1]) - 1000}`, ':7848'), body);
  const lines = plain.split('\n').filter((line) => !/^(# (HELP|TYPE) )?(process|nodejs)_/.test(line));
  return inOrder(lines).join('\n').replaceAll(unstable, '$1 <unstable>');
}

/** Services are numbered as they are met, requests counted as they come, and three nodes are read at the same time: the lines of each family sorted. */
function inOrder(lines: readonly string[]): readonly string[] {
  const familyOf = (line: string): string | undefined => /^nacos_(service_\w+|exporter_requests_total)/.exec(line)?.[0];
  const rest = lines.filter((line) => familyOf(line) !== undefined).toSorted();
  return lines.map((line) => {
    const family = familyOf(line);
    return family === undefined ? line : rest.splice(rest.findIndex((other) => familyOf(other) === family), 1)[0]!;
  });
}

it('is what it was', async () => {
  const text = comparable((await running.page('/metrics')).body);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(new URL('.', golden), { recursive: true });
    writeFileSync(golden, text);
  }
  expect(existsSync(golden), 'test/golden/scrape.prom is missing; UPDATE_GOLDEN=1 writes it').toBe(true);
  expect(text).toBe(readFileSync(golden, 'utf8'));
});

it('is liked by promtool', async () => {
  expect(promtoolFindings((await running.page('/metrics')).body)).toBe('');
});

it('holds declared families only, with the labels, type and help of their declarations', async () => {
  const declared = new Map([...catalogue, ...selfFamilies].map((family) => [family.name as string, family]));
  for (const [name, family] of await running.scrape()) {
    if (/^(process|nodejs)_/.test(name)) continue;
    const declaration = declared.get(name);
    expect(declaration, `${name} is not declared`).toBeDefined();
    expect([family.type, family.help]).toEqual([declaration!.type, declaration!.help]);
    const open = declaration !== undefined && 'open' in declaration;
    for (const { labels } of family.samples) {
      const own = [...labels.keys()].filter((label) => label !== 'le' || family.type !== 'histogram');
      expect(open ? own.slice(0, 2) : own, `${name}`).toEqual([...declaration!.labels]);
    }
  }
});

it('shows every family of the catalogue but those that need what is not here', async () => {
  const families = await running.scrape();
  const names = catalogue.map((family) => family.name as string);
  expect(names.filter((name) => name.startsWith('nacos_actuator_') && families.has(name)).length).toBeGreaterThan(10);
  expect(names.filter((name) => !name.startsWith('nacos_actuator_') && !families.has(name))).toEqual([
    // The nodes' numbers of clients differ, and were read only once.
    'nacos_client_counts_consistent',
    // 2.2 does not tell ephemeral from persistent in its lists, and nothing differs.
    'nacos_instances_ephemeral', 'nacos_divergence_since_timestamp_seconds',
    // The canary is off.
    ...canaryFamilies.map(({ name }) => name),
    // Nor are configurations compared.
    'nacos_config_divergent_items',
    // 2.0 and 2.1 alone have two stores.
    ...upgradeFamilies.map(({ name }) => name),
  ]);
});

/**
 * A fresh 2.0.4 cluster changes over to the store of 2.x by itself; then double write is closed. At each moment the exporter says
 * what the node's own endpoints say, asked by the test. On the way: ports, database, connections, clients, configurations.
 */

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabCluster, type LabNode, startCluster } from '../lab/cluster.ts';
import { type RunningExporter, startExporter } from '../lab/exporter.ts';
import { seriesOf, valueOf, type Scrape } from '../lab/exposition.ts';
import { plainHttp, plainHttpOk } from '../lab/http.ts';
import { replicated } from '../lab/seed.ts';
import { missing, skipWithReason } from '../lab/tools.ts';
import { until } from '../lab/wait.ts';
import { extra, registerAll } from './suite/extras.ts';
import { exporterOptions } from './suite/stage.ts';

const skipped = skipWithReason('the metrics of an upgrade', missing());

const instances = [
  ...Array.from({ length: 8 }, (_, i) => extra(`up-${i % 3}`, `127.0.4.${1 + i}`)),
  extra('up-persistent', '127.0.4.100', { ephemeral: false }),
];

describe.skipIf(skipped)('the upgrade of a fresh 2.0.4 cluster, three real nodes', () => {
  let cluster: LabCluster;
  let exporter: RunningExporter;
  beforeAll(async () => {
    cluster = await startCluster({ version: '2.0.4', nodes: 3 });
    await registerAll(cluster.nodes, instances);
    await replicated(cluster.nodes, { public: instances.length }, 60_000);
    const form = { dataId: 'app.yaml', group: 'DEFAULT_GROUP', content: 'a: 1' };
    await plainHttpOk(`${cluster.nodes[0]!.url}/v1/cs/configs`, { method: 'POST', form });
    exporter = await startExporter(exporterOptions(cluster.nodes, 'open'));
  }, 600_000);
  afterAll(async () => {
    await exporter?.stop();
    await cluster?.stop();
  });

  /** Waits for a moment at which the nodes say `done`, and the exporter says what they say. */
  async function sameAs(what: string, rowsOf: (node: LabNode) => Promise<readonly string[]>, families: readonly string[], done: (rows: readonly string[]) => boolean = () => true): Promise<Scrape> {
    return until(what, 90_000, async () => {
      const own = (await Promise.all(cluster.nodes.map(rowsOf))).flat().toSorted();
      const scrape = await exporter.scrape();
      if (!done(own)) throw new Error(`not yet: ${own.join('\n')}`);
      const exported = families.flatMap((name) => exportedRows(scrape, name)).toSorted();
      if (exported.join('\n') !== own.join('\n')) throw new Error(`exported\n${exported.join('\n')}\nand the nodes say\n${own.join('\n')}`);
      return scrape;
    }, 1_000);
  }

  const each = (scrape: Scrape, name: string, labels: Readonly<Record<string, string>> = {}): readonly (number | undefined)[] =>
    cluster.nodes.map(({ address }) => valueOf(scrape, name, { nacos_node: address, ...labels }));

  it('is told by the endpoint of each node, until all have changed over', async () => {
    const scrape = await sameAs('upgraded', upgradeRows, upgradeFamilies, (rows) => rows.filter((row) => /^nacos_upgrade_(completed|ready) .* 1$/.test(row)).length === 6);
    expect(each(scrape, 'nacos_upgrade_double_write_enabled')).toEqual([1, 1, 1]);
    expect(each(scrape, 'nacos_upgrade_instances', { store: 'v1' })).toEqual(cluster.nodes.map(() => instances.length));
    expect(seriesOf(scrape, 'nacos_upgrade_store_only_services').map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('raises no false alarm once double write is closed', async () => {
    // Without `debug` it goes to all nodes by Raft.
    await plainHttpOk(`${cluster.nodes[1]!.url}/v1/ns/operator/switches`, { method: 'PUT', query: { entry: 'doubleWriteEnabled', value: 'false' } });
    const scrape = await sameAs('double write off', upgradeRows, upgradeFamilies, (rows) => rows.filter((row) => /^nacos_upgrade_instances .* v1 0$/.test(row)).length === 3);
    expect(each(scrape, 'nacos_upgrade_double_write_enabled')).toEqual([0, 0, 0]);
    expect(each(scrape, 'nacos_upgrade_completed')).toEqual([1, 1, 1]);
    expect(each(scrape, 'nacos_upgrade_instances', { store: 'v2' })).toEqual(cluster.nodes.map(() => instances.length));
    expect(seriesOf(scrape, 'nacos_upgrade_store_only_services')).toEqual([]);
    const { 'service.V2.not.in.V1': listed } = await upgradeOf(cluster.nodes[0]!);
    expect(String(listed).split('\n')).toHaveLength(4);
  });

  it('has the clients, the connections and the configurations that the nodes count', async () => {
    const scrape = await sameAs('clients', clientRows, ['nacos_clients', 'nacos_clients_responsible', 'nacos_subscribers', 'nacos_connections']);
    expect(each(scrape, 'nacos_clients', { type: 'ephemeral_ip_port' })).toEqual([8, 8, 8]);
    expect(each(scrape, 'nacos_connections', { source: 'cluster' })).toEqual([2, 2, 2]);
    expect(valueOf(scrape, 'nacos_client_counts_consistent')).toBe(1);
    expect(valueOf(scrape, 'nacos_configs', { namespace_id: 'public' })).toBe(1);
  });

  it('has the ports open that are open, and a database', async () => {
    const scrape = await sameAs('ports', portRows, ['nacos_node_port_open']);
    expect(seriesOf(scrape, 'nacos_node_port_open').map(({ value }) => value)).toEqual(Array.from({ length: 12 }, () => 1));
    // With a cluster.conf the node misses its address server for good, and calls that DOWN; of the database it says nothing bad.
    expect(await Promise.all(cluster.nodes.map(async ({ url }) => (await plainHttp(`${url}/v1/cs/health`)).body.replace('DOWN:address server down. ', 'UP')))).toEqual(['UP', 'UP', 'UP']);
    expect(each(scrape, 'nacos_node_database_state', { state: 'up' })).toEqual([1, 1, 1]);
    expect(each(scrape, 'nacos_node_database_state', { state: 'master_down' })).toEqual([0, 0, 0]);
  });
});

const upgradeFamilies = [
  'nacos_upgrade_completed', 'nacos_upgrade_all_members_2x', 'nacos_upgrade_ready', 'nacos_upgrade_double_write_enabled', 'nacos_upgrade_double_write_pending_tasks',
  'nacos_upgrade_services', 'nacos_upgrade_instances', 'nacos_upgrade_store_only_services',
];

/** `family node other-labels value`. */
function exportedRows(scrape: Scrape, name: string): readonly string[] {
  return seriesOf(scrape, name).map(({ labels, value }) => [name, ...[...labels].filter(([label]) => label !== 'nacos_cluster').map(([, of]) => of), value].join(' '));
}

async function jsonOf(node: LabNode, path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await plainHttpOk(`${node.url}${path}`)) as Record<string, unknown>;
}

const upgradeOf = (node: LabNode): Promise<Record<string, unknown>> => jsonOf(node, '/v1/ns/upgrade/ops/metrics?json=true');

async function upgradeRows(node: LabNode): Promise<readonly string[]> {
  const told = await upgradeOf(node);
  const self = (await jsonOf(node, '/v1/core/cluster/self'))['data'] as { readonly extendInfo: { readonly readyToUpgrade?: boolean } };
  const lines = (key: string): number => String(told[key]).split('\n').filter((line) => line !== '').length;
  const rows: readonly (readonly [string, unknown])[] = [
    ['completed', told['upgraded']], ['all_members_2x', told['isAll20XVersion']], ['ready', self.extendInfo.readyToUpgrade],
    ['double_write_enabled', told['isDoubleWriteEnabled']], ['double_write_pending_tasks', told['doubleWriteDelayTaskCount']],
    ...(['V1', 'V2'] as const).flatMap((store) => [
      [`services ${store.toLowerCase()}`, told[`serviceCount${store}`]] as const, [`instances ${store.toLowerCase()}`, told[`instanceCount${store}`]] as const,
    ]),
    ...(told['isDoubleWriteEnabled'] === true ? [
      ['store_only_services v1', lines('service.V1.not.in.V2')] as const, ['store_only_services v2', lines('service.V2.not.in.V1')] as const,
    ] : []),
  ];
  return rows.filter(([, value]) => value !== undefined).map(([what, value]) => {
    const [family, store] = what.split(' ');
    return [`nacos_upgrade_${family}`, node.address, ...(store === undefined ? [] : [store]), Number(value)].join(' ');
  });
}

async function clientRows(node: LabNode): Promise<readonly string[]> {
  const told = await jsonOf(node, '/v1/ns/operator/metrics?onlyStatus=false');
  const connections = Object.values(await jsonOf(node, '/v2/core/loader/current')) as { readonly metaInfo: { readonly labels: { readonly source?: string } } }[];
  const ofMembers = connections.filter(({ metaInfo }) => metaInfo.labels.source === 'cluster').length;
  return [
    `nacos_clients ${node.address} connection ${told['connectionBasedClientCount']}`,
    `nacos_clients ${node.address} ephemeral_ip_port ${told['ephemeralIpPortClientCount']}`,
    `nacos_clients ${node.address} persistent_ip_port ${told['persistentIpPortClientCount']}`,
    `nacos_clients_responsible ${node.address} ${told['responsibleClientCount']}`,
    `nacos_subscribers ${node.address} ${told['subscribeCount']}`,
    `nacos_connections ${node.address} sdk ${connections.length - ofMembers}`,
    `nacos_connections ${node.address} cluster ${ofMembers}`,
  ];
}

async function portRows(node: LabNode): Promise<readonly string[]> {
  const [ip = '', port] = node.address.split(':');
  const ports = { http: 0, grpc_sdk: 1000, grpc_cluster: 1001, raft: -1000 };
  return Promise.all(Object.entries(ports).map(async ([name, offset]) => `nacos_node_port_open ${node.address} ${name} ${Number(await accepts(ip, Number(port) + offset))}`));
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

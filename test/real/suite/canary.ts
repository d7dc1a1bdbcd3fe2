/** Concern: the canary on a real cluster: each ordered pair of nodes is measured, and what it wrote goes away, killed or not. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canaryIdentity, planCanary } from '../../../src/analysis/canary/plan.ts';
import { canaryGroup } from '../../../src/nacos/canary-calls.ts';
import { readCatalog } from '../../lab/catalog.ts';
import { startCluster, type LabCluster, type LabNode } from '../../lab/cluster.ts';
import type { RunningExporter } from '../../lab/exporter.ts';
import { type Scrape, seriesOf, sumOf, valueOf } from '../../lab/exposition.ts';
import { identity } from '../../lab/home.ts';
import { plainHttpOk } from '../../lab/http.ts';
import { createNamespace, initAdmin, login } from '../../lab/registry.ts';
import { missing, skipWithReason } from '../../lab/tools.ts';
import { releaseOf, type LabVersion } from '../../lab/versions.ts';
import { until } from '../../lab/wait.ts';
import { type Access, exporterWith } from './stage.ts';

export const canaryNamespace = 'probes';
const exporterName = 'real-suite';

/** An exporter whose canary runs a round every ten seconds. */
export function startCanary(nodes: readonly LabNode[], access: Access, more: Readonly<Record<string, unknown>> = {}): Promise<RunningExporter> {
  return exporterWith(nodes, access, { canary: { enabled: true, namespace: canaryNamespace, interval: '10s', identity: exporterName }, ...more });
}

/** Which node each node of the cluster holds responsible for an address. */
async function responsibleFor(node: LabNode, ip: string, port: number): Promise<string> {
  const third = releaseOf(node.version).generation === 3;
  const path = third ? '/v3/admin/ns/client/distro' : '/v1/ns/operator/distro/client';
  const text = await plainHttpOk(`${node.url}${path}`, { query: { ip, port: String(port) }, headers: { [identity.key]: identity.value } });
  return /"responsibleServer":"([^"]+)"/.exec(text)?.[1] ?? text;
}

interface Left {
  readonly rows: number;
  readonly instances: number;
}

/** What is in the canaries' group, on whichever node shows most of it. */
export async function leftOn(nodes: readonly LabNode[]): Promise<Left> {
  const each = await Promise.all(nodes.map(async (node) => {
    const rows = (await readCatalog(node, canaryNamespace)).rows.filter(({ group }) => group === canaryGroup);
    return { rows: rows.length, instances: rows.reduce((sum, row) => sum + row.instances, 0) };
  }));
  return { rows: Math.max(...each.map(({ rows }) => rows)), instances: Math.max(...each.map(({ instances }) => instances)) };
}

/** Seconds from each node to each other, on average. */
export function replicationTable(scrape: Scrape): Readonly<Record<string, number>> {
  const sums = seriesOf(scrape, 'nacos_canary_replication_seconds_sum');
  return Object.fromEntries(sums.flatMap(({ labels, value }) => {
    const pair = { nacos_node: labels.get('nacos_node')!, observer: labels.get('observer')! };
    const count = valueOf(scrape, 'nacos_canary_replication_seconds_count', pair) ?? 0;
    return count === 0 ? [] : [[`${pair.nacos_node} ${pair.observer}`, value / count] as const];
  }));
}

const note = (line: string): void => void process.stderr.write(`${line}\n`);

export function canarySuite(version: LabVersion, access: Access): void {
  const skipped = skipWithReason(`canary on Nacos ${version}`, missing());
  describe.skipIf(skipped)(`the canary on Nacos ${version}, three real nodes, access: ${access}`, () => {
    let cluster: LabCluster;
    let exporter: RunningExporter | undefined;
    const addresses = (): readonly string[] => cluster.nodes.map(({ address }) => address);

    beforeAll(async () => {
      cluster = await startCluster({ version, nodes: 3, properties: { 'nacos.core.auth.enabled': String(access !== 'open') } });
      await initAdmin(cluster.nodes[0]!);
      await Promise.all(cluster.nodes.map((node) => login(node)));
      await until('a namespace', 60_000, async () => (await createNamespace(cluster.nodes[0]!, canaryNamespace), true), 1_000);
      exporter = await startCanary(cluster.nodes, access);
    }, 900_000);
    afterAll(async () => {
      await exporter?.stop();
      await cluster?.stop();
    });

    it('lands on the node that the servers themselves hold responsible', async () => {
      const servers = addresses().toSorted();
      const places = planCanary({ identity: canaryIdentity(exporterName), group: canaryGroup, servers, nodes: servers });
      expect(places).toHaveLength(3);
      for (const { node, ip, port } of places) {
        for (const asked of cluster.nodes) expect(await responsibleFor(asked, ip, port)).toBe(node);
      }
    });

    it('measures replication of every ordered pair, and nothing times out', async () => {
      const scrape = await until('two runs of every node', 120_000, async () => {
        const seen = await exporter!.scrape();
        return addresses().every((nacos_node) => (valueOf(seen, 'nacos_canary_runs_total', { nacos_node, result: 'success' }) ?? 0) >= 2) ? seen : undefined;
      }, 1_000);
      const table = replicationTable(scrape);
      note(`canary ${version}: replication ${JSON.stringify(table)}`);
      expect(Object.keys(table)).toHaveLength(6);
      for (const seconds of Object.values(table)) {
        expect(seconds).toBeGreaterThan(0.01);
        expect(seconds).toBeLessThan(10);
      }
      expect(sumOf(scrape, 'nacos_canary_replications_total', { result: 'timeout' })).toBe(0);
      expect(seriesOf(scrape, 'nacos_canary_runs_total').filter(({ labels, value }) => labels.get('result') !== 'success' && value > 0)).toEqual([]);
      expect(seriesOf(scrape, 'nacos_canary_push_seconds_count')).toEqual([]);
      for (const nacos_node of addresses()) {
        expect(valueOf(scrape, 'nacos_canary_beat_seconds_count', { nacos_node })).toBeGreaterThanOrEqual(6);
        expect(valueOf(scrape, 'nacos_services', { nacos_node, namespace_id: canaryNamespace }) ?? 0).toBe(0);
      }
      expect((await leftOn(cluster.nodes)).rows).toBeGreaterThan(0);
    });

    it('leaves nothing registered when it is stopped in the middle of a run', async () => {
      await until('an instance', 30_000, async () => ((await leftOn(cluster.nodes)).instances > 0 ? true : undefined), 50);
      const from = Date.now();
      await exporter!.stop();
      exporter = undefined;
      const stopped = (Date.now() - from) / 1000;
      await until('nothing left', 10_000, async () => ((await leftOn(cluster.nodes)).instances === 0 ? true : undefined), 100);
      note(`canary ${version}: stopped after ${stopped} s, gone everywhere after ${(Date.now() - from) / 1000} s`);
      expect(stopped).toBeLessThan(6);
    });

    it('leaves no instance 60 s after it is killed, and no service 180 s after', async () => {
      exporter = await startCanary(cluster.nodes, access);
      await until('an instance', 30_000, async () => ((await leftOn(cluster.nodes)).instances > 0 ? true : undefined), 50);
      process.kill(exporter.pid, 'SIGKILL');
      const from = Date.now();
      const since = (): number => (Date.now() - from) / 1000;
      await until('no instance', 60_000, async () => ((await leftOn(cluster.nodes)).instances === 0 ? true : undefined), 500);
      const instances = since();
      await until('no service', 180_000 - (Date.now() - from), async () => ((await leftOn(cluster.nodes)).rows === 0 ? true : undefined), 1_000);
      const services = since();
      note(`canary ${version}: after SIGKILL no instance after ${instances} s, no service after ${services} s`);
      expect(instances).toBeLessThanOrEqual(60);
      expect(services).toBeLessThanOrEqual(180);
    });
  });
}

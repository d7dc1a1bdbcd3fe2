/** Concern: the check of the config center. Nodes serve what is stored, whatever it looks like, and one that has lost an item is named. */

import { expect, it } from 'vitest';
import { type LabConfig, loseDump, publish, served, unpublish } from '../../lab/configs.ts';
import { sumOf, valueOf } from '../../lab/exposition.ts';
import { namespaces, secondNamespace } from '../../lab/seed.ts';
import { until } from '../../lab/wait.ts';
import { exporterWith, type Stage } from './stage.ts';

/** What texts may hold that bytes, an escape or a trimmed end would spoil. */
const contents = ['a=1', 'name: 订单服务 €\n', '\r\n{"quote": "\\" & <tag>+%20"}\t\n\n', 'x'.repeat(90_000)];
const configs = namespaces.flatMap((namespace) => contents.map((content, i): LabConfig => (
  { namespace, group: i === 0 ? 'DEFAULT_GROUP' : 'ORDER_GROUP', dataId: `of-${namespace}-${i}.properties`, content }
)));
const lost = configs.find(({ namespace }) => namespace === secondNamespace)!;
/** A difference is confirmed when it is seen again 30 s later. */
const confirmedMs = 75_000;

export function configsSuite(stage: () => Stage): void {
  it('finds what every node serves to be what is stored, and names the configuration that one of them has lost', async () => {
    const { cluster, access } = stage();
    const [first, , third] = cluster.nodes;
    for (const config of configs) await publish(first!, config);
    await until('served by all nodes', 30_000, async () => {
      for (const node of cluster.nodes) for (const config of configs) if ((await served(node, config)) !== config.content) throw new Error(`not ${config.dataId} by ${node.address}`);
      return true;
    }, 500);
    const exporter = await exporterWith(cluster.nodes, access, { config_check: { enabled: true, requests_per_minute: 6_000 } });
    /** By node and namespace. */
    const divergent = async (): Promise<readonly (number | undefined)[]> => {
      const scrape = await exporter.scrape();
      return cluster.nodes.flatMap(({ address }) => namespaces.map((namespace_id) => valueOf(scrape, 'nacos_config_divergent_items', { nacos_node: address, namespace_id })));
    };
    const becomes = (what: string, expected: readonly number[], withinMs: number): Promise<boolean> => until(what, withinMs, async () => {
      const seen = await divergent();
      if (JSON.stringify(seen) !== JSON.stringify(expected)) throw new Error(`divergent: ${JSON.stringify(seen)}`);
      return true;
    }, 500);
    const listed = async (): Promise<unknown> => (JSON.parse((await exporter.get('/api/v1/divergence')).body) as { readonly clusters: readonly [{ readonly configs: unknown }] }).clusters[0].configs;
    try {
      await becomes('compared, and all alike', [0, 0, 0, 0, 0, 0], 60_000);
      expect(sumOf(await exporter.scrape(), 'nacos_exporter_requests_total', { api: 'config' })).toBeGreaterThanOrEqual(configs.length * cluster.nodes.length);

      await loseDump(cluster.home(2), lost);
      expect(await served(third!, lost)).toBeUndefined();
      await becomes('the lost one found', [0, 0, 0, 0, 0, 1], confirmedMs);
      expect(await listed()).toEqual([{ namespace: lost.namespace, group: lost.group, dataId: lost.dataId, node: third!.address, what: 'missing', since: expect.any(String) }]);

      await publish(first!, { ...lost, content: 'a=2' });
      await becomes('over', [0, 0, 0, 0, 0, 0], confirmedMs);
      expect(await listed()).toEqual([]);
      expect(exporter.logs()).toContain(lost.dataId);
      expect(exporter.logs()).not.toContain('订单服务');
    } finally {
      await exporter.stop();
      for (const config of configs) await unpublish(first!, config);
    }
  });
}

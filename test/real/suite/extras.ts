/** Instances that a concern adds to the seeded ones and takes away again, so that it leaves the cluster as it found it. */

import type { LabNode } from '../../lab/cluster.ts';
import { valueOf } from '../../lab/exposition.ts';
import { deregister, type Instance, register } from '../../lab/registry.ts';
import { replicated } from '../../lab/seed.ts';
import { until } from '../../lab/wait.ts';
import type { Stage } from './stage.ts';

/** Nobody has to renew an instance with these: it stays healthy for an hour. */
export const lasting = { 'preserved.heart.beat.timeout': '3600000', 'preserved.ip.delete.timeout': '3600000' };

export const extra = (service: string, ip: string, more: Partial<Instance> = {}): Instance =>
  ({ namespace: 'public', group: 'DEFAULT_GROUP', service, ip, port: 9500, metadata: lasting, ...more });

/** Each through another of these nodes, and through the next one where one does not take it. */
export async function registerAll(nodes: readonly LabNode[], instances: readonly Instance[]): Promise<void> {
  await Promise.all(instances.map((instance, i) => anyOf(nodes, i, `register ${instance.service} ${instance.ip}`, (node) => register(node, instance))));
}

export async function deregisterAll(nodes: readonly LabNode[], instances: readonly Instance[]): Promise<void> {
  await Promise.all(instances.map((instance, i) => anyOf(nodes, i, `deregister ${instance.service} ${instance.ip}`, (node) => deregister(node, instance))));
}

async function anyOf(nodes: readonly LabNode[], first: number, what: string, act: (node: LabNode) => Promise<void>): Promise<void> {
  let turn = first;
  await until(what, 30_000, async () => {
    await act(nodes[turn++ % nodes.length]!);
    return true;
  });
}

/** Adds them, and waits until every node's own catalog and the exporter know all of them. */
export async function add({ cluster, seeded, exporter }: Stage, instances: readonly Instance[]): Promise<void> {
  await registerAll(cluster.nodes, instances);
  const expected = Object.fromEntries(Object.entries(seeded.instances).map(([id, count]) => [id, count + instances.filter(({ namespace }) => namespace === id).length]));
  await replicated(cluster.nodes, expected, 30_000);
  await known(exporter, expected);
}

/** Takes them away, and waits until the nodes and the exporter know the seeded ones alone. */
export async function removeAll({ cluster, seeded, exporter }: Stage, instances: readonly Instance[]): Promise<void> {
  await deregisterAll(cluster.nodes, instances);
  await replicated(cluster.nodes, seeded.instances, 60_000);
  await known(exporter, seeded.instances);
}

async function known(exporter: Stage['exporter'], expected: Readonly<Record<string, number>>): Promise<void> {
  for (const [namespace_id, count] of Object.entries(expected)) {
    await until(`agreed on ${count} in ${namespace_id}`, 30_000, async () => {
      const agreed = valueOf(await exporter.scrape(), 'nacos_namespace_instances', { namespace_id });
      if (agreed !== count) throw new Error(`agreed on ${agreed}`);
      return true;
    });
  }
}

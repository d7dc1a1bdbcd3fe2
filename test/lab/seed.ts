/**
 * The data that every suite's cluster holds: two namespaces, two groups, ephemeral and persistent instances, one
 * disabled, one unhealthy for good, an empty service, and metadata with quotes and Chinese. All addresses are loopback,
 * so that Nacos's own health checks of persistent instances stay on this machine.
 */

import { type Beating, keepBeating, keepRegistered } from './beats.ts';
import { readCatalog } from './catalog.ts';
import type { LabNode } from './cluster.ts';
import { createEmptyService, createNamespace, type Instance, register } from './registry.ts';
import { until } from './wait.ts';

export const secondNamespace = 'dev-ns';
export const namespaces = ['public', secondNamespace] as const;

const plain = 'DEFAULT_GROUP';
const orders = 'ORDER_GROUP';

/** Instances that beat. */
export const beating: readonly Instance[] = [
  { namespace: 'public', group: plain, service: 'svc-a', ip: '127.0.0.11', port: 9001, metadata: { version: '1.0', app_registry_tag: '1637000000001' } },
  { namespace: 'public', group: plain, service: 'svc-a', ip: '127.0.0.12', port: 9001, weight: 2, metadata: { version: '1.1' } },
  { namespace: 'public', group: plain, service: 'svc-a', ip: '127.0.0.13', port: 9001, enabled: false, metadata: { version: '1.1' } },
  { namespace: 'public', group: orders, service: 'svc-b', ip: '127.0.0.21', port: 9011, cluster: 'c1', metadata: { version: '3.0' } },
  {
    namespace: 'public', group: orders, service: 'svc-b', ip: '127.0.0.22', port: 9011, cluster: 'c2', weight: 100,
    metadata: { version: '3.0', note: 'quote " and back\\slash and \u4e2d\u6587' },
  },
  ...Array.from({ length: 12 }, (_, i): Instance => ({
    namespace: 'public', group: plain, service: `svc-${1 + (i % 4)}`, ip: `127.0.1.${1 + i}`, port: 9100, metadata: { version: '4.0' },
  })),
  { namespace: secondNamespace, group: plain, service: 'svc-a', ip: '127.0.0.41', port: 9031, metadata: { version: '1.0' } },
  { namespace: secondNamespace, group: orders, service: 'svc-d', ip: '127.0.0.43', port: 9033, metadata: { note: '\u4f60\u597d' } },
];

/** No beats: unhealthy after 5 s, and kept for an hour. */
const silent: Instance = {
  namespace: 'public', group: plain, service: 'svc-stale', ip: '127.0.0.14', port: 9002,
  metadata: { 'preserved.heart.beat.timeout': '5000', 'preserved.ip.delete.timeout': '3600000' },
};

/** Instances that nobody renews. */
function standing(openPort: number): readonly Instance[] {
  return [
    silent,
    // Nothing listens at the first, something does at the second.
    { namespace: 'public', group: plain, service: 'svc-p', ip: '127.0.0.31', port: 9021, ephemeral: false, metadata: { version: 'p1' } },
    { namespace: 'public', group: plain, service: 'svc-p', ip: '127.0.0.1', port: openPort, ephemeral: false, metadata: { version: 'p2' } },
    { namespace: secondNamespace, group: orders, service: 'svc-c', ip: '127.0.0.42', port: 9032, ephemeral: false },
  ];
}

export interface Seeded {
  /** Instances per namespace once everything has replicated. */
  readonly instances: Readonly<Record<string, number>>;
  readonly beats: Beating;
}

/**
 * Writes the data, each piece through another node, and waits until every node's own catalog holds all of it. `restored`: the
 * silent instance is registered again where the servers drop it.
 */
export async function seed(nodes: readonly LabNode[], restored = false): Promise<Seeded> {
  const first = nodes[0]!;
  const all = [...standing(Number(new URL(first.url).port)), ...beating];
  await until('a second namespace', 60_000, async () => (await createNamespace(first, secondNamespace), true), 1_000);
  for (const [index, instance] of all.entries()) {
    const node = nodes[index % nodes.length]!;
    await until(`${instance.service} at ${node.address}`, 30_000, async () => (await register(node, instance), true), 1_000);
  }
  await createEmptyService(first, 'public', plain, 'svc-empty');
  const beats = keepBeating(nodes, beating);
  const silence = restored ? keepRegistered(nodes, silent) : undefined;
  const stopBoth = async (): Promise<void> => void (await Promise.all([beats.stop(), silence?.stop()]));
  const instances = Object.fromEntries(namespaces.map((id) => [id, all.filter((instance) => instance.namespace === id).length]));
  try {
    await replicated(nodes, instances, 60_000);
  } catch (error) {
    await stopBoth();
    throw error;
  }
  return { instances, beats: { lost: beats.lost, stop: stopBoth } };
}

/** Resolves when every running node's own catalog shows these numbers of instances, by namespace. */
export async function replicated(nodes: readonly LabNode[], instances: Readonly<Record<string, number>>, timeoutMs: number): Promise<void> {
  for (const [namespace, expected] of Object.entries(instances)) {
    for (const node of nodes.filter(({ pid }) => pid !== undefined)) {
      await until(`${namespace} on ${node.address}`, timeoutMs, async () => {
        const seen = await readCatalog(node, namespace);
        if (seen.instances !== expected) throw new Error(`${seen.instances} of ${expected} instances: ${seen.rows.map(({ name, instances: count }) => `${name} ${count}`).join(', ')}`);
        return true;
      });
    }
  }
}

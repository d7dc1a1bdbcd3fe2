/** Instances that beat through a whole migration, and what a witness counted of them on each node. */

import { type Beating, keepBeating } from '../lab/beats.ts';
import type { LabCluster } from '../lab/cluster.ts';
import { readContents } from '../lab/contents.ts';
import { type Instance, register } from '../lab/registry.ts';
import { replicated } from '../lab/seed.ts';
import { sleep, until } from '../lab/wait.ts';

/** Twenty instances of five services, as in the recording of an upgrade from 1.4.1 to 2.0.4. */
export const flock: readonly Instance[] = Array.from({ length: 20 }, (_, i) => ({
  namespace: 'public', group: 'DEFAULT_GROUP', service: `app-${i % 5}`, ip: `127.0.2.${1 + i}`, port: 9200, metadata: { version: '1.0' },
}));

/** `127.0.0.1:8848` to the lowest and highest number of instances and of healthy ones that it showed, while it answered. */
export type Extremes = ReadonlyMap<string, { readonly instances: readonly [number, number]; readonly healthy: readonly [number, number] }>;

export interface Flock {
  readonly beats: Beating;
  /** Since the last call. */
  extremes(): Extremes;
  /** `address` of each instance that a node shows as unhealthy or lacks, by node, now. */
  sick(): Promise<ReadonlyMap<string, readonly string[]>>;
  stop(): Promise<void>;
}

export async function drive(cluster: LabCluster): Promise<Flock> {
  const running = cluster.nodes.filter(({ pid }) => pid !== undefined);
  for (const [i, instance] of flock.entries()) {
    const node = running[i % running.length]!;
    await until(`${instance.ip} at ${node.address}`, 30_000, async () => (await register(node, instance), true), 1_000);
  }
  const beats = keepBeating(cluster.nodes, flock);
  await replicated(cluster.nodes, { public: flock.length }, 60_000);
  let seen = new Map<string, { instances: readonly [number, number]; healthy: readonly [number, number] }>();
  const stopping = new AbortController();

  async function look(): Promise<void> {
    await Promise.all(cluster.nodes.filter(({ pid }) => pid !== undefined).map(async (node) => {
      const contents = await readContents(node, 'public').catch(() => undefined);
      // A node that has just started shows nothing yet.
      if (contents === undefined || contents.size === 0) return;
      const all = [...contents.values()].flatMap((service) => [...service.values()]);
      const healthy = all.filter((instance) => instance.healthy === 'true').length;
      const before = seen.get(node.address);
      seen.set(node.address, { instances: widened(before?.instances, all.length), healthy: widened(before?.healthy, healthy) });
    }));
  }

  const watching = (async () => {
    while (!stopping.signal.aborted) {
      await look();
      await sleep(500);
    }
  })();

  return {
    beats,
    extremes() {
      const now = seen;
      seen = new Map();
      return now;
    },
    async sick() {
      const entries = await Promise.all(cluster.nodes.filter(({ pid }) => pid !== undefined).map(async (node) => {
        const contents = await readContents(node, 'public');
        const sick = flock.filter(({ group, service, ip, port }) => contents.get(`${group}@@${service}`)?.get(`DEFAULT ${ip}:${port}`)?.healthy !== 'true');
        return [node.address, sick.map(({ ip, port }) => `${ip}:${port}`)] as const;
      }));
      return new Map(entries);
    },
    async stop() {
      stopping.abort();
      await watching;
      await beats.stop();
    },
  };
}

const widened = (before: readonly [number, number] | undefined, value: number): readonly [number, number] => [
  Math.min(before?.[0] ?? value, value), Math.max(before?.[1] ?? value, value),
];

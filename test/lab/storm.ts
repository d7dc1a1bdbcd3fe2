/** Thousands of HTTP clients that beat as fast as they are answered: bounded in number, in time and in beats. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { LabNode } from './cluster.ts';
import { readCatalog } from './catalog.ts';
import { identity } from './home.ts';
import { groupedName, type Instance } from './registry.ts';
import { until } from './wait.ts';

export interface StormOptions {
  readonly clients: readonly Instance[];
  /** Requests in flight at each node. */
  readonly atOnce: number;
  readonly lastsMs: number;
  /** Beats after which it is over all the same. */
  readonly most: number;
}

export interface StormReport {
  readonly beats: number;
  /** Beats that were not answered with 200. */
  readonly failed: number;
  readonly seconds: number;
}

const requestMs = 10_000;

/** Clients that nobody needs to beat for: what is late in a storm must not expire. */
export function stormClients(namespace: string, count: number, perService: number): readonly Instance[] {
  const lasting = { 'preserved.heart.beat.timeout': '900000', 'preserved.ip.delete.timeout': '900000' };
  return Array.from({ length: count }, (_, i): Instance => ({
    namespace, group: 'DEFAULT_GROUP', service: `storm-${Math.floor(i / perService)}`, ip: `127.1.${i >> 8}.${i & 255}`, port: 9_000, metadata: lasting,
  }));
}

function beatOf(instance: Instance): string {
  const { namespace, group, ip, port, metadata = {} } = instance;
  const serviceName = groupedName(instance);
  const info = { serviceName, ip, port, cluster: 'DEFAULT', weight: 1, metadata, scheduled: true };
  return new URLSearchParams({ namespaceId: namespace, serviceName, groupName: group, ip, port: String(port), clusterName: 'DEFAULT', beat: JSON.stringify(info) }).toString();
}

/** Each client's next beat goes to the next node. A beat holds the whole instance, and so registers it where it is not known. */
export async function storm(nodes: readonly LabNode[], options: StormOptions): Promise<StormReport> {
  const bodies = options.clients.map(beatOf);
  const pools = nodes.map(({ url }) => new Pool(new URL(url).origin, { connections: options.atOnce, pipelining: 1 }));
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'nacos-exporter-lab', [identity.key]: identity.value };
  const startedAt = Date.now();
  let next = 0;
  let failed = 0;

  async function work(pool: Pool): Promise<void> {
    while (next < options.most && Date.now() - startedAt < options.lastsMs) {
      const body = bodies[next++ % bodies.length]!;
      try {
        const answer = await pool.request({ method: 'PUT', path: '/nacos/v1/ns/instance/beat', headers, body, headersTimeout: requestMs, bodyTimeout: requestMs });
        await answer.body.dump();
        if (answer.statusCode !== 200) failed++;
      } catch {
        failed++;
        await sleep(100);
      }
    }
  }

  await Promise.all(pools.flatMap((pool) => Array.from({ length: options.atOnce }, () => work(pool))));
  await Promise.all(pools.map((pool) => pool.destroy()));
  return { beats: next, failed, seconds: (Date.now() - startedAt) / 1000 };
}

/** Registers all clients without haste, by their beats, which bring back whoever got lost; resolves when every node shows them all. */
export async function enrol(nodes: readonly LabNode[], clients: readonly Instance[]): Promise<void> {
  const namespace = clients[0]!.namespace;
  await until(`${clients.length} clients on all nodes`, 120_000, async () => {
    await storm(nodes, { clients, atOnce: 4, lastsMs: 60_000, most: clients.length });
    // Distro on 1.x sends changes every 2 s.
    await sleep(4_000);
    const shown = await Promise.all(nodes.map(async (node) => (await readCatalog(node, namespace)).instances));
    if (shown.some((count) => count !== clients.length)) throw new Error(`${shown.join(', ')} of ${clients.length}`);
    return true;
  });
}

/** Watches a cluster twice a second: every node's own catalog over plain HTTP, and at the same time the exporter's agreed numbers. */

import { setTimeout as sleep } from 'node:timers/promises';
import { readCatalog } from '../../lab/catalog.ts';
import type { Sight, View } from '../../lab/dips.ts';
import { type Scrape, valueOf } from '../../lab/exposition.ts';
import { namespaces } from '../../lab/seed.ts';
import type { Stage } from './stage.ts';

export interface Witness {
  /** Ends the watch; what was seen, by namespace. */
  stop(): Promise<ReadonlyMap<string, readonly Sight[]>>;
}

const periodMs = 500;

/** Between a node's answer and the series made of it, with what a loaded machine adds. */
const lagMs = 4_000;

export function watch(stage: Stage): Witness {
  const stopping = new AbortController();
  const sights = new Map<string, Sight[]>(namespaces.map((id) => [id, []]));

  async function look(): Promise<void> {
    const at = Date.now();
    const [views, scrape] = await Promise.all([Promise.all(namespaces.map((id) => viewsOf(stage, id))), stage.exporter.scrape()]);
    for (const [index, namespace_id] of namespaces.entries()) {
      sights.get(namespace_id)!.push({
        at,
        since: Math.min(at, countsReadAt(scrape)) - lagMs,
        views: views[index]!.map(({ view }) => view),
        tookMs: views[index]!.map(({ tookMs }) => tookMs),
        exported: valueOf(scrape, 'nacos_namespace_instances', { namespace_id }),
        voters: valueOf(scrape, 'nacos_agreement_nodes', { namespace_id }),
      });
    }
    await sleep(Math.max(0, at + periodMs - Date.now()), undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  const loop = (async () => {
    while (!stopping.signal.aborted) await look();
  })();
  return {
    async stop() {
      stopping.abort();
      await loop;
      return sights;
    },
  };
}

async function viewsOf(stage: Stage, namespace: string): Promise<{ readonly view: View | undefined; readonly tookMs: number }[]> {
  const begun = Date.now();
  return Promise.all(stage.cluster.nodes.map(async (node) => {
    const view = await readCatalog(node, namespace).then(({ rows }) => new Map(rows.map((row) => [`${row.group}@@${row.name}`, row.instances])), () => undefined);
    return { view, tookMs: Date.now() - begun };
  }));
}

/** When the node whose counts are oldest was read; the exporter stretches its interval while a server answers slowly. */
function countsReadAt(scrape: Scrape): number {
  return (valueOf(scrape, 'nacos_poll_last_success_timestamp_seconds', { stage: 'counts' }) ?? 0) * 1000;
}

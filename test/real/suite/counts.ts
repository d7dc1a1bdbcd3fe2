/** Two tables of the same shape: what the nodes' own catalogs say, and what the exporter says of each node. */

import { readCatalog, type CatalogSums } from '../../lab/catalog.ts';
import type { LabNode } from '../../lab/cluster.ts';
import type { RunningExporter } from '../../lab/exporter.ts';
import { labelValues, type Scrape, seriesOf, valueOf } from '../../lab/exposition.ts';
import { namespaces } from '../../lab/seed.ts';
import { until } from '../../lab/wait.ts';

export interface Counts {
  readonly services: number | undefined;
  readonly empty: number | undefined;
  readonly instances: number | undefined;
  readonly healthy: number | undefined;
}

/** `namespace node` to its counts. */
export type CountsTable = Readonly<Record<string, Counts>>;

export type Catalogs = ReadonlyMap<string, CatalogSums>;

export async function readCatalogs(nodes: readonly LabNode[]): Promise<Catalogs> {
  const read = nodes.flatMap((node) => namespaces.map(async (id) => [`${id} ${node.address}`, await readCatalog(node, id)] as const));
  return new Map(await Promise.all(read));
}

export function tableOf(catalogs: Catalogs): CountsTable {
  const pick = ({ services, empty, instances, healthy }: CatalogSums): Counts => ({ services, empty, instances, healthy });
  return Object.fromEntries([...catalogs].map(([key, sums]) => [key, pick(sums)]));
}

const families = { services: 'nacos_services', empty: 'nacos_services_empty', instances: 'nacos_instances', healthy: 'nacos_instances_healthy' };

export function exportedTable(scrape: Scrape): CountsTable {
  const keys = new Set(
    Object.values(families)
      .flatMap((family) => seriesOf(scrape, family))
      .map((sample) => `${sample.labels.get('namespace_id')} ${sample.labels.get('nacos_node')}`),
  );
  const counts = (key: string): Counts => {
    const [namespace_id = '', nacos_node = ''] = key.split(' ');
    const value = (family: string): number | undefined => valueOf(scrape, family, { namespace_id, nacos_node });
    return {
      services: value(families.services), empty: value(families.empty),
      instances: value(families.instances), healthy: value(families.healthy),
    };
  };
  return Object.fromEntries([...keys].map((key) => [key, counts(key)]));
}

/** As much of a stage as a comparison needs. */
export interface Watched {
  readonly cluster: { readonly nodes: readonly LabNode[] };
  readonly exporter: RunningExporter;
}

export interface Moment {
  readonly catalogs: Catalogs;
  readonly scrape: Scrape;
}

/**
 * A scrape whose counts were read between two readings of all nodes' own catalogs that agree with each other: at such
 * a moment the exporter has no excuse.
 */
export async function quietMoment(stage: Watched, timeoutMs = 60_000): Promise<Moment> {
  const running = stage.cluster.nodes.filter(({ pid }) => pid !== undefined);
  return until('a moment in which no catalog changes', timeoutMs, async () => {
    const before = await readCatalogs(running);
    const begun = Date.now() / 1000;
    const scrape = await until('a poll of the counts', 15_000, async () => {
      const seen = await stage.exporter.scrape();
      const readAt = valueOf(seen, 'nacos_poll_last_success_timestamp_seconds', { stage: 'counts' }) ?? 0;
      if (readAt <= begun) throw new Error(`counts are of ${readAt}, wanted after ${begun}`);
      return labelValues(seen, 'nacos_instances', 'nacos_node').length === running.length ? seen : undefined;
    });
    const after = await readCatalogs(running);
    return same(before, after) ? { catalogs: after, scrape } : undefined;
  });
}

export interface BothTables {
  readonly exported: CountsTable;
  readonly own: CountsTable;
}

export async function bothTables(stage: Watched): Promise<BothTables> {
  const { catalogs, scrape } = await quietMoment(stage);
  return { exported: exportedTable(scrape), own: tableOf(catalogs) };
}

function same(a: Catalogs, b: Catalogs): boolean {
  return JSON.stringify([...a]) === JSON.stringify([...b]);
}

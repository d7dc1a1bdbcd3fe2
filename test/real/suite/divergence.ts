/** What the exporter says of differences: the list that names them, and the series that count them. */

import { expect } from 'vitest';
import type { LabNode } from '../../lab/cluster.ts';
import { type Difference, nameOf } from '../../lab/differences.ts';
import type { RunningExporter } from '../../lab/exporter.ts';
import { type Scrape, seriesOf, sumOf, valueOf } from '../../lab/exposition.ts';
import { until } from '../../lab/wait.ts';

interface ListedDifference {
  readonly node: string;
  readonly what: Difference['what'];
  readonly cluster: string;
  readonly address: string;
  readonly field?: Difference['field'];
  readonly shown: string;
}

export interface ListedService {
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  readonly kind: string;
  readonly confirmed: boolean;
  readonly since: string;
  readonly cause?: string;
  readonly healsByItself: boolean;
  readonly differences: readonly ListedDifference[];
}

export interface ListedEvent {
  readonly namespace: string;
  readonly service: string;
  readonly instance: { readonly address: string };
  readonly cause: string;
}

export async function listed(exporter: RunningExporter): Promise<readonly ListedService[]> {
  const { clusters } = JSON.parse((await exporter.get('/api/v1/divergence')).body) as { clusters: readonly { services: readonly ListedService[] }[] };
  return clusters.flatMap(({ services }) => services);
}

export function confirmedIn(services: readonly ListedService[]): readonly Difference[] {
  return services.filter(({ confirmed }) => confirmed).flatMap(({ namespace, group, service, differences }) =>
    differences.map(({ node, what, cluster, address, field = '', shown }): Difference =>
      ({ place: `${namespace} ${group}@@${service}`, node, what, instance: `${cluster} ${address}`, field, shown })));
}

export async function eventsAfter(exporter: RunningExporter, after: number): Promise<{ readonly events: readonly ListedEvent[]; readonly cursor: number }> {
  return JSON.parse((await exporter.get(`/api/v1/events?after=${after}`)).body) as { events: readonly ListedEvent[]; cursor: number };
}

/** Confirmed services by kind. */
export function divergentByKind(scrape: Scrape, namespace_id: string): Readonly<Record<string, number>> {
  return Object.fromEntries(seriesOf(scrape, 'nacos_divergent_services', { namespace_id }).map(({ labels, value }) => [labels.get('kind') ?? '', value]));
}

export const nothingDivergent = { service: 0, instance: 0, health: 0, attributes: 0 };

export interface NodeNumbers {
  readonly services: number | undefined;
  readonly missing: number | undefined;
  readonly surplus: number | undefined;
  readonly conflicting: number | undefined;
}

export const nothingOfNode: NodeNumbers = { services: 0, missing: 0, surplus: 0, conflicting: 0 };

export function numbersOf(scrape: Scrape, namespace_id: string, nacos_node: string): NodeNumbers {
  const value = (name: string): number | undefined => valueOf(scrape, name, { namespace_id, nacos_node });
  return {
    services: value('nacos_node_divergent_services'), missing: value('nacos_node_missing_instances'),
    surplus: value('nacos_node_surplus_instances'), conflicting: value('nacos_node_conflicting_instances'),
  };
}

/** Seconds since the epoch; undefined where nothing is confirmed. */
export const divergentSince = (scrape: Scrape, namespace_id: string): number | undefined =>
  valueOf(scrape, 'nacos_divergence_since_timestamp_seconds', { namespace_id });

export interface Told {
  readonly services: readonly ListedService[];
  readonly scrape: Scrape;
}

/** Until exactly these differences are confirmed, in the list and, by the same services, in the series. */
export function untilConfirmed(exporter: RunningExporter, expected: readonly string[], timeoutMs: number): Promise<Told> {
  return until('exactly these confirmed', timeoutMs, async () => {
    const services = await listed(exporter);
    const scrape = await exporter.scrape();
    const found = confirmedIn(services).map(nameOf).toSorted();
    if (found.join() !== expected.join()) throw new Error(`${found.join('; ') || 'nothing'}, wanted ${expected.join('; ')}`);
    const counted = sumOf(scrape, 'nacos_divergent_services');
    if (counted !== services.length) throw new Error(`${counted} services counted, ${services.length} listed`);
    return { services, scrape };
  });
}

/** Until nothing is said of any node any more. */
export async function untilHealed(exporter: RunningExporter, nodes: readonly LabNode[], timeoutMs: number): Promise<void> {
  await until('nothing divergent', timeoutMs, async () => {
    const services = await listed(exporter);
    const scrape = await exporter.scrape();
    const said = { listed: confirmedIn(services).map(nameOf), since: divergentSince(scrape, 'public'), kinds: divergentByKind(scrape, 'public') };
    expect(said).toEqual({ listed: [], since: undefined, kinds: nothingDivergent });
    expect(nodes.map(({ address }) => numbersOf(scrape, 'public', address))).toEqual(nodes.map(() => nothingOfNode));
    return true;
  });
}

/**
 * Beats of 1.x, service after service: one request for each cluster of a service that the node is responsible for. The
 * other nodes keep what the last change of the service told them, so they are not asked.
 */

import { countAt } from '../analysis/columns.ts';
import { distroIndex, owners } from '../analysis/responsible.ts';
import type { Beat, Catalog, ServiceNames } from '../model.ts';
import type { BeatRotation, Slice } from './beat-sampler.ts';

/** What was seen of one cluster of a service. */
interface Seen {
  readonly namespace: string;
  readonly names: ServiceNames;
  readonly service: number;
  readonly at: number;
  readonly beats: readonly Beat[];
}

interface Target {
  readonly namespace: string;
  readonly catalog: Catalog;
  readonly service: number;
}

/** Of one cluster of a service in one answer; of a larger one each round takes another page. */
const pageSize = 100;

export function createInstanceBeats(): BeatRotation {
  /** By namespace, service and cluster; the oldest first. */
  const seen = new Map<string, Seen>();
  let place = { namespace: '', service: 0 };
  let round = 0;

  function owns(servers: readonly string[], { address }: Slice, { names }: Catalog, service: number): boolean {
    return address !== undefined && servers[distroIndex(names.javaHashes()[service]!, servers.length)] === address;
  }

  /** The next service with instances of which the node is responsible for, after the last one. */
  function next(slice: Slice, servers: readonly string[]): Target | undefined {
    const namespaces = [...slice.catalogs.keys()].toSorted();
    let at = namespaces.findIndex((namespace) => namespace >= place.namespace);
    let from = namespaces[at] === place.namespace ? place.service : 0;
    // The first namespace twice: what lies before the place comes last.
    for (let looked = 0; looked <= namespaces.length; looked++) {
      if (at < 0 || at === namespaces.length) {
        at = 0;
        round++;
      }
      const namespace = namespaces[at];
      const catalog = namespace === undefined ? undefined : slice.catalogs.get(namespace);
      if (namespace === undefined || catalog === undefined) return undefined;
      for (let service = from; service < catalog.instances.length; service++) {
        if (catalog.instances[service]! <= 0 || !owns(servers, slice, catalog, service)) continue;
        place = { namespace, service: service + 1 };
        return { namespace, catalog, service };
      }
      at++;
      from = 0;
    }
    return undefined;
  }

  async function look(slice: Slice, { namespace, catalog, service }: Target): Promise<void> {
    const { dialect } = slice;
    if (dialect.beats?.source !== 'instance') return;
    const group = catalog.names.groups[service]!;
    const name = catalog.names.names[service]!;
    const pageNo = 1 + (round % Math.ceil(catalog.instances[service]! / pageSize));
    for (const [i, cluster] of slice.clustersOf(namespace, group, name).entries()) {
      // The first request was allowed when the service was chosen.
      if (i > 0 && !slice.mayAsk()) return;
      const key = `${namespace}/${group}@@${name}/${cluster}`;
      seen.delete(key);
      const { value, serverNow } = await slice.timed(dialect.beats.page(namespace, group, name, cluster, pageNo, pageSize));
      const at = slice.now();
      const beats = value.map(({ address, lastBeat, unhealthyAfter, deleteAfter }): Beat =>
        ({ namespace, group, service: name, address, age: Math.max(0, serverNow - lastBeat), unhealthyAfter, deleteAfter, at }));
      seen.set(key, { namespace, names: catalog.names, service, at, beats });
    }
  }

  /** What is too old, is gone, or has become another node's. */
  function forget(slice: Slice, servers: readonly string[]): void {
    for (const [key, { namespace, names, service, at }] of seen) {
      const catalog = slice.catalogs.get(namespace);
      const gone = catalog === undefined || (catalog.names === names && (countAt(catalog.instances, service) <= 0 || !owns(servers, slice, catalog, service)));
      if (at < slice.since || gone) seen.delete(key);
    }
  }

  return {
    async read(slice) {
      const servers = owners(slice.members);
      forget(slice, servers);
      const done = new Set<string>();
      while (servers.length > 0 && slice.mayAsk()) {
        const target = next(slice, servers);
        const key = target === undefined ? '' : `${target.namespace}/${target.service}`;
        if (target === undefined || done.has(key)) break;
        done.add(key);
        await look(slice, target);
      }
      return [...seen.values()].flatMap(({ beats }) => beats);
    },
  };
}

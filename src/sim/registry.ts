/** Reads a registry, the truth's or one node's, and tells in what a node differs: for tests to compare with. */

import { toArray } from './lists.ts';
import type { Registry, ServiceEntry, ServiceId, ServiceVersion, SimInstance, Totals } from './model.ts';
import { instanceKey } from './model.ts';
import type { Store } from './store.ts';
import { findService } from './store.ts';

export interface Difference extends ServiceId {
  readonly kind: 'missing' | 'surplus' | 'changed';
  /** Absent where the whole row is missing or surplus and held no instance. */
  readonly instance?: SimInstance;
  /** The truth's record, where the node holds another. */
  readonly truth?: SimInstance;
}

type See = (entry: ServiceEntry) => ServiceVersion | undefined;

export function registryOf(store: Store, see: See): Registry {
  return {
    namespaces: () => [...store.namespaces.keys()],
    totals(namespace): Totals {
      let services = 0;
      let empty = 0;
      let instances = 0;
      let healthy = 0;
      let ephemeral = 0;
      for (const entry of store.namespaces.get(namespace)?.services ?? []) {
        const version = see(entry);
        if (version === undefined) continue;
        services += 1;
        if (version.instances.count === 0) empty += 1;
        instances += version.instances.count;
        healthy += version.instances.healthy;
        ephemeral += version.instances.ephemeral;
      }
      return { services, empty, instances, healthy, ephemeral };
    },
    *services(namespace) {
      for (const entry of store.namespaces.get(namespace)?.services ?? []) {
        const version = see(entry);
        if (version === undefined) continue;
        const { namespace: id, group, service } = entry;
        yield { namespace: id, group, service, instances: version.instances.count, healthy: version.instances.healthy };
      }
    },
    instances(service) {
      const entry = findService(store, service);
      const version = entry === undefined ? undefined : see(entry);
      return version === undefined ? undefined : toArray(version.instances);
    },
  };
}

/** In what the view differs from the truth. */
export function differences(store: Store, see: See): readonly Difference[] {
  const found: Difference[] = [];
  for (const namespace of store.namespaces.values()) {
    for (const entry of namespace.services) {
      const seen = see(entry);
      if (seen !== entry.current) found.push(...differencesOf(entry, entry.current, seen));
    }
  }
  return found;
}

/** Services of which the view holds another state than the truth. */
export function strays(store: Store, see: See): readonly ServiceId[] {
  const found: ServiceId[] = [];
  for (const { services } of store.namespaces.values()) for (const entry of services) if (see(entry) !== entry.current) found.push(entry);
  return found;
}

function differencesOf(entry: ServiceEntry, truth: ServiceVersion | undefined, seen: ServiceVersion | undefined): Difference[] {
  const id: ServiceId = { namespace: entry.namespace, group: entry.group, service: entry.service };
  const found: Difference[] = [];
  const real = new Map(toArray(truth?.instances ?? noInstances).map((instance) => [instanceKey(instance), instance]));
  const copies = toArray(seen?.instances ?? noInstances);
  for (const copy of copies) {
    const key = instanceKey(copy);
    const original = real.get(key);
    real.delete(key);
    if (original === undefined) found.push({ ...id, kind: 'surplus', instance: copy });
    else if (!sameContent(original, copy)) found.push({ ...id, kind: 'changed', instance: copy, truth: original });
  }
  for (const original of real.values()) found.push({ ...id, kind: 'missing', instance: original });
  if (found.length === 0 && (truth === undefined) !== (seen === undefined)) found.push({ ...id, kind: seen === undefined ? 'missing' : 'surplus' });
  return found;
}

const noInstances = { count: 0, healthy: 0, ephemeral: 0, clusters: [], at: (): never => { throw new Error('an empty list has no instance'); } };

function sameContent(a: SimInstance, b: SimInstance): boolean {
  return a === b
    || (a.healthy === b.healthy && a.enabled === b.enabled && a.weight === b.weight && JSON.stringify(a.metadata) === JSON.stringify(b.metadata));
}

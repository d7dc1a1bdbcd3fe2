/** From a selector to services and instances. */

import type { Random } from './random.ts';
import type { Selector, ServiceEntry, ServiceVersion, SimInstance } from './model.ts';
import { canonicalNamespace } from './model.ts';
import type { Store } from './store.ts';

export interface Selected {
  readonly entry: ServiceEntry;
  readonly version: ServiceVersion;
  /** The chosen instances; may be empty for a service without any. */
  readonly instances: readonly SimInstance[];
  /** Their positions in the service's list, ascending. */
  readonly positions: readonly number[];
}

export type VersionOf = (entry: ServiceEntry) => ServiceVersion | undefined;

const current: VersionOf = (entry) => entry.current;

export function matchesService(entry: ServiceEntry, selector: Selector): boolean {
  if (selector.namespace !== undefined && canonicalNamespace(selector.namespace) !== entry.namespace) return false;
  if (selector.group !== undefined && selector.group !== entry.group) return false;
  const { service } = selector;
  if (service === undefined) return true;
  return typeof service === 'string' ? service === entry.service : service.test(entry.service);
}

function matchesInstance(instance: SimInstance, entry: ServiceEntry, selector: Selector): boolean {
  if (selector.cluster !== undefined && selector.cluster !== instance.cluster) return false;
  if (selector.ip !== undefined && selector.ip !== instance.ip) return false;
  if (selector.port !== undefined && selector.port !== instance.port) return false;
  if (selector.ephemeral !== undefined && selector.ephemeral !== instance.ephemeral) return false;
  if (selector.healthy !== undefined && selector.healthy !== instance.healthy) return false;
  return selector.where === undefined || selector.where(instance, entry);
}

/** Services of the selector with their chosen instances; with `share` or a field of an instance, only services that have some. */
export function select(store: Store, random: Random, selector: Selector, versionOf: VersionOf = current): readonly Selected[] {
  const found: Selected[] = [];
  let left = selector.limit ?? Infinity;
  const only = selector.namespace === undefined ? undefined : canonicalNamespace(selector.namespace);
  for (const namespace of store.namespaces.values()) {
    if (only !== undefined && only !== namespace.id) continue;
    for (const entry of candidates(namespace.services, namespace.byName, selector)) {
      if (left <= 0) return found;
      const version = versionOf(entry);
      if (version === undefined || !matchesService(entry, selector)) continue;
      const instances: SimInstance[] = [];
      const positions: number[] = [];
      for (let i = 0; i < version.instances.count && instances.length < left; i += 1) {
        const instance = version.instances.at(i);
        if (!matchesInstance(instance, entry, selector)) continue;
        if (selector.share !== undefined && random() >= selector.share) continue;
        instances.push(instance);
        positions.push(i);
      }
      left -= instances.length;
      if (instances.length > 0 || version.instances.count === 0) found.push({ entry, version, instances, positions });
    }
  }
  return found;
}

/** One service where the selector names it wholly, else all: selectors are used every second in scripts. */
function candidates(all: readonly ServiceEntry[], byName: ReadonlyMap<string, ServiceEntry>, selector: Selector): readonly ServiceEntry[] {
  if (typeof selector.service !== 'string' || selector.group === undefined) return all;
  const entry = byName.get(`${selector.group}@@${selector.service}`);
  return entry === undefined ? [] : [entry];
}

/**
 * The rows of one namespace in one view, in listing order, with their serialised form and their totals. Made once per
 * change and shared by all nodes that show the truth, so that a benchmark's server is cheaper than its client.
 */

import type { NodeView } from './view.ts';
import { isPlain, seenBy } from './view.ts';
import type { ServiceEntry, ServiceVersion, Totals } from './model.ts';
import type { NamespaceEntry } from './store.ts';

export interface Catalogue {
  readonly stamp: string;
  /** Services with a row; `versions[i]` is the state of `entries[i]`. */
  readonly entries: readonly ServiceEntry[];
  readonly versions: readonly ServiceVersion[];
  readonly totals: Totals;
  /** Serialised pages by request, valid as long as the catalogue. */
  readonly pages: Map<string, Buffer>;
}

/** Catalogues by namespace, for the truth or for one node; pages of dead stamps are dropped on the next read. */
export type CatalogueCache = Map<string, Catalogue>;

/** The last row written of each service, by its number, and of which state: all nodes that show it share the row. */
export interface RowCache {
  readonly versions: (ServiceVersion | undefined)[];
  readonly rows: string[];
}

export function catalogueOf(namespace: NamespaceEntry, view: NodeView | undefined, own: CatalogueCache, shared: CatalogueCache): Catalogue {
  const deviates = view !== undefined && !isPlain(view);
  const cache = deviates ? own : shared;
  if (!deviates) own.delete(namespace.id);
  const stamp = deviates ? `${namespace.revision}/${view.revision}` : String(namespace.revision);
  const known = cache.get(namespace.id);
  if (known?.stamp === stamp) return known;
  const fresh = list(namespace, deviates ? view : undefined, stamp);
  cache.set(namespace.id, fresh);
  return fresh;
}

function list(namespace: NamespaceEntry, view: NodeView | undefined, stamp: string): Catalogue {
  const entries: ServiceEntry[] = [];
  const versions: ServiceVersion[] = [];
  let empty = 0;
  let instances = 0;
  let healthy = 0;
  let ephemeral = 0;
  for (const entry of namespace.services) {
    const version = view === undefined ? entry.current : seenBy(view, entry);
    if (version === undefined) continue;
    entries.push(entry);
    versions.push(version);
    if (version.instances.count === 0) empty += 1;
    instances += version.instances.count;
    healthy += version.instances.healthy;
    ephemeral += version.instances.ephemeral;
  }
  return { stamp, entries, versions, totals: { services: entries.length, empty, instances, healthy, ephemeral }, pages: new Map() };
}

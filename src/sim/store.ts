/** The truth: what is registered. Nodes derive their views from it; nothing outside the simulation reads it but tests. */

import { javaHash } from './random.ts';
import type { ServiceEntry, ServiceId, ServiceVersion } from './model.ts';

export interface NamespaceEntry {
  readonly id: string;
  /** Every service that ever was in it, in order of arrival; those without a current state are skipped when listed. */
  readonly services: ServiceEntry[];
  readonly byName: Map<string, ServiceEntry>;
  /** Counts changes. */
  revision: number;
}

/** `through` is the node at which the change arrived; it knows before the others. */
export type ChangeListener = (
  entry: ServiceEntry,
  previous: ServiceVersion | undefined,
  next: ServiceVersion | undefined,
  through: number | undefined,
) => void;

export interface Store {
  readonly namespaces: Map<string, NamespaceEntry>;
  /** Entries made so far; the next service's number. */
  size: number;
  listener: ChangeListener;
}

export function createStore(): Store {
  return { namespaces: new Map(), size: 0, listener: () => undefined };
}

export function namespaceOf(store: Store, id: string): NamespaceEntry {
  let entry = store.namespaces.get(id);
  if (entry === undefined) {
    entry = { id, services: [], byName: new Map(), revision: 0 };
    store.namespaces.set(id, entry);
  }
  return entry;
}

export function findService(store: Store, id: ServiceId): ServiceEntry | undefined {
  return store.namespaces.get(id.namespace)?.byName.get(`${id.group}@@${id.service}`);
}

/** The service's entry, made on first use; it is not in the registry until it has a state. */
export function entryOf(store: Store, id: ServiceId): ServiceEntry {
  const namespace = namespaceOf(store, id.namespace);
  const key = `${id.group}@@${id.service}`;
  const known = namespace.byName.get(key);
  if (known !== undefined) return known;
  const entry: ServiceEntry = {
    number: store.size,
    namespace: namespace.id,
    group: id.group,
    service: id.service,
    hash: javaHash(key),
    current: undefined,
  };
  store.size += 1;
  namespace.services.push(entry);
  namespace.byName.set(key, entry);
  return entry;
}

/** Changes the truth of one service and tells the nodes. */
export function put(store: Store, entry: ServiceEntry, next: ServiceVersion | undefined, through?: number): void {
  const previous = entry.current;
  if (previous === next) return;
  entry.current = next;
  namespaceOf(store, entry.namespace).revision += 1;
  store.listener(entry, previous, next, through);
}

/** Two registries compared: services and instances added, removed, changed. For snapshots taken at two times, or two nodes of one. */

import type { InstanceRecord, ServiceContents } from '../../model.ts';
import { canonicalText, entriesOf, lineOfEntry, type Entry } from './canonical.ts';
import { compareService } from './compare.ts';

/** `namespace/group@@service` to what it holds. */
export type Registry = ReadonlyMap<string, Holding>;

interface Holding {
  /** Canonical. */
  readonly text: string;
  /** Of each line of the text, as far as a node holds it so. */
  readonly metadata: ReadonlyMap<string, Metadata>;
}

type Metadata = InstanceRecord['metadata'];

export interface RegistryChange {
  readonly change: 'added' | 'removed' | 'changed';
  /** `namespace/group@@service`. */
  readonly service: string;
  /** `cluster|ip|port[|e|p]`; absent where the service as a whole came or went. */
  readonly instance?: string;
  /** Of a changed instance: what changed, as `field: before -> after`. */
  readonly fields?: readonly string[];
}

const nothingHeld: Holding = { text: '', metadata: new Map() };

/** What one node holds. Services without instances are left out: cleaners remove them at their own pace. */
export function registryOf(namespaces: readonly { readonly id: string; readonly services: readonly ServiceContents[] }[], tags: readonly string[]): Registry {
  const registry = new Map<string, Holding>();
  for (const { id, services } of namespaces) {
    for (const { group, name, instances } of services) {
      if (instances.length === 0) continue;
      const metadata = new Map(instances.map((instance) => [canonicalText([instance], tags), instance.metadata]));
      registry.set(`${id}/${group}@@${name}`, { text: canonicalText(instances, tags), metadata });
    }
  }
  return registry;
}

/** What the majority of nodes hold. */
export function agreedRegistry(nodes: readonly Registry[]): Registry {
  const agreed = new Map<string, Holding>();
  for (const service of new Set(nodes.flatMap((node) => [...node.keys()]))) {
    const views = nodes.map((node, i) => ({ node: String(i), text: node.get(service)?.text ?? '', votes: true }));
    const { agreed: text } = compareService(views);
    const metadata = new Map(nodes.flatMap((node) => [...node.get(service)?.metadata ?? []]));
    if (text !== '') agreed.set(service, { text, metadata });
  }
  return agreed;
}

export function diffRegistries(before: Registry, after: Registry): readonly RegistryChange[] {
  const changes: RegistryChange[] = [];
  for (const service of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
    const old = before.get(service);
    const now = after.get(service);
    if (old?.text === now?.text) continue;
    if (old === undefined) changes.push({ change: 'added', service });
    else if (now === undefined) changes.push({ change: 'removed', service });
    for (const change of diffInstances(old ?? nothingHeld, now ?? nothingHeld)) changes.push({ ...change, service });
  }
  return changes;
}

/** What both hold alike goes first, so that of two registrations of one address the one that stayed is not taken for changed. */
function diffInstances(before: Holding, after: Holding): readonly Omit<RegistryChange, 'service'>[] {
  const gone = entriesOf(before.text);
  const rest = new Map<string, Entry[]>();
  for (const entry of entriesOf(after.text)) rest.set(entry.key, [...rest.get(entry.key) ?? [], entry]);
  const moved = gone.filter((old) => !take(rest, old.key, (entry) => lineOfEntry(entry) === lineOfEntry(old)));
  const changes = moved.map((old): Omit<RegistryChange, 'service'> => {
    const now = take(rest, old.key, () => true);
    return now === undefined
      ? { change: 'removed', instance: old.key }
      : { change: 'changed', instance: old.key, fields: fieldsOf(old, now, before.metadata.get(lineOfEntry(old)), after.metadata.get(lineOfEntry(now))) };
  });
  const added = [...rest.values()].flat().map(({ key }): Omit<RegistryChange, 'service'> => ({ change: 'added', instance: key }));
  return [...changes, ...added];
}

/** The first entry of that key that matches, taken out. */
function take(entries: ReadonlyMap<string, Entry[]>, key: string, matches: (entry: Entry) => boolean): Entry | undefined {
  const list = entries.get(key) ?? [];
  const at = list.findIndex(matches);
  return at < 0 ? undefined : list.splice(at, 1)[0];
}

function fieldsOf(old: Entry, now: Entry, metadataBefore: Metadata | undefined, metadataAfter: Metadata | undefined): readonly string[] {
  const fields = (['healthy', 'enabled', 'weight'] as const).filter((field) => old[field] !== now[field])
    .map((field) => `${field}: ${String(old[field])} -> ${String(now[field])}`);
  if (old.metadata === now.metadata && old.tag === now.tag) return fields;
  // What a majority made of several nodes' values, no node need hold in one piece.
  if (metadataBefore === undefined || metadataAfter === undefined) return [...fields, 'metadata'];
  const keys = [...new Set([...Object.keys(metadataBefore), ...Object.keys(metadataAfter)])].filter((key) => metadataBefore[key] !== metadataAfter[key]);
  return [...fields, ...keys.toSorted().map((key) => `metadata ${key}: ${shown(metadataBefore[key])} -> ${shown(metadataAfter[key])}`)];
}

const shown = (value: string | undefined): string => (value === undefined ? 'absent' : JSON.stringify(value));

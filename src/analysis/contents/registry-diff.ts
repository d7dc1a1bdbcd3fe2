/** Two registries compared: services and instances added, removed, changed. For snapshots taken at two times, or two nodes of one. */

import type { ServiceContents } from '../../model.ts';
import { canonicalText, entriesOf, textOfEntries, type Entry } from './canonical.ts';
import { compareService } from './compare.ts';

/** `namespace/group@@service` to canonical text. */
export type Registry = ReadonlyMap<string, string>;

export interface RegistryChange {
  readonly change: 'added' | 'removed' | 'changed';
  /** `namespace/group@@service`. */
  readonly service: string;
  /** `cluster|ip|port[|e|p]`; absent where the service as a whole came or went. */
  readonly instance?: string;
  /** Of a changed instance: what changed, as `field: before -> after`. */
  readonly fields?: readonly string[];
}

/** What one node holds. Services without instances are left out: cleaners remove them at their own pace. */
export function registryOf(namespaces: readonly { readonly id: string; readonly services: readonly ServiceContents[] }[], tags: readonly string[]): Registry {
  const registry = new Map<string, string>();
  for (const { id, services } of namespaces) {
    for (const { group, name, instances } of services) {
      if (instances.length > 0) registry.set(`${id}/${group}@@${name}`, canonicalText(instances, tags));
    }
  }
  return registry;
}

/** What the majority of nodes hold. */
export function agreedRegistry(nodes: readonly Registry[]): Registry {
  const agreed = new Map<string, string>();
  for (const service of new Set(nodes.flatMap((node) => [...node.keys()]))) {
    const views = nodes.map((node, i) => ({ node: String(i), text: node.get(service) ?? '', votes: true }));
    const { agreed: text } = compareService(views);
    if (text !== '') agreed.set(service, text);
  }
  return agreed;
}

export function diffRegistries(before: Registry, after: Registry): readonly RegistryChange[] {
  const changes: RegistryChange[] = [];
  for (const service of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
    const [old, now] = [before.get(service), after.get(service)];
    if (old === now) continue;
    if (old === undefined) changes.push({ change: 'added', service });
    else if (now === undefined) changes.push({ change: 'removed', service });
    changes.push(...diffInstances(service, entriesOf(old ?? ''), entriesOf(now ?? '')));
  }
  return changes;
}

function diffInstances(service: string, before: readonly Entry[], after: readonly Entry[]): readonly RegistryChange[] {
  const changes: RegistryChange[] = [];
  const rest = [...after];
  for (const old of before) {
    const at = rest.findIndex((entry) => entry.key === old.key);
    if (at < 0) {
      changes.push({ change: 'removed', service, instance: old.key });
      continue;
    }
    const [now] = rest.splice(at, 1);
    const fields = (['healthy', 'enabled', 'weight', 'metadata', 'tag'] as const).filter((field) => old[field] !== now![field])
      .map((field) => (field === 'metadata' ? 'metadata' : `${field}: ${String(old[field])} -> ${String(now![field])}`));
    if (textOfEntries([old]) !== textOfEntries([now!])) changes.push({ change: 'changed', service, instance: old.key, fields });
  }
  return [...changes, ...rest.map((entry): RegistryChange => ({ change: 'added', service, instance: entry.key }))];
}

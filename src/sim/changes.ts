/** What clients and operators do to the registry: the truth changes, and every node learns of it in its own way. */

import { beatKey } from './beats.ts';
import { generatedList, listOf, toArray, versionOf, withInstances } from './lists.ts';
import type { Template } from './lists.ts';
import type { Registration, Selector, ServiceId, ServiceVersion, SimInstance } from './model.ts';
import { canonicalNamespace, instanceKey } from './model.ts';
import { withMissing } from './patch.ts';
import { select } from './select.ts';
import type { Selected } from './select.ts';
import { entryOf, put } from './store.ts';
import { patch } from './view.ts';
import type { World } from './world.ts';

export interface Bulk {
  readonly namespace?: string;
  readonly group?: string;
  readonly services: number;
  readonly instances: number;
  readonly name: (index: number) => string;
  /** Number of the first address, 10.x.y.z; services follow each other. Default 0. */
  readonly firstAddress?: number;
  readonly template?: Partial<Omit<Template, 'registeredAt'>>;
}

export type ServiceName = Pick<Registration, 'namespace' | 'group' | 'service'>;

export interface ServiceSettings {
  readonly protectThreshold?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

export const defaultGroup = 'DEFAULT_GROUP';

export function instanceOf(registration: Registration, now: number): SimInstance {
  return {
    ip: registration.ip,
    port: registration.port,
    cluster: registration.cluster ?? 'DEFAULT',
    ephemeral: registration.ephemeral ?? true,
    healthy: registration.healthy ?? true,
    enabled: registration.enabled ?? true,
    weight: registration.weight ?? 1,
    metadata: registration.metadata ?? {},
    via: registration.via ?? 'http',
    changedAt: now,
  };
}

export const serviceOf = (registration: ServiceName): ServiceId => ({
  namespace: canonicalNamespace(registration.namespace),
  group: registration.group ?? defaultGroup,
  service: registration.service,
});

/** A registration of the same address replaces the former one. */
export function register(world: World, registrations: readonly Registration[], through?: number): void {
  const byService = new Map<string, Registration[]>();
  for (const registration of registrations) {
    const { namespace, group, service } = serviceOf(registration);
    const key = `${namespace}##${group}@@${service}`;
    const list = byService.get(key);
    if (list === undefined) byService.set(key, [registration]);
    else list.push(registration);
  }
  for (const list of byService.values()) {
    const entry = entryOf(world.store, serviceOf(list[0]!));
    const instances = new Map(toArray(entry.current?.instances ?? listOf([])).map((instance) => [instanceKey(instance), instance]));
    for (const registration of list) {
      const instance = instanceOf(registration, world.clock.now());
      world.silent.delete(beatKey(entry, instance));
      instances.set(instanceKey(instance), instance);
    }
    const next = listOf([...instances.values()]);
    put(world.store, entry, entry.current === undefined ? versionOf(next) : withInstances(entry.current, next), through);
  }
}

/** Nodes other than `index` never see these. */
export function keepFromOthers(world: World, registrations: readonly Registration[], index: number): void {
  for (const registration of registrations) {
    const entry = entryOf(world.store, serviceOf(registration));
    const key = instanceKey(instanceOf(registration, 0));
    for (const node of world.nodes) if (node.index !== index) patch(node.view, entry, (old) => withMissing(old, [key], false));
  }
}

/** Many services at once, at the price of a few numbers each. */
export function bulk(world: World, plan: Bulk): void {
  const template: Template = {
    port: 8080, clusters: ['DEFAULT'], ephemeral: true, weight: 1, via: 'http', metadata: [{}], ...plan.template, registeredAt: world.clock.now(),
  };
  const namespace = canonicalNamespace(plan.namespace);
  const group = plan.group ?? defaultGroup;
  for (let i = 0; i < plan.services; i += 1) {
    const entry = entryOf(world.store, { namespace, group, service: plan.name(i) });
    put(world.store, entry, versionOf(generatedList(template, (plan.firstAddress ?? 0) + i * plan.instances, plan.instances)));
  }
}

/** Creates a service by hand, or changes its threshold and metadata. */
export function createService(world: World, id: ServiceId, settings: ServiceSettings): void {
  const entry = entryOf(world.store, id);
  const base: ServiceVersion = entry.current ?? versionOf(listOf([]));
  put(world.store, entry, { ...base, ...settings, permanent: true });
}

export function removeServices(world: World, selector: Selector): number {
  const chosen = select(world.store, world.random, selector);
  for (const { entry } of chosen) put(world.store, entry, undefined);
  return chosen.length;
}

/** Replaces each chosen instance by what `change` makes of it; undefined takes it away. Returns how many were chosen. */
export function rewrite(world: World, selector: Selector, change: (instance: SimInstance) => SimInstance | undefined, through?: number): number {
  return rewriteSelected(world, select(world.store, world.random, selector), change, through);
}

export function rewriteSelected(
  world: World, selected: readonly Selected[], change: (instance: SimInstance) => SimInstance | undefined, through?: number,
): number {
  let changed = 0;
  for (const { entry, version, instances, positions } of selected) {
    if (instances.length === 0) continue;
    changed += instances.length;
    const next: SimInstance[] = [];
    let chosen = 0;
    for (let i = 0; i < version.instances.count; i += 1) {
      const instance = version.instances.at(i);
      const kept = positions[chosen] === i ? change(instance) : instance;
      if (positions[chosen] === i) chosen += 1;
      if (kept !== undefined) next.push(kept);
    }
    put(world.store, entry, withInstances(version, listOf(next)), through);
  }
  return changed;
}

/** The chosen instances as registrations, for a script that brings them back later. */
export function snapshot(world: World, selector: Selector): readonly Registration[] {
  return select(world.store, world.random, selector).flatMap(({ entry, instances }) =>
    instances.map((instance) => ({ ...instance, namespace: entry.namespace, group: entry.group, service: entry.service })));
}

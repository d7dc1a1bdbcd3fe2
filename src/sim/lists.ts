/**
 * Lists of instances: held ones, and ones computed from an index. A million instances that nobody touched cost a few
 * numbers a service; the first change of a service turns its list into a held one.
 */

import type { InstanceList, ServiceVersion, SimInstance } from './model.ts';

/** A copy with other values. Written out, since a spread makes objects of several times the size. */
export function altered(instance: SimInstance, change: Partial<SimInstance>): SimInstance {
  return {
    ip: change.ip ?? instance.ip,
    port: change.port ?? instance.port,
    cluster: change.cluster ?? instance.cluster,
    ephemeral: change.ephemeral ?? instance.ephemeral,
    healthy: change.healthy ?? instance.healthy,
    enabled: change.enabled ?? instance.enabled,
    weight: change.weight ?? instance.weight,
    metadata: change.metadata ?? instance.metadata,
    via: change.via ?? instance.via,
    changedAt: change.changedAt ?? instance.changedAt,
  };
}

/** What the untouched instances of generated services have in common. */
export interface Template {
  readonly port: number;
  /** One name, held as the list that all services share. */
  readonly clusters: readonly [string];
  readonly ephemeral: boolean;
  readonly weight: number;
  readonly via: 'http' | 'grpc';
  /** Instance `i` carries `metadata[i % length]`; the records are shared, not copied. */
  readonly metadata: readonly Readonly<Record<string, string>>[];
  readonly registeredAt: number;
}

export function listOf(instances: readonly SimInstance[]): InstanceList {
  let healthy = 0;
  let ephemeral = 0;
  const clusters: string[] = [];
  for (const instance of instances) {
    if (instance.healthy) healthy += 1;
    if (instance.ephemeral) ephemeral += 1;
    if (!clusters.includes(instance.cluster)) clusters.push(instance.cluster);
  }
  return { count: instances.length, healthy, ephemeral, clusters, at: (index) => instances[index]! };
}

/** `10.x.y.z` for addresses 0 to 16,777,215. */
export function addressOf(number: number): string {
  return `10.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

/** `count` healthy instances at the addresses from number `first` on. */
export function generatedList(template: Template, first: number, count: number): InstanceList {
  return {
    count,
    healthy: count,
    ephemeral: template.ephemeral ? count : 0,
    clusters: count === 0 ? [] : template.clusters,
    at: (index) => ({
      ip: addressOf(first + index),
      port: template.port,
      cluster: template.clusters[0],
      ephemeral: template.ephemeral,
      healthy: true,
      enabled: true,
      weight: template.weight,
      metadata: template.metadata[index % template.metadata.length]!,
      via: template.via,
      changedAt: template.registeredAt,
    }),
  };
}

export function toArray(list: InstanceList): SimInstance[] {
  const all: SimInstance[] = [];
  for (let i = 0; i < list.count; i += 1) all.push(list.at(i));
  return all;
}

export const emptyList: InstanceList = listOf([]);

/** The same service with other instances. */
export function withInstances(version: ServiceVersion, instances: InstanceList): ServiceVersion {
  const added = instances.clusters.filter((name) => !version.everClusters.includes(name));
  return { ...version, instances, everClusters: added.length === 0 ? version.everClusters : [...version.everClusters, ...added] };
}

export function versionOf(
  instances: InstanceList,
  rest: { readonly protectThreshold?: number; readonly metadata?: Readonly<Record<string, string>>; readonly permanent?: boolean } = {},
): ServiceVersion {
  return {
    instances,
    everClusters: instances.clusters,
    protectThreshold: rest.protectThreshold ?? 0,
    metadata: rest.metadata ?? {},
    permanent: rest.permanent ?? false,
  };
}

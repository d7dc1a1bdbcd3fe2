/** An earlier snapshot as gates compare with it: which instances there were, whatever has changed in them since. */

import { placeInWords, placeOf } from '../analysis/contents/place.ts';
import { entriesOf } from '../analysis/contents/canonical.ts';
import type { Registry } from '../analysis/contents/registry-diff.ts';
import { clusterIn, registryOfCluster } from '../analysis/contents/snapshot-registry.ts';
import type { SnapshotDocument } from '../snapshot/document.ts';

export interface Earlier {
  /** The file's name. */
  readonly file: string;
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly registry: Registry;
  /** Namespace to the instances that were in it. */
  readonly instances: ReadonlyMap<string, number>;
  /** What the snapshot itself lacks, one sentence each. */
  readonly missing: readonly string[];
}

/** Namespaces that the configuration leaves out are left out here too. Throws SnapshotLacks. */
export function earlierOf(document: SnapshotDocument, cluster: string, file: string, allows: (namespace: string) => boolean): Earlier {
  const whole = registryOfCluster(clusterIn(document, cluster));
  const registry = new Map([...whole].filter(([service]) => allows(namespaceOf(service))));
  const instances = new Map<string, number>();
  for (const [service, { text }] of registry) {
    const namespace = namespaceOf(service);
    instances.set(namespace, (instances.get(namespace) ?? 0) + entriesOf(text).length);
  }
  return { file, takenAt: document.takenAt, registry, instances, missing: document.missing.filter((sentence) => sentence.startsWith(`${cluster}: `)) };
}

const namespaceOf = (service: string): string => service.slice(0, service.indexOf('/'));

/**
 * Instances of then that are not there now, one line each. By identity alone: one that came back with another tag, health or
 * weight is back, and so is one that was registered twice and is there once.
 */
export function missingSince(before: Registry, now: Registry): readonly string[] {
  const missing: string[] = [];
  for (const service of [...before.keys()].toSorted()) {
    const there = entriesOf(now.get(service)?.text ?? '').map(({ key }) => key);
    const known = new Set([...there, ...there.map(withoutKind)]);
    for (const key of new Set(entriesOf(before.get(service)!.text).map((entry) => entry.key))) {
      // Where one of the two did not tell ephemeral from persistent, the address decides.
      const told = key !== withoutKind(key) && there.some((other) => other !== withoutKind(other));
      if (!known.has(told ? key : withoutKind(key))) missing.push(`${service} ${placeInWords(placeOf(key))}`);
    }
  }
  return missing;
}

/** `cluster|ip|port`. */
const withoutKind = (key: string): string => key.split('|').slice(0, 3).join('|');

/** How one node's copy of one service differs from what it was sent: rows missing, instances missing, surplus or other. */

import { altered, emptyList, listOf, toArray, versionOf, withInstances } from './lists.ts';
import type { ServiceVersion, SimInstance } from './model.ts';
import { instanceKey } from './model.ts';

export type Distortion = Partial<Omit<SimInstance, 'ip' | 'port' | 'cluster' | 'ephemeral'>>;

export interface Patch {
  /** The node has no such row at all. */
  readonly absent: boolean;
  readonly missing: ReadonlySet<string>;
  readonly surplus: readonly SimInstance[];
  readonly changed: ReadonlyMap<string, Distortion>;
  /** A service that loses all instances to `missing` keeps an empty row. */
  readonly keepRow: boolean;
}

export const noPatch: Patch = { absent: false, missing: new Set(), surplus: [], changed: new Map(), keepRow: false };

export function applyPatch(base: ServiceVersion | undefined, patch: Patch): ServiceVersion | undefined {
  if (patch.absent) return undefined;
  if (base === undefined) return patch.surplus.length === 0 ? undefined : versionOf(listOf(patch.surplus));
  const kept: SimInstance[] = [];
  for (const instance of toArray(base.instances)) {
    const key = instanceKey(instance);
    if (patch.missing.has(key)) continue;
    const change = patch.changed.get(key);
    kept.push(change === undefined ? instance : altered(instance, change));
  }
  kept.push(...patch.surplus);
  if (kept.length === 0 && base.instances.count > 0 && !patch.keepRow) return undefined;
  return withInstances(base, kept.length === 0 ? emptyList : listOf(kept));
}

export function withMissing(patch: Patch, keys: Iterable<string>, keepRow: boolean): Patch {
  return { ...patch, missing: new Set([...patch.missing, ...keys]), keepRow: patch.keepRow || keepRow };
}

export function withSurplus(patch: Patch, instance: SimInstance): Patch {
  return { ...patch, surplus: [...patch.surplus, instance] };
}

export function withChanged(patch: Patch, keys: Iterable<string>, change: Distortion): Patch {
  const changed = new Map(patch.changed);
  for (const key of keys) changed.set(key, { ...changed.get(key), ...change });
  return { ...patch, changed };
}

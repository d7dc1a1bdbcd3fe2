/** Configurations of each namespace. All nodes count in the same database, so the node that was read last knows best. */

import type { NodeSnapshot } from '../model.ts';

/** Namespace id to its configurations; where several were read at the same moment, the largest number. */
export function configsOf(nodes: readonly NodeSnapshot[]): ReadonlyMap<string, number> {
  const latest = new Map<string, { readonly configs: number; readonly at: number }>();
  for (const { stages: { namespaces } } of nodes) {
    const at = namespaces?.valueAt ?? 0;
    for (const { id, configs } of namespaces?.value ?? []) {
      if (configs === undefined) continue;
      const known = latest.get(id);
      if (known === undefined || at > known.at || (at === known.at && configs > known.configs)) latest.set(id, { configs, at });
    }
  }
  return new Map([...latest].map(([id, { configs }]) => [id, configs]));
}

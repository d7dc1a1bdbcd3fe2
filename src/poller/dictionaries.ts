/** One dictionary of service names a namespace, shared by the nodes; begun anew where the dead outnumber the living. */

import type { ClusterSnapshot } from '../model.ts';
import { createServiceNames, type InternedNames } from '../nacos/service-names.ts';

export interface Dictionaries {
  of(namespace: string): InternedNames;
  /** Drops the dictionaries that hold mostly names of services that are gone: the next reads begin new ones. */
  prune(snapshot: ClusterSnapshot): void;
}

const namesPerLiveService = 2;
/** Not worth the trouble below. */
const small = 10_000;

export function createDictionaries(): Dictionaries {
  const dictionaries = new Map<string, InternedNames>();
  return {
    of(namespace) {
      const known = dictionaries.get(namespace);
      if (known !== undefined) return known;
      const names = createServiceNames(namespace);
      dictionaries.set(namespace, names);
      return names;
    },
    prune(snapshot) {
      for (const [namespace, names] of dictionaries) {
        const live = Math.max(0, ...snapshot.nodes.map((node) => node.stages.counts?.value?.get(namespace)?.services ?? 0));
        if (names.size > namesPerLiveService * live + small) dictionaries.delete(namespace);
      }
    },
  };
}

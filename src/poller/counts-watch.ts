/** Looks at each new pass of counts of a large cluster for what its contents must be, and for what should be read next. */

import { compareCounts } from '../analysis/contents/by-counts.ts';
import { countAt } from '../analysis/columns.ts';
import type { Catalog } from '../model.ts';
import type { ContentsDesk } from './contents-desk.ts';
import type { Target, Targets } from './contents-targets.ts';
import type { TierNode } from './contents-tier.ts';

export interface CountsWatchDeps {
  readonly now: () => number;
  readonly desk: ContentsDesk;
  readonly targets: Targets;
  readonly nodes: () => readonly TierNode[];
  readonly pause: () => Promise<void>;
}

export interface CountsWatch {
  look(): Promise<void>;
  /** Of services that were there and that a walk did not meet: those of which the node counts no instances. None while that is not known. */
  goneFrom(node: string, namespace: string): (service: number) => boolean;
}

export function createCountsWatch(deps: CountsWatchDeps): CountsWatch {
  const { now, desk } = deps;
  /** Namespace to each node's catalog of the last pass that was looked at. */
  const seen = new Map<string, ReadonlyMap<string, Catalog>>();

  function catalogsOf(namespace: string): ReadonlyMap<string, Catalog> {
    return new Map(deps.nodes().flatMap(({ node, snapshot }) => {
      const catalog = snapshot.stages.counts?.value?.get(namespace);
      return catalog === undefined ? [] : [[node, catalog] as const];
    }));
  }

  return {
    async look() {
      const differing: Target[] = [];
      const moved: Target[] = [];
      for (const [namespace, shelf] of desk.shelves) {
        const catalogs = catalogsOf(namespace);
        const before = seen.get(namespace) ?? new Map<string, Catalog>();
        if ([...catalogs].every(([node, catalog]) => before.get(node) === catalog)) continue;
        seen.set(namespace, catalogs);
        // What the nodes agree on was worked out of the same counts just before.
        await deps.pause();
        const news = await compareCounts(shelf, catalogs, before, now(), deps.targets.sampled(), deps.pause);
        await desk.settle(namespace, news.known, [...catalogs.keys()]);
        for (const service of news.differing) differing.push({ namespace, service });
        for (const service of news.moved) moved.push({ namespace, service });
      }
      for (const namespace of seen.keys()) if (!desk.shelves.has(namespace)) seen.delete(namespace);
      deps.targets.want(differing, moved);
    },
    goneFrom(node, namespace) {
      const catalog = deps.nodes().find((peer) => peer.node === node)?.snapshot.stages.counts?.value?.get(namespace);
      if (catalog === undefined || catalog.names !== desk.shelves.get(namespace)?.names) return () => false;
      return (service) => countAt(catalog.instances, service) <= 0;
    },
  };
}

/** Turns a cluster's state into finished text: one rendering at a time, and what changes meanwhile right after it. */

import type { Agreement } from '../analysis/agreement.ts';
import { selectServices, type Selection } from '../analysis/selection.ts';
import type { Share } from '../config/shard.ts';
import type { ClusterText } from '../metrics/cluster-text.ts';
import type { Rendered } from '../metrics/exposition.ts';
import type { ClusterFamily, ClusterView } from '../metrics/view.ts';
import { droppedSeries, renderAll, renderNow } from './publish.ts';

export interface PublisherDeps {
  readonly cluster: string;
  /** Those that are served now. */
  readonly families: () => readonly ClusterFamily[];
  readonly share: Share;
  readonly now: () => number;
  /** Milliseconds after which a text is no longer true, should no other follow. */
  readonly lifetime: number;
  readonly viewAt: (at: number) => ClusterView;
  readonly publish: (text: ClusterText) => void;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
}

export interface Publisher {
  /** The state has changed: a new text is due. Resolves when it is out. */
  changed(): Promise<void>;
  /** Nothing is published any more. */
  close(): void;
}

export function createPublisher(deps: PublisherDeps): Publisher {
  let rendered: Rendered<ClusterView> | undefined;
  let version = 0;
  let running: Promise<void> | undefined;
  let dirty = false;
  let closed = false;

  async function run(): Promise<void> {
    while (dirty) {
      // Whoever changes the state has had a step of its own; what changes meanwhile is in the same text.
      await deps.pause();
      dirty = false;
      if (closed) return;
      const view = deps.viewAt(deps.now());
      const next = await renderAll(rendered, view, deps.families(), deps.pause);
      if (closed) return;
      rendered = next;
      const staleAt = view.now + deps.lifetime;
      deps.publish({
        cluster: deps.cluster, families: next.families, version: ++version, staleAt, dropped: droppedSeries(view, deps.share),
        stale: () => renderNow(deps.viewAt(Math.max(deps.now(), staleAt + 1)), deps.families()),
      });
    }
  }

  return {
    async changed() {
      dirty = true;
      running ??= run().finally(() => {
        running = undefined;
      });
      await running;
    },
    close() {
      closed = true;
    },
  };
}

/** Remembers the selection while nothing new is agreed: most texts are published for a liveness check. */
export function createSelector(limit: number): (agreed: ReadonlyMap<string, Agreement>) => Selection {
  let last: { readonly agreed: readonly (readonly [string, Agreement])[]; readonly selection: Selection } | undefined;
  return (agreed) => {
    const same = last !== undefined && last.agreed.length === agreed.size && last.agreed.every(([namespace, agreement]) => agreed.get(namespace) === agreement);
    if (!same || last === undefined) last = { agreed: [...agreed], selection: selectServices(agreed, limit, last?.selection) };
    return last.selection;
  };
}

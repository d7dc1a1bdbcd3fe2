/**
 * What one node believes: the truth, except where something is recorded here. A node without deviations holds nothing
 * of its own, so three nodes of a large cluster cost as much as one.
 */

import type { SimClock } from './clock.ts';
import { emptyList, listOf, withInstances } from './lists.ts';
import type { ServiceEntry, ServiceVersion, SimInstance } from './model.ts';
import { applyPatch, noPatch } from './patch.ts';
import type { Patch } from './patch.ts';
import { chance } from './random.ts';

interface Delivery {
  readonly due: number;
  readonly entry: ServiceEntry;
  readonly version: ServiceVersion | undefined;
}

/** Mutable; changed only by the functions of this file. */
export interface NodeView {
  /** Last state received of services whose newest state has not arrived. */
  readonly behind: Map<ServiceEntry, ServiceVersion | undefined>;
  readonly patches: Map<ServiceEntry, Patch>;
  readonly patched: Map<ServiceEntry, { readonly base: ServiceVersion | undefined; readonly result: ServiceVersion | undefined }>;
  /** What a filling node shows of a state; as long as it shows the same part. */
  readonly thinned: Map<ServiceEntry, { readonly base: ServiceVersion | undefined; readonly result: ServiceVersion | undefined }>;
  /** Services whose changes never arrive. */
  readonly pinned: Set<ServiceEntry>;
  readonly queue: Delivery[];
  /** Milliseconds that a change needs to arrive. */
  lagMs: number;
  /** Counts stand still, but rows appear and vanish (2.x with `pushEnabled=false`). */
  frozen: boolean;
  /** Nothing arrives at all. */
  paused: boolean;
  /** Part of the instances that a filling node has received, 0..1; 1 when complete. */
  filled: number;
  /** Counts changes that are this node's alone. */
  revision: number;
}

export function createView(): NodeView {
  return {
    behind: new Map(), patches: new Map(), patched: new Map(), thinned: new Map(), pinned: new Set(), queue: [],
    lagMs: 0, frozen: false, paused: false, filled: 1, revision: 0,
  };
}

/** True while the node shows the truth and nothing but the truth. */
export function isPlain(view: NodeView): boolean {
  return view.behind.size === 0 && view.patches.size === 0 && view.filled >= 1;
}

export function seenBy(view: NodeView, entry: ServiceEntry): ServiceVersion | undefined {
  const received = view.behind.size > 0 && view.behind.has(entry) ? view.behind.get(entry) : entry.current;
  const base = view.filled >= 1 ? received : partOf(view, received, entry);
  const own = view.patches.size > 0 ? view.patches.get(entry) : undefined;
  if (own === undefined) return base;
  const known = view.patched.get(entry);
  if (known !== undefined && known.base === base) return known.result;
  const result = applyPatch(base, own);
  view.patched.set(entry, { base, result });
  return result;
}

function partOf(view: NodeView, base: ServiceVersion | undefined, entry: ServiceEntry): ServiceVersion | undefined {
  const known = view.thinned.get(entry);
  if (known !== undefined && known.base === base) return known.result;
  const result = thinned(base, entry, view.filled);
  view.thinned.set(entry, { base, result });
  return result;
}

function thinned(version: ServiceVersion | undefined, entry: ServiceEntry, part: number): ServiceVersion | undefined {
  if (version === undefined || part <= 0) return undefined;
  const kept: SimInstance[] = [];
  for (let i = 0; i < version.instances.count; i += 1) {
    if (chance(entry.number, i) < part) kept.push(version.instances.at(i));
  }
  if (kept.length === 0) return version.permanent ? withInstances(version, emptyList) : undefined;
  return kept.length === version.instances.count ? version : withInstances(version, listOf(kept));
}

/** The truth changed. `local` where the change arrived at this very node. */
export function onChange(
  view: NodeView, clock: SimClock, entry: ServiceEntry, previous: ServiceVersion | undefined, next: ServiceVersion | undefined, local: boolean,
): void {
  if (view.paused || view.pinned.has(entry)) {
    keep(view, entry, previous);
    return;
  }
  if (view.frozen) {
    // A cleaner removes the row even while no push refreshes its counts; a new row is read once, then stands still.
    if (next === undefined) view.behind.delete(entry);
    else if (previous !== undefined) keep(view, entry, previous);
    view.revision += 1;
    return;
  }
  if (local || view.lagMs <= 0) {
    if (view.behind.delete(entry)) view.revision += 1;
    return;
  }
  keep(view, entry, previous);
  view.queue.push({ due: clock.now() + view.lagMs, entry, version: next });
  if (view.queue.length === 1) awaitDelivery(view, clock);
}

function keep(view: NodeView, entry: ServiceEntry, previous: ServiceVersion | undefined): void {
  if (view.behind.has(entry)) return;
  view.behind.set(entry, previous);
  view.revision += 1;
}

function awaitDelivery(view: NodeView, clock: SimClock): void {
  clock.at(view.queue[0]!.due, () => {
    const now = clock.now();
    let delivered = 0;
    for (const { due, entry, version } of view.queue) {
      if (due > now) break;
      delivered += 1;
      deliver(view, entry, version);
    }
    view.queue.splice(0, delivered);
    if (view.queue.length > 0) awaitDelivery(view, clock);
  });
}

function deliver(view: NodeView, entry: ServiceEntry, version: ServiceVersion | undefined): void {
  if (view.paused || view.frozen || view.pinned.has(entry) || !view.behind.has(entry)) return;
  if (version === entry.current) view.behind.delete(entry);
  else view.behind.set(entry, version);
  view.revision += 1;
}

/** Everything that was held back arrives, except what is pinned. */
export function catchUp(view: NodeView): void {
  for (const entry of view.behind.keys()) if (!view.pinned.has(entry)) view.behind.delete(entry);
  // What is under way has arrived with it: what comes from now on does not wait behind it.
  view.queue.length = 0;
  view.revision += 1;
}

export function pin(view: NodeView, entries: Iterable<ServiceEntry>): void {
  for (const entry of entries) view.pinned.add(entry);
}

export function unpin(view: NodeView, entries: Iterable<ServiceEntry>): void {
  for (const entry of entries) if (view.pinned.delete(entry)) view.behind.delete(entry);
  view.revision += 1;
}

export function patch(view: NodeView, entry: ServiceEntry, change: (old: Patch) => Patch): void {
  view.patches.set(entry, change(view.patches.get(entry) ?? noPatch));
  view.patched.delete(entry);
  view.revision += 1;
}

/** Forgets what is wrong with these services. */
export function heal(view: NodeView, entries: readonly ServiceEntry[]): void {
  unpin(view, entries);
  for (const entry of entries) {
    view.patches.delete(entry);
    view.patched.delete(entry);
  }
  view.revision += 1;
}

export function setFilled(view: NodeView, part: number): void {
  if (view.filled === part) return;
  view.filled = part;
  view.thinned.clear();
  view.patched.clear();
  view.revision += 1;
}

/** A new process: an empty memory that replication will fill, and none of the old one's mistakes. */
export function forgetAll(view: NodeView): void {
  view.behind.clear();
  view.patches.clear();
  view.patched.clear();
  view.pinned.clear();
  view.queue.length = 0;
  view.frozen = false;
  view.paused = false;
  view.revision += 1;
}

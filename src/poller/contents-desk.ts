/**
 * Reads whole namespaces on all nodes and compares what they show: a small cluster's in one go, a large one's in a paced
 * walk, nodes side by side, each service compared as soon as the last node has shown it. Holds the shelves.
 */

import type { Situation } from '../analysis/contents/observe.ts';
import { renumber } from '../analysis/contents/renumber.ts';
import { createShelf, isQuiet, keepNodes, settleService, type Change, type Shelf } from '../analysis/contents/shelf.ts';
import type { ContentsTotals, Failure } from '../model.ts';
import { toFailure } from '../nacos/errors.ts';
import type { InternedNames } from '../nacos/service-names.ts';
import type { ContentsReading, DeskNode } from './contents-reading.ts';
import { createStep } from './in-step.ts';
import { Stopped } from './patient.ts';

export interface DeskDeps {
  readonly now: () => number;
  readonly reading: ContentsReading;
  readonly namesOf: (namespace: string) => InternedNames;
  /** Metadata keys whose values are shown. */
  readonly shownKeys: readonly string[];
  /** Whether ephemeral is part of the identity. */
  readonly tells: (nodes: readonly DeskNode[]) => boolean;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
  readonly healthOwner: (namespace: string, service: number) => string | undefined;
  /** What is known of the nodes now. */
  readonly situation: () => Situation;
  /** Told of changes of what is agreed, as they are found. */
  readonly onChanges: (namespace: string, changes: readonly Change[]) => void;
}

export interface Pacing {
  /** Waits until so many bytes are within the budget. Throws Stopped. */
  readonly pay: (bytes: number) => Promise<void>;
  /** Of services that a walk of the node did not meet: which are gone, by its counts; the others are looked for. */
  readonly goneFrom: (node: string, namespace: string) => (service: number) => boolean;
}

/** Node to what its namespace amounts to, or why it could not be read. */
export interface Swept {
  readonly totals: ReadonlyMap<string, ContentsTotals>;
  readonly failures: ReadonlyMap<string, Failure>;
}

export interface ContentsDesk {
  readonly shelves: ReadonlyMap<string, Shelf>;
  /** Namespaces that are gone take their shelves with them. */
  keepNamespaces(namespaces: readonly string[]): void;
  sweep(nodes: readonly DeskNode[], namespace: string, pacing?: Pacing, counts?: boolean): Promise<Swept>;
  /** Compares services as they were last read on these nodes. A read for a verdict alone `counts` no events. */
  settle(namespace: string, services: Iterable<number>, nodes: readonly string[], counts?: boolean): Promise<void>;
}

/** Comparing one that differs takes about 0.1 ms, and the first thousands of a process, not compiled yet, several times that. */
const servicesPerTurn = 20;
const quietPerTurn = 20_000;

/** Whether lists of all services tell ephemeral from persistent: part of the identity only where all nodes do. */
export const tellEphemeral = (nodes: readonly DeskNode[]): boolean => nodes.every((peer) => peer.dialect.api.startsWith('v3'));

export function createContentsDesk(deps: DeskDeps): ContentsDesk {
  const { now } = deps;
  const shelves = new Map<string, Shelf>();

  async function shelfOf(namespace: string): Promise<Shelf> {
    const names = deps.namesOf(namespace);
    const known = shelves.get(namespace);
    if (known !== undefined && known.names === names) return known;
    // What single reads bring meanwhile goes to the old one: they come again.
    const shelf = known === undefined ? createShelf(names, deps.shownKeys) : await renumber(known, names, names.intern, deps.pause);
    shelves.set(namespace, shelf);
    return shelf;
  }

  async function settle(
    namespace: string, services: Iterable<number>, nodes: readonly string[], counts = true, isReady: (service: number) => boolean = () => true,
  ): Promise<void> {
    const shelf = shelves.get(namespace);
    if (shelf === undefined) return;
    let situation: Situation | undefined;
    let changes: Change[] = [];
    let seen = 0;
    let compared = 0;
    for (const service of services) {
      if (++seen % quietPerTurn === 0) await deps.pause();
      if (isQuiet(shelf, service, nodes) || !isReady(service)) continue;
      situation ??= deps.situation();
      const change = settleService(shelf, service, nodes, situation, deps.healthOwner(namespace, service), counts);
      if (change !== undefined) changes.push(change);
      if (++compared % servicesPerTurn !== 0) continue;
      if (changes.length > 0) deps.onChanges(namespace, changes);
      changes = [];
      await deps.pause();
      situation = undefined;
    }
    if (changes.length > 0) deps.onChanges(namespace, changes);
  }

  async function sweep(nodes: readonly DeskNode[], namespace: string, pacing?: Pacing, counts = true): Promise<Swept> {
    const names = deps.namesOf(namespace);
    const shelf = await shelfOf(namespace);
    const startedAt = now();
    const totals = new Map<string, ContentsTotals>();
    const failures = new Map<string, Failure>();
    const tells = deps.tells(nodes);
    const step = createStep(nodes.map((peer) => peer.node));
    const settled = new Set<number>();
    const well = (): readonly string[] => nodes.map((peer) => peer.node).filter((node) => !failures.has(node));
    keepNodes(shelf, new Set(nodes.map((peer) => peer.node)));

    /** Every node has shown it, and it was not compared in this sweep. */
    function isReady(service: number): boolean {
      if (settled.has(service)) return false;
      for (const node of well()) if ((shelf.columns.get(node)?.readAt[service] ?? 0) < startedAt) return false;
      settled.add(service);
      return true;
    }

    await Promise.all(nodes.map(async (peer) => {
      try {
        totals.set(peer.node, await deps.reading.namespace(peer, namespace, shelf, names, tells, pacing === undefined ? undefined : {
          async afterPage(bytes, walked, services) {
            await deps.pause();
            await peer.verify?.();
            await settle(namespace, services, well(), true, isReady);
            await pacing.pay(bytes);
            await step.arrive(peer.node, walked);
          },
          gone: () => pacing.goneFrom(peer.node, namespace),
        }));
        await peer.verify?.();
      } catch (error) {
        if (error instanceof Stopped) throw error;
        failures.set(peer.node, toFailure(error));
      } finally {
        step.leave(peer.node);
      }
    }));
    await settle(namespace, numbers(shelf.names.names.length), well(), counts, pacing === undefined ? undefined : isReady);
    return { totals, failures };
  }

  return {
    shelves, sweep, settle,
    keepNamespaces(namespaces) {
      for (const namespace of shelves.keys()) if (!namespaces.includes(namespace)) shelves.delete(namespace);
    },
  };
}

function* numbers(size: number): Iterable<number> {
  for (let i = 0; i < size; i++) yield i;
}

/**
 * Reads whole namespaces on all nodes and compares what they show: a small cluster's in one go, a large one's in a paced
 * walk, nodes side by side, each service compared as soon as the last node has shown it. Holds the shelves.
 */

import type { Situation } from '../analysis/contents/observe.ts';
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
  /** A service that a walk of the node did not meet is gone, by its counts; else it is looked for. */
  readonly isGone: (node: string, namespace: string, service: number) => boolean;
}

/** Node to what its namespace amounts to, or why it could not be read. */
export interface Swept {
  readonly totals: ReadonlyMap<string, ContentsTotals>;
  readonly failures: ReadonlyMap<string, Failure>;
}

export interface ContentsDesk {
  readonly shelves: ReadonlyMap<string, Shelf>;
  shelfOf(namespace: string): Shelf;
  /** Namespaces that are gone take their shelves with them. */
  keepNamespaces(namespaces: readonly string[]): void;
  sweep(nodes: readonly DeskNode[], namespace: string, pacing?: Pacing, counts?: boolean): Promise<Swept>;
  /** Compares services as they were last read on these nodes. A read for a verdict alone `counts` no events. */
  settle(namespace: string, services: Iterable<number>, nodes: readonly string[], counts?: boolean): Promise<void>;
}

const servicesPerTurn = 250;
const quietPerTurn = 20_000;

/** Whether ephemeral is part of the identity: only where all nodes tell it. */
export const tellEphemeral = (nodes: readonly DeskNode[]): boolean => nodes.every((peer) => peer.dialect.api.startsWith('v3'));

export function createContentsDesk(deps: DeskDeps): ContentsDesk {
  const { now } = deps;
  const shelves = new Map<string, Shelf>();

  function shelfOf(namespace: string): Shelf {
    const names = deps.namesOf(namespace);
    const known = shelves.get(namespace);
    if (known !== undefined && known.names === names) return known;
    const shelf = createShelf(names);
    shelves.set(namespace, shelf);
    return shelf;
  }

  async function settle(namespace: string, services: Iterable<number>, nodes: readonly string[], counts = true): Promise<void> {
    const shelf = shelves.get(namespace);
    if (shelf === undefined) return;
    let situation: Situation | undefined;
    let changes: Change[] = [];
    let seen = 0;
    let compared = 0;
    for (const service of services) {
      if (++seen % quietPerTurn === 0) await deps.pause();
      if (isQuiet(shelf, service, nodes)) continue;
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
    const shelf = shelfOf(namespace);
    const names = deps.namesOf(namespace);
    const startedAt = now();
    const totals = new Map<string, ContentsTotals>();
    const failures = new Map<string, Failure>();
    const tells = tellEphemeral(nodes);
    const step = createStep(nodes.map((peer) => peer.node));
    const settled = new Set<number>();
    const well = (): readonly string[] => nodes.map((peer) => peer.node).filter((node) => !failures.has(node));
    keepNodes(shelf, new Set(nodes.map((peer) => peer.node)));

    function* ready(services: Iterable<number>): Iterable<number> {
      const all = well();
      for (const service of services) {
        if (settled.has(service) || isQuiet(shelf, service, all)) continue;
        if (!all.every((node) => (shelf.columns.get(node)?.readAt[service] ?? 0) >= startedAt)) continue;
        settled.add(service);
        yield service;
      }
    }

    await Promise.all(nodes.map(async (peer) => {
      try {
        totals.set(peer.node, await deps.reading.namespace(peer, namespace, shelf, names, tells, pacing === undefined ? undefined : {
          async afterPage(bytes, walked, services) {
            await deps.pause();
            await settle(namespace, ready(services), well());
            await pacing.pay(bytes);
            await step.arrive(peer.node, walked);
          },
          isGone: (service) => pacing.isGone(peer.node, namespace, service),
        }));
      } catch (error) {
        if (error instanceof Stopped) throw error;
        failures.set(peer.node, toFailure(error));
      } finally {
        step.leave(peer.node);
      }
    }));
    const all = numbers(shelf.names.names.length);
    await settle(namespace, pacing === undefined ? all : ready(all), well(), counts);
    return { totals, failures };
  }

  return {
    shelves, shelfOf, sweep, settle,
    keepNamespaces(namespaces) {
      for (const namespace of shelves.keys()) if (!namespaces.includes(namespace)) shelves.delete(namespace);
    },
  };
}

function* numbers(size: number): Iterable<number> {
  for (let i = 0; i < size; i++) yield i;
}

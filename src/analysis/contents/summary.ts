/** What the shelves amount to: the numbers of the divergence metrics, and the list behind them. */

import type { Difference } from './compare.ts';
import { foremost } from './foremost.ts';
import type { Kind } from './patience.ts';
import type { NodeDivergence, Share } from './share.ts';
import type { Shelf } from './shelf.ts';
import type { KnownValues } from './values.ts';

export type { NodeDivergence };

export interface NamespaceDivergence {
  /** Confirmed, each service once, under the first kind that applies. */
  readonly confirmed: Readonly<Record<Kind, number>>;
  readonly suspected: number;
  /** Oldest confirmed; undefined if none. */
  readonly since: number | undefined;
  /** Oldest contents read that the verdict rests on; undefined before the first complete comparison. */
  readonly lastComplete: number | undefined;
  readonly nodes: ReadonlyMap<string, NodeDivergence>;
}

/** One service that differs, for people. */
export interface DivergentService {
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  readonly kind: Kind;
  readonly since: number;
  readonly confirmed: boolean;
  readonly cause?: string;
  readonly differences: readonly Difference[];
  /** What the digests of metadata in them stand for, as far as known. */
  readonly values: KnownValues | undefined;
}

const nobody: NodeDivergence = { services: 0, missingServices: 0, missingInstances: 0, surplusInstances: 0, conflictingInstances: 0 };

type Tally = { -readonly [K in keyof NodeDivergence]: NodeDivergence[K] };

export function summarizeShelf(shelf: Shelf): NamespaceDivergence {
  const confirmed = { service: 0, instance: 0, health: 0, attributes: 0 };
  const nodes = new Map<string, Tally>([...shelf.columns.keys()].map((node) => [node, { ...nobody }]));
  let suspected = 0;
  let since = Infinity;
  for (const { share } of shelf.open.values()) {
    if (share.kind !== undefined && share.confirmed) {
      confirmed[share.kind]++;
      since = Math.min(since, share.since);
    } else if (share.kind !== undefined) {
      suspected++;
    }
    for (const [node, found] of share.nodes) {
      const tally = nodes.get(node);
      if (tally !== undefined) add(tally, found);
    }
  }
  const reads = [...shelf.columns.values()].map((column) => column.completeAt);
  const complete = reads.length > 0 && reads.every((at) => at > 0);
  return { confirmed, suspected, since: since === Infinity ? undefined : since, lastComplete: complete ? Math.min(...reads) : undefined, nodes };
}

function add(tally: Tally, found: NodeDivergence): void {
  tally.services += found.services;
  tally.missingServices += found.missingServices;
  tally.missingInstances += found.missingInstances;
  tally.surplusInstances += found.surplusInstances;
  tally.conflictingInstances += found.conflictingInstances;
}

/** Every service with something confirmed or suspected, oldest first; so many of them at most. */
export function listDivergent(shelves: ReadonlyMap<string, Shelf>, most = Infinity): readonly DivergentService[] {
  const found: { readonly namespace: string; readonly shelf: Shelf; readonly service: number; readonly share: Share }[] = [];
  for (const [namespace, shelf] of shelves) {
    for (const [service, { share }] of shelf.open) if (share.kind !== undefined) found.push({ namespace, shelf, service, share });
  }
  return foremost(found, most, ({ share }) => share.since).map(({ namespace, shelf, service, share }) => {
    const { shown, confirmed, kind, since } = share;
    const cause = shown.find((one) => one.cause !== undefined)?.cause;
    return {
      namespace, group: shelf.names.groups[service]!, service: shelf.names.names[service]!, kind: kind!, confirmed, since,
      differences: shown.map((one) => one.difference), values: shelf.values.get(service), ...(cause === undefined ? {} : { cause }),
    };
  });
}

/** How many services that list would have in full. */
export function countDivergent(namespaces: Iterable<NamespaceDivergence>): number {
  let count = 0;
  for (const { confirmed, suspected } of namespaces) count += suspected + confirmed.service + confirmed.instance + confirmed.health + confirmed.attributes;
  return count;
}

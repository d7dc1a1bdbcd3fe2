/** What the shelves amount to: the numbers of the divergence metrics, and the list behind them. */

import { nobody } from './account.ts';
import { earliest, inOrder } from './calendar.ts';
import type { Difference } from './compare.ts';
import { foremost } from './foremost.ts';
import type { Kind } from './patience.ts';
import type { NodeDivergence } from './share.ts';
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

export function summarizeShelf({ account, columns }: Shelf): NamespaceDivergence {
  const reads = [...columns.values()].map((column) => column.completeAt);
  const complete = reads.length > 0 && reads.every((at) => at > 0);
  return {
    confirmed: { ...account.kinds }, suspected: account.suspected, since: earliest(account.confirmedSince),
    lastComplete: complete ? Math.min(...reads) : undefined,
    nodes: new Map([...columns.keys()].map((node) => [node, { ...account.nodes.get(node) ?? nobody() }])),
  };
}

/** Every service with something confirmed or suspected, oldest first; so many of them at most. */
export function listDivergent(shelves: ReadonlyMap<string, Shelf>, most = Infinity): readonly DivergentService[] {
  const found = [...shelves].flatMap(([namespace, shelf]) => {
    const { confirmedSince, suspectedSince } = shelf.account;
    return [...inOrder(confirmedSince, Infinity, most), ...inOrder(suspectedSince, Infinity, most)].map(([service]) => ({ namespace, shelf, service, share: shelf.open.get(service)!.share }));
  });
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

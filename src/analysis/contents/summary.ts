/** What the shelves amount to: the numbers of the divergence metrics, and the list behind them. */

import type { Difference } from './compare.ts';
import { kinds, type Kind } from './patience.ts';
import type { Shelf } from './shelf.ts';
import { isConfirmed, isSuspected, type Case } from './verdict.ts';

export interface NodeDivergence {
  /** Services with a confirmed difference of this node. */
  readonly services: number;
  /** Seen now, confirmed or not: a node that fills shows what it lacks at once. */
  readonly missingServices: number;
  readonly missingInstances: number;
  readonly surplusInstances: number;
  readonly conflictingInstances: number;
}

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
}

const nobody: NodeDivergence = { services: 0, missingServices: 0, missingInstances: 0, surplusInstances: 0, conflictingInstances: 0 };

export function summarizeShelf(shelf: Shelf): NamespaceDivergence {
  const confirmed = { service: 0, instance: 0, health: 0, attributes: 0 };
  const nodes = new Map<string, NodeDivergence>([...shelf.columns.keys()].map((node) => [node, nobody]));
  let suspected = 0;
  let since: number | undefined;
  for (const { cases } of shelf.open.values()) {
    const all = [...cases.values()];
    const sure = all.filter(isConfirmed);
    if (sure.length > 0) {
      confirmed[firstKind(sure)]++;
      for (const one of sure) since = Math.min(since ?? Infinity, one.since);
    } else if (all.some(isSuspected)) {
      suspected++;
    }
    for (const node of nodes.keys()) addTo(nodes, node, all);
  }
  const reads = [...shelf.columns.values()].map((column) => column.completeAt);
  const complete = reads.length > 0 && reads.every((at) => at > 0);
  return { confirmed, suspected, since, lastComplete: complete ? Math.min(...reads) : undefined, nodes };
}

function addTo(nodes: Map<string, NodeDivergence>, node: string, cases: readonly Case[]): void {
  const mine = cases.filter((one) => one.difference.node === node && (one.agreeing === 0 || isConfirmed(one)));
  if (mine.length === 0) return;
  const before = nodes.get(node) ?? nobody;
  const missing = mine.filter((one) => one.difference.what === 'missing');
  nodes.set(node, {
    services: before.services + (mine.some(isConfirmed) ? 1 : 0),
    missingServices: before.missingServices + (missing.some((one) => one.kind === 'service') ? 1 : 0),
    missingInstances: before.missingInstances + missing.length,
    surplusInstances: before.surplusInstances + mine.filter((one) => one.difference.what === 'surplus').length,
    conflictingInstances: before.conflictingInstances + new Set(mine.filter((one) => one.difference.what === 'conflict').map((one) => one.difference.instance)).size,
  });
}

function firstKind(cases: readonly Case[]): Kind {
  return kinds.find((kind) => cases.some((one) => one.kind === kind)) ?? 'instance';
}

/** Every service with something confirmed or suspected, oldest first. */
export function listDivergent(shelves: ReadonlyMap<string, Shelf>): readonly DivergentService[] {
  const found: DivergentService[] = [];
  for (const [namespace, shelf] of shelves) {
    for (const [service, { cases }] of shelf.open) {
      const sure = [...cases.values()].filter(isConfirmed);
      const shown = sure.length > 0 ? sure : [...cases.values()].filter(isSuspected);
      if (shown.length === 0) continue;
      const cause = shown.find((one) => one.cause !== undefined)?.cause;
      found.push({
        namespace, group: shelf.names.groups[service]!, service: shelf.names.names[service]!, kind: firstKind(shown), confirmed: sure.length > 0,
        since: Math.min(...shown.map((one) => one.since)), differences: shown.map((one) => one.difference), ...(cause === undefined ? {} : { cause }),
      });
    }
  }
  return found.toSorted((a, b) => a.since - b.since);
}

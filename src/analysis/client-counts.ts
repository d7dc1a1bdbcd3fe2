/**
 * Whether the nodes know the same number of clients. Each knows its own at once and those of the others a moment later, so
 * two nodes disagree only if the same one knows more at two readings in a row, and by more than either has moved in
 * between: what is on its way while clients come and go is no disagreement.
 */

import type { ClusterSnapshot } from '../model.ts';
import type { Joining } from './joining.ts';
import type { Life } from './life.ts';
import { isFresh, type Timing } from './status.ts';

export interface ClientCounts {
  /** The last round of readings that was compared, by node. */
  readonly round: ReadonlyMap<string, Told>;
  /** Pairs of nodes that disagree, `more fewer`. */
  readonly disagreeing: ReadonlySet<string>;
  /** Undefined while fewer than two nodes tell, and while a difference was seen only once. */
  readonly consistent?: boolean;
}

interface Told {
  readonly clients: number;
  readonly at: number;
}

interface Known {
  readonly life: ReadonlyMap<string, Life>;
  readonly joining: ReadonlyMap<string, Joining>;
}

export const noClientCounts: ClientCounts = { round: new Map(), disagreeing: new Set() };

/** Compares as soon as every node that can tell has been read anew. A node that is filling is not asked. */
export function trackClientCounts(before: ClientCounts, known: Known, next: ClusterSnapshot, timing: Timing): ClientCounts {
  const round = told(known, next, timing);
  if (round.size < 2) return noClientCounts;
  const same = round.size === before.round.size && [...round.keys()].every((node) => before.round.has(node));
  if (same && [...round].some(([node, { at }]) => at <= before.round.get(node)!.at)) return before;
  return compare(before, round);
}

/** What the nodes that are up said last, where it is fresh. Before 2.0.4 none says anything. */
function told({ life, joining }: Known, next: ClusterSnapshot, timing: Timing): ReadonlyMap<string, Told> {
  const interval = next.intervals.metrics ?? timing.interval;
  return new Map(next.nodes.flatMap(({ node, stages: { metrics } }) => {
    const clients = metrics?.value?.clients;
    if (clients === undefined || metrics?.valueAt === undefined || !isFresh(metrics, next.at, interval, timing)) return [];
    if (life.get(node)?.up !== true || joining.has(node)) return [];
    return [[node, { clients: clients.connection + clients.ephemeral_ip_port + clients.persistent_ip_port, at: metrics.valueAt }] as const];
  }));
}

function compare(before: ClientCounts, round: ReadonlyMap<string, Told>): ClientCounts {
  const disagreeing = new Set<string>();
  let differ = false;
  for (const more of round.keys()) {
    for (const fewer of round.keys()) {
      if (round.get(more)!.clients <= round.get(fewer)!.clients) continue;
      differ = true;
      if (disagree(before, round, more, fewer)) disagreeing.add(`${more} ${fewer}`);
    }
  }
  if (disagreeing.size > 0) return { round, disagreeing, consistent: false };
  if (!differ) return { round, disagreeing, consistent: true };
  // What was last known stands until a second reading bears the difference out, or not.
  return { round, disagreeing, ...(before.consistent === undefined ? {} : { consistent: true }) };
}

function disagree(before: ClientCounts, round: ReadonlyMap<string, Told>, more: string, fewer: string): boolean {
  const [a, b] = [round.get(more)!, round.get(fewer)!];
  const [earlierA, earlierB] = [before.round.get(more), before.round.get(fewer)];
  if (earlierA === undefined || earlierB === undefined || earlierA.clients <= earlierB.clients) return false;
  // Once it is known, movement does not hide it again.
  if (before.disagreeing.has(`${more} ${fewer}`)) return true;
  if (a.at <= earlierA.at || b.at <= earlierB.at) return false;
  const moved = Math.max(Math.abs(a.clients - earlierA.clients), Math.abs(b.clients - earlierB.clients));
  return Math.min(a.clients - b.clients, earlierA.clients - earlierB.clients) > moved;
}

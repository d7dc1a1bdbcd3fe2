/** All clusters at a glance, the worst first. */

import { paged, type Paged } from './paging.ts';
import type { ClusterState } from './state.ts';
import { judge, levels, type Level, type Verdict } from './verdict.ts';

export interface ClusterRow {
  readonly name: string;
  readonly verdict: Verdict;
  readonly up: number;
  readonly expected: number;
  /** Agreed instances of all namespaces; absent while one of them has no agreed number. */
  readonly instances?: number;
  /** Services that differ, confirmed; absent before the first comparison. */
  readonly differing?: number;
  readonly lookedAt?: number;
}

export interface Overview {
  readonly rows: Paged<ClusterRow>;
  readonly counts: Readonly<Record<Level, number>>;
}

export const clustersOnPage = 100;

export function overviewOf(states: readonly ClusterState[], page: number): Overview {
  const rows = states.map(rowOf);
  const counts = { bad: 0, unknown: 0, care: 0, ok: 0 };
  for (const { verdict } of rows) counts[verdict.level]++;
  const rank = ({ verdict }: ClusterRow): number => levels.indexOf(verdict.level);
  const ordered = rows.toSorted((a, b) => rank(a) - rank(b) || b.verdict.reasons.length - a.verdict.reasons.length || (a.name < b.name ? -1 : 1));
  return { rows: paged(ordered, page, clustersOnPage), counts };
}

function rowOf(state: ClusterState): ClusterRow {
  const { name, nodes, expected, namespaces, confirmed, compared, lookedAt } = state;
  const known = namespaces.length > 0 && namespaces.every(({ agreed }) => agreed !== undefined);
  return {
    name, verdict: judge(state), up: nodes.filter(({ condition }) => condition === 'up').length, expected,
    ...(known ? { instances: namespaces.reduce((sum, { agreed }) => sum + agreed!.instances, 0) } : {}),
    ...(compared ? { differing: confirmed } : {}), ...(lookedAt === undefined ? {} : { lookedAt }),
  };
}

/** What one service adds to the numbers of the divergence metrics: worked out when it is compared, and only added up after that. */

import { kinds, type Kind } from './patience.ts';
import { isConfirmed, isSuspected, type Case, type Cases } from './verdict.ts';

export interface NodeDivergence {
  /** Services with a confirmed difference of this node. */
  readonly services: number;
  /** Seen now, confirmed or not: a node that fills shows what it lacks at once. */
  readonly missingServices: number;
  readonly missingInstances: number;
  readonly surplusInstances: number;
  readonly conflictingInstances: number;
}

export interface Share {
  /** What is shown of the service: its confirmed differences, or where there are none the suspected ones. */
  readonly shown: readonly Case[];
  readonly confirmed: boolean;
  /** The first that applies; undefined where nothing is shown. */
  readonly kind: Kind | undefined;
  /** The oldest of what is shown; Infinity where nothing is. */
  readonly since: number;
  /** Nodes that differ. */
  readonly nodes: readonly (readonly [node: string, found: NodeDivergence])[];
  /** Nodes with suspicions, and when the first of each is to be looked at again. */
  readonly looks: readonly (readonly [node: string, lookAt: number])[];
}

export function shareOf(cases: Cases): Share {
  const all = [...cases.values()];
  const sure = all.filter(isConfirmed);
  const shown = sure.length > 0 ? sure : all.filter(isSuspected);
  let since = Infinity;
  for (const one of shown) since = Math.min(since, one.since);
  const seen = all.filter((one) => one.agreeing === 0 || isConfirmed(one));
  const nodes = [...new Set(seen.map((one) => one.difference.node))]
    .map((node) => [node, divergenceOf(seen.filter((one) => one.difference.node === node))] as const);
  return { shown, confirmed: sure.length > 0, kind: kinds.find((kind) => shown.some((one) => one.kind === kind)), since, nodes, looks: looksOf(all) };
}

function looksOf(cases: readonly Case[]): Share['looks'] {
  const looks = new Map<string, number>();
  for (const { lookAt, difference } of cases) if (lookAt !== undefined) looks.set(difference.node, Math.min(lookAt, looks.get(difference.node) ?? Infinity));
  return [...looks];
}

function divergenceOf(cases: readonly Case[]): NodeDivergence {
  const missing = cases.filter((one) => one.difference.what === 'missing');
  return {
    services: cases.some(isConfirmed) ? 1 : 0,
    missingServices: missing.some((one) => one.kind === 'service') ? 1 : 0,
    missingInstances: missing.length,
    surplusInstances: cases.filter((one) => one.difference.what === 'surplus').length,
    conflictingInstances: new Set(cases.filter((one) => one.difference.what === 'conflict').map((one) => one.difference.instance)).size,
  };
}

/**
 * What the services with something open amount to, and when they are to be looked at. Carried on as each is compared: a
 * node that loses an instance of each of its services opens tens of thousands, and numbers and the next look are asked for
 * many times a minute.
 */

import { createCalendar, earliest, enter, inOrder, strike, type Calendar } from './calendar.ts';
import type { Kind } from './patience.ts';
import type { NodeDivergence, Share } from './share.ts';

type Tally = { -readonly [K in keyof NodeDivergence]: NodeDivergence[K] };

/** Changed with every comparison, as the shelf is. */
export interface Account {
  /** Services with something confirmed, each under the first kind that applies. */
  readonly kinds: Record<Kind, number>;
  suspected: number;
  readonly nodes: Map<string, Tally>;
  /** By when what is shown of them was first seen: services with something confirmed, and those with suspicions alone. */
  readonly confirmedSince: Calendar;
  readonly suspectedSince: Calendar;
  /** Node to when suspicions of it are to be looked at. */
  readonly looks: Map<string, Calendar>;
}

export function createAccount(): Account {
  return {
    kinds: { service: 0, instance: 0, health: 0, attributes: 0 }, suspected: 0, nodes: new Map(),
    confirmedSince: createCalendar(), suspectedSince: createCalendar(), looks: new Map(),
  };
}

/** The service was compared: what it added before is taken back. */
export function carry(account: Account, service: number, before: Share | undefined, after: Share | undefined): void {
  if (before !== undefined) book(account, service, before, -1);
  if (after !== undefined) book(account, service, after, 1);
}

function book(account: Account, service: number, share: Share, sign: 1 | -1): void {
  const note = sign === 1 ? enter : strike;
  if (share.kind !== undefined && share.confirmed) account.kinds[share.kind] += sign;
  else if (share.kind !== undefined) account.suspected += sign;
  if (share.kind !== undefined) note(share.confirmed ? account.confirmedSince : account.suspectedSince, service, share.since);
  for (const [node, found] of share.nodes) {
    const tally = ofNode(account.nodes, node, nobody);
    tally.services += sign * found.services;
    tally.missingServices += sign * found.missingServices;
    tally.missingInstances += sign * found.missingInstances;
    tally.surplusInstances += sign * found.surplusInstances;
    tally.conflictingInstances += sign * found.conflictingInstances;
  }
  for (const [node, lookAt] of share.looks) note(ofNode(account.looks, node, createCalendar), service, lookAt);
}

/** Services with a suspicion of other nodes than the `spared` that is to be looked at by then, each with the first such time. */
export function dueBy({ looks }: Account, at: number, spared: ReadonlySet<string>): ReadonlyMap<number, number> {
  const due = new Map<number, number>();
  for (const [node, calendar] of looks) {
    if (spared.has(node)) continue;
    for (const [service, lookAt] of inOrder(calendar, at)) {
      const known = due.get(service);
      if (known === undefined || lookAt < known) due.set(service, lookAt);
    }
  }
  return due;
}

/** When the first of them is to be looked at; undefined where none is. */
export function nextLook({ looks }: Account, spared: ReadonlySet<string>): number | undefined {
  const times = [...looks].flatMap(([node, calendar]) => (spared.has(node) ? [] : earliest(calendar) ?? []));
  return times.length === 0 ? undefined : Math.min(...times);
}

export const nobody = (): Tally => ({ services: 0, missingServices: 0, missingInstances: 0, surplusInstances: 0, conflictingInstances: 0 });

function ofNode<T>(nodes: Map<string, T>, node: string, create: () => T): T {
  const known = nodes.get(node) ?? create();
  nodes.set(node, known);
  return known;
}

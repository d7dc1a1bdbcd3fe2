/**
 * Churn of a cluster's namespaces as counters and a bounded list of events. Pure: each step takes what the nodes agreed on
 * before and after, and the time. What left is remembered for two minutes: back by then it flapped, or was restarted.
 */

import { eventsOf, type InstanceEvent } from './churn.ts';
import { standardRules, type Rules } from './rules.ts';

export interface ChurnCounts {
  readonly registered: number;
  readonly deregistered: number;
  readonly becameUnhealthy: number;
  readonly recovered: number;
  readonly restarted: number;
  readonly flappedByOwnership: number;
  readonly flappedOtherwise: number;
  readonly servicesEmptied: number;
}

export const noChurn: ChurnCounts = {
  registered: 0, deregistered: 0, becameUnhealthy: 0, recovered: 0, restarted: 0, flappedByOwnership: 0, flappedOtherwise: 0, servicesEmptied: 0,
};

export type EventCause = 'registered' | 'deregistered' | 'expired' | 'restarted' | 'flapped' | 'duplicate' | 'metadata' | 'unhealthy' | 'recovered';

export interface ChurnEvent {
  /** Grows by one with every event; what a reader has seen up to. */
  readonly cursor: number;
  readonly at: number;
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  /** `cluster|ip|port[|e|p]`. */
  readonly instance: string;
  readonly cause: EventCause;
  readonly tagBefore: string;
  readonly tagAfter: string;
}

export interface ChurnLedger {
  readonly counts: ReadonlyMap<string, ChurnCounts>;
  readonly events: readonly ChurnEvent[];
  readonly cursor: number;
  /** `namespace/group@@service/instance` to when it left, with its tag. */
  readonly departed: ReadonlyMap<string, { readonly at: number; readonly tag: string }>;
  /** Likewise, to when it was last seen to flap. */
  readonly flapped: ReadonlyMap<string, { readonly at: number; readonly namespace: string }>;
}

export const emptyChurn: ChurnLedger = { counts: new Map(), events: [], cursor: 0, departed: new Map(), flapped: new Map() };

/** One service's change of what is agreed. */
export interface AgreedChange {
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  readonly before: string;
  readonly after: string;
  readonly at: number;
}

/** What returns so soon after a change of owner did so because of it. */
const ownershipWindowMs = 120_000;
const eventsKept = 10_000;

/** `ownershipAt`: when a member or an owner last changed. */
export function advanceChurn(
  before: ChurnLedger, changes: readonly AgreedChange[], namespaces: readonly string[], now: number, ownershipAt: number | undefined, rules: Rules = standardRules,
): ChurnLedger {
  const { flapWindowMs } = rules;
  const counts = new Map(namespaces.map((namespace) => [namespace, before.counts.get(namespace) ?? noChurn]));
  const departed = new Map([...before.departed].filter(([, { at }]) => now - at <= flapWindowMs));
  const flapped = new Map([...before.flapped].filter(([, { at }]) => now - at <= flapWindowMs));
  const fresh: ChurnEvent[] = [];
  for (const change of changes) {
    const { namespace, group, service, at } = change;
    const tally: Record<keyof ChurnCounts, number> = { ...counts.get(namespace) ?? noChurn };
    const record = (event: InstanceEvent, cause: EventCause, tagBefore = event.tagBefore): void => {
      fresh.push({ cursor: 0, at, namespace, group, service, instance: event.instance, cause, tagBefore, tagAfter: event.tagAfter });
    };
    for (const event of eventsOf(change.before, change.after, rules)) {
      const key = `${namespace}/${group}@@${service}/${event.instance}`;
      switch (event.kind) {
        case 'deregistered':
          tally.deregistered++;
          departed.set(key, { at, tag: event.tagBefore });
          // Beats that stopped show as 15 s of ill health before the end; a client that leaves does not.
          record(event, event.healthyBefore ? 'deregistered' : 'expired');
          break;
        case 'registered': {
          tally.registered++;
          const left = departed.get(key);
          departed.delete(key);
          if (left !== undefined && (left.tag === event.tagAfter || !rules.tagsTell)) {
            const byOwnership = ownershipAt !== undefined && Math.abs(at - ownershipAt) <= ownershipWindowMs;
            tally[byOwnership ? 'flappedByOwnership' : 'flappedOtherwise']++;
            flapped.set(key, { at, namespace });
            record(event, 'flapped', left.tag);
          } else if (left !== undefined && left.tag !== '' && event.tagAfter !== '') {
            tally.restarted++;
            record(event, 'restarted', left.tag);
          } else {
            record(event, 'registered');
          }
          break;
        }
        case 'restarted':
          tally.restarted++;
          record(event, 'restarted');
          break;
        case 'became_unhealthy':
          tally.becameUnhealthy++;
          record(event, 'unhealthy');
          break;
        case 'recovered':
          tally.recovered++;
          record(event, 'recovered');
          break;
        case 'attributes':
          record(event, 'metadata');
          break;
      }
    }
    if (change.before !== '' && change.after === '') tally.servicesEmptied++;
    counts.set(namespace, tally);
  }
  const numbered = fresh.map((event, i) => ({ ...event, cursor: before.cursor + i + 1 }));
  return { counts, departed, flapped, cursor: before.cursor + numbered.length, events: [...before.events, ...numbered].slice(-eventsKept) };
}

/** Instances that flapped within the last two minutes. */
export function flapping(ledger: ChurnLedger, namespace: string, now: number): number {
  let count = 0;
  for (const one of ledger.flapped.values()) if (one.namespace === namespace && now - one.at <= standardRules.flapWindowMs) count++;
  return count;
}

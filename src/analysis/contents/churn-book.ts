/**
 * Churn of a cluster's namespaces as counters and a bounded list of events. What left is remembered for two minutes: back by
 * then it flapped, or was restarted. Changed as a sweep goes on, hence mutable as the shelves are: a loss of a hundred
 * thousand instances comes in thousands of batches, and none of them may cost what all before it did.
 */

import { eventsOf, type InstanceEvent } from './churn.ts';
import { countOverridden, createOverridden, keepOverridden, recordOverridden, type Overridden } from './overridden.ts';
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

const noChurn: ChurnCounts = {
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

/** One service's change of what is agreed. */
export interface AgreedChange {
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  readonly before: string;
  readonly after: string;
  readonly at: number;
}

/** When something happened last, oldest first. */
type Recent<T> = Map<string, T & { readonly at: number }>;

export interface ChurnBook {
  readonly counts: Map<string, ChurnCounts>;
  /** The newest at the end. */
  readonly events: ChurnEvent[];
  /** Of the last event; where there is none, of what an earlier process may have given out. */
  cursor: number;
  /** `namespace/group@@service/instance` to when it left, with its tag. */
  readonly departed: Recent<{ readonly tag: string }>;
  /** Likewise, to when it was last seen to flap. */
  readonly flapped: Recent<{ readonly namespace: string }>;
  readonly overridden: Overridden;
}

/** What the metrics show of it, which does not change any more. */
export interface ChurnView {
  readonly counts: ReadonlyMap<string, ChurnCounts>;
  /** Instances that flapped within the last two minutes, by namespace. */
  readonly flapping: ReadonlyMap<string, number>;
  /** Instances that stayed disabled over a restart, by namespace. */
  readonly overridden: ReadonlyMap<string, number>;
}

export function createChurnBook(cursor = 0): ChurnBook {
  return { counts: new Map(), events: [], cursor, departed: new Map(), flapped: new Map(), overridden: createOverridden() };
}

/** Counters begin at 0 with a namespace and end with it. */
export function keepNamespaces({ counts, overridden }: ChurnBook, namespaces: readonly string[]): void {
  keepOverridden(overridden, namespaces);
  for (const namespace of counts.keys()) if (!namespaces.includes(namespace)) counts.delete(namespace);
  for (const namespace of namespaces) if (!counts.has(namespace)) counts.set(namespace, noChurn);
}

export function churnAt(book: ChurnBook, now: number, { flapWindowMs }: Rules = standardRules): ChurnView {
  forget(book.flapped, now - flapWindowMs);
  const flapping = new Map([...book.counts.keys()].map((namespace) => [namespace, 0]));
  for (const { namespace } of book.flapped.values()) flapping.set(namespace, (flapping.get(namespace) ?? 0) + 1);
  return { counts: new Map(book.counts), flapping, overridden: countOverridden(book.overridden, book.counts.keys()) };
}

/** What returns so soon after a change of owner did so because of it. */
const ownershipWindowMs = 120_000;
const eventsKept = 10_000;

/** `ownershipAt`: when a member or an owner last changed. */
export function recordChurn(book: ChurnBook, changes: readonly AgreedChange[], now: number, ownershipAt: number | undefined, rules: Rules = standardRules): void {
  forget(book.departed, now - rules.flapWindowMs);
  forget(book.flapped, now - rules.flapWindowMs);
  for (const change of changes) {
    const tally: Tally = { ...book.counts.get(change.namespace) ?? noChurn };
    for (const event of eventsOf(change.before, change.after, rules)) recordEvent(book, tally, change, event, ownershipAt, rules);
    if (change.before !== '' && change.after === '') tally.servicesEmptied++;
    recordOverridden(book.overridden, change);
    book.counts.set(change.namespace, tally);
  }
  if (book.events.length > 2 * eventsKept) book.events.splice(0, book.events.length - eventsKept);
}

type Tally = { -readonly [K in keyof ChurnCounts]: number };

function recordEvent(book: ChurnBook, tally: Tally, change: AgreedChange, event: InstanceEvent, ownershipAt: number | undefined, rules: Rules): void {
  const { namespace, group, service, at } = change;
  const { instance, tagAfter } = event;
  const key = `${namespace}/${group}@@${service}/${instance}`;
  const record = (cause: EventCause, tagBefore = event.tagBefore, after = tagAfter): void => {
    book.events.push({ cursor: ++book.cursor, at, namespace, group, service, instance, cause, tagBefore, tagAfter: after });
  };
  switch (event.kind) {
    case 'deregistered':
      tally.deregistered++;
      // The address is still registered, by its other registration.
      if (event.twin !== undefined) return record('duplicate', event.tagBefore, event.twin);
      remember(book.departed, key, { at, tag: event.tagBefore });
      // Beats that stopped show as 15 s of ill health before the end; a client that leaves does not.
      return record(event.healthyBefore ? 'deregistered' : 'expired');
    case 'registered': {
      tally.registered++;
      if (event.twin !== undefined) return record('duplicate', event.twin);
      const left = book.departed.get(key);
      book.departed.delete(key);
      if (left !== undefined && (left.tag === tagAfter || !rules.tagsTell)) {
        const byOwnership = ownershipAt !== undefined && Math.abs(at - ownershipAt) <= ownershipWindowMs;
        tally[byOwnership ? 'flappedByOwnership' : 'flappedOtherwise']++;
        remember(book.flapped, key, { at, namespace });
        return record('flapped', left.tag);
      }
      if (left === undefined || left.tag === '' || tagAfter === '') return record('registered');
      tally.restarted++;
      return record('restarted', left.tag);
    }
    case 'restarted':
      tally.restarted++;
      return record('restarted');
    case 'became_unhealthy':
      tally.becameUnhealthy++;
      return record('unhealthy');
    case 'recovered':
      tally.recovered++;
      return record('recovered');
    case 'attributes':
      return record('metadata');
  }
}

function remember<T>(recent: Recent<T>, key: string, entry: T & { readonly at: number }): void {
  recent.delete(key);
  recent.set(key, entry);
}

/** Those before `from`, which stand first. */
function forget<T>(recent: Recent<T>, from: number): void {
  for (const [key, { at }] of recent) {
    if (at >= from) return;
    recent.delete(key);
  }
}

/** The events that are kept: at times there are more. */
export const keptEvents = ({ events }: ChurnBook): readonly ChurnEvent[] => events.slice(-eventsKept);

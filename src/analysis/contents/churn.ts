/**
 * What happened to instances between two reads of a service, from what the nodes agreed on before and after. Each event
 * counts once, however many nodes show it. An instance is the same if its address and cluster are; its identity tag tells
 * one life from the next.
 */

import { entriesOf, type Entry } from './canonical.ts';
import { standardRules, type Rules } from './rules.ts';

export type EventKind = 'registered' | 'deregistered' | 'became_unhealthy' | 'recovered' | 'restarted' | 'attributes';

export interface InstanceEvent {
  readonly kind: EventKind;
  readonly instance: string;
  readonly tagBefore: string;
  readonly tagAfter: string;
  readonly healthyBefore: boolean;
  /** Where the address stays registered, or was already: the tag of that registration. */
  readonly twin?: string;
}

export function eventsOf(before: string, after: string, rules: Rules = standardRules): readonly InstanceEvent[] {
  const events: InstanceEvent[] = [];
  const old = entriesOf(before);
  const now = entriesOf(after);
  const rest = [...now];
  for (const entry of old) {
    // The same life first: of two registrations of one address, the one whose tag is the same.
    const at = indexOf(rest, ({ key, tag }) => key === entry.key && tag === entry.tag) ?? indexOf(rest, ({ key }) => key === entry.key);
    if (at === undefined) {
      events.push({ kind: 'deregistered', instance: entry.key, tagBefore: entry.tag, tagAfter: '', healthyBefore: entry.healthy, ...twinOf(entry, now) });
      continue;
    }
    const [next] = rest.splice(at, 1);
    const kind = changeOf(entry, next!, rules);
    if (kind !== undefined) events.push({ kind, instance: entry.key, tagBefore: entry.tag, tagAfter: next!.tag, healthyBefore: entry.healthy });
  }
  for (const entry of rest) events.push({ kind: 'registered', instance: entry.key, tagBefore: '', tagAfter: entry.tag, healthyBefore: false, ...twinOf(entry, old) });
  return events;
}

function twinOf({ key }: Entry, others: readonly Entry[]): Pick<InstanceEvent, 'twin'> {
  const twin = others.find((other) => other.key === key);
  return twin === undefined ? {} : { twin: twin.tag };
}

function changeOf(old: Entry, now: Entry, rules: Rules): EventKind | undefined {
  if (rules.tagsTell && old.tag !== now.tag && old.tag !== '' && now.tag !== '') return 'restarted';
  if (old.healthy !== now.healthy) return now.healthy ? 'recovered' : 'became_unhealthy';
  return old.weight !== now.weight || old.enabled !== now.enabled || old.metadata !== now.metadata ? 'attributes' : undefined;
}

function indexOf<T>(list: readonly T[], matches: (item: T) => boolean): number | undefined {
  const at = list.findIndex(matches);
  return at < 0 ? undefined : at;
}

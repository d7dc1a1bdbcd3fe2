/**
 * What makes a loss visible for as long as it lasts: a baseline that does not sink with what it measures, and the services
 * that had instances lately and have none now. Both rest on agreed counts alone: a node that fails is no loss.
 */

import type { Agreement } from './agreement.ts';
import { countAt } from './columns.ts';
import { standardRules, type Rules } from './contents/rules.ts';
import { thresholdKey } from './protection.ts';

/** Highest agreed number of so long, milliseconds. */
const windowMs = 300_000;
/** From such a loss on the baseline stands still, until so much of it is back, or so long. */
const lossShare = 0.1;
const backShare = 0.95;
const standsAtMostMs = 21_600_000;
/** A service that lost its last instance is vanished for so long. */
const vanishedMs = 86_400_000;

export interface Baseline {
  readonly value: number;
  /** Agreed numbers of the last five minutes, each higher than all after it. */
  readonly recent: readonly { readonly at: number; readonly total: number }[];
  /** Since when it stands still; absent while it moves. */
  readonly standsSince?: number;
}

export interface Losses {
  readonly baselines: ReadonlyMap<string, Baseline>;
  /** `namespace/group@@name` to when the service lost its last agreed instance. */
  readonly vanished: ReadonlyMap<string, { readonly namespace: string; readonly at: number }>;
}

export const noLosses: Losses = { baselines: new Map(), vanished: new Map() };

export function trackLosses(before: Losses, earlier: ReadonlyMap<string, Agreement>, agreed: ReadonlyMap<string, Agreement>, now: number, rules: Rules = standardRules): Losses {
  const baselines = new Map<string, Baseline>();
  for (const [namespace, agreement] of agreed) {
    const known = before.baselines.get(namespace);
    const next = agreement.votes.length === 0 ? known : stepBaseline(known, agreement.totalInstances, now, rules);
    if (next !== undefined) baselines.set(namespace, next);
  }
  const vanished = new Map([...before.vanished].filter(([, { at }]) => now - at <= vanishedMs));
  for (const [namespace, agreement] of agreed) {
    const previous = earlier.get(namespace);
    if (previous === undefined || agreement.votes.length === 0 || previous.instances === agreement.instances) continue;
    if (rules.remembersVanished) noteVanished(vanished, namespace, previous, agreement, now);
  }
  return { baselines, vanished };
}

function stepBaseline(before: Baseline | undefined, total: number, now: number, rules: Rules): Baseline {
  const recent = [...(before?.recent ?? []).filter(({ at, total: then }) => now - at <= windowMs && then > total), { at: now, total }];
  if (before?.standsSince !== undefined) {
    const over = total >= backShare * before.value || now - before.standsSince >= standsAtMostMs;
    return over ? { value: total, recent: [{ at: now, total }] } : { ...before, recent };
  }
  const value = Math.max(recent[0]!.total, total);
  const reference = Math.max(value, before?.value ?? 0);
  return rules.baselineStands && total <= (1 - lossShare) * reference ? { value: reference, recent, standsSince: now } : { value, recent };
}

function noteVanished(
  vanished: Map<string, { readonly namespace: string; readonly at: number }>, namespace: string, before: Agreement, now: Agreement, at: number,
): void {
  const { groups, names } = before.names;
  for (let service = 0; service < before.instances.length; service++) {
    const had = before.instances[service]!;
    const same = now.names === before.names ? service : now.names.idOf(groups[service]!, names[service]!);
    const has = same === undefined ? -1 : countAt(now.instances, same);
    if (had > 0 && has <= 0) vanished.set(thresholdKey(namespace, groups[service]!, names[service]!), { namespace, at });
    else if (has > 0 && had <= 0) vanished.delete(thresholdKey(namespace, groups[service]!, names[service]!));
  }
  // Services that the earlier agreement did not number are new, or back.
  if (vanished.size === 0) return;
  for (let service = 0; service < now.instances.length; service++) {
    if (now.instances[service]! > 0) vanished.delete(thresholdKey(namespace, now.names.groups[service]!, now.names.names[service]!));
  }
}

/**
 * Protection thresholds. A row's flag is also true at threshold 0 with nothing healthy, so it proves a threshold only
 * where healthy instances are left; of the others the threshold must have been read.
 */

import type { Agreement } from './agreement.ts';

export const thresholdKey = (namespace: string, group: string, name: string): string => `${namespace}/${group}@@${name}`;

export interface Protection {
  /** Services known to have a threshold above 0. */
  readonly protectable: ReadonlySet<string>;
  /** Namespace to the number of services whose protection is triggered now. */
  readonly triggered: ReadonlyMap<string, number>;
}

export function trackProtection(
  before: ReadonlySet<string>, agreed: ReadonlyMap<string, Agreement>, thresholds: ReadonlyMap<string, number>,
): Protection {
  const protectable = new Set(before);
  const triggered = new Map<string, number>();
  for (const [key, threshold] of thresholds) {
    if (threshold > 0) protectable.add(key);
    else protectable.delete(key);
  }
  for (const [namespace, agreement] of agreed) {
    let count = 0;
    for (let service = 0; service < agreement.triggered.length; service++) {
      if (agreement.triggered[service] !== 1) continue;
      const key = thresholdKey(namespace, agreement.names.groups[service]!, agreement.names.names[service]!);
      if (agreement.healthy[service]! > 0) protectable.add(key);
      if (protectable.has(key)) count++;
    }
    triggered.set(namespace, count);
  }
  return { protectable, triggered };
}

/** Services whose flag leaves the question open: triggered, nothing healthy, threshold not read. Bounded, in catalog order. */
export function openQuestions(agreed: ReadonlyMap<string, Agreement>, known: ReadonlyMap<string, unknown>, most: number):
readonly { readonly namespace: string; readonly group: string; readonly name: string }[] {
  const open: { namespace: string; group: string; name: string }[] = [];
  for (const [namespace, agreement] of agreed) {
    for (let service = 0; service < agreement.triggered.length && open.length < most; service++) {
      if (agreement.triggered[service] !== 1 || agreement.healthy[service] !== 0 || agreement.instances[service]! <= 0) continue;
      const group = agreement.names.groups[service]!;
      const name = agreement.names.names[service]!;
      if (!known.has(thresholdKey(namespace, group, name))) open.push({ namespace, group, name });
    }
  }
  return open;
}

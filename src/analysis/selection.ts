/**
 * Which services get series of their own: the lowest stable hashes of the identity first, so that two exporters of one
 * cluster export the same ones and a service keeps its series while others come and go.
 */

import type { ServiceNames } from '../model.ts';
import type { Agreement } from './agreement.ts';

export interface Selection {
  /** Namespace to the numbers of the selected services, ascending. */
  readonly selected: ReadonlyMap<string, Int32Array>;
  readonly dropped: number;
  /** All services that were there to select from, and whose numbers these are. */
  readonly present: ReadonlyMap<string, Int32Array>;
  readonly names: ReadonlyMap<string, ServiceNames>;
}

/** `before` is returned as it is where the same services are there. */
export function selectServices(agreed: ReadonlyMap<string, Agreement>, limit: number, before?: Selection): Selection {
  const present = new Map([...agreed].map(([namespace, agreement]) => [namespace, presentIn(agreement)]));
  const total = [...present.values()].reduce((sum, services) => sum + services.length, 0);
  if (before !== undefined && samePresent(before, agreed, present)) return before;
  if (total <= limit) return { selected: present, dropped: 0, present, names: namesOf(agreed) };
  const hashes = new Uint32Array(total);
  let at = 0;
  for (const [namespace, services] of present) {
    const of = agreed.get(namespace)!.names.hashes();
    for (const service of services) hashes[at++] = of[service]!;
  }
  hashes.sort();
  const selected = takeUpTo(hashes, limit, present, agreed);
  const taken = [...selected.values()].reduce((sum, services) => sum + services.length, 0);
  return { selected, dropped: total - taken, present, names: namesOf(agreed) };
}

function samePresent(before: Selection, agreed: ReadonlyMap<string, Agreement>, present: ReadonlyMap<string, Int32Array>): boolean {
  return before.present.size === present.size && [...present].every(([namespace, services]) => {
    const earlier = before.present.get(namespace);
    return earlier !== undefined && before.names.get(namespace) === agreed.get(namespace)!.names
      && earlier.length === services.length && earlier.every((service, i) => service === services[i]);
  });
}

function namesOf(agreed: ReadonlyMap<string, Agreement>): ReadonlyMap<string, ServiceNames> {
  return new Map([...agreed].map(([namespace, { names }]) => [namespace, names]));
}

/**
 * Services whose hash is below the first one that does not fit. Equal hashes stand or fall together: which of them came
 * first would depend on the order in which an exporter learned of them.
 */
function takeUpTo(
  sorted: Uint32Array, limit: number, present: ReadonlyMap<string, Int32Array>, agreed: ReadonlyMap<string, Agreement>,
): ReadonlyMap<string, Int32Array> {
  const bound = sorted[limit]!;
  return new Map([...present].map(([namespace, services]) => {
    const hashes = agreed.get(namespace)!.names.hashes();
    return [namespace, services.filter((service) => hashes[service]! < bound)];
  }));
}

/** Services that any voter's catalog has, ascending. */
function presentIn(agreement: Agreement): Int32Array {
  const services = new Int32Array(agreement.instances.length);
  let count = 0;
  for (let service = 0; service < agreement.instances.length; service++) if (agreement.instances[service]! >= 0) services[count++] = service;
  return services.slice(0, count);
}

/** Counts per service as arrays: reading beyond their end, and renumbering them for another dictionary of names. */

import type { ServiceNames } from '../model.ts';

export interface CountColumns {
  readonly names: ServiceNames;
  readonly instances: Int32Array;
  readonly healthy: Int32Array;
  readonly triggered: Uint8Array;
}

/** The count of a service, -1 where the array does not reach it. */
export function countAt(column: Int32Array, service: number): number {
  return service < column.length ? column[service]! : -1;
}

/** The same counts under the numbers of `names`; free where they already are, as they nearly always are. */
export function align(names: ServiceNames, from: CountColumns): CountColumns {
  if (from.names === names) return from;
  const size = names.names.length;
  const instances = new Int32Array(size).fill(-1);
  const healthy = new Int32Array(size).fill(-1);
  const triggered = new Uint8Array(size);
  for (let old = 0; old < from.instances.length; old++) {
    if (from.instances[old]! < 0) continue;
    const service = names.idOf(from.names.groups[old]!, from.names.names[old]!);
    if (service === undefined) continue;
    instances[service] = from.instances[old]!;
    healthy[service] = from.healthy[old]!;
    triggered[service] = from.triggered[old]!;
  }
  return { names, instances, healthy, triggered };
}

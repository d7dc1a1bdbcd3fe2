/** On 1.x, the node whose word on a service's health is the truth; asked of every service, and worked out once a snapshot. */

import { ownerNode } from '../analysis/responsible.ts';
import type { NodeSnapshot, ServiceNames } from '../model.ts';

export type HealthOwner = (namespace: string, service: number) => string | undefined;

/** `voters` of the cluster now: the same array as long as nothing is new. */
export function createHealthOwners(voters: () => readonly NodeSnapshot[], namesOf: (namespace: string) => ServiceNames): HealthOwner {
  let of: readonly NodeSnapshot[] = [];
  const owners = new Map<string, { readonly names: ServiceNames; readonly owner: ReturnType<typeof ownerNode> }>();
  return (namespace, service) => {
    const now = voters();
    if (now !== of) owners.clear();
    of = now;
    if (now[0]?.api !== 'v1') return undefined;
    const names = namesOf(namespace);
    let known = owners.get(namespace);
    if (known?.names !== names) {
      known = { names, owner: ownerNode(names, now) };
      owners.set(namespace, known);
    }
    return known.owner?.(service);
  };
}

/** What nodes hold of a service, in a form of the corpus's own: it must not share the detector's mistakes. */

import type { SimCluster, SimInstance } from '../../src/sim/index.ts';

export interface Held {
  readonly instance: string;
  readonly healthy: string;
  readonly enabled: string;
  readonly weight: string;
  readonly metadata: string;
  readonly tag: string;
  readonly persistent: boolean;
}

export interface Place {
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
}

export const placeName = ({ namespace, group, service }: Place): string => `${namespace}/${group}@@${service}`;

/** Only the lists of 3.x tell ephemeral from persistent. */
export const tellsEphemeral = (versions: readonly string[]): boolean => versions.every((version) => version.startsWith('3'));

export function heldOf(instance: SimInstance, withKind: boolean): Held {
  const { cluster, ip, port, ephemeral, healthy, enabled, weight, metadata } = instance;
  return {
    instance: `${cluster}|${ip}|${port}${withKind ? (ephemeral ? '|e' : '|p') : ''}`,
    healthy: String(healthy), enabled: String(enabled), weight: String(Number(weight)),
    metadata: JSON.stringify(Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    tag: metadata['app_registry_tag'] ?? '', persistent: !ephemeral,
  };
}

/** By instance, each list in an order that does not depend on the node's. */
export function shownBy(sim: SimCluster, node: number, place: Place, withKind: boolean): ReadonlyMap<string, readonly Held[]> {
  const shown = new Map<string, Held[]>();
  for (const instance of sim.node(node).view.instances(place) ?? []) {
    const held = heldOf(instance, withKind);
    const list = shown.get(held.instance);
    if (list === undefined) shown.set(held.instance, [held]);
    else list.push(held);
  }
  for (const list of shown.values()) if (list.length > 1) list.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return shown;
}

export function allPlaces(sim: SimCluster, nodes: readonly number[]): readonly Place[] {
  const places = new Map<string, Place>();
  for (const node of nodes) {
    const { view } = sim.node(node);
    for (const namespace of view.namespaces()) {
      for (const { group, service } of view.services(namespace)) places.set(`${namespace}/${group}@@${service}`, { namespace, group, service });
    }
  }
  return [...places.values()];
}

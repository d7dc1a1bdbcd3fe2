/** What nodes hold of a service, in a form of the corpus's own: it must not share the detector's mistakes. */

import type { SimCluster } from '../../src/sim/index.ts';

export interface Held {
  readonly instance: string;
  readonly healthy: string;
  readonly enabled: string;
  readonly weight: string;
  readonly metadata: string;
  readonly tag: string;
  readonly persistent: boolean;
  /** Last registered, or last found ill or well. */
  readonly changedAt: number;
}

export interface Place {
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
}

/** By instance. */
export type List = ReadonlyMap<string, readonly Held[]>;

export const placeName = ({ namespace, group, service }: Place): string => `${namespace}/${group}@@${service}`;

/** Only the lists of 3.x tell ephemeral from persistent. */
export const tellsEphemeral = (versions: readonly string[]): boolean => versions.every((version) => version.startsWith('3'));

type State = NonNullable<ReturnType<SimCluster['nodes'][number]['shows']>>;
type Instance = ReturnType<State['instances']['at']>;

function heldOf(instance: Instance, withKind: boolean): Held {
  const { cluster, ip, port, ephemeral, healthy, enabled, weight, metadata, changedAt } = instance;
  return {
    instance: `${cluster}|${ip}|${port}${withKind ? (ephemeral ? '|e' : '|p') : ''}`,
    healthy: String(healthy), enabled: String(enabled), weight: String(Number(weight)),
    metadata: JSON.stringify(Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    tag: metadata['app_registry_tag'] ?? '', persistent: !ephemeral, changedAt,
  };
}

export const nothingHeld: List = new Map();

export interface Viewer {
  /** Each instance's registrations in an order that does not depend on the node's; one object as long as nothing changes. */
  shownBy(node: number, place: Place, withKind: boolean): List;
}

/** States are immutable and shared by the nodes that show them: each is taken apart once. */
export function createViewer(sim: SimCluster): Viewer {
  const known = [new WeakMap<State, List>(), new WeakMap<State, List>()] as const;
  return {
    shownBy(node, place, withKind) {
      const state = sim.node(node).shows(place);
      if (state === undefined) return nothingHeld;
      const cache = known[withKind ? 1 : 0];
      const list = cache.get(state) ?? listOf(state, withKind);
      cache.set(state, list);
      return list;
    },
  };
}

function listOf({ instances }: State, withKind: boolean): List {
  const shown = new Map<string, Held[]>();
  for (let i = 0; i < instances.count; i++) {
    const held = heldOf(instances.at(i), withKind);
    const list = shown.get(held.instance);
    if (list === undefined) shown.set(held.instance, [held]);
    else list.push(held);
  }
  for (const list of shown.values()) if (list.length > 1) list.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  return shown;
}

const orderOf = ({ instance, healthy, enabled, weight, metadata }: Held): string => [instance, healthy, enabled, weight, metadata].join(' ');

export function allPlaces(sim: SimCluster, nodes: readonly number[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const node of nodes) {
    const { view } = sim.node(node);
    for (const namespace of view.namespaces()) {
      for (const { group, service } of view.services(namespace)) {
        const place = { namespace, group, service };
        places.set(placeName(place), place);
      }
    }
  }
  return places;
}

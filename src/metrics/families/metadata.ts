/** Services by what their instances carry under chosen metadata keys: how far a gray release has come. */

import { foldShown, type ShownCount, type ShownTally } from '../../analysis/contents/shown.ts';
import type { Emit } from '../family.ts';
import { family, standingAgreements, type ClusterView } from '../view.ts';

const labels = ['nacos_cluster', 'namespace_id', 'group_name', 'service_name', 'key', 'value'] as const;

export const metadataFamilies = [
  family({
    name: 'nacos_service_metadata_instances', type: 'gauge', labels,
    help: 'Agreed instances of the service that carry the value under the key (metadata_views.keys), unhealthy and disabled ones included; one that lacks the key is in none, and what exceeds metadata_views.values_per_key is in value="other".',
    rows: (view, emit) => eachValue(view, emit, (count) => count.instances),
  }),
  family({
    name: 'nacos_service_metadata_weight_ratio', type: 'gauge', labels,
    help: 'Share of the service\'s weight that instances with the value have, 0 to 1, among its healthy and enabled instances with or without the key: the traffic that they should get; absent where none gets any.',
    rows: (view, emit) => eachValue(view, emit, ({ weight }, all) => (all.weight > 0 ? weight / all.weight : undefined)),
  }),
] as const;

/** Series of services that the limit leaves out. */
export function droppedMetadata(view: ClusterView): number {
  let all = 0;
  for (const { services } of view.contents?.shown?.values() ?? []) for (const tally of services.values()) all += foldShown(tally, view.metadataViews.valuesPerKey).length;
  let emitted = 0;
  for (const [, , tally] of selectedTallies(view)) emitted += foldShown(tally, view.metadataViews.valuesPerKey).length;
  return all - emitted;
}

function eachValue(view: ClusterView, emit: Emit<typeof labels>, value: (count: ShownCount, all: ShownTally) => number | undefined): void {
  const { keys, valuesPerKey } = view.metadataViews;
  const standing = new Set(standingAgreements(view).map(([namespace]) => namespace));
  for (const [namespace, [group, name], tally] of selectedTallies(view)) {
    if (!standing.has(namespace)) continue;
    for (const count of foldShown(tally, valuesPerKey)) {
      const told = value(count, tally);
      if (told !== undefined) emit(told, view.cluster, namespace, group, name, keys[count.key]!, count.value);
    }
  }
}

/** Of the services that get series of their own, as counts number them: contents may still be under an older dictionary. */
function* selectedTallies(view: ClusterView): Iterable<readonly [namespace: string, service: readonly [group: string, name: string], tally: ShownTally]> {
  const { shown } = view.contents ?? {};
  if (shown === undefined) return;
  for (const [namespace, selected] of view.selected) {
    const names = view.ledger.agreed.get(namespace)?.names;
    const ours = shown.get(namespace);
    if (names === undefined || ours === undefined) continue;
    for (const service of selected) {
      const [group, name] = [names.groups[service]!, names.names[service]!];
      const number = names === ours.names ? service : ours.names.idOf(group, name);
      const tally = number === undefined ? undefined : ours.services.get(number);
      if (tally !== undefined) yield [namespace, [group, name], tally];
    }
  }
}

/** From a view to finished series: the families that the configuration allows, and of those what is this shard's. */

import { allows, type AllowDeny } from '../analysis/names.ts';
import { wholeCluster, type Share } from '../config/shard.ts';
import { catalogue } from '../metrics/catalogue.ts';
import type { ClusterText } from '../metrics/cluster-text.ts';
import { droppedMetadata, metadataFamilies } from '../metrics/families/metadata.ts';
import { renderFamilies, renderFamily, type Rendered, type RenderedFamily } from '../metrics/exposition.ts';
import type { AnyFamily } from '../metrics/family.ts';
import { droppedPassed } from '../metrics/passed/families.ts';
import type { ClusterFamily, ClusterView } from '../metrics/view.ts';

/** Families of which each selected service has one series. */
const perService: ReadonlySet<string> = new Set(['nacos_service_instances', 'nacos_service_instances_healthy']);

export function renderAll(
  previous: Rendered<ClusterView> | undefined, view: ClusterView, families: readonly ClusterFamily[], pause: () => Promise<void>,
): Promise<Rendered<ClusterView>> {
  return renderFamilies(previous, families, view, pause);
}

/** The same at once, for the little that is left once a poller hangs. */
export function renderNow(view: ClusterView, families: readonly ClusterFamily[]): ReadonlyMap<string, RenderedFamily> {
  return new Map(families.map((family) => [family.name, renderFamily(undefined, family, view)]));
}

/** Told by the shard that has the cluster. */
export function droppedSeries(view: ClusterView, share: Share): ClusterText['dropped'] {
  if (!share.cluster) return new Map();
  const dropped = new Map([...[...perService].map((name) => [name, view.droppedServices] as const), ...droppedPassed(view)]);
  if (view.contents?.shown === undefined) return dropped;
  const values = view.droppedServices === 0 ? 0 : droppedMetadata(view);
  for (const { name } of metadataFamilies) dropped.set(name, values);
  return dropped;
}

export function servedFamilies(metrics: AllowDeny, share: Share): readonly ClusterFamily[] {
  const allowed: readonly ClusterFamily[] = catalogue.filter((family) => allows(metrics, family.name));
  return share === wholeCluster ? allowed : allowed.flatMap((family) => sharedFamily(family, share));
}

/** A family with a namespace is served namespace by namespace; every other one belongs to the cluster. */
function sharedFamily<V>(family: AnyFamily<V>, share: Share): readonly AnyFamily<V>[] {
  const at = (family.labels as readonly string[]).indexOf('namespace_id');
  if (at < 0) return share.cluster ? [family] : [];
  return [{
    ...family,
    rows(view, emit) {
      // Fixed parameters, as the renderer's own: this is called for every sample.
      family.rows(view, (value: number, a: string, b: string, c: string, d: string, e: string, f: string, g: string, h: string) => {
        if (share.namespace(at === 1 ? b : at === 2 ? c : at === 3 ? d : a)) (emit as (...all: readonly unknown[]) => void)(value, a, b, c, d, e, f, g, h);
      });
    },
  }];
}

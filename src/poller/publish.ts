/** From a view to finished series: the families that the configuration allows. */

import { allows, type AllowDeny } from '../analysis/names.ts';
import { catalogue } from '../metrics/catalogue.ts';
import type { ClusterText } from '../metrics/cluster-text.ts';
import { droppedMetadata, metadataFamilies } from '../metrics/families/metadata.ts';
import { renderFamilies, renderFamily, type Rendered, type RenderedFamily } from '../metrics/exposition.ts';
import { droppedPassed } from '../metrics/passed/families.ts';
import type { ClusterFamily, ClusterView } from '../metrics/view.ts';

/** Families of which each selected service has one series. */
const perService: ReadonlySet<string> = new Set(['nacos_service_instances', 'nacos_service_instances_healthy']);

export function renderAll(previous: Rendered<ClusterView> | undefined, view: ClusterView, metrics: AllowDeny, pause: () => Promise<void>): Promise<Rendered<ClusterView>> {
  return renderFamilies(previous, families(metrics), view, pause);
}

/** The same at once, for the little that is left once a poller hangs. */
export function renderNow(view: ClusterView, metrics: AllowDeny): ReadonlyMap<string, RenderedFamily> {
  return new Map(families(metrics).map((family) => [family.name, renderFamily(undefined, family, view)]));
}

export function droppedSeries(view: ClusterView): ClusterText['dropped'] {
  const dropped = new Map([...[...perService].map((name) => [name, view.droppedServices] as const), ...droppedPassed(view)]);
  if (view.contents?.shown === undefined) return dropped;
  const values = view.droppedServices === 0 ? 0 : droppedMetadata(view);
  for (const { name } of metadataFamilies) dropped.set(name, values);
  return dropped;
}

function families(metrics: AllowDeny): readonly ClusterFamily[] {
  return catalogue.filter((family) => allows(metrics, family.name));
}

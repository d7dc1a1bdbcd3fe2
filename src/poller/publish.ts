/** From a view to finished series, family by family, yielding between families so that nothing waits long. */

import { allows, type AllowDeny } from '../analysis/names.ts';
import { catalogue } from '../metrics/catalogue.ts';
import type { ClusterText } from '../metrics/cluster-text.ts';
import { renderFamily, renderInSteps, type RenderedFamily } from '../metrics/exposition.ts';
import type { ClusterFamily, ClusterView } from '../metrics/view.ts';

/** Families of which each selected service has one series. */
const perService: ReadonlySet<string> = new Set(['nacos_service_instances', 'nacos_service_instances_healthy']);

export interface Rendered {
  /** What the families were rendered of. */
  readonly view: ClusterView;
  readonly families: ReadonlyMap<string, RenderedFamily>;
}

export async function renderAll(previous: Rendered | undefined, view: ClusterView, metrics: AllowDeny, pause: () => Promise<void>): Promise<Rendered> {
  const rendered = new Map<string, RenderedFamily>();
  for (const family of families(metrics)) {
    const before = previous?.families.get(family.name);
    if (before !== undefined && family.same?.(previous!.view, view) === true) {
      rendered.set(family.name, before);
      continue;
    }
    rendered.set(family.name, await renderInSteps(before, family, view, pause));
  }
  return { view, families: rendered };
}

/** The same at once, for the little that is left once a poller hangs. */
export function renderNow(view: ClusterView, metrics: AllowDeny): ReadonlyMap<string, RenderedFamily> {
  return new Map(families(metrics).map((family) => [family.name, renderFamily(undefined, family, view)]));
}

export function droppedSeries(view: ClusterView): ClusterText['dropped'] {
  return new Map([...perService].map((name) => [name, view.droppedServices]));
}

function families(metrics: AllowDeny): readonly ClusterFamily[] {
  return catalogue.filter((family) => allows(metrics, family.name));
}

/** Texts as a poller would publish them, small and made up. */

import type { ClusterText } from '../../src/metrics/cluster-text.ts';
import { renderFamily, type RenderedFamily } from '../../src/metrics/exposition.ts';
import { defineFor } from '../../src/metrics/family.ts';
import { createScrapes, type Scrape, type Scrapes, type ScrapesDeps } from '../../src/server/scrapes.ts';

export interface View {
  readonly cluster: string;
  readonly services: number;
  /** The value of every sample: a body that shows two of them was torn. */
  readonly value: number;
}

const define = defineFor<View>();

export const up = define({
  name: 'nacos_up', help: 'Whether "any" node answered \\ the last poll.', type: 'gauge', labels: ['nacos_cluster'],
  rows: ({ cluster, value }, emit) => emit(value, cluster),
});
export const instances = define({
  name: 'nacos_service_instances', help: 'Instances.', type: 'gauge', labels: ['nacos_cluster', 'service_name'],
  rows({ cluster, services, value }, emit) {
    for (let at = 0; at < services; at++) emit(value, cluster, `com.example.订单.Service${at}`);
  },
});
export const push = define({
  name: 'nacos_push_total', help: 'Pushes.', type: 'counter', labels: ['nacos_cluster'],
  rows: ({ cluster, value }, emit) => emit(value, cluster),
});
export const empty = define({ name: 'nacos_empty', help: 'Never there.', type: 'gauge', labels: ['nacos_cluster'], rows: () => undefined });

export const catalogue = [up, instances, push, empty] as const;

export function renderAll(view: View): ReadonlyMap<string, RenderedFamily> {
  // The body's order comes from the catalogue, not from this map.
  return new Map(catalogue.toReversed().map((family) => [family.name, renderFamily(undefined, family, view)]));
}

export function textOf(view: View, more: Partial<ClusterText> = {}): ClusterText {
  return { cluster: view.cluster, families: renderAll(view), version: view.value, staleAt: Infinity, dropped: new Map(), ...more };
}

export function scrapesOf(deps: Partial<ScrapesDeps> & Pick<ScrapesDeps, 'clusters'>): Scrapes {
  return createScrapes({
    catalogue, now: () => 0, selfText: async () => '# HELP nacos_self Self.\n# TYPE nacos_self gauge\nnacos_self 1\n',
    onError: () => undefined, pause: () => new Promise((resolve) => setImmediate(resolve)), ...deps,
  });
}

export function bytesOf({ chunks, length }: Scrape): Buffer {
  const bytes = Buffer.concat(chunks);
  if (bytes.length !== length) throw new Error(`a scrape of ${bytes.length} bytes says ${length}`);
  return bytes;
}

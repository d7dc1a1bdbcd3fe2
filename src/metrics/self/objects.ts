/** prom-client objects from declarations. */

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

import type { SelfFamily } from './families.ts';

type LabelOf<F extends SelfFamily> = F['labels'][number];

export function createGauge<const F extends SelfFamily>(registry: Registry, family: F): Gauge<LabelOf<F>> {
  const gauge = new Gauge<LabelOf<F>>({ ...common(family), registers: [registry] });
  // Without labels prom-client exports 0 from the start, before anything is known.
  if (family.labels.length === 0) gauge.remove({});
  return gauge;
}

export function createCounter<const F extends SelfFamily>(registry: Registry, family: F): Counter<LabelOf<F>> {
  return new Counter<LabelOf<F>>({ ...common(family), registers: [registry] });
}

export function createHistogram<const F extends SelfFamily>(registry: Registry, family: F): Histogram<LabelOf<F>> {
  return new Histogram<LabelOf<F>>({ ...common(family), buckets: [...(family.buckets ?? [])], registers: [registry] });
}

function common<F extends SelfFamily>(family: F): { name: string; help: string; labelNames: LabelOf<F>[] } {
  return { name: family.name, help: family.help, labelNames: [...family.labels] };
}

/** prom-client's metrics of the process and of Node.js, without the habits that must not reach `/metrics`. */

import { Registry, collectDefaultMetrics, type Gauge } from 'prom-client';

import type { TextFormat } from '../text.ts';
import { registryText } from './registry-text.ts';

/** Gauges under counters' names; promtool rejects them, and prom-client calls them deprecated. */
const deprecated = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

const lagPrefix = 'nodejs_eventloop_lag_';

/**
 * prom-client reads and resets the event loop's delays with every scrape: of two Prometheus servers one would see what
 * passed since the other, at times nothing, which reads as 0 and as 2^63 ns. So a window is at least a second long.
 */
const minLagWindowMs = 1000;

/** Scrapes that come together share one look at /proc and the heap, which costs more than all else in a scrape. */
const sharedReadingMs = 100;

/** Both are documented as options, but missing in the type of the object that carries them. */
interface Collected extends Gauge {
  readonly name: string;
  collect?: () => void;
}

/** Observes the whole process from now on. The result gives the text of a moment less than `sharedReadingMs` ago. */
export function createProcessMetrics(): (format: TextFormat) => Promise<string> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of deprecated) registry.removeSingleMetric(name);
  widenLagWindow(registry);

  const readings = new Map<TextFormat, Promise<string>>();
  return (format) => {
    let reading = readings.get(format);
    if (reading === undefined) {
      reading = registryText(registry, format);
      readings.set(format, reading);
      setTimeout(() => readings.delete(format), sharedReadingMs).unref();
    }
    return reading;
  };
}

/** Nothing is told until the first window is over. */
function widenLagWindow(registry: Registry): void {
  const gauges = (registry.getMetricsAsArray() as unknown as readonly Collected[]).filter(({ name }) => name.startsWith(lagPrefix));
  for (const gauge of gauges) gauge.remove({});
  // The first of these gauges fetches the values of all.
  const first = gauges.find(({ collect }) => collect !== undefined);
  const collect = first?.collect?.bind(first);
  if (first === undefined || collect === undefined) return;
  let isOpen = false;
  function startWindow(): void {
    isOpen = true;
    setTimeout(() => (isOpen = false), minLagWindowMs).unref();
  }
  startWindow();
  first.collect = () => {
    if (isOpen) return;
    startWindow();
    collect();
  };
}

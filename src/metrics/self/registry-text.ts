/**
 * Spells a prom-client registry in either format. prom-client's own text cannot serve both: asked for OpenMetrics once,
 * it renames the counters for good, and it writes `le="1"` and unescaped quotes in HELP, which OpenMetrics rules out.
 */

import type { MetricObjectWithValues, MetricValue, MetricValueWithName, Registry } from 'prom-client';

import { escapeLabelValue, headerText, leText, numberText, type FamilyHeader, type TextFormat } from '../text.ts';

type Metric = MetricObjectWithValues<MetricValue<string>>;

/** Samples of these labels. */
export type Keep = (labels: Readonly<Partial<Record<string, string | number>>>) => boolean;

export async function registryText(registry: Registry, format: TextFormat, keep: Keep = () => true): Promise<string> {
  // The typings know only numeric types' enum; at run time the type is its name.
  const metrics = (await registry.getMetricsAsJSON()) as unknown as readonly Metric[];
  return metrics.map((metric) => metricText(metric, format, keep)).join('');
}

function metricText(metric: Metric, format: TextFormat, keep: Keep): string {
  const header: FamilyHeader = { name: metric.name, help: metric.help, type: metric.type as unknown as FamilyHeader['type'] };
  // NaN is a gauge's word for not observed.
  const values = metric.values.filter(({ value, labels }) => keep(labels) && (header.type !== 'gauge' || !Number.isNaN(value)));
  if (values.length === 0) return '';
  let text = headerText(header, format);
  for (const value of values as readonly MetricValueWithName<string>[]) {
    text += `${value.metricName ?? metric.name}${labelsText(value.labels)} ${numberText(value.value)}\n`;
  }
  return text;
}

function labelsText(labels: Readonly<Partial<Record<string, string | number>>>): string {
  let text = '';
  for (const name in labels) {
    const value = labels[name];
    const spelled = name === 'le' && typeof value === 'number' ? leText(value) : String(value);
    text += `${text === '' ? '{' : ','}${name}="${escapeLabelValue(spelled)}"`;
  }
  return text === '' ? '' : `${text}}`;
}

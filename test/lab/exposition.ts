/** Questions to a scrape: which series of a family, and what value. Parsing itself is strict and lives with the metrics tests. */

import { type ParsedFamily, type ParsedSample, parseExposition } from '../metrics/parse-exposition.ts';

export type Scrape = ReadonlyMap<string, ParsedFamily>;
export type Labels = Readonly<Record<string, string>>;

export const parseScrape = (text: string): Scrape => parseExposition(text, 'text');

/** Samples of a family (or of one of its suffixed names) that carry these labels, and perhaps more. */
export function seriesOf(scrape: Scrape, name: string, labels: Labels = {}): readonly ParsedSample[] {
  const family = scrape.get(name) ?? scrape.get(name.replace(/_(bucket|sum|count)$/, ''));
  const wanted = Object.entries(labels);
  return (family?.samples ?? []).filter((sample) => sample.name === name && wanted.every(([key, value]) => sample.labels.get(key) === value));
}

/** Value of the only series that carries these labels; undefined if there is none. */
export function valueOf(scrape: Scrape, name: string, labels: Labels = {}): number | undefined {
  const found = seriesOf(scrape, name, labels);
  if (found.length > 1) throw new Error(`${found.length} series of ${name} with ${JSON.stringify(labels)}`);
  return found[0]?.value;
}

export function sumOf(scrape: Scrape, name: string, labels: Labels = {}): number {
  return seriesOf(scrape, name, labels).reduce((total, sample) => total + sample.value, 0);
}

export function labelValues(scrape: Scrape, name: string, label: string): string[] {
  return [...new Set(seriesOf(scrape, name).map((sample) => sample.labels.get(label) ?? ''))].toSorted();
}

/** Reads samples out of what a poller has published, as a scrape at that moment would get them. */

import { catalogue } from '../../src/metrics/catalogue.ts';
import type { ClusterText } from '../../src/metrics/cluster-text.ts';
import { duplicateRows, type RenderedFamily } from '../../src/metrics/exposition.ts';
import { headerText } from '../../src/metrics/text.ts';
import { parseExposition, type ParsedSample } from '../metrics/parse-exposition.ts';

export type Labels = Readonly<Record<string, string>>;
export type Sample = ParsedSample;

/** Families stay the same objects until they change. */
const parsed = new WeakMap<RenderedFamily, readonly Sample[]>();
const checked = new WeakSet<RenderedFamily>();

/** Samples of a family whose labels include `labels`, at `now`. */
export function samplesOf(text: ClusterText | undefined, now: number, name: string, labels: Labels = {}): readonly Sample[] {
  if (!catalogue.some((family) => family.name === name)) throw new Error(`${name} is not in the catalogue`);
  if (text === undefined) return [];
  const families = now >= text.staleAt ? text.stale?.() : text.families;
  const wanted = Object.entries(labels);
  return parse(families?.get(name)).filter((sample) => wanted.every(([label, value]) => sample.labels.get(label) === value));
}

/** Every published family holds each label set once, or Prometheus would refuse the whole body. */
export function assertNoDuplicates(text: ClusterText): void {
  for (const family of text.families.values()) {
    if (checked.has(family)) continue;
    checked.add(family);
    const twice = duplicateRows(family);
    if (twice.length > 0) throw new Error(`${family.name} holds a label set twice: ${twice.join(' ')}`);
  }
}

/** All samples of all families as `name{label="value",…}` to value, for comparing moments. */
export function everySample(text: ClusterText | undefined): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const family of text?.families.values() ?? []) {
    for (const { name, labels, value } of parse(family)) all.set(`${name}{${[...labels].map(([key, of]) => `${key}="${of}"`).join(',')}}`, value);
  }
  return all;
}

function parse(family: RenderedFamily | undefined): readonly Sample[] {
  if (family === undefined || family.samples === 0) return [];
  const known = parsed.get(family);
  if (known !== undefined) return known;
  const header = catalogue.find((declared) => declared.name === family.name)!;
  const text = headerText(header, 'text') + Buffer.from(family.bytes).toString('utf8');
  const samples = parseExposition(text, 'text').get(family.name)!.samples;
  parsed.set(family, samples);
  return samples;
}

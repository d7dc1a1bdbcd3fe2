/**
 * What the digests of metadata stand for, of services that differ in them: people want to see which key, and the values.
 * Bounded; what is not remembered is not shown.
 */

import type { InstanceRecord } from '../../model.ts';
import { metadataText } from './canonical.ts';
import type { Shelf } from './shelf.ts';

type Metadata = InstanceRecord['metadata'];

/** Metadata by digest. */
export type KnownValues = Map<string, Metadata>;

const servicesKept = 500;
const kept = 2_000;
const longestValue = 200;

/** To be called with what a node shows of a service, after it was put on the shelf. */
export function noteValues(shelf: Shelf, service: number, instances: readonly InstanceRecord[]): void {
  const open = shelf.open.get(service);
  if (open === undefined || ![...open.cases.values()].some(({ difference }) => difference.field === 'metadata')) return;
  let known = shelf.values.get(service);
  if (known === undefined) {
    if (shelf.values.size >= servicesKept) return;
    known = new Map();
    shelf.values.set(service, known);
  }
  if (known.size > kept) known.clear();
  for (const { metadata } of instances) known.set(metadataText(metadata), metadata);
}

/** The keys in which they differ as JSON, empty where they are not known. */
export function valuesOf(known: KnownValues | undefined, agreed: string, shown: string): { readonly agreed: string; readonly shown: string } {
  const [right, actual] = [agreed === '' ? {} : known?.get(agreed), shown === '' ? {} : known?.get(shown)];
  if (right === undefined || actual === undefined) return { agreed: '', shown: '' };
  const keys = [...new Set([...Object.keys(right), ...Object.keys(actual)])].filter((key) => right[key] !== actual[key]).toSorted();
  return { agreed: jsonOf(right, keys), shown: jsonOf(actual, keys) };
}

function jsonOf(metadata: Metadata, keys: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(keys.flatMap((key) => (metadata[key] === undefined ? [] : [[key, shortened(metadata[key])]]))));
}

const shortened = (value: string): string => (value.length <= longestValue ? value : `${value.slice(0, longestValue)}…`);

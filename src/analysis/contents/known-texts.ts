/**
 * The canonical text last written of each service, under the digest of the instances that it was written of: the other
 * nodes and later reads mostly show the same, and are spared the writing. A text depends on nothing but what is digested,
 * so what is remembered never goes stale. Mutable, as the shelf that holds it.
 */

import type { InstanceRecord } from '../../model.ts';
import { canonicalText, nothing, type ShownKeys, type TagKeys } from './canonical.ts';
import { digestOf } from './digest.ts';

export interface KnownTexts {
  /** By the service's number. */
  readonly texts: (string | undefined)[];
  /** Two numbers a service. */
  digests: Int32Array;
}

export const createKnownTexts = (): KnownTexts => ({ texts: [], digests: new Int32Array(128) });

/** `kinds`: whether ephemeral and persistent are told apart. */
export function textOf(known: KnownTexts, service: number, instances: readonly InstanceRecord[], tags: TagKeys, kinds: boolean, shown: ShownKeys = []): string {
  if (instances.length === 0) return nothing;
  const { low, high } = digestOf(instances, kinds);
  if (service * 2 >= known.digests.length) known.digests = longer(known.digests, service * 2 + 2);
  const { digests, texts } = known;
  const before = texts[service];
  if (before !== undefined && digests[service * 2] === low && digests[service * 2 + 1] === high) return before;
  const text = canonicalText(instances, tags, kinds, shown);
  texts[service] = text;
  digests[service * 2] = low;
  digests[service * 2 + 1] = high;
  return text;
}

function longer(from: Int32Array, least: number): Int32Array {
  const to = new Int32Array(Math.max(least, from.length * 2));
  to.set(from);
  return to;
}

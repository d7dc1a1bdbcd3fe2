/**
 * 64-bit digests of registrations, as two hashes of 32 bits that differ in seed and multiplier. Sums of them do not depend
 * on an order. By its digest alone a service is known again, so both halves count.
 */

import type { InstanceRecord } from '../../model.ts';

/** Written into by the functions below: a sweep digests millions of texts, and an object for each would cost more than the digest. */
export interface Digest {
  low: number;
  high: number;
}

const lowSeed = 0x811c9dc5 | 0;
const highSeed = 0x5bd1e995;
const lowPrime = 0x01000193;
const highPrime = 0x9e3779b1 | 0;
/** No UTF-16 unit. */
const endOfText = 0x10000;

/** Of a service's instances; `kinds`: whether ephemeral and persistent are told apart. */
export function digestOf(instances: readonly InstanceRecord[], kinds: boolean): Digest {
  const sum: Digest = { low: instances.length, high: 0 };
  const one: Digest = { low: 0, high: 0 };
  const pairs: Digest = { low: 0, high: 0 };
  const pair: Digest = { low: 0, high: 0 };
  for (const { cluster, ip, port, ephemeral, healthy, enabled, weight, metadata } of instances) {
    begin(one);
    addText(one, ip);
    addText(one, cluster);
    if (weight !== 1) addText(one, String(weight));
    const kind = !kinds || ephemeral === undefined ? 0 : ephemeral ? 4 : 8;
    addNumber(one, port * 16 + kind + (healthy ? 2 : 0) + (enabled ? 1 : 0));
    addMetadata(pairs, metadata, pair);
    addNumber(one, pairs.low);
    addNumber(one, pairs.high);
    addTo(sum, one);
  }
  return sum;
}

/** Whatever the order of keys; both halves 0 where there is none. */
export function metadataDigest(metadata: InstanceRecord['metadata']): Digest {
  const sum: Digest = { low: 0, high: 0 };
  addMetadata(sum, metadata, { low: 0, high: 0 });
  return sum;
}

function addMetadata(sum: Digest, metadata: InstanceRecord['metadata'], pair: Digest): void {
  sum.low = 0;
  sum.high = 0;
  for (const key in metadata) {
    begin(pair);
    addText(pair, key);
    addText(pair, metadata[key]!);
    addTo(sum, pair);
  }
}

function begin(digest: Digest): void {
  digest.low = lowSeed;
  digest.high = highSeed;
}

/** UTF-16 units, each as FNV-1a takes a byte, and then the end of the text. */
function addText(digest: Digest, text: string): void {
  let { low, high } = digest;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, lowPrime);
    high = Math.imul(high ^ unit, highPrime);
  }
  digest.low = Math.imul(low ^ endOfText, lowPrime);
  digest.high = Math.imul(high ^ endOfText, highPrime);
}

function addNumber(digest: Digest, number: number): void {
  digest.low = Math.imul(digest.low ^ number, lowPrime);
  digest.high = Math.imul(digest.high ^ number, highPrime);
}

function addTo(sum: Digest, { low, high }: Digest): void {
  sum.low = (sum.low + mixed(low)) | 0;
  sum.high = (sum.high + mixed(high)) | 0;
}

function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

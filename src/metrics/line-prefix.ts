/** Writes what stands before a sample's value: name, labels, a space. */

import { hasParts } from './collect-rows.ts';
import type { Family } from './family.ts';
import { countPart, sumPart } from './histogram.ts';
import { append, reserve, type Output } from './output.ts';
import { escapeLabelValue } from './text.ts';

/** Appends the prefix of the row whose label values (and what else `rowWidth` counts) are `values[from, from + width)`. */
export type WritePrefix = (output: Output, values: readonly string[], from: number) => void;

const encoder = new TextEncoder();
const quote = 0x22;
const backslash = 0x5c;
const closing = bytesOf('} ');

type Named = Pick<Family, 'name' | 'labels' | 'type' | 'open'>;

export function createPrefixWriter(family: Named): WritePrefix {
  return hasParts(family.type) || family.open === true ? composedWriter(family) : sampleWriter(family.name, family.labels);
}

/**
 * Neighbouring rows mostly share their first labels (cluster, namespace, group): those bytes are copied from the row
 * written before. `previous` and `ends` describe that row, which must still stand where it was written.
 */
function sampleWriter(name: string, labels: readonly string[]): WritePrefix {
  const count = labels.length;
  if (count === 0) {
    const bare = bytesOf(`${name} `);
    return (output) => {
      reserve(output, bare.length);
      append(output, bare, 0, bare.length);
    };
  }
  const heads = labels.map((label, at) => bytesOf(`${at === 0 ? `${name}{` : ','}${label}="`));
  const headRoom = heads.reduce((sum, head) => sum + head.length + 1, closing.length);
  const previous: string[] = [];
  /** Where each label of the previous row ended, relative to the row's start. */
  const ends = new Uint32Array(count);
  let previousBytes: Uint8Array | undefined;
  let previousStart = 0;

  return (output, values, from) => {
    let room = headRoom;
    for (let at = 0; at < count; at++) room += 3 * values[from + at]!.length;
    reserve(output, room);
    const { bytes } = output;
    const start = output.length;
    let shared = 0;
    while (shared < previous.length && previous[shared] === values[from + shared]) shared++;
    if (shared > 0) {
      append(output, previousBytes ?? bytes, previousStart, previousStart + ends[shared - 1]!);
    }
    for (let at = shared; at < count; at++) {
      const value = values[from + at]!;
      append(output, heads[at]!, 0, heads[at]!.length);
      writeLabelValue(output, value);
      bytes[output.length++] = quote;
      ends[at] = output.length - start;
      previous[at] = value;
    }
    append(output, closing, 0, closing.length);
    // Growing keeps what was written at its offset but in another buffer; the old one still holds this row.
    previousBytes = bytes;
    previousStart = start;
  };
}

/** Lines of several names, or with labels that are not declared; few, so they are written without sharing. */
function composedWriter({ name, labels, type, open }: Named): WritePrefix {
  const more = open === true ? 1 : 0;
  return (output, values, from) => {
    const pairs = labels.map((label, at) => `${label}="${escapeLabelValue(values[from + at]!)}"`);
    const part = hasParts(type) ? values[from + labels.length + more] : undefined;
    const isBucket = part !== undefined && part !== sumPart && part !== countPart;
    if (isBucket) pairs.push(`le="${part}"`);
    const spelled = pairs.join(',') + (more === 1 ? values[from + labels.length]! : '');
    const text = `${name}${part === undefined ? '' : `_${isBucket ? 'bucket' : part}`}${spelled === '' ? '' : `{${spelled}}`} `;
    reserve(output, 3 * text.length);
    writeText(output, text);
  };
}

/** One pass for printable ASCII; at the first other character the value is written over in the general way. */
function writeLabelValue(output: Output, value: string): void {
  const { bytes, length } = output;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 0x20 || code > 0x7e || code === quote || code === backslash) return writeText(output, escapeLabelValue(value));
    bytes[length + at] = code;
  }
  output.length = length + value.length;
}

/**
 * Three bytes for each UTF-16 unit of the unescaped text are enough, and are reserved: an escape is two bytes.
 * Unpaired surrogates become U+FFFD: the encoder writes nothing that is not a scalar value.
 */
function writeText(output: Output, text: string): void {
  output.length += encoder.encodeInto(text, output.bytes.subarray(output.length)).written;
}

function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

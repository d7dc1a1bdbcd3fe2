/**
 * Second half of a rendering: puts the lines together. Neighbouring old lines are copied in one go as long as no value
 * changes its length; values of the same length are patched into the copy.
 */

import type { Rows } from './collect-rows.ts';
import { digitsOf, isSmall, valueRoom, writeSmall, writeValue } from './digits.ts';
import { emptyLayout, type Layout } from './layout.ts';
import type { WritePrefix } from './line-prefix.ts';
import { append, createOutput, finish as finishOutput, grow, reserve } from './output.ts';

export interface LineWriter {
  /** Writes up to `count` more lines; false when all are written. */
  step(count: number): boolean;
  finish(): { readonly bytes: Uint8Array; readonly layout: Layout };
}

const newline = 0x0a;
const maxPatches = 256;
/** Lines to measure before room is made for all the others. */
const sampleLines = 512;
const lineGuess = 256;

/** `width` is the number of label values per row; `old` and `oldBytes` are what `rows` was matched with. */
export function createLineWriter(
  rows: Rows,
  width: number,
  writePrefix: WritePrefix,
  oldBytes: Uint8Array = new Uint8Array(0),
  { starts: oldStarts, prefixes: oldPrefixes, values: oldValues }: Layout = emptyLayout,
): LineWriter {
  const { count, values, labels, origins } = rows;
  const output = createOutput(oldBytes.length + (oldBytes.length >> 5) + Math.min(count, sampleLines) * lineGuess);
  const starts = new Uint32Array(count + 1);
  const prefixes = new Uint32Array(count);
  let line = 0;
  /** Old bytes that the new text contains next but that are not copied yet: `[from, to)`. */
  let from = 0;
  let to = 0;
  /** Values to write over the copy, at offsets in the old bytes. */
  const patchAt = new Uint32Array(maxPatches);
  const patchValue = new Uint32Array(maxPatches);
  let patches = 0;

  /** Expects the remaining lines to be as long as those written. */
  function makeRoom(room: number): void {
    if (output.length + room > output.bytes.length) {
      const mean = line === 0 ? lineGuess : output.length / line;
      grow(output, room + 4096 + Math.ceil((count - line) * mean * 1.03));
    }
  }

  function flush(): void {
    if (to > from) {
      const shift = output.length - from;
      makeRoom(to - from + valueRoom);
      append(output, oldBytes, from, to);
      for (let patch = 0; patch < patches; patch++) writeSmall(output.bytes, patchAt[patch]! + shift, patchValue[patch]!);
      patches = 0;
    }
    from = to;
  }

  function copyLine(at: number, value: number): void {
    const start = oldStarts[at]!;
    const end = oldStarts[at + 1]!;
    const valueAt = start + oldPrefixes[at]!;
    if (start !== to) {
      flush();
      from = start;
      to = start;
    }
    starts[line] = output.length + start - from;
    prefixes[line] = valueAt - start;
    if (value === oldValues[at]) {
      to = end;
    } else if (isSmall(value) && digitsOf(value) === end - 1 - valueAt) {
      if (patches === maxPatches) flush();
      patchAt[patches] = valueAt;
      patchValue[patches++] = value;
      to = end;
    } else {
      to = valueAt;
      flush();
      putValue(value);
      from = end;
      to = end;
    }
  }

  function writeLine(at: number, value: number): void {
    flush();
    const start = output.length;
    makeRoom(lineGuess);
    writePrefix(output, labels, at * width);
    starts[line] = start;
    prefixes[line] = output.length - start;
    reserve(output, valueRoom);
    putValue(value);
  }

  function putValue(value: number): void {
    const end = writeValue(output.bytes, output.length, value);
    output.bytes[end] = newline;
    output.length = end + 1;
  }

  function step(lines: number): boolean {
    const until = Math.min(count, line + lines);
    for (; line < until; line++) {
      const origin = origins === undefined ? line : origins[line]!;
      if (origin >= 0) copyLine(origin, values[line]!);
      else writeLine(line, values[line]!);
    }
    return line < count;
  }

  function finish(): { bytes: Uint8Array; layout: Layout } {
    flush();
    starts[count] = output.length;
    return { bytes: finishOutput(output), layout: { labels, values, starts, prefixes } };
  }

  return { step, finish };
}

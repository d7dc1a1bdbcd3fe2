/** Writes a sample's value into a buffer as ASCII; whole numbers, which nearly all values are, without making a string. */

import { numberText } from './text.ts';

/** Longest spelling of a double (`-1.2345678901234567e-308`), rounded up, and the newline. */
export const valueRoom = 32;

/** Whether the value is a whole number that `writeSmall` and `digitsOf` take. */
export function isSmall(value: number): boolean {
  return value >= 0 && value <= 0x3fffffff && (value | 0) === value;
}

/** Returns the offset after the last digit. The caller has seen to it that `valueRoom` bytes are free. */
export function writeValue(out: Uint8Array, offset: number, value: number): number {
  if (isSmall(value)) return writeSmall(out, offset, value);
  const text = numberText(value);
  for (let at = 0; at < text.length; at++) out[offset + at] = text.charCodeAt(at);
  return offset + text.length;
}

/** Digits from the last to the first. */
export function writeSmall(out: Uint8Array, offset: number, value: number): number {
  if (value < 10) {
    out[offset] = 48 + value;
    return offset + 1;
  }
  const end = offset + digitsOf(value);
  let rest = value;
  for (let at = end - 1; at >= offset; at--) {
    const tenth = (rest / 10) | 0;
    out[at] = 48 + rest - tenth * 10;
    rest = tenth;
  }
  return end;
}

export function digitsOf(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1000) return 3;
  if (value < 10_000) return 4;
  if (value < 100_000) return 5;
  if (value < 1_000_000) return 6;
  if (value < 10_000_000) return 7;
  if (value < 100_000_000) return 8;
  return value < 1_000_000_000 ? 9 : 10;
}

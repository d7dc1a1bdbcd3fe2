/** A picture keeps its pixels where it has few colours, and comes near them where it has many. */

import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { chunk, decode, smaller } from './smaller-png.ts';

/** RGB rows, each after its filter's number. */
function picture(width: number, rows: readonly (readonly number[])[]): Buffer {
  const header = Buffer.from([0, 0, 0, width, 0, 0, 0, rows.length, 8, 2, 0, 0, 0]);
  return Buffer.concat([Buffer.alloc(8), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.from(rows.flat()))), chunk('IEND', Buffer.alloc(0))]);
}

describe('a smaller picture', () => {
  it('has the same pixels, whatever filters the rows have', () => {
    const small = smaller(picture(2, [[0, 10, 20, 30, 1, 2, 3], [1, 10, 20, 30, 1, 1, 1], [2, 1, 0, 0, 0, 0, 0], [3, 0, 0, 0, 5, 5, 5], [4, 1, 1, 1, 0, 0, 0]]));
    expect([...decode(small).bytes]).toEqual([
      10, 20, 30, 1, 2, 3, 10, 20, 30, 11, 21, 31, 11, 20, 30, 11, 21, 31, 5, 10, 15, 13, 20, 28, 6, 11, 16, 13, 20, 28,
    ]);
  });

  it('comes near colours that it has no room for', () => {
    const row = Array.from({ length: 200 }, (_, i) => [i, 255 - i, i >> 1]).flat();
    const other = Array.from({ length: 200 }, (_, i) => [255 - i, i, i]).flat();
    const { bytes } = decode(smaller(picture(200, [[0, ...row], [0, ...other]])));
    const wrong = [...row, ...other].filter((value, i) => Math.abs(value - bytes[i]!) > 12);
    expect(wrong).toEqual([]);
  });
});

/** A screenshot in 256 colours: a third of the bytes, and no difference that one would see in charts and text. */

import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Bytes of a pixel: 3, or 4 with alpha, which is not looked at. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

export function smaller(png: Buffer): Buffer {
  const pixels = decode(png);
  const { palette, indexOf } = paletteOf(pixels);
  const { width, height, size, bytes } = pixels;
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * size;
      rows[y * (width + 1) + 1 + x] = indexOf(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('PLTE', Buffer.from(palette)), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

export function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

/** As Chromium writes them, 8 bits, RGB or RGBA, not interlaced, and as we do. */
export function decode(png: Buffer): Pixels {
  const parts: Buffer[] = [];
  let header = Buffer.alloc(0);
  let palette = Buffer.alloc(0);
  for (let at = signature.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = Buffer.from(data);
    if (type === 'PLTE') palette = Buffer.from(data);
    if (type === 'IDAT') parts.push(data);
    at += length + 12;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const size = { 2: 3, 3: 1, 6: 4 }[header[9]!];
  if (size === undefined || header[8] !== 8 || header[12] !== 0) throw new Error('not a picture as Chromium writes it');
  const bytes = unfiltered(inflateSync(Buffer.concat(parts)), width * size, height, size);
  return size > 1 ? { width, height, size, bytes } : { width, height, size: 3, bytes: Uint8Array.from([...bytes].flatMap((index) => [...palette.subarray(index * 3, index * 3 + 3)])) };
}

/** Each byte is stored as its difference to what its neighbours lead to expect. */
function unfiltered(raw: Uint8Array, stride: number, height: number, size: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!;
    for (let x = 0; x < stride; x++) {
      const left = x < size ? 0 : out[y * stride + x - size]!;
      const up = y === 0 ? 0 : out[(y - 1) * stride + x]!;
      const corner = x < size || y === 0 ? 0 : out[(y - 1) * stride + x - size]!;
      out[y * stride + x] = raw[y * (stride + 1) + 1 + x]! + [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}

/** Colours that are close enough to be one, by their five highest bits. */
const bucketOf = (r: number, g: number, b: number): number => (r >> 3) << 10 | (g >> 3) << 5 | b >> 3;

/** The colours that are used most; the others become the nearest of them. */
function paletteOf({ size, bytes }: Pixels): { readonly palette: readonly number[]; indexOf(r: number, g: number, b: number): number } {
  const exact = new Map<number, number>();
  for (let at = 0; at < bytes.length; at += size) {
    const colour = bytes[at]! << 16 | bytes[at + 1]! << 8 | bytes[at + 2]!;
    exact.set(colour, (exact.get(colour) ?? 0) + 1);
  }
  // Of each bucket its commonest colour, with the weight of all: what fills an area stays exactly as it was.
  const buckets = new Map<number, { colour: number; most: number; count: number }>();
  for (const [colour, count] of exact) {
    const bucket = bucketOf(colour >> 16, colour >> 8 & 255, colour & 255);
    const known = buckets.get(bucket);
    if (known === undefined) buckets.set(bucket, { colour, most: count, count });
    else buckets.set(bucket, { colour: count > known.most ? colour : known.colour, most: Math.max(count, known.most), count: known.count + count });
  }
  // What fills areas is never one of several alike: the panels differ from their background by less than a bucket.
  const areas = [...exact].toSorted((one, other) => other[1] - one[1]).slice(0, 48).map(([colour]) => colour);
  const common = [...buckets.values()].toSorted((one, other) => other.count - one.count).map(({ colour }) => colour);
  const chosen = [...new Set([...areas, ...common])].slice(0, 256).map((colour) => [colour >> 16, colour >> 8 & 255, colour & 255] as const);
  const indexes = new Map<number, number>();
  return {
    palette: chosen.flat(),
    indexOf(r, g, b) {
      const colour = r << 16 | g << 8 | b;
      let index = indexes.get(colour);
      if (index === undefined) {
        const distances = chosen.map(([red, green, blue]) => (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2);
        index = distances.indexOf(Math.min(...distances));
        indexes.set(colour, index);
      }
      return index;
    },
  };
}

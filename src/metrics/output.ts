/** A byte buffer that grows; a plain object, so that the hot loops read its fields directly. */

export interface Output {
  /** A plain Uint8Array: its native copies cost half of a Buffer's. */
  bytes: Uint8Array;
  /** Bytes written. */
  length: number;
}

/** Shorter copies are faster in a loop than through a native call. */
const loopCopyLimit = 24;

export function createOutput(capacity: number): Output {
  return { bytes: allocate(capacity), length: 0 };
}

/** Makes sure that `room` more bytes fit. */
export function reserve(output: Output, room: number): void {
  if (output.length + room > output.bytes.length) grow(output, Math.max(room, output.bytes.length));
}

/** Makes room for exactly `room` more bytes. */
export function grow(output: Output, room: number): void {
  const grown = allocate(output.length + room);
  grown.set(output.bytes.subarray(0, output.length));
  output.bytes = grown;
}

/** Appends `source[from, to)`; the caller has reserved the room. */
export function append(output: Output, source: Uint8Array, from: number, to: number): void {
  const { bytes, length } = output;
  const count = to - from;
  if (count <= loopCopyLimit) {
    for (let at = 0; at < count; at++) bytes[length + at] = source[from + at]!;
  } else if (source === bytes) {
    bytes.copyWithin(length, from, to);
  } else {
    bytes.set(source.subarray(from, to), length);
  }
  output.length = length + count;
}

/** The written bytes and nothing else; copied out only where much of the buffer was left over. */
export function finish(output: Output): Uint8Array {
  const { bytes, length } = output;
  const written = bytes.subarray(0, length);
  if (bytes.length - length <= 1024 + (length >> 3)) return written;
  const exact = allocate(length);
  exact.set(written);
  return exact;
}

/** Not zeroed, and not from the pool of small buffers, which would keep 8 KiB alive for each of them. */
function allocate(size: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
}

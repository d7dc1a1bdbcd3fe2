/**
 * Gathers a body in one growing buffer, and refuses the byte that exceeds the limit. One buffer instead of a list of
 * chunks: an answer in millions of tiny chunks would otherwise cost many times its size.
 */

export interface BodyCollector {
  /** Told the `Content-Length`, if any; false where it already exceeds the limit. */
  expect(length: number): boolean;
  /** False where the limit is exceeded: nothing is kept from then on. */
  push(chunk: Buffer): boolean;
  /** Bytes received so far. */
  bytes(): number;
  take(): Buffer;
}

const firstSize = 16 * 1024;

export function createBodyCollector(maxBytes: number): BodyCollector {
  let buffer: Buffer = Buffer.alloc(0);
  let used = 0;

  const grow = (needed: number): void => {
    const size = Math.min(maxBytes, Math.max(needed, buffer.length * 2, firstSize));
    const larger = Buffer.allocUnsafeSlow(size);
    buffer.copy(larger, 0, 0, used);
    buffer = larger;
  };

  return {
    expect(length) {
      if (!Number.isFinite(length) || length <= 0) return true;
      if (length > maxBytes) return false;
      buffer = Buffer.allocUnsafeSlow(length);
      return true;
    },
    push(chunk) {
      const needed = used + chunk.length;
      if (needed > maxBytes) {
        used = needed;
        buffer = Buffer.alloc(0);
        return false;
      }
      if (needed > buffer.length) grow(needed);
      chunk.copy(buffer, used);
      used = needed;
      return true;
    },
    bytes: () => used,
    take: () => buffer.subarray(0, used),
  };
}

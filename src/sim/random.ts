/** Chance that can be replayed: one seed, one run. And the two hashes that the servers and the simulation need. */

/** A number in [0, 1). */
export type Random = () => number;

/** Xorshift over 32 bits; seed 0 is replaced, it would stand still. */
export function seeded(seed: number): Random {
  let state = (seed | 0) === 0 ? 0x1f2e3d4c : seed | 0;
  const step = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  // Small seeds start with small numbers: let them spread.
  for (let warm = 0; warm < 8; warm += 1) step();
  return () => step() / 0x1_0000_0000;
}

/** Java's `String.hashCode`, which Nacos uses to find the node responsible for a service or client. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/** A number in [0, 1) that depends on the two arguments only. */
export function chance(a: number, b: number): number {
  let x = (Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x7feb352d)) | 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x45d9f3b);
  x ^= x >>> 16;
  return (x >>> 0) / 0x1_0000_0000;
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

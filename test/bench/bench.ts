/** What a bench module is. `main.ts` runs every `*.bench.ts` of this folder that exports `name` and `run`. */

export interface BenchRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The value must not exceed it. */
  readonly bound?: number;
}

export interface Bench {
  readonly name: string;
  run(): Promise<readonly BenchRow[]>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Starts from a heap without the garbage of what ran before; needs `--expose-gc`. */
export function collectGarbage(): void {
  globalThis.gc?.();
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

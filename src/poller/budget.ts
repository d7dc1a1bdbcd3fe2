/** Bytes a second, shared by whoever reads for long: each is told how long to wait once it has received what it asked for. */

export interface Budget {
  /** Takes so many bytes; the milliseconds until they are paid for, those of all others who took before included. */
  take(bytes: number): number;
  /** Bytes a second, from now on. */
  setRate(rate: number): void;
}

export function createBudget(bytesPerSecond: number, now: () => number): Budget {
  let rate = bytesPerSecond;
  let paidAt = 0;
  let seenAt = 0;
  return {
    take(bytes) {
      const at = now();
      // Nothing is saved up, and a clock set back makes nobody wait for it to catch up.
      if (paidAt < at || at < seenAt) paidAt = at;
      seenAt = at;
      paidAt += (bytes / rate) * 1000;
      return paidAt - at;
    },
    setRate(next) {
      rate = next;
    },
  };
}

/** One request after another of each node, so many a second at most. */
export interface Lanes {
  /** 0: the node may be asked, and counts as asked now. Otherwise the milliseconds until it is worth trying again. */
  turn(node: string): number;
}

export function createLanes(requestsPerSecond: number, now: () => number): Lanes {
  // Whole milliseconds, as the clock's: their sums are exact.
  const gap = Math.ceil(1000 / requestsPerSecond);
  const freeAt = new Map<string, number>();
  return {
    turn(node) {
      const at = now();
      const wait = (freeAt.get(node) ?? 0) - at;
      // More than a gap is a clock that was set back.
      if (wait > 0 && wait <= gap) return wait;
      freeAt.set(node, at + gap);
      return 0;
    },
  };
}

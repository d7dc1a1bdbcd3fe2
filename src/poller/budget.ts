/** Bytes a second, shared by whoever reads for long: each is told how long to wait once it has received what it asked for. */

export interface Budget {
  /** Takes so many bytes; the milliseconds until they are paid for, those of all others who took before included. */
  take(bytes: number): number;
  /** Bytes a second, from now on. */
  setRate(rate: number): void;
  /**
   * Whether `who` may read so many bytes a second at every poll, unasked: the smallest of all who were ever heard of, as
   * long as half of the rate holds them, which is then not there for the others. Who is alone may in any case.
   */
  fits(who: string, demanded: number): boolean;
  /** Is not read any more. */
  leave(who: string): void;
}

/** A demand that changes by less counts as the same, so that nobody goes in and out from poll to poll. */
const noticeable = 0.1;

export function createBudget(bytesPerSecond: number, now: () => number): Budget {
  let rate = bytesPerSecond;
  let paidAt = 0;
  let seenAt = 0;
  const demands = new Map<string, number>();
  let admitted: ReadonlySet<string> = new Set();
  let reserved = 0;

  function admit(): void {
    const fitting = new Set<string>();
    reserved = 0;
    for (const [who, demand] of [...demands].toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))) {
      if (demands.size > 1 && reserved + demand > rate / 2) break;
      if (demands.size > 1) reserved += demand;
      fitting.add(who);
    }
    admitted = fitting;
  }

  return {
    fits(who, demanded) {
      const before = demands.get(who);
      if (before === undefined || Math.abs(demanded - before) > noticeable * before) {
        demands.set(who, demanded);
        admit();
      }
      return admitted.has(who);
    },
    leave(who) {
      if (demands.delete(who)) admit();
    },
    take(bytes) {
      const at = now();
      // Nothing is saved up, and a clock set back makes nobody wait for it to catch up.
      if (paidAt < at || at < seenAt) paidAt = at;
      seenAt = at;
      paidAt += (bytes / (rate - reserved)) * 1000;
      return paidAt - at;
    },
    setRate(next) {
      rate = next;
      admit();
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

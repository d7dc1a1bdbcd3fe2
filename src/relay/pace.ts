/** When the next message may go out, so that a service's limits are kept. Bookings, not a queue: who cannot be served in time is told at once. */

/** At most `count` messages in any `perMs` milliseconds. */
export interface Window {
  readonly count: number;
  readonly perMs: number;
}

export interface Pace {
  /** A moment for one message, in the order of asking; undefined, and nothing booked, if it would be later than `latest`. */
  book(now: number, latest: number): number | undefined;
  /** The service asked for a rest: nothing before then. */
  holdUntil(at: number): void;
}

export function createPace(windows: readonly Window[]): Pace {
  const kept = Math.max(...windows.map(({ count }) => count));
  /** Ascending; as many as the widest window looks back. */
  let booked: readonly number[] = [];
  let heldUntil = 0;
  return {
    book(now, latest) {
      const free = windows.map(({ count, perMs }) => (booked.length < count ? 0 : booked.at(-count)! + perMs));
      const at = Math.max(now, heldUntil, booked.at(-1) ?? 0, ...free);
      if (at > latest) return undefined;
      booked = [...booked, at].slice(-kept);
      return at;
    },
    holdUntil(at) {
      heldUntil = Math.max(heldUntil, at);
    },
  };
}

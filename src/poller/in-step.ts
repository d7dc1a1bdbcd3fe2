/** Keeps walks of the same list on several nodes side by side: whoever is ahead waits, and whoever ends waits for nobody. */

export interface Step {
  /** The walk has come so far; resolves once no other is behind it. */
  arrive(walker: string, rows: number): Promise<void>;
  leave(walker: string): void;
}

export function createStep(walkers: readonly string[]): Step {
  const places = new Map(walkers.map((walker) => [walker, 0]));
  let waiting: { readonly rows: number; readonly go: () => void }[] = [];

  function release(): void {
    const last = Math.min(...places.values());
    const ready = waiting.filter(({ rows }) => rows <= last);
    waiting = waiting.filter(({ rows }) => rows > last);
    for (const { go } of ready) go();
  }

  return {
    arrive(walker, rows) {
      places.set(walker, rows);
      return new Promise((resolve) => {
        waiting.push({ rows, go: resolve });
        release();
      });
    },
    leave(walker) {
      places.delete(walker);
      release();
    },
  };
}

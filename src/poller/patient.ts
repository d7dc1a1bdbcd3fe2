/** Waiting that ends when its owner is closed: what is under way then stops at the next wait. */

export class Stopped extends Error {
  constructor() {
    super('closed meanwhile');
    this.name = 'Stopped';
  }
}

export interface Patient {
  /** Throws Stopped once stopped. */
  sleep(ms: number): Promise<void>;
  /** Waits for work that goes on by itself; throws Stopped once stopped, whatever becomes of it. */
  orStop<T>(work: Promise<T>): Promise<T>;
  stop(): void;
  stopped(): boolean;
}

export function createPatient(wait: (ms: number) => Promise<void>): Patient {
  let over = false;
  /** Of whoever waits now: a promise raced against for as long as the program runs would remember every race. */
  const waiting = new Set<() => void>();

  function orStop<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new Stopped());
      waiting.add(stop);
      work.then(resolve, reject).finally(() => {
        waiting.delete(stop);
      });
      if (over) stop();
    });
  }

  return {
    async sleep(ms) {
      if (!over && ms > 0) await orStop(wait(ms));
      if (over) throw new Stopped();
    },
    orStop,
    stop() {
      over = true;
      for (const stop of waiting) stop();
      waiting.clear();
    },
    stopped: () => over,
  };
}

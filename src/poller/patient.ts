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
  stop(): void;
  stopped(): boolean;
}

export function createPatient(wait: (ms: number) => Promise<void>): Patient {
  let over = false;
  let end = (): void => undefined;
  const stopping = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    async sleep(ms) {
      if (!over && ms > 0) await Promise.race([wait(ms), stopping]);
      if (over) throw new Stopped();
    },
    stop() {
      over = true;
      end();
    },
    stopped: () => over,
  };
}

/**
 * For a minute after something that strips instances for a moment, counts are read every two seconds, of one node in turn:
 * a dip of five seconds would fall between two polls. No node is ever busy with it for more than a fifth of the time.
 */

import { Stopped, type Patient } from './patient.ts';

export interface BurstDeps<N> {
  readonly now: () => number;
  readonly patient: Patient;
  /** Nodes that answer now. */
  readonly nodes: () => readonly N[];
  /** Reads the counts of one; a node that is being read already is left alone. */
  readonly read: (node: N) => Promise<void>;
  /** A read that fails reports itself: this is a bug. */
  readonly onError: (error: unknown) => void;
}

export interface Burst {
  /** Begins, or goes on for another minute. */
  trigger(): void;
  /** Until when it lasts, milliseconds since the epoch; 0 before the first. */
  until(): number;
}

const lastsMs = 60_000;
const everyMs = 2_000;
/** Of reading and waiting together, reading takes one part in so many at most. */
const dutyCycle = 5;

export function createBurst<N>(deps: BurstDeps<N>): Burst {
  const { now, patient } = deps;
  let until = 0;
  let running = false;
  let turn = 0;

  async function run(): Promise<void> {
    await patient.sleep(everyMs);
    while (now() < until) {
      const startedAt = now();
      const nodes = deps.nodes();
      if (nodes.length > 0) await deps.read(nodes[turn++ % nodes.length]!);
      const took = Math.max(0, now() - startedAt);
      await patient.sleep(Math.max(everyMs - took, took * (dutyCycle - 1)));
    }
  }

  return {
    until: () => until,
    trigger() {
      until = now() + lastsMs;
      if (running) return;
      running = true;
      run().catch((error: unknown) => {
        if (!(error instanceof Stopped)) deps.onError(error);
      }).finally(() => {
        running = false;
      });
    },
  };
}

/**
 * The longest turn of the event loop, in CPU time. Node 20 knows no CPU time of a single thread; both the wall clock
 * and the process's CPU time are upper bounds of it, so the smaller of the two is taken, turn by turn.
 */

export interface StepProbe {
  /** Milliseconds of the longest turn since the start or the lap before. */
  lap(): number;
  stop(): void;
}

export function startStepProbe(): StepProbe {
  let longest = 0;
  let running = true;
  let wall = performance.now();
  let cpu = process.cpuUsage();

  function turn(): void {
    const used = process.cpuUsage(cpu);
    const now = performance.now();
    longest = Math.max(longest, Math.min(now - wall, (used.user + used.system) / 1000));
    if (!running) return;
    wall = performance.now();
    cpu = process.cpuUsage();
    setImmediate(turn);
  }

  setImmediate(turn);
  return {
    lap() {
      const lap = longest;
      longest = 0;
      return lap;
    },
    stop() {
      running = false;
    },
  };
}

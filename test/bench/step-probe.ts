/**
 * The longest turn of the event loop, in CPU time. Node 20 knows no CPU time of a single thread; both the wall clock
 * and the process's CPU time are upper bounds of it, so the smaller of the two is taken, turn by turn.
 */

import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StepProbe {
  /** Milliseconds of the longest turn since the start or the lap before. */
  lap(): number;
  /** The same, and the lap goes on. */
  longest(): number;
  /** The same, less what garbage collection took of each turn: it stops whatever runs, however short. */
  work(): Promise<number>;
  stop(): void;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Turns below this are told by their length alone, milliseconds. */
const longMs = 20;

export function startStepProbe(): StepProbe {
  let longest = 0;
  let running = true;
  let wall = performance.now();
  let cpu = process.cpuUsage();
  let turns: (Span & { readonly ms: number })[] = [];
  let collections: Span[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) collections.push({ from: startTime, to: startTime + duration });
  });
  observer.observe({ entryTypes: ['gc'] });

  function turn(): void {
    const used = process.cpuUsage(cpu);
    const now = performance.now();
    const ms = Math.min(now - wall, (used.user + used.system) / 1000);
    longest = Math.max(longest, ms);
    if (ms >= longMs) turns.push({ from: wall, to: now, ms });
    if (!running) return;
    wall = performance.now();
    cpu = process.cpuUsage();
    setImmediate(turn);
  }

  const collected = ({ from, to }: Span): number => collections.reduce((sum, one) => sum + Math.max(0, Math.min(to, one.to) - Math.max(from, one.from)), 0);

  function reset(): void {
    longest = 0;
    turns = [];
    collections = [];
  }

  setImmediate(turn);
  return {
    lap() {
      const lap = longest;
      reset();
      return lap;
    },
    longest: () => longest,
    async work() {
      // Collections are told of a little later.
      await sleep(50);
      const shorter = Math.min(longest, longMs);
      const most = turns.reduce((found, one) => Math.max(found, one.ms - collected(one)), shorter);
      reset();
      return most;
    },
    stop() {
      running = false;
      observer.disconnect();
    },
  };
}

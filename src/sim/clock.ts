/**
 * Time of the simulation. Everything in the cluster reads the clock that it was given, so that a test moves hours in a
 * millisecond and the demo runs in real time with the same scripts.
 */

export type Cancel = () => void;

/** Milliseconds since the epoch, and things to do at a moment. */
export interface SimClock {
  now(): number;
  at(time: number, run: () => void): Cancel;
}

export interface VirtualClock extends SimClock {
  /** Runs everything that falls due, in order, and ends `ms` later. */
  advance(ms: number): void;
}

/** Steps of a script, in milliseconds from the timeline's origin. */
export interface Timeline {
  at(ms: number, run: () => void): Cancel;
  /** First run after `ms`. */
  every(ms: number, run: () => void): Cancel;
  /** Plays `steps` now and again every `periodMs`, each time on a timeline of its own. */
  loop(periodMs: number, steps: (cycle: Timeline, number: number) => void): Cancel;
}

interface Timer {
  readonly time: number;
  readonly run: () => void;
}

/** Starts at 2026-01-01T00:00:00Z unless told otherwise. */
export function virtualClock(start: number = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = start;
  /** Ordered by time, equal times in order of arrival. */
  const timers: Timer[] = [];
  const positionFor = (time: number): number => {
    let low = 0;
    let high = timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (timers[middle]!.time <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    now: () => now,
    at(time, run) {
      const timer: Timer = { time: Math.max(time, now), run };
      timers.splice(positionFor(timer.time), 0, timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index >= 0) timers.splice(index, 1);
      };
    },
    advance(ms) {
      const end = now + ms;
      while (timers.length > 0 && timers[0]!.time <= end) {
        const timer = timers.shift()!;
        now = timer.time;
        timer.run();
      }
      now = end;
    },
  };
}

/** The longest delay that a Node timer takes, milliseconds. */
const longestTimer = 0x7fff_ffff;

/** Real time; its timers never keep a process alive. */
export function realClock(): SimClock {
  return {
    now: () => Date.now(),
    at(time, run) {
      const timer = setTimeout(run, Math.min(Math.max(time - Date.now(), 0), longestTimer));
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** A clock whose pending work can be dropped at once, for the end of a cluster. */
export function scoped(clock: SimClock): { readonly clock: SimClock; readonly cancelAll: Cancel } {
  const pending = new Set<Cancel>();
  let open = true;
  return {
    clock: {
      now: () => clock.now(),
      at(time, run) {
        if (!open) return () => undefined;
        const cancel = clock.at(time, () => {
          pending.delete(cancel);
          run();
        });
        pending.add(cancel);
        return () => {
          pending.delete(cancel);
          cancel();
        };
      },
    },
    cancelAll() {
      open = false;
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
}

export function timelineOf(clock: SimClock, origin: number): Timeline {
  const repeat = (first: number, ms: number, run: () => void): Cancel => {
    let stopped = false;
    let due = first;
    let cancel: Cancel = () => undefined;
    const arm = (): void => {
      cancel = clock.at(due, () => {
        due += ms;
        run();
        if (!stopped) arm();
      });
    };
    arm();
    return () => {
      stopped = true;
      cancel();
    };
  };
  return {
    at: (ms, run) => clock.at(origin + ms, run),
    every: (ms, run) => repeat(clock.now() + ms, ms, run),
    loop(periodMs, steps) {
      let number = 0;
      const play = (): void => {
        number += 1;
        steps(timelineOf(clock, clock.now()), number);
      };
      play();
      return repeat(clock.now() + periodMs, periodMs, play);
    },
  };
}

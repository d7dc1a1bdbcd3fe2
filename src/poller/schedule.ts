/** When each stage of a node is due: intervals per dialect, and the duty cycle that keeps a poll from weighing on a registry. */

import type { PollConfig } from '../config/config.ts';
import { stages, type Stage } from '../model.ts';
import type { Dialect } from '../nacos/dialects/dialect.ts';
import { asideStages, rowStages, stageReads, type Pace, type RowStage } from './stage-reads.ts';

/** A counts read may take this share of a node's time: the next one waits 20 times as long as the last one took. */
const dutyCycle = 20;

/** Above this share of cpu, or above this multiple of its median latency, a node is left alone for twice as long. */
const busyCpu = 0.8;
const busyLatency = 3;
/** Quicker than this no node is busy, whatever its median: that is the network's noise. Milliseconds. */
const unhurriedMs = 50;

export interface Load {
  /** Milliseconds that the server spent on the last counts read. */
  readonly serverMs: number;
  /** 0..1, where the version tells. */
  readonly cpu?: number;
  readonly latencyMs?: number;
  readonly medianLatencyMs?: number;
}

export function countsInterval(poll: PollConfig, load: Load): number {
  const base = Math.max(poll.interval, dutyCycle * load.serverMs);
  const slow = load.latencyMs !== undefined && load.medianLatencyMs !== undefined && load.latencyMs > Math.max(unhurriedMs, busyLatency * load.medianLatencyMs);
  return (load.cpu ?? 0) > busyCpu || slow ? 2 * base : base;
}

/** Milliseconds from one reading of a stage to the next; Infinity for one that is not wanted at all. */
export type Intervals = { readonly [S in Stage]?: number };

/** For who asks what is registered and goes: a stage that has nothing to do with it neither costs nor fails. */
export const registryOnly: Intervals = Object.fromEntries(asideStages.map((stage) => [stage, Infinity]));

/** Intervals in force for a node. */
export function intervalsOf(dialect: Dialect, poll: PollConfig, load: Load, instead: Intervals = {}): Record<Stage, number> {
  const paces: Record<Pace, number> = {
    poll: poll.interval, slow: poll.slowInterval, rare: poll.rareInterval, walks: dialect.slowMetrics ? poll.slowInterval : poll.interval,
  };
  const rows = Object.fromEntries(rowStages.map((stage) => [stage, paces[stageReads[stage].pace]])) as Record<RowStage, number>;
  return {
    ...rows,
    liveness: poll.livenessInterval,
    members: poll.livenessInterval,
    counts: countsInterval(poll, load),
    contents: poll.contentsInterval,
    ...instead,
  };
}

/** Stages due now; ticks come about every poll interval, so one half an interval early is due. */
export function dueStages(lastAt: ReadonlyMap<Stage, number>, intervals: Record<Stage, number>, now: number, pollInterval: number): ReadonlySet<Stage> {
  return new Set(stages.filter((stage) => {
    const last = lastAt.get(stage);
    if (intervals[stage] === Infinity) return false;
    return last === undefined || now - last >= intervals[stage] - pollInterval / 2;
  }));
}

/** When all nodes that are up last completed each stage: what an alert on staleness compares with the interval in force. */

import { stages, type ClusterSnapshot, type Stage } from '../model.ts';
import type { Life } from './life.ts';

export function trackSuccess(before: ReadonlyMap<Stage, number>, next: ClusterSnapshot, life: ReadonlyMap<string, Life>): ReadonlyMap<Stage, number> {
  const last = new Map(before);
  const up = next.nodes.filter((node) => life.get(node.node)?.up === true);
  for (const stage of stages) {
    const asked = up.map((node) => node.stages[stage]).filter((reading) => reading?.outcome.status !== 'unsupported');
    if (asked.length === 0) continue;
    // A stage without a value to show (liveness of a node that answers 403) still completed at `at`.
    const completed = asked.map((reading) => (reading?.outcome.status === 'ok' ? reading.at : undefined));
    if (completed.every((at) => at !== undefined)) last.set(stage, Math.max(last.get(stage) ?? 0, Math.min(...completed)));
  }
  return last;
}

/** Counts failed readings per node, stage and reason: each attempt once, however often the snapshot is published. */

import { stages, type ClusterSnapshot, type FailureReason, type NodeSnapshot, type Reading, type Stage } from '../model.ts';

export type FailureCounts = ReadonlyMap<Stage, ReadonlyMap<FailureReason, number>>;

export function countFailures(
  before: ReadonlyMap<string, FailureCounts>,
  previous: ClusterSnapshot | undefined,
  next: ClusterSnapshot,
): ReadonlyMap<string, FailureCounts> {
  const counts = new Map<string, FailureCounts>();
  for (const node of next.nodes) {
    const earlier = previous?.nodes.find((other) => other.node === node.node);
    counts.set(node.node, countNode(before.get(node.node) ?? new Map(), earlier, node));
  }
  return counts;
}

function countNode(before: FailureCounts, earlier: NodeSnapshot | undefined, node: NodeSnapshot): FailureCounts {
  const counts = new Map(before);
  for (const stage of stages) {
    const reading = node.stages[stage];
    if (reading?.outcome.status !== 'failed' || isSame(reading, earlier?.stages[stage])) continue;
    const reasons = new Map(counts.get(stage));
    reasons.set(reading.outcome.reason, (reasons.get(reading.outcome.reason) ?? 0) + 1);
    counts.set(stage, reasons);
  }
  return counts;
}

/** The same attempt, though its value may have been dropped since. */
function isSame(reading: Reading<unknown>, earlier: Reading<unknown> | undefined): boolean {
  return earlier?.outcome.status === 'failed' && reading.at === earlier.at && reading.failures === earlier.failures;
}

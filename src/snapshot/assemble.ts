/** The next snapshot from the last one and what was read since. Pure; a node that said nothing keeps what it had. */

import {
  stages, type ApiName, type ClusterSnapshot, type NodeSnapshot, type Reading, type Readings, type ServerState, type Stage,
} from '../model.ts';
import { merge, type Attempt, type Attempts } from './attempt.ts';

/** What one round brought of one node. */
export interface NodeReport {
  readonly node: string;
  readonly configured: boolean;
  readonly api?: ApiName;
  readonly state?: ServerState;
  readonly attempts: Attempts;
  readonly responseMs?: number;
  readonly clockOffsetMs?: number;
}

export interface Round {
  readonly at: number;
  /** Names of all nodes that the cluster has now: any other is dropped with all it had. */
  readonly nodes: readonly string[];
  readonly reports: readonly NodeReport[];
  readonly thresholds: ReadonlyMap<string, number>;
  readonly intervals: ClusterSnapshot['intervals'];
}

export function assemble(previous: ClusterSnapshot, round: Round): ClusterSnapshot {
  const before = new Map(previous.nodes.map((node) => [node.node, node]));
  const reports = new Map(round.reports.map((report) => [report.node, report]));
  const nodes = [...new Set(round.nodes)].toSorted().map((name) => {
    const report = reports.get(name);
    const earlier = before.get(name);
    return report === undefined ? (earlier ?? { node: name, configured: false, stages: {} }) : mergeNode(earlier, report);
  });
  return { cluster: previous.cluster, at: round.at, nodes, thresholds: round.thresholds, intervals: round.intervals };
}

function mergeNode(earlier: NodeSnapshot | undefined, report: NodeReport): NodeSnapshot {
  const readings: { [S in Stage]?: Reading<unknown> } = { ...earlier?.stages };
  for (const stage of stages) {
    const attempt: Attempt<unknown> | undefined = report.attempts[stage];
    if (attempt !== undefined) readings[stage] = merge<unknown>(readings[stage], attempt);
  }
  if (readings.liveness?.outcome.status === 'failed' && readings.liveness.value === undefined) forget(readings);
  const api = report.api ?? earlier?.api;
  const state = report.state ?? earlier?.state;
  const responseMs = report.responseMs ?? earlier?.responseMs;
  const clockOffsetMs = report.clockOffsetMs ?? earlier?.clockOffsetMs;
  return {
    node: report.node,
    configured: report.configured,
    // Each attempt carries the value type of its own stage, and merge keeps it.
    stages: readings as Readings,
    ...(api === undefined ? {} : { api }),
    ...(state === undefined ? {} : { state }),
    ...(responseMs === undefined ? {} : { responseMs }),
    ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }),
  };
}

/** A node that is down says nothing: should it come back, it must not be shown as it was before. */
function forget(readings: { [S in Stage]?: Reading<unknown> }): void {
  for (const stage of stages) {
    const reading = readings[stage];
    if (reading?.value === undefined) continue;
    const { outcome, at, durationMs, failures } = reading;
    readings[stage] = { outcome, at, durationMs, failures };
  }
}

/** How the reading itself fares: what was read of whom, what failed and why. */

import { failureReasons, stages } from '../../model.ts';
import { family } from '../view.ts';

export const pollFamilies = [
  family({
    name: 'nacos_poll_success', type: 'gauge', labels: ['nacos_cluster', 'nacos_node', 'stage'],
    help: '1 if the stage was read the last time it was due, 0 if it failed or the node did not answer; absent where the version does not support it.',
    rows(view, emit) {
      for (const { name, node } of view.nodes) {
        for (const stage of stages) {
          const outcome = node.stages[stage]?.outcome;
          if (outcome !== undefined && outcome.status !== 'unsupported') emit(outcome.status === 'ok' ? 1 : 0, view.cluster, name, stage);
        }
      }
    },
  }),
  family({
    name: 'nacos_poll_supported', type: 'gauge', labels: ['nacos_cluster', 'nacos_node', 'stage'],
    help: '1 if the version of the node, read as it is, has a source for the stage.',
    rows(view, emit) {
      for (const { name, node } of view.nodes) {
        for (const stage of stages) {
          const outcome = node.stages[stage]?.outcome;
          if (outcome !== undefined && node.api !== undefined) emit(outcome.status === 'unsupported' ? 0 : 1, view.cluster, name, stage);
        }
      }
    },
  }),
  family({
    name: 'nacos_poll_failures_total', type: 'counter', labels: ['nacos_cluster', 'nacos_node', 'stage', 'reason'],
    help: 'Failed readings of a stage by reason.',
    rows(view, emit) {
      for (const { name, node } of view.nodes) {
        const counts = view.ledger.failures.get(name);
        for (const stage of stages) {
          if (node.stages[stage]?.outcome.status === 'unsupported' && counts?.get(stage) === undefined) continue;
          for (const reason of failureReasons) emit(counts?.get(stage)?.get(reason) ?? 0, view.cluster, name, stage, reason);
        }
      }
    },
  }),
  family({
    name: 'nacos_poll_duration_seconds', type: 'gauge', labels: ['nacos_cluster', 'nacos_node', 'stage'],
    help: 'How long the last reading of the stage took, all its requests together.',
    rows(view, emit) {
      for (const { name, node } of view.nodes) {
        for (const stage of stages) {
          const reading = node.stages[stage];
          if (reading !== undefined && (reading.outcome.status === 'ok' || reading.outcome.status === 'failed')) emit(reading.durationMs / 1000, view.cluster, name, stage);
        }
      }
    },
  }),
  family({
    name: 'nacos_poll_last_success_timestamp_seconds', type: 'gauge', labels: ['nacos_cluster', 'stage'],
    help: 'When all nodes that are up, and support the stage, last completed it: the oldest of theirs; 0 until the first time.',
    rows(view, emit) {
      for (const stage of stages) {
        const readings = view.nodes.filter((node) => node.up === true).map((node) => node.node.stages[stage]);
        const asked = readings.filter((reading) => reading?.outcome.status !== 'unsupported');
        if (asked.length === 0 && readings.length > 0) continue;
        const last = view.ledger.lastSuccess.get(stage) ?? 0;
        emit(last / 1000, view.cluster, stage);
      }
    },
  }),
  family({
    name: 'nacos_poll_interval_seconds', type: 'gauge', labels: ['nacos_cluster', 'stage'],
    help: 'Interval in force for the stage: the longest of all nodes, since a slow answer is followed by a longer pause.',
    rows(view, emit) {
      for (const stage of stages) {
        const interval = view.snapshot.intervals[stage];
        if (interval !== undefined) emit(interval / 1000, view.cluster, stage);
      }
    },
  }),
] as const;

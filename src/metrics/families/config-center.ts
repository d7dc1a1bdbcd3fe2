/** The config center of each node: who reads and writes, what waits, what went wrong. */

import type { ConfigHistory } from '../../analysis/config-center.ts';
import { configExceptions, configQueues } from '../../model.ts';
import type { Emit } from '../family.ts';
import { family, stageValue, type ClusterView } from '../view.ts';

const perNode = ['nacos_cluster', 'nacos_node'] as const;

export const configCenterFamilies = [
  family({
    name: 'nacos_config_gets_total', type: 'counter', labels: perNode,
    help: 'Configurations that clients read from the node, since the exporter first read it.',
    rows: (view, emit) => eachNode(view, emit, ({ gets }) => gets?.counted),
  }),
  family({
    name: 'nacos_config_publishes_total', type: 'counter', labels: perNode,
    help: 'Configurations that were published through the node, since the exporter first read it.',
    rows: (view, emit) => eachNode(view, emit, ({ publishes }) => publishes?.counted),
  }),
  family({
    name: 'nacos_config_long_polls', type: 'gauge', labels: perNode,
    help: 'Long polls of HTTP clients that wait for a change at the node.',
    rows(view, emit) {
      for (const node of view.nodes) {
        const waiting = stageValue(node, 'actuator')?.config?.longPolls;
        if (waiting !== undefined) emit(waiting, view.cluster, node.name);
      }
    },
  }),
  family({
    name: 'nacos_config_pending_tasks', type: 'gauge', labels: [...perNode, 'queue'],
    help: 'Tasks that wait: to dump a changed configuration to the node\'s own cache, to notify the other nodes (notify), to notify clients over gRPC (notify_client, 2.0 and later).',
    rows(view, emit) {
      for (const node of view.nodes) {
        const pending = stageValue(node, 'actuator')?.config?.pending;
        for (const queue of configQueues) {
          const tasks = pending?.[queue];
          if (tasks !== undefined) emit(tasks, view.cluster, node.name, queue);
        }
      }
    },
  }),
  family({
    name: 'nacos_config_exceptions_total', type: 'counter', labels: [...perNode, 'reason'],
    help: 'Exceptions of the config center by reason, as Nacos names them, since the exporter first read the node.',
    rows(view, emit) {
      for (const { name } of view.nodes) {
        const exceptions = view.ledger.configs.get(name)?.exceptions;
        if (exceptions !== undefined) for (const reason of configExceptions) emit(exceptions[reason].counted, view.cluster, name, reason);
      }
    },
  }),
] as const;

function eachNode(view: ClusterView, emit: Emit<typeof perNode>, value: (history: ConfigHistory) => number | undefined): void {
  for (const { name } of view.nodes) {
    const history = view.ledger.configs.get(name);
    const counted = history === undefined ? undefined : value(history);
    if (counted !== undefined) emit(counted, view.cluster, name);
  }
}

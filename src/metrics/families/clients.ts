/** Who is connected to each node, and whom it knows. */

import { versionRows } from '../../analysis/client-versions.ts';
import { clientTypes } from '../../model.ts';
import { family, stageValue } from '../view.ts';

const perNode = ['nacos_cluster', 'nacos_node'] as const;

export const clientFamilies = [
  family({
    name: 'nacos_clients', type: 'gauge', labels: [...perNode, 'type'],
    help: 'Clients of naming that the node knows, those of the other nodes included: by gRPC connection, or by the ip and port of an instance that was registered over HTTP.',
    rows(view, emit) {
      for (const node of view.nodes) {
        const clients = stageValue(node, 'metrics')?.clients;
        if (clients !== undefined) for (const type of clientTypes) emit(clients[type], view.cluster, node.name, type);
      }
    },
  }),
  family({
    name: 'nacos_clients_responsible', type: 'gauge', labels: perNode,
    help: 'Clients of naming that the node itself looks after.',
    rows(view, emit) {
      for (const node of view.nodes) {
        const clients = stageValue(node, 'metrics')?.responsibleClients;
        if (clients !== undefined) emit(clients, view.cluster, node.name);
      }
    },
  }),
  family({
    name: 'nacos_subscribers', type: 'gauge', labels: perNode,
    help: "Subscriptions as the node counts them, up and down: the server's own number, which may drift, even below zero.",
    rows(view, emit) {
      for (const node of view.nodes) {
        const subscribers = stageValue(node, 'metrics')?.subscribers;
        if (subscribers !== undefined) emit(subscribers, view.cluster, node.name);
      }
    },
  }),
  family({
    name: 'nacos_connections', type: 'gauge', labels: [...perNode, 'source'],
    help: 'Open gRPC connections to the node: from clients (sdk) and from other members (cluster).',
    rows(view, emit) {
      for (const node of view.nodes) {
        const connections = stageValue(node, 'connections');
        if (connections === undefined) continue;
        emit(connections.sdk, view.cluster, node.name, 'sdk');
        emit(connections.cluster, view.cluster, node.name, 'cluster');
      }
    },
  }),
  family({
    name: 'nacos_client_versions', type: 'gauge', labels: [...perNode, 'version'],
    help: 'Open gRPC connections from clients, by the version that these tell: the 20 versions with the most connections in the cluster, the rest as other.',
    rows(view, emit) {
      const read = view.nodes.flatMap((node) => {
        const connections = stageValue(node, 'connections');
        return connections === undefined ? [] : [{ node: node.name, connections }];
      });
      for (const [i, rows] of versionRows(read.map(({ connections }) => connections)).entries()) {
        for (const [version, count] of rows) emit(count, view.cluster, read[i]!.node, version);
      }
    },
  }),
] as const;

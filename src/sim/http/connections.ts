/** gRPC connections of a node: those of its clients, and from 2.0 on one of every other member. */

import { sdkClients, type SdkClient } from '../clients.ts';
import { addressOfNode, type NodeState } from '../world.ts';
import type { Exchange, SimResponse } from './exchange.ts';
import { json, result } from './exchange.ts';

function connectionOf({ node }: Exchange, peer: NodeState): readonly [string, unknown] {
  const id = `${peer.startedAt}_${peer.ip}_${40_000 + peer.index}`;
  const labels = { source: 'cluster' };
  return [id, {
    traced: false,
    metaInfo: {
      connectType: 'GRPC', clientIp: peer.ip, remoteIp: peer.ip, remotePort: 40_000 + peer.index, localPort: node.port + 1001,
      version: `Nacos-Java-Client:v${peer.traits.version}`, connectionId: id, createTime: new Date(peer.startedAt).toISOString(),
      lastActiveTime: peer.startedAt, appName: addressOfNode(peer), tenant: '', labels, sdkSource: false, clusterSource: true,
    },
    labels,
    connected: true,
  }];
}

function clientOf({ node }: Exchange, { ip, port, version }: SdkClient): readonly [string, unknown] {
  const id = `${node.startedAt}_${ip}_${port}`;
  const labels = { source: 'sdk', module: 'naming' };
  return [id, {
    traced: false,
    metaInfo: {
      connectType: 'GRPC', clientIp: ip, remoteIp: ip, remotePort: port, localPort: node.port + 1000, version, connectionId: id,
      createTime: new Date(node.startedAt).toISOString(), lastActiveTime: node.startedAt, appName: 'unknown', tenant: 'public', labels, sdkSource: true, clusterSource: false,
    },
    labels,
    connected: true,
  }];
}

function all(exchange: Exchange): unknown {
  const clients = sdkClients(exchange.world).filter(({ node }) => node === exchange.node);
  const peers = exchange.world.nodes.filter((peer) => peer.running && peer.index !== exchange.node.index && peer.traits.number >= 20_000);
  return Object.fromEntries([...peers.map((peer) => connectionOf(exchange, peer)), ...clients.map((client) => clientOf(exchange, client))]);
}

export const connections = (exchange: Exchange): SimResponse => json(exchange, all(exchange));
export const connectionsResult = (exchange: Exchange): SimResponse => result(exchange, all(exchange));

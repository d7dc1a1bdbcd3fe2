/**
 * Naming clients from 2.2 on: one for each address that registers over HTTP, and one connection for each instance of a gRPC
 * client. A small part of a large registry: the first few thousand are the clients that there are.
 */

import { lastHeard } from '../beats.ts';
import type { Catalogue } from '../catalogue.ts';
import type { SimInstance } from '../model.ts';
import type { SimClient } from '../world.ts';
import type { Exchange, SimResponse } from './exchange.ts';
import { failedResult, result } from './exchange.ts';
import { catalogueFor, instancesOf } from './naming.ts';

const mostClients = 5_000;

const idOf = ({ via, ip, port, ephemeral, changedAt }: SimInstance): string => (via === 'grpc' ? `${changedAt}_${ip}_${port}` : `${ip}:${port}#${ephemeral}`);

function clientsOf(exchange: Exchange): ReadonlyMap<string, SimClient> {
  const { node, world } = exchange;
  const catalogues = [...world.store.namespaces.keys()].map((namespace) => catalogueFor(exchange, namespace));
  const stamp = catalogues.map((catalogue) => catalogue.stamp).join(' ');
  if (node.clients.stamp !== stamp) node.clients = { stamp, byId: index(catalogues) };
  return node.clients.byId;
}

function index(catalogues: readonly Catalogue[]): ReadonlyMap<string, SimClient> {
  const clients = new Map<string, SimClient>();
  for (const { entries, versions } of catalogues) {
    for (const [i, entry] of entries.entries()) {
      for (const instance of instancesOf(versions[i]!)) {
        const id = idOf(instance);
        const client = clients.get(id) ?? { id, registered: [] };
        client.registered.push({ entry, instance });
        clients.set(id, client);
        if (clients.size >= mostClients) return clients;
      }
    }
  }
  return clients;
}

export const clientList = (exchange: Exchange): SimResponse => result(exchange, [...clientsOf(exchange).keys()]);

function asked(exchange: Exchange): SimClient | SimResponse {
  const id = exchange.query.get('clientId') ?? '';
  return clientsOf(exchange).get(id) ?? failedResult(exchange, 404, 20_004, 'resource not found', `clientId [ ${id} ] not exist`);
}

export function clientDetail(exchange: Exchange): SimResponse {
  const client = asked(exchange);
  if ('status' in client) return client;
  const { entry, instance } = client.registered[0]!;
  const beats = instance.via === 'http' && instance.ephemeral;
  // Of several services, the one that it beats for last.
  const times = client.registered.map((one) => lastHeard(exchange.world, exchange.node, one.entry, one.instance));
  const third = exchange.node.traits.number >= 30_000;
  return result(exchange, {
    clientId: client.id, ephemeral: instance.ephemeral, lastUpdatedTime: beats ? Math.max(...times) : instance.changedAt + exchange.node.skewMs,
    clientType: instance.via === 'grpc' ? 'connection' : 'ipPort',
    ...(instance.via === 'grpc' ? { connectType: 'GRPC', appName: entry.service, version: 'Nacos-Java-Client:v2.1.0' } : third ? { connectType: null, appName: null, version: null } : {}),
    ...(third ? { clientIp: null, clientPort: 0 } : { clientIp: instance.ip, clientPort: String(instance.port) }),
  });
}

export function clientServices(exchange: Exchange): SimResponse {
  const client = asked(exchange);
  if ('status' in client) return client;
  const third = exchange.node.traits.number >= 30_000;
  return result(exchange, client.registered.map(({ entry, instance: { ip, port, cluster } }) => (third
    ? {
      namespaceId: entry.namespace, groupName: entry.group, serviceName: entry.service,
      publisherInfo: { clientId: null, ip, port, clusterName: cluster }, subscriberInfo: null,
    }
    : { namespace: entry.namespace, group: entry.group, serviceName: entry.service, registeredInstance: { ip, port, cluster } })));
}

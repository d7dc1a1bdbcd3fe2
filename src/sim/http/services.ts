/** Answers about one service, and its instances. */

import type { SimInstance } from '../model.ts';
import { ownerOf } from '../members.ts';
import { subscribe } from '../subscribers.ts';
import type { Exchange, SimResponse } from './exchange.ts';
import { buffer, caused, failedResult, flag, intOf, json, missingInt, missingParameter, result, written } from './exchange.ts';
import { missingService } from './catalog.ts';
import { askedNamespace, askedService, catalogueFor, fullInstance, host, instancesOf, lookUp } from './naming.ts';
import type { AskedService, FoundService } from './naming.ts';

const selector = (exchange: Exchange): unknown =>
  (exchange.node.traits.number < 20_000 ? { type: 'none' } : { type: 'none', contextType: 'NONE' });

const clusterNames = (exchange: Exchange, { version }: FoundService): readonly string[] =>
  (exchange.node.traits.number < 20_000 ? version.everClusters : version.instances.clusters);

/** Old releases say `serivce` here. */
const missingForInstances = (exchange: Exchange, { grouped }: AskedService): SimResponse =>
  (exchange.node.traits.number < 20_000 ? caused(exchange, 404, `serivce ${grouped} is not found!`) : missingService(exchange, grouped));

/** `v1/ns/catalog/instances`: one cluster of one service; a cluster without instances is a 404 from 2.0 on. */
export function catalogInstances(exchange: Exchange): SimResponse {
  const asked = askedService(exchange);
  if (asked === undefined) return missingParameter(exchange, 'serviceName');
  const cluster = exchange.query.get('clusterName');
  if (cluster === null) return missingParameter(exchange, 'clusterName');
  const pageNo = intOf(exchange.query, 'pageNo');
  const pageSize = intOf(exchange.query, 'pageSize');
  if (pageNo === undefined) return missingInt(exchange, 'pageNo');
  if (pageSize === undefined) return missingInt(exchange, 'pageSize');
  const found = lookUp(exchange, asked);
  if (found === undefined) return missingForInstances(exchange, asked);
  if (!clusterNames(exchange, found).includes(cluster)) return caused(exchange, 404, `cluster ${cluster} is not found!`);
  const inCluster: SimInstance[] = [];
  for (const instance of instancesOf(found.version)) if (instance.cluster === cluster) inCluster.push(instance);
  const size = Math.max(1, pageSize);
  const from = Math.max(0, pageNo - 1) * size;
  const page = size >= inCluster.length ? inCluster : inCluster.slice(from, from + size);
  const list = page.map((instance) => fullInstance(exchange, instance, asked.grouped)).join(',');
  return written(exchange, `{"list":[${list}],"count":${inCluster.length}}`);
}

export function catalogService(exchange: Exchange): SimResponse {
  const asked = askedService(exchange);
  if (asked === undefined) return missingParameter(exchange, 'serviceName');
  const found = lookUp(exchange, asked);
  if (found === undefined) return missingService(exchange, asked.grouped);
  const { number } = exchange.node.traits;
  const old = number < 20_000 ? { sitegroup: '', defCkport: 80, empty: false, defIPPort: 80 } : {};
  return json(exchange, {
    service: {
      name: asked.name, groupName: asked.group, protectThreshold: found.version.protectThreshold, selector: selector(exchange), metadata: found.version.metadata,
    },
    clusters: clusterNames(exchange, found).map((name) => ({
      serviceName: asked.grouped, name, healthChecker: { type: 'TCP' }, defaultPort: 80, defaultCheckPort: 80,
      [number >= 30_000 ? 'useIpPort4Check' : 'useIPPort4Check']: true, metadata: {}, ...old,
    })),
  });
}

/** `v1/ns/service`: 404 for a missing one on 1.x, 400 from 2.0 on. */
export function service(exchange: Exchange): SimResponse {
  const asked = askedService(exchange);
  if (asked === undefined) return missingParameter(exchange, 'serviceName');
  const found = lookUp(exchange, asked);
  if (found === undefined) {
    return exchange.node.traits.number < 20_000
      ? missingService(exchange, asked.grouped)
      : caused(exchange, 400, `service not found, namespace: ${asked.namespace}, serviceName: ${asked.grouped}`);
  }
  return json(exchange, {
    namespaceId: asked.namespace, groupName: asked.group, name: asked.name, protectThreshold: found.version.protectThreshold, metadata: found.version.metadata,
    selector: selector(exchange),
    clusters: clusterNames(exchange, found).map((name) => ({ name, healthChecker: { type: 'TCP' }, metadata: {} })),
  });
}

/** Names of all namespaces, or of one. The key is a search-and-replace accident from 2.2.1 on. */
export function serviceNames(exchange: Exchange): SimResponse {
  const { traits } = exchange.node;
  const only = exchange.query.get('namespaceId');
  const ids = only === null || only === '' ? [...exchange.world.store.namespaces.keys()] : [only];
  const names: Record<string, readonly string[]> = {};
  let count = 0;
  for (const id of ids) {
    const { entries } = catalogueFor(exchange, id);
    if (entries.length === 0) continue;
    // 1.x drops the group, and counts namespaces instead of services.
    names[id] = entries.map((entry) => (traits.number < 20_000 ? entry.service : `${entry.group}@@${entry.service}`));
    count += traits.number < 20_000 ? 1 : entries.length;
  }
  return json(exchange, { [traits.number >= 20_201 ? 'META-INF/services' : 'services']: names, count });
}

/** Names of one group. */
export function serviceList(exchange: Exchange): SimResponse {
  const group = exchange.query.get('groupName') || 'DEFAULT_GROUP';
  const pageNo = intOf(exchange.query, 'pageNo') ?? 1;
  const pageSize = Math.max(1, intOf(exchange.query, 'pageSize') ?? 20);
  const { entries } = catalogueFor(exchange, askedNamespace(exchange));
  const names = entries.filter((entry) => entry.group === group).map((entry) => entry.service);
  const from = Math.max(0, pageNo - 1) * pageSize;
  return json(exchange, { count: names.length, doms: names.slice(from, from + pageSize) });
}

/** `v1/ns/instance/list`, for consumers: hides disabled instances and calls all healthy below the threshold. */
export function instanceList(exchange: Exchange): SimResponse {
  const asked = askedService(exchange);
  if (asked === undefined) return missingParameter(exchange, 'serviceName');
  const { traits } = exchange.node;
  const found = lookUp(exchange, asked);
  const clusters = exchange.query.get('clusters') ?? '';
  subscribed(exchange, asked);
  if (found === undefined && traits.number < 20_000) {
    return json(exchange, { name: asked.grouped, clusters, cacheMillis: 3000, hosts: [] });
  }
  const wanted = clusters === '' ? undefined : new Set(clusters.split(','));
  const enabled = found === undefined ? [] : [...instancesOf(found.version)].filter((one) => one.enabled && (wanted?.has(one.cluster) ?? true));
  const healthy = enabled.filter((one) => one.healthy).length;
  const protects = enabled.length > 0 && healthy / enabled.length <= (found?.version.protectThreshold ?? 0);
  const shown = enabled.map((one) => (protects ? { ...one, healthy: true } : one)).filter((one) => !flag(exchange.query, 'healthyOnly') || one.healthy);
  const hosts = shown.map((one) => host(exchange, one, asked.name, asked.grouped)).join(',');
  const now = exchange.world.clock.now() + exchange.node.skewMs;
  const name = JSON.stringify(asked.grouped);
  const places = JSON.stringify(clusters);
  if (traits.number < 20_000) {
    return written(exchange, `{"hosts":[${hosts}],"dom":${JSON.stringify(asked.name)},"name":${name},"cacheMillis":3000,"lastRefTime":${now}`
      + `,"checksum":"${checksum(shown)}","useSpecifiedURL":false,"clusters":${places},"env":"","metadata":{}}`);
  }
  const all = traits.number >= 30_000 ? 'allIps' : 'allIPs';
  return written(exchange, `{"name":${name},"groupName":${JSON.stringify(asked.group)},"clusters":${places},"cacheMillis":10000,"hosts":[${hosts}]`
    + `,"lastRefTime":${now},"checksum":"","${all}":false,"reachProtectionThreshold":${protects},"valid":true}`);
}

/** A port makes a client of Nacos's own a subscriber. */
function subscribed({ world, node, query, headers }: Exchange, { namespace, grouped }: AskedService): void {
  const port = Number(query.get('udpPort') ?? 0);
  if (node.traits.number >= 20_000 || port <= 0 || !(headers['user-agent'] ?? '').startsWith('Nacos-Java-Client:v')) return;
  subscribe(world, { node, service: `${namespace}##${grouped}`, ip: query.get('clientIP') ?? '', port });
}

/** Some 32 hexadecimal digits that change with the list. */
function checksum(instances: readonly SimInstance[]): string {
  let hash = 0;
  for (const { ip, port, weight, healthy, cluster } of instances) {
    for (const sign of `${ip}:${port}_${weight}_${healthy}_${cluster}`) hash = (Math.imul(hash, 31) + sign.codePointAt(0)!) | 0;
  }
  return (hash >>> 0).toString(16).padStart(8, '0').repeat(4);
}

export function distroServer(exchange: Exchange): SimResponse {
  const asked = askedService(exchange);
  if (asked === undefined) return missingParameter(exchange, 'serviceName');
  const found = lookUp(exchange, asked);
  if (found === undefined) return caused(exchange, 400, `service '${asked.grouped}' not found`);
  const owner = exchange.world.nodes[ownerOf(exchange.world, exchange.node, found.entry.hash)]!;
  return json(exchange, { responsibleServer: `${owner.ip}:${owner.port}` });
}

// The v3 admin API: plain names, groups apart, everything in a `Result`.

export function serviceV3(exchange: Exchange): SimResponse {
  const asked = askedService(exchange);
  if (asked === undefined) return failedResult(exchange, 400, 10_000, 'parameter missing', "Required parameter 'serviceName' type String is not present");
  const found = lookUp(exchange, asked);
  if (found === undefined) {
    return failedResult(exchange, 400, 21_008, 'service not exist', `service not found, namespace: ${asked.namespace}, serviceName: ${asked.grouped}`);
  }
  return result(exchange, {
    namespaceId: asked.namespace, serviceName: asked.name, groupName: asked.group,
    clusterMap: Object.fromEntries(found.version.instances.clusters.map((name) => [name, {
      clusterName: name, healthChecker: { type: 'TCP' }, healthyCheckPort: 80, useInstancePortForCheck: true, metadata: {}, hosts: null,
    }])),
    metadata: found.version.metadata, protectThreshold: found.version.protectThreshold, selector: selector(exchange),
    ephemeral: found.version.instances.count === 0 || found.version.instances.ephemeral > 0,
  });
}

/** 404 also for a cluster without instances. */
export function instanceListV3(exchange: Exchange): SimResponse {
  const asked = askedService(exchange);
  if (asked === undefined) return failedResult(exchange, 400, 10_000, 'parameter missing', "Required parameter 'serviceName' type String is not present");
  const found = lookUp(exchange, asked);
  if (found === undefined) return failedResult(exchange, 404, 30_000, 'server error', `service ${asked.grouped} is not found!`);
  const cluster = exchange.query.get('clusterName') || 'DEFAULT';
  if (!found.version.instances.clusters.includes(cluster)) return failedResult(exchange, 404, 30_000, 'server error', `cluster ${cluster} is not found!`);
  const list: string[] = [];
  for (const instance of instancesOf(found.version)) {
    if (instance.cluster !== cluster || (flag(exchange.query, 'healthyOnly') && !instance.healthy)) continue;
    list.push(fullInstance(exchange, instance, asked.grouped));
  }
  return written(exchange, `{"code":0,"message":"success","data":[${list.join(',')}]}`);
}

/** `v3/client/ns/instance/list`: the consumers' list, with their rewrite of health. */
export function clientInstanceListV3(exchange: Exchange): SimResponse {
  const answer = instanceList(exchange);
  if (answer.status !== 200) return answer;
  const body = answer.body.toString();
  const hosts = body.slice(body.indexOf('"hosts":[') + 8, body.lastIndexOf(',"lastRefTime"'));
  return buffer(exchange, 200, Buffer.from(`{"code":0,"message":"success","data":${hosts}}`));
}


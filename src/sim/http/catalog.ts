/** Lists of services: `v1/ns/catalog/services` with its paging traps, and the v3 list. */

import type { Catalogue } from '../catalogue.ts';
import type { ServiceEntry, ServiceVersion, SimInstance } from '../model.ts';
import { servesOldStore } from '../upgrading.ts';
import type { Exchange, SimResponse } from './exchange.ts';
import { buffer, caused, flag, intOf, missingInt, text } from './exchange.ts';
import { askedNamespace, briefInstance, catalogueFor, double, fullInstance, instancesOf } from './naming.ts';

/** The triggered flag: true also at threshold 0 with nothing healthy; 0/0 is NaN, hence false. */
function triggered(version: ServiceVersion): boolean {
  const { count, healthy } = version.instances;
  return count > 0 && healthy / count <= version.protectThreshold;
}

function rowOf(exchange: Exchange, entry: ServiceEntry, version: ServiceVersion): string {
  const cache = exchange.world.rows;
  let row = cache.versions[entry.number] === version ? cache.rows[entry.number]! : '';
  if (row === '') {
    const { clusters, count, healthy } = version.instances;
    row = `{"name":${JSON.stringify(entry.service)},"groupName":${JSON.stringify(entry.group)},"clusterCount":${clusters.length}`
      + `,"ipCount":${count},"healthyInstanceCount":${healthy},"triggerFlag":"${triggered(version)}"}`;
    if (version === entry.current) {
      cache.versions[entry.number] = version;
      cache.rows[entry.number] = row;
    }
  }
  // 1.x still counts clusters that have lost their last instance.
  if (exchange.node.traits.number < 20_000 && version.everClusters.length !== version.instances.clusters.length) {
    return row.replace(/"clusterCount":\d+/, `"clusterCount":${version.everClusters.length}`);
  }
  return row;
}

/** Positions in a catalogue; all of them where there is no list. */
interface Listing {
  readonly catalogue: Catalogue;
  readonly count: number;
  readonly kept: readonly number[] | undefined;
}

/** Regexes over name and group, as all releases take them: unescaped, and found anywhere. */
function filter(query: URLSearchParams, name: string): RegExp | undefined {
  const value = query.get(name);
  return value === null || value === '' ? undefined : new RegExp(`^.*${value}.*$`);
}

function listing(catalogue: Catalogue, query: URLSearchParams, withoutEmpty: boolean): Listing {
  const names = filter(query, 'serviceNameParam');
  const groups = filter(query, 'groupNameParam');
  const { entries, versions } = catalogue;
  if (!withoutEmpty && names === undefined && groups === undefined) {
    return { catalogue, count: entries.length, kept: undefined };
  }
  const kept: number[] = [];
  for (let i = 0; i < entries.length; i += 1) {
    if (withoutEmpty && versions[i]!.instances.count === 0) continue;
    if (names !== undefined && !names.test(entries[i]!.service)) continue;
    if (groups === undefined || groups.test(entries[i]!.group)) kept.push(i);
  }
  return { catalogue, count: kept.length, kept };
}

interface Window {
  readonly from: number;
  readonly to: number;
  /** What the answer gives as the total. */
  readonly count: number;
}

/** Which rows page `pageNo` of a list holds: the releases differ, and none as one would expect. */
function windowOf(exchange: Exchange, total: number, pageNo: number, pageSize: number, zeroBased: boolean): Window {
  const size = Math.max(1, pageSize);
  const page = Math.max(0, zeroBased ? pageNo : pageNo - 1);
  if (servesOldStore(exchange.node)) {
    // A page that could hold everything holds everything, whatever its number; past the end the count is 0.
    if (size >= total) return { from: 0, to: total, count: total };
    return page * size >= total ? { from: 0, to: 0, count: 0 } : { from: page * size, to: Math.min(total, (page + 1) * size), count: total };
  }
  if (exchange.node.traits.number < 30_000 && total < size) return { from: 0, to: total, count: total };
  if (page * size >= total) return { from: 0, to: 0, count: total };
  return { from: page * size, to: Math.min(total, (page + 1) * size), count: total };
}

/** Rows of a window; a node with torn pages starts every list somewhere else. */
function rowsOf(exchange: Exchange, list: Listing, window: Window, write: (entry: ServiceEntry, version: ServiceVersion) => string): string {
  const { node } = exchange;
  const offset = node.tornPages && list.count > 0 ? (node.listOffset += 3) % list.count : 0;
  const { entries, versions } = list.catalogue;
  const parts: string[] = [];
  for (let i = window.from; i < window.to; i += 1) {
    const at = offset === 0 ? i : (i + offset) % list.count;
    const position = list.kept === undefined ? at : list.kept[at]!;
    parts.push(write(entries[position]!, versions[position]!));
  }
  return parts.join(',');
}

/** Pages kept of one catalogue. */
const mostPages = 256;

/** Pages of an unchanged catalogue are written once. */
function cachedPage(exchange: Exchange, catalogue: Catalogue, write: () => string): SimResponse {
  if (exchange.node.tornPages) return buffer(exchange, 200, Buffer.from(write()));
  const key = `${exchange.node.traits.generation} ${servesOldStore(exchange.node)} ${exchange.path}?${exchange.query.toString()}`;
  let body = catalogue.pages.get(key);
  if (body === undefined) {
    if (catalogue.pages.size >= mostPages) catalogue.pages.clear();
    body = Buffer.from(write());
    catalogue.pages.set(key, body);
  }
  return buffer(exchange, 200, body);
}

export function catalogServices(exchange: Exchange): SimResponse {
  const { query } = exchange;
  const pageNo = intOf(query, 'pageNo');
  const pageSize = intOf(query, 'pageSize');
  if (pageNo === undefined) return missingInt(exchange, 'pageNo');
  if (pageSize === undefined) return missingInt(exchange, 'pageSize');
  const catalogue = catalogueFor(exchange, askedNamespace(exchange));
  if (flag(query, 'withInstances')) return withInstances(exchange, catalogue, pageNo, pageSize);
  return cachedPage(exchange, catalogue, () => {
    const list = listing(catalogue, query, flag(query, 'hasIpCount'));
    const window = windowOf(exchange, list.count, pageNo, pageSize, false);
    const rows = rowsOf(exchange, list, window, (entry, version) => rowOf(exchange, entry, version));
    return `{"count":${window.count},"serviceList":[${rows}]}`;
  });
}

/** A bare array, no count; 0-based pages from the 1.x store. */
function withInstances(exchange: Exchange, catalogue: Catalogue, pageNo: number, pageSize: number): SimResponse {
  if (exchange.node.traits.number >= 30_000) {
    return text(
      exchange,
      'caused: Cannot invoke "java.lang.Boolean.booleanValue()" because the return value of '
      + '"com.alibaba.nacos.api.naming.pojo.maintainer.ServiceDetailInfo.isEphemeral()" is null;',
      500,
    );
  }
  const list = listing(catalogue, exchange.query, false);
  const window = windowOf(exchange, list.count, pageNo, pageSize, servesOldStore(exchange.node));
  const rows = rowsOf(exchange, list, window, (entry, version) => detail(exchange, entry, version));
  return buffer(exchange, 200, Buffer.from(`[${rows}]`));
}

function byCluster(exchange: Exchange, version: ServiceVersion, write: (instance: SimInstance) => string): readonly (readonly [string, string])[] {
  const names = exchange.node.traits.number < 20_000 ? version.everClusters : version.instances.clusters;
  const hosts = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const instance of instancesOf(version)) hosts.get(instance.cluster)?.push(write(instance));
  return [...hosts].map(([name, list]) => [name, list.join(',')]);
}

function detail(exchange: Exchange, entry: ServiceEntry, version: ServiceVersion): string {
  const clusters = byCluster(exchange, version, (instance) => briefInstance(exchange, instance));
  const names = `"serviceName":${JSON.stringify(entry.service)},"groupName":${JSON.stringify(entry.group)}`;
  const metadata = JSON.stringify(version.metadata);
  if (exchange.node.traits.number < 20_000) {
    const map = clusters.map(([name, hosts]) => `${JSON.stringify(name)}:{"hosts":[${hosts}]}`).join(',');
    return `{${names},"clusterMap":{${map}},"metadata":${metadata}}`;
  }
  const map = clusters.map(([name, hosts]) => `${JSON.stringify(name)}:{"clusterName":null,"healthChecker":null,"metadata":null,"hosts":[${hosts}]}`).join(',');
  return `{"namespace":null,${names},"clusterMap":{${map}},"metadata":${metadata},"protectThreshold":0.0,"selector":null,"ephemeral":null}`;
}

/** `v3/admin/ns/service/list`: a page inside a `Result`, with one page too many promised. */
export function serviceListV3(exchange: Exchange): SimResponse {
  const { query } = exchange;
  const pageNo = intOf(query, 'pageNo') ?? 1;
  const pageSize = intOf(query, 'pageSize') ?? 100;
  const catalogue = catalogueFor(exchange, askedNamespace(exchange));
  const write = (): string => {
    const list = listing(catalogue, query, flag(query, 'ignoreEmptyService'));
    const window = windowOf(exchange, list.count, pageNo, pageSize, false);
    const rows = rowsOf(exchange, list, window, flag(query, 'withInstances')
      ? (entry, version) => detailV3(exchange, entry, version)
      : (entry, version) => rowOf(exchange, entry, version));
    const pages = list.count === 0 ? 0 : Math.floor(list.count / Math.max(1, pageSize)) + 1;
    return `{"code":0,"message":"success","data":{"totalCount":${window.count},"pageNumber":${pageNo},"pagesAvailable":${pages},"pageItems":[${rows}]}}`;
  };
  return flag(query, 'withInstances') ? buffer(exchange, 200, Buffer.from(write())) : cachedPage(exchange, catalogue, write);
}

function detailV3(exchange: Exchange, entry: ServiceEntry, version: ServiceVersion): string {
  const grouped = `${entry.group}@@${entry.service}`;
  const map = byCluster(exchange, version, (instance) => fullInstance(exchange, instance, grouped))
    .map(([name, hosts]) => `${JSON.stringify(name)}:{"clusterName":null,"healthChecker":null,"healthyCheckPort":80`
      + `,"useInstancePortForCheck":true,"metadata":null,"hosts":[${hosts}]}`)
    .join(',');
  return `{"namespaceId":null,"serviceName":${JSON.stringify(entry.service)},"groupName":${JSON.stringify(entry.group)},"clusterMap":{${map}}`
    + `,"metadata":${JSON.stringify(version.metadata)},"protectThreshold":${double(0)},"selector":null,"ephemeral":null}`;
}

/** For the per-service answers. */
export const missingService = (exchange: Exchange, grouped: string): SimResponse => caused(exchange, 404, `service ${grouped} is not found!`);

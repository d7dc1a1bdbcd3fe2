/**
 * Instances as the registry holds them: the lists of services with instances, and those of one cluster. One loop sees
 * every instance of every node, so it allocates one record each and builds no text unless it refuses.
 */

import type { InstanceRecord, ServiceContents } from '../../model.ts';
import { NacosError } from '../errors.ts';
import type { Answer, Call, CatalogRow, ContentsPage } from './dialect.ts';
import type { Envelope } from './envelopes.ts';
import { countAt, fieldsAt, listAt, oneLine, refuse, textAt } from './fields.ts';
import type { Fields } from './fields.ts';

/** In which field a version tells health. */
type Health = 'valid' | 'healthy';

const none: Readonly<Record<string, string>> = {};

/** 1.x and 2.x: `[{"serviceName","groupName","clusterMap":{"DEFAULT":{"hosts":[…]}},"metadata":{}}]`, no count, no wrapping. */
export function contentsList(payload: unknown, at: string): ContentsPage {
  return { services: services(payload, at, 'valid') };
}

/** 3.x: the same rows with full instances, inside its Page. */
export function contentsItems(payload: unknown, at: string): ContentsPage {
  const body = fieldsAt(payload, at);
  return { count: countAt(body, 'totalCount', at), services: services(body['pageItems'], `${at}.pageItems`, 'healthy') };
}

/** `catalog/instances`: `{"list":[…],"count":3}` of one page that must have held all; `clusterName` in every row. */
export function instanceList(payload: unknown, at: string): readonly InstanceRecord[] {
  const body = fieldsAt(payload, at);
  const list = instancesOfOneList(body['list'], `${at}.list`);
  const count = countAt(body, 'count', at);
  // The count is taken after the page was cut; an instance may come or go in between.
  if (count !== list.length) throw new NacosError('torn', `${at}.list has ${list.length} instances for a count of ${count}`);
  return list;
}

/** 3.x: the bare list. */
export function instancesOfOneList(payload: unknown, at: string): readonly InstanceRecord[] {
  const records: InstanceRecord[] = [];
  appendHosts(records, listAt(payload, at), undefined, 'healthy', at);
  return records;
}

/**
 * A call for a list of instances. A cluster that never had an instance, or has lost its last one (2.0 and later), is a 404
 * whose words say so, as is a service that is gone: no instances either way. Any other 404 is a missing API.
 */
export function instancesCall(
  api: string, path: string, envelope: Envelope, decode: (payload: unknown, at: string) => readonly InstanceRecord[],
): Call<readonly InstanceRecord[]> {
  return {
    api,
    path,
    accepts: (status) => status === 404,
    decode: (answer: Answer) => {
      if (answer.status !== 404) return decode(...envelope(answer, api));
      const text = answer.text();
      if (/(service|serivce|cluster) .* is not found!/s.test(text)) return [];
      throw new NacosError('status', `${api}: HTTP 404${text === '' ? '' : `: ${oneLine(text)}`}`, { httpStatus: 404 });
    },
  };
}

/** `catalog/service`: `{"service":{…},"clusters":[{"name":"DEFAULT",…}]}`; a service that is gone is a 404 in words. */
export function clustersCall(api: string, path: string, envelope: Envelope): Call<readonly string[]> {
  return {
    api, path,
    accepts: (status) => status === 404,
    decode: (answer) => {
      if (answer.status === 404) {
        if (/service .* is not found!/s.test(answer.text())) return [];
        throw new NacosError('status', `${api}: HTTP 404`, { httpStatus: 404 });
      }
      const [payload, at] = envelope(answer, api);
      return listAt(fieldsAt(payload, at)['clusters'], `${at}.clusters`).map((row, i) => textAt(fieldsAt(row, `${at}.clusters[${i}]`), 'name', `${at}.clusters[${i}]`));
    },
  };
}

/** 3.x: `{"clusterMap":{"DEFAULT":{…}},…}`; a service that is gone is a 400 with code 21008 (recorded: 3.1.0). */
export function clusterMapCall(api: string, path: string, envelope: Envelope): Call<readonly string[]> {
  return {
    api, path,
    accepts: (status) => status === 400,
    decode: (answer) => {
      if (answer.status === 400) {
        if (fieldsAt(answer.json(), api)['code'] === noSuchService) return [];
        throw new NacosError('status', `${api}: HTTP 400`, { httpStatus: 400 });
      }
      const [payload, at] = envelope(answer, api);
      return Object.keys(fieldsAt(fieldsAt(payload, at)['clusterMap'] ?? none, `${at}.clusterMap`));
    },
  };
}

const noSuchService = 21_008;

/** What a row of r-nacos's catalog tells of the service itself; metadata that is no JSON object is left out. */
export function serviceOfRow(row: CatalogRow): Pick<ServiceContents, 'group' | 'name' | 'metadata' | 'protectThreshold'> {
  const metadata = metadataInText(row.metadata);
  return {
    group: row.groupName,
    name: row.name,
    ...(metadata === undefined ? {} : { metadata }),
    ...(typeof row.protectThreshold === 'number' ? { protectThreshold: row.protectThreshold } : {}),
  };
}

/** `protectThreshold` and `ephemeral` stand in the rows of 2.x and 3.x too, but are never filled there: 0.0 and null. */
function services(payload: unknown, at: string, health: Health): readonly ServiceContents[] {
  return listAt(payload, at).map((value, i): ServiceContents => {
    const where = `${at}[${i}]`;
    const row = fieldsAt(value, where);
    const clusters = fieldsAt(row['clusterMap'] ?? none, `${where}.clusterMap`);
    const instances: InstanceRecord[] = [];
    for (const cluster in clusters) {
      if (!Object.hasOwn(clusters, cluster)) continue;
      // The usual case without a text for the place where it would be wrong.
      const listed = (clusters[cluster] as { readonly hosts?: unknown } | null)?.hosts;
      if (Array.isArray(listed)) {
        appendHosts(instances, listed, cluster, health, at);
        continue;
      }
      const hosts = fieldsAt(clusters[cluster], `${where}.clusterMap.${cluster}`)['hosts'] ?? [];
      appendHosts(instances, listAt(hosts, `${where}.clusterMap.${cluster}.hosts`), cluster, health, where);
    }
    return { group: textAt(row, 'groupName', where), name: textAt(row, 'serviceName', where), instances, metadata: metadataAt(row, where) };
  });
}

/** `cluster` undefined: each row names its own. */
function appendHosts(records: InstanceRecord[], hosts: readonly unknown[], cluster: string | undefined, health: Health, at: string): void {
  for (let i = 0; i < hosts.length; i++) {
    const host = hosts[i] as Fields | null;
    if (typeof host !== 'object' || host === null) throw refuse(`${at} host ${i}`, 'an object', host);
    const { ip, port, weight, enabled, ephemeral } = host;
    const healthy = host[health];
    const place = cluster ?? host['clusterName'];
    if (typeof ip !== 'string' || ip === '') throw refuse(`${at} host ${i}.ip`, 'a text', ip);
    if (typeof port !== 'number' || !(port >= 0 && port <= 65_535) || !Number.isInteger(port)) throw refuse(`${at} host ${i}.port`, 'a port', port);
    if (typeof healthy !== 'boolean') throw refuse(`${at} host ${i}.${health}`, 'true or false', healthy);
    if (typeof enabled !== 'boolean') throw refuse(`${at} host ${i}.enabled`, 'true or false', enabled);
    if (typeof weight !== 'number') throw refuse(`${at} host ${i}.weight`, 'a number', weight);
    if (typeof place !== 'string') throw refuse(`${at} host ${i}.clusterName`, 'a text', place);
    const metadata = metadataAt(host, at);
    records.push(typeof ephemeral === 'boolean'
      ? { cluster: place, ip, port, ephemeral, healthy, enabled, weight, metadata }
      : { cluster: place, ip, port, healthy, enabled, weight, metadata });
  }
}

/** The parsed object itself where it holds texts only; Java maps may hold nulls, which stand for no entry. */
function metadataAt(fields: Fields, at: string): Readonly<Record<string, string>> {
  const metadata = fields['metadata'];
  if (metadata === undefined || metadata === null) return none;
  if (typeof metadata !== 'object' || Array.isArray(metadata)) throw refuse(`${at}.metadata`, 'an object', metadata);
  for (const key in metadata) {
    if (typeof (metadata as Fields)[key] !== 'string') return textsOf(metadata as Fields);
  }
  return metadata as Readonly<Record<string, string>>;
}

function textsOf(metadata: Fields): Readonly<Record<string, string>> {
  const entries = Object.entries(metadata).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]));
}

function metadataInText(text: string | null | undefined): Readonly<Record<string, string>> | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? textsOf(value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

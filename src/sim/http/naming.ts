/** What naming answers have in common: the namespace asked for, the service named, and instances as each release writes them. */

import { lastBeatOn } from '../beats.ts';
import { catalogueOf } from '../catalogue.ts';
import type { Catalogue } from '../catalogue.ts';
import type { ServiceEntry, ServiceVersion, SimInstance } from '../model.ts';
import { canonicalNamespace } from '../model.ts';
import { namespaceOf } from '../store.ts';
import type { NamespaceEntry } from '../store.ts';
import { seenBy } from '../view.ts';
import type { Exchange } from './exchange.ts';

const nowhere = (id: string): NamespaceEntry => ({ id, services: [], byName: new Map(), revision: 0 });

function namespaceIn(exchange: Exchange, id: string): NamespaceEntry {
  const { store } = exchange.world;
  return store.namespaces.has(id) ? namespaceOf(store, id) : nowhere(id);
}

export function catalogueFor(exchange: Exchange, id: string): Catalogue {
  const { world, node } = exchange;
  const namespace = namespaceIn(exchange, id);
  return catalogueOf(namespace, node.view, node.catalogues, world.shared);
}

export const askedNamespace = ({ query }: Exchange): string => canonicalNamespace(query.get('namespaceId'));

export interface AskedService {
  readonly namespace: string;
  readonly group: string;
  readonly name: string;
  readonly grouped: string;
}

/** `serviceName=group@@name`, or name and `groupName` apart; undefined without a name. */
export function askedService(exchange: Exchange): AskedService | undefined {
  const given = exchange.query.get('serviceName');
  if (given === null || given === '') return undefined;
  const [first = '', second] = given.split('@@');
  const group = second === undefined ? exchange.query.get('groupName') || 'DEFAULT_GROUP' : first;
  const name = second ?? first;
  return { namespace: askedNamespace(exchange), group, name, grouped: `${group}@@${name}` };
}

export interface FoundService {
  readonly entry: ServiceEntry;
  readonly version: ServiceVersion;
}

/** As this node sees it. */
export function lookUp(exchange: Exchange, service: AskedService): FoundService | undefined {
  const entry = namespaceIn(exchange, service.namespace).byName.get(service.grouped);
  const version = entry === undefined ? undefined : seenBy(exchange.node.view, entry);
  return entry === undefined || version === undefined ? undefined : { entry, version };
}

/** Java prints a whole double with its `.0`. */
export const double = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

const quoted = JSON.stringify;

/** Heartbeat settings as the getters compute them from `preserved.*` metadata. */
function beats(metadata: Readonly<Record<string, string>>): string {
  const number = (key: string, otherwise: number): number => Number(metadata[key] ?? otherwise) || otherwise;
  return `"instanceHeartBeatInterval":${number('preserved.heart.beat.interval', 5000)}`
    + `,"instanceHeartBeatTimeOut":${number('preserved.heart.beat.timeout', 15_000)}`
    + `,"ipDeleteTimeout":${number('preserved.ip.delete.timeout', 30_000)}`;
}

/** The same records come again and again: each is written once. */
function metadataJson({ world }: Exchange, metadata: Readonly<Record<string, string>>): string {
  let done = world.metadata.get(metadata);
  if (done === undefined) {
    done = quoted(metadata);
    world.metadata.set(metadata, done);
  }
  return done;
}

const instanceId = (instance: SimInstance, grouped: string): string =>
  `"instanceId":${quoted(`${instance.ip}#${instance.port}#${instance.cluster}#${grouped}`)},`;

function common(exchange: Exchange, instance: SimInstance, grouped: string): string {
  return `"ip":"${instance.ip}","port":${instance.port},"weight":${double(instance.weight)},"healthy":${instance.healthy}`
    + `,"enabled":${instance.enabled},"ephemeral":${instance.ephemeral},"clusterName":${quoted(instance.cluster)}`
    + `,"serviceName":${quoted(grouped)},"metadata":${metadataJson(exchange, instance.metadata)}`;
}

function lastBeat(exchange: Exchange, instance: SimInstance, grouped: string): number {
  const [group = '', service = ''] = grouped.split('@@');
  return lastBeatOn(exchange.world, exchange.node, { namespace: askedNamespace(exchange), group, service }, instance);
}

/** Of `catalog/instances` and the v3 admin API: health as it is, nothing hidden. */
export function fullInstance(exchange: Exchange, instance: SimInstance, grouped: string): string {
  if (exchange.node.traits.number < 20_000) {
    return `{${instanceId(instance, grouped)}${common(exchange, instance, grouped)},"lastBeat":${lastBeat(exchange, instance, grouped)}`
      + `,"marked":false,"app":"DEFAULT",${beats(instance.metadata)}}`;
  }
  // Instances of gRPC clients have no id, and show the generator instead.
  const id = instance.via === 'grpc' ? '' : instanceId(instance, grouped);
  const generator = instance.via === 'grpc' ? ',"instanceIdGenerator":"simple"' : '';
  return `{${id}${common(exchange, instance, grouped)},${beats(instance.metadata)}${generator}}`;
}

/** Of `catalog/services?withInstances=true` up to 2.5: little more than the address. */
export function briefInstance(exchange: Exchange, instance: SimInstance): string {
  return `{"valid":${instance.healthy},"metadata":${metadataJson(exchange, instance.metadata)},"port":${instance.port},"ip":"${instance.ip}"`
    + `,"weight":${double(instance.weight)},"enabled":${instance.enabled}}`;
}

/** A host of `instance/list`, where health has been rewritten by the caller. */
export function host(exchange: Exchange, instance: SimInstance, name: string, grouped: string): string {
  if (exchange.node.traits.number >= 20_000) return fullInstance(exchange, instance, grouped);
  return `{"ip":"${instance.ip}","port":${instance.port},"valid":${instance.healthy},"healthy":${instance.healthy},"marked":false,`
    + `${instanceId(instance, grouped)}"metadata":${metadataJson(exchange, instance.metadata)},"enabled":${instance.enabled}`
    + `,"weight":${double(instance.weight)},"clusterName":${quoted(instance.cluster)},"serviceName":${quoted(name)},"ephemeral":${instance.ephemeral}}`;
}

export function* instancesOf(version: ServiceVersion): Generator<SimInstance> {
  for (let i = 0; i < version.instances.count; i += 1) yield version.instances.at(i);
}

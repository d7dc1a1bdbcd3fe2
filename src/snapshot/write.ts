/**
 * A snapshot as text, line by line, so that a large one never exists as one text: one service a line, in an order and
 * with a spelling that depend on the contents alone. Two snapshots of the same registrations differ in their times only.
 */

import type { InstanceRecord, Outcome, ServiceContents } from '../model.ts';
import type { ClusterDocument, NamespaceDocument, NodeDocument, SnapshotDocument, SnapshotHead } from './document.ts';

/** Services may be lines already made, held as text or as bytes of it. */
export interface WrittenNamespace extends Omit<NamespaceDocument, 'services'> {
  readonly services?: readonly { toString(): string }[];
}

export interface WrittenNode extends Omit<NodeDocument, 'namespaces'> {
  readonly namespaces: readonly WrittenNamespace[];
}

export interface WrittenCluster extends Omit<ClusterDocument, 'nodes'> {
  readonly nodes: readonly WrittenNode[];
}

/** Every line of a document, put in order. */
export function* documentLines(document: SnapshotDocument): Generator<string> {
  yield firstLine(document);
  const clusters = document.clusters.toSorted((a, b) => compareText(a.name, b.name));
  for (const [i, cluster] of clusters.entries()) yield* clusterLines(written(cluster), i === clusters.length - 1);
  yield* lastLines(document.missing);
}

export function firstLine({ format, takenAt, exporter }: SnapshotHead): string {
  return `${open({ format, takenAt, exporter })},"clusters":[`;
}

/** Nodes, namespaces and services in the order given. */
export function* clusterLines({ name, nodes }: WrittenCluster, isLast: boolean): Generator<string> {
  yield `${open({ name })},"nodes":[`;
  for (const [i, node] of nodes.entries()) yield* nodeLines(node, i === nodes.length - 1);
  yield `]}${isLast ? '' : ','}`;
}

export function* lastLines(missing: readonly string[]): Generator<string> {
  if (missing.length === 0) {
    yield '],"missing":[]}';
    return;
  }
  yield '],"missing":[';
  for (const [i, sentence] of missing.entries()) yield `${JSON.stringify(sentence)}${i === missing.length - 1 ? '' : ','}`;
  yield ']}';
}

/** One service as one line of JSON, instances in order. */
export function serviceLine(service: ServiceContents): string {
  const { group, name, protectThreshold, metadata, counted, instances } = service;
  const head = open({ group, name, protectThreshold });
  const own = metadata === undefined ? '' : `,"metadata":${metadataText(metadata)}`;
  const count = counted === undefined ? '' : `,"counted":${counted}`;
  return `${head}${own}${count},"instances":[${instances.toSorted(compareInstances).map(instanceText).join(',')}]}`;
}

/** Identity first; the rest keeps the order of duplicates fixed. */
export function compareInstances(a: InstanceRecord, b: InstanceRecord): number {
  return compareText(a.cluster, b.cluster) || compareText(a.ip, b.ip) || a.port - b.port
    || Number(a.ephemeral ?? false) - Number(b.ephemeral ?? false) || compareText(instanceText(a), instanceText(b));
}

/** By UTF-16 units: the same on every machine, unlike an order of a locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function compareServices(a: Pick<ServiceContents, 'group' | 'name'>, b: Pick<ServiceContents, 'group' | 'name'>): number {
  return compareText(a.group, b.group) || compareText(a.name, b.name);
}

function* nodeLines({ namespaces, node, configured, up, version, api, mode, members, stages }: WrittenNode, isLast: boolean): Generator<string> {
  const lists = members?.map(({ address, state, version: its }) => ({ address, state, version: its }));
  const outcomes = Object.fromEntries(Object.entries(stages).map(([stage, outcome]) => [stage, outcomeFields(outcome)]));
  const head = open({ node, configured, up, version, api, mode, members: lists, stages: outcomes });
  if (namespaces.length === 0) {
    yield `${head},"namespaces":[]}${isLast ? '' : ','}`;
    return;
  }
  yield `${head},"namespaces":[`;
  for (const [i, namespace] of namespaces.entries()) yield* namespaceLines(namespace, i === namespaces.length - 1);
  yield `]}${isLast ? '' : ','}`;
}

function* namespaceLines({ services, id, name, readAt, outcome }: WrittenNamespace, isLast: boolean): Generator<string> {
  const head = open({ id, name, readAt, outcome: outcomeFields(outcome) });
  const end = isLast ? '' : ',';
  if (services === undefined || services.length === 0) {
    yield `${head}${services === undefined ? '' : ',"services":[]'}}${end}`;
    return;
  }
  yield `${head},"services":[`;
  for (const [i, service] of services.entries()) yield `${service.toString()}${i === services.length - 1 ? '' : ','}`;
  yield `]}${end}`;
}

function written(cluster: ClusterDocument): WrittenCluster {
  return {
    ...cluster,
    nodes: cluster.nodes.toSorted((a, b) => compareText(a.node, b.node)).map((node) => ({
      ...node,
      namespaces: node.namespaces.toSorted((a, b) => compareText(a.id, b.id)).map(({ services, ...namespace }) => (
        services === undefined ? namespace : { ...namespace, services: services.toSorted(compareServices).map(serviceLine) }
      )),
    })),
  };
}

function outcomeFields(outcome: Outcome): object {
  if (outcome.status !== 'failed') return { status: outcome.status };
  const { status, reason, httpStatus, detail } = outcome;
  return { status, reason, httpStatus, detail };
}

/** An object without its closing brace; what is undefined is left out. */
function open(fields: object): string {
  return JSON.stringify(fields).slice(0, -1);
}

function instanceText({ cluster, ip, port, ephemeral, healthy, enabled, weight, metadata }: InstanceRecord): string {
  const known = ephemeral === undefined ? '' : `,"ephemeral":${ephemeral}`;
  return `{"cluster":${JSON.stringify(cluster)},"ip":${JSON.stringify(ip)},"port":${port}${known},"healthy":${healthy}`
    + `,"enabled":${enabled},"weight":${weight},"metadata":${metadataText(metadata)}}`;
}

/** Keys sorted; written out, since an object would put keys that look like numbers first. */
function metadataText(metadata: Readonly<Record<string, string>>): string {
  const keys = Object.keys(metadata);
  if (keys.length > 1) keys.sort(compareText);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`).join(',')}}`;
}

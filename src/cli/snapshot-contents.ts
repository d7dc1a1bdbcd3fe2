/** What is registered on the nodes of a cluster: all nodes of one namespace at a time, so that they are read close together. */

import { thresholdKey } from '../analysis/protection.ts';
import type { NodeSnapshot, Outcome, ServiceContents } from '../model.ts';
import { expectedHint } from '../nacos/contents.ts';
import { NacosError, toFailure } from '../nacos/errors.ts';
import { readRegistrations } from '../nacos/registrations.ts';
import type { Peer } from '../poller/cluster-poller.ts';
import { silentReasons } from '../poller/counts-reader.ts';
import { compareServices, serviceLine, type WrittenNamespace } from '../snapshot/write.ts';

export interface NodeContents {
  readonly outcome: Outcome;
  readonly namespaces: readonly ReadNamespace[];
}

export interface ReadNamespace extends WrittenNamespace {
  /** Services that list fewer instances than they count. */
  readonly short: number;
}

export interface ContentsRequest {
  /** Sorted. */
  readonly namespaces: readonly string[];
  /** Protection thresholds known to the cluster, by `thresholdKey`. */
  readonly thresholds: ReadonlyMap<string, number>;
  readonly now: () => number;
}

/** A node on its way through the namespaces. */
interface Visit {
  readonly peer: Peer;
  readonly node: NodeSnapshot;
  readonly namespaces: ReadNamespace[];
  /** The node stopped answering: the rest would only wait for the same time-out. */
  silent: boolean;
}

/** `nodes` are those that are up, each with its peer. */
export async function readContentsOfNodes(
  nodes: readonly { readonly peer: Peer; readonly node: NodeSnapshot }[], request: ContentsRequest,
): Promise<ReadonlyMap<string, NodeContents>> {
  const visits = nodes.map(({ peer, node }): Visit => ({ peer, node, namespaces: [], silent: false }));
  const able = visits.filter(({ peer: { dialect } }) => dialect?.contentsPage !== undefined || dialect?.allInstances !== undefined);
  for (const namespace of request.namespaces) await Promise.all(able.map((visit) => readNamespace(visit, namespace, request)));
  const contents = await Promise.all(visits.map(async (visit) => [visit.node.node, able.includes(visit) ? await judged(visit) : unsupported] as const));
  return new Map(contents);
}

const unsupported: NodeContents = { outcome: { status: 'unsupported' }, namespaces: [] };

async function readNamespace(visit: Visit, namespace: string, { thresholds, now }: ContentsRequest): Promise<void> {
  const { peer, node, namespaces } = visit;
  const name = node.stages.namespaces?.value?.find(({ id }) => id === namespace)?.name;
  const head = { id: namespace, ...(name === undefined ? {} : { name }) };
  if (visit.silent || peer.dialect === undefined) {
    namespaces.push({ ...head, outcome: { status: 'skipped' }, short: 0 });
    return;
  }
  const counts = node.stages.counts?.value?.get(namespace);
  const collected = createCollector((group, service) => thresholds.get(thresholdKey(namespace, group, service)));
  let outcome: Outcome = { status: 'ok' };
  try {
    const hint = counts === undefined ? {} : { hint: expectedHint(counts.services, counts.totalInstances) };
    const read = await readRegistrations(peer.client, peer.dialect, namespace, collected, hint);
    if (read.failure !== undefined) {
      outcome = { status: 'failed', ...read.failure, detail: `${read.unfinished} services without "ephemeral": ${read.failure.detail}` };
    }
  } catch (error) {
    outcome = { status: 'failed', ...toFailure(error) };
  }
  if (outcome.status === 'failed' && silentReasons.has(outcome.reason)) visit.silent = true;
  const services = collected.lines();
  const kept = outcome.status === 'ok' || services.length > 0 ? { services } : {};
  namespaces.push({ ...head, readAt: new Date(now()).toISOString(), outcome, ...kept, short: collected.short() });
}

/** Whoever answered last must be whom we asked: behind a balancer that may have changed under us, and nothing read counts. */
async function judged({ peer, namespaces, node }: Visit): Promise<NodeContents> {
  const failed = namespaces.find(({ outcome }) => outcome.status === 'failed')?.outcome;
  if (peer.dialect?.raft !== undefined) {
    try {
      const { address } = (await peer.client.call(peer.dialect.raft)).value;
      if (address !== undefined && address !== node.node) throw new NacosError('wrong_member', `asked ${node.node}, and ${address} answered`);
    } catch (error) {
      const failure = toFailure(error);
      if (failure.reason === 'wrong_member') return { outcome: { status: 'failed', ...failure }, namespaces: [] };
    }
  }
  return { outcome: failed ?? { status: 'ok' }, namespaces };
}

interface Collector {
  begin(): void;
  put(service: ServiceContents): void;
  lines(): readonly Buffer[];
  short(): number;
}

/** Holds each service as the line it will be: bytes outside the heap, a fraction of what its records would take. */
function createCollector(thresholdOf: (group: string, name: string) => number | undefined): Collector {
  const services = new Map<string, { readonly group: string; readonly name: string; readonly line: Buffer; readonly short: boolean }>();
  return {
    begin: () => services.clear(),
    put(service) {
      const { group, name } = service;
      const protectThreshold = service.protectThreshold ?? thresholdOf(group, name);
      const line = Buffer.from(serviceLine(protectThreshold === undefined ? service : { ...service, protectThreshold }));
      services.set(`${group}@@${name}`, { group, name, line, short: service.counted !== undefined });
    },
    lines: () => [...services.values()].toSorted(compareServices).map(({ line }) => line),
    short: () => [...services.values()].filter(({ short }) => short).length,
  };
}

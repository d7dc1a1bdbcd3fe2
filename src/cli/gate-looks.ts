/** What a gate sees of a cluster, look by look: the poller's rounds, or a few targeted reads and nothing else. */

import { allows } from '../analysis/names.ts';
import { registryOfCluster, clusterIn, SnapshotLacks } from '../analysis/contents/snapshot-registry.ts';
import type { ClusterConfig } from '../config/config.ts';
import type { GateReads, GateRequest } from '../gates/gate.ts';
import { observe, type Extras, type NodeSeen, type Observation, type Present, type Told } from '../gates/observation.ts';
import type { InstanceRecord } from '../model.ts';
import { toFailure } from '../nacos/errors.ts';
import type { Call, Dialect } from '../nacos/dialects/dialect.ts';
import { createBudget } from '../poller/budget.ts';
import type { ClusterPoller, Peer } from '../poller/cluster-poller.ts';
import { registryOnly, type Intervals } from '../poller/schedule.ts';
import type { SnapshotDocument } from '../snapshot/document.ts';
import type { Machine } from './machine.ts';
import { openPoller } from './pollers.ts';

export interface Looks {
  /** The first at once, each further one when it is due. */
  next(): Promise<Observation>;
  close(): Promise<void>;
}

export interface LooksDeps {
  readonly config: ClusterConfig;
  readonly reads: GateReads;
  readonly request: GateRequest;
  readonly machine: Machine;
  /** Bytes of contents a second. */
  readonly contentsRate: number;
  readonly takeSnapshot: () => Promise<SnapshotDocument>;
}

/** Between two whole snapshots. */
const snapshotsMs = 30_000;
/** A gate may ask for the state of an upgrade this often. */
const upgradeMs = 20_000;

export function openLooks({ config, reads, request, machine, contentsRate, takeSnapshot }: LooksDeps): Looks {
  const poller = openPoller({
    config, machine, wait: machine.wait, log: { info: () => {}, warn: () => {} }, publish: () => {}, forgetNode: () => {}, onRequest: () => {},
    intervals: intervalsFor(reads, config.poll.interval),
    ...(reads.contents === true ? { contentsBudget: createBudget(contentsRate, machine.now) } : {}),
  });
  let first = true;
  let polledAt = -Infinity;

  async function round(): Promise<void> {
    if (!first) await machine.wait(reads.registrations === true ? snapshotsMs : config.poll.livenessInterval);
    first = false;
    await poller.check();
    if (reads.polls !== true || machine.now() - polledAt < config.poll.interval) return;
    await poller.poll();
    polledAt = machine.now();
  }

  return {
    async next() {
      await round();
      const extras: Extras = {
        ...(reads.only === undefined ? {} : { nodes: await askNodes(poller, reads.only, request, machine.now) }),
        ...(reads.registrations === true ? { present: presentIn(await takeSnapshot(), config) } : {}),
      };
      return observe(poller.view(), extras);
    },
    close: () => poller.close(),
  };
}

/** Ticks come about every poll interval, and what is due half of one later is read: so much is added. */
export function intervalsFor({ upgrade, connections }: GateReads, interval: number): Intervals {
  return { ...registryOnly, ...(upgrade === true ? { upgrade: upgradeMs + interval / 2 } : {}), ...(connections === true ? { connections: interval } : {}) };
}

/** Asks every node that answers; each answer is told for itself. */
export async function askNodes(
  poller: ClusterPoller, only: NonNullable<GateReads['only']>, request: GateRequest, now: () => number,
): Promise<NonNullable<Extras['nodes']>> {
  const up = new Set(poller.snapshot().nodes.filter(({ stages }) => stages.liveness?.outcome.status === 'ok').map(({ node }) => node));
  const asked = poller.peers().filter(({ node, dialect }) => up.has(node) && dialect !== undefined) as readonly (Peer & { readonly dialect: Dialect })[];
  const clusters = only.includes('instance') ? await clustersOf(asked, request) : undefined;
  return new Map(await Promise.all(asked.map(async (peer): Promise<readonly [string, Partial<NodeSeen>]> => [peer.node, {
    ...(only.includes('switches') ? { switches: await ask(peer, peer.dialect.switches, now) } : {}),
    ...(only.includes('raft') ? { raft: await ask(peer, peer.dialect.raft, now) } : {}),
    ...(clusters === undefined ? {} : { instances: await instancesOn(peer, request, clusters, now) }),
  }])));
}

async function ask<T>({ client }: Peer, call: Call<T> | undefined, now: () => number): Promise<Told<T>> {
  if (call === undefined) return { state: 'unsupported' };
  try {
    const { value } = await client.call(call);
    return { state: 'told', value, at: now() };
  } catch (error) {
    return { state: 'failed', reason: toFailure(error).detail };
  }
}

type Clusters = readonly string[] | { readonly failed: string };

/** The cluster asked for; otherwise every one that some node names, and the one that nearly all services have. */
async function clustersOf(peers: readonly (Peer & { readonly dialect: Dialect })[], { instance }: GateRequest): Promise<Clusters> {
  const { namespace, group, service, cluster } = instance!;
  if (cluster !== undefined) return [cluster];
  const found = await Promise.all(peers.map((peer) => ask(peer, peer.dialect.clusters?.(namespace, group, service), () => 0)));
  const failed = found.find((one) => one.state === 'failed');
  if (failed !== undefined) return { failed: `the clusters of the service could not be read: ${failed.reason}` };
  return [...new Set(['DEFAULT', ...found.flatMap((one) => (one.state === 'told' ? one.value : []))])];
}

async function instancesOn(peer: Peer & { readonly dialect: Dialect }, { instance }: GateRequest, clusters: Clusters, now: () => number): Promise<Told<readonly InstanceRecord[]>> {
  const { namespace, group, service } = instance!;
  const { dialect } = peer;
  if (dialect.allInstances !== undefined) return ask(peer, dialect.allInstances(namespace, group, service), now);
  if (dialect.instances === undefined) return { state: 'unsupported' };
  if ('failed' in clusters) return { state: 'failed', reason: clusters.failed };
  const all: InstanceRecord[] = [];
  for (const cluster of clusters) {
    const told = await ask(peer, dialect.instances(namespace, group, service, cluster), now);
    if (told.state !== 'told') return told;
    all.push(...told.value);
  }
  return { state: 'told', value: all, at: now() };
}

/** What the nodes agree on in a snapshot just taken. */
export function presentIn(document: SnapshotDocument, { name, namespaces }: ClusterConfig): Present {
  try {
    const whole = registryOfCluster(clusterIn(document, name));
    return { registry: new Map([...whole].filter(([service]) => allows(namespaces, service.slice(0, service.indexOf('/'))))), gaps: document.missing };
  } catch (error) {
    if (!(error instanceof SnapshotLacks)) throw error;
    return { registry: new Map(), gaps: document.missing.length === 0 ? [error.message] : document.missing };
  }
}

/**
 * `/api/v1/snapshot?cluster=NAME`: what was last read of every node, as JSON. It is what the series are made of, with the reason of
 * every failure; the instances themselves are not kept, and `nacos-exporter snapshot` reads them.
 */

import type { FastifyInstance } from 'fastify';

import type { Member, Outcome, RaftGroup, ServerState } from '../model.ts';
import { plainText, refuseAllButReads } from './refuse.ts';

export type StageReport = Outcome & {
  /** ISO 8601, UTC: end of the last attempt; `valueAt` of the last that succeeded, as long as its value counts. */
  readonly at: string;
  readonly valueAt?: string;
  /** Consecutive ones. */
  readonly failures: number;
};

/** One node's counts of one namespace. */
export interface NamespaceReport {
  readonly id: string;
  readonly services: number;
  readonly servicesEmpty: number;
  readonly instances: number;
  readonly instancesHealthy: number;
}

export interface NodeReport {
  /** `ip:port` as the members list writes it, or as configured until that is known. */
  readonly node: string;
  readonly configured: boolean;
  readonly up: boolean;
  readonly version?: string;
  readonly api?: string;
  readonly mode?: ServerState['mode'];
  readonly responseMs?: number;
  /** Server's clock minus ours. */
  readonly clockOffsetMs?: number;
  readonly stages: Readonly<Record<string, StageReport>>;
  /** The node's own opinion of its peers, and of who leads. */
  readonly members?: readonly Member[];
  readonly raft?: readonly RaftGroup[];
  readonly switches?: Readonly<Record<string, boolean>>;
  /** Absent ones were not read, which is not empty. */
  readonly namespaces: readonly NamespaceReport[];
}

export interface ClusterReport {
  readonly cluster: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** By address. */
  readonly nodes: readonly NodeReport[];
}

export interface SnapshotSource {
  /** Of the clusters that are polled here. */
  names(): readonly string[];
  of(cluster: string): ClusterReport;
}

const path = '/api/v1/snapshot';

/** All clusters, or one. 404 for one that is not polled here. */
export function addSnapshot(app: FastifyInstance, source: SnapshotSource): void {
  app.get(path, async (request, reply) => {
    const { cluster } = request.query as { readonly cluster?: string };
    const names = source.names().filter((name) => cluster === undefined || name === cluster);
    if (cluster !== undefined && names.length === 0) return reply.code(404).type(plainText).send('cluster: not polled here\n');
    return reply.send({ clusters: names.map((name) => source.of(name)) });
  });
  refuseAllButReads(app, path);
}

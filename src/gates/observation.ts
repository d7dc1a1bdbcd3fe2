/** One look at the cluster: what each node told, and what the comparison of contents has brought so far. Built from the poller's view. */

import type { DivergentService, NamespaceDivergence } from '../analysis/contents/summary.ts';
import type { Registry } from '../analysis/contents/registry-diff.ts';
import type { Joining } from '../analysis/joining.ts';
import type { Ledger } from '../analysis/ledger.ts';
import { isReady, isUp, type Timing } from '../analysis/status.ts';
import type {
  ApiName, ClusterSnapshot, Connections, InstanceRecord, Member, NodeSnapshot, Reading, SelfView, Stage, StageValues, Switches, UpgradeState,
} from '../model.ts';
import { contentsSeen, type ContentsSeen } from './contents-seen.ts';
import { is1x } from './versions.ts';

/** What one node told of one thing. */
export type Told<T> =
  | { readonly state: 'told'; readonly value: T; readonly at: number }
  /** Not by this version, or not without credentials. */
  | { readonly state: 'unsupported' }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'unread' };

export interface NodeSeen {
  readonly node: string;
  readonly configured: boolean;
  /** The last check was answered; false at the second that was not. Undefined before the first, and for a member that nobody reads. */
  readonly answers: boolean | undefined;
  /** Why it does not answer, or is not read. */
  readonly problem?: string;
  readonly ready: boolean | undefined;
  /** When it was seen to start. */
  readonly startedAt?: number;
  readonly joining?: Joining;
  readonly api?: ApiName;
  readonly version?: string;
  readonly members: Told<readonly Member[]>;
  readonly raft: Told<SelfView>;
  readonly switches: Told<Switches>;
  readonly upgrade: Told<UpgradeState>;
  readonly connections: Told<Connections>;
  readonly counts: Told<{ readonly services: number; readonly instances: number }>;
  readonly contents: Told<true>;
  /** Registrations under the name that was asked for. */
  readonly instances: Told<readonly InstanceRecord[]>;
}

/** Agreed numbers of a namespace; undefined while no node votes. */
export interface Numbers {
  readonly instances: number;
  readonly healthy: number;
}

export interface Observation {
  readonly at: number;
  readonly cluster: string;
  /** By address: those that are read, and those that some list names. */
  readonly nodes: readonly NodeSeen[];
  /** When it last became somebody else's business. */
  readonly ownershipAt?: number;
  readonly namespaces: ReadonlyMap<string, Numbers | undefined>;
  readonly contents: ContentsSeen;
  /** Every registration, where a gate asks for that. */
  readonly present?: Present;
}

export interface Present {
  readonly registry: Registry;
  /** One sentence each: what should have been read and was not. */
  readonly gaps: readonly string[];
}

/** The poller's view, as far as gates look. */
export interface Seen {
  readonly now: number;
  readonly snapshot: ClusterSnapshot;
  readonly ledger: Ledger;
  readonly timing: Timing;
  readonly contents?: {
    readonly namespaces: ReadonlyMap<string, NamespaceDivergence>;
    readonly divergent: (most?: number) => readonly DivergentService[];
  };
}

/** What was asked of the nodes one by one, beyond the poll. */
export interface Extras {
  readonly nodes?: ReadonlyMap<string, Partial<Pick<NodeSeen, 'switches' | 'raft' | 'instances'>>>;
  readonly present?: Present;
}

export function observe(seen: Seen, extras: Extras = {}): Observation {
  const { snapshot, ledger, now } = seen;
  const read = snapshot.nodes.map((node) => ({ ...nodeSeen(node, seen), ...extras.nodes?.get(node.node) }));
  const known = new Set(read.map(({ node }) => node));
  const named = new Set([...ledger.membership.listed, ...read.flatMap(({ members }) => (members.state === 'told' ? members.value.map(({ address }) => address) : []))]);
  const unread = [...named].filter((address) => !known.has(address)).map(stranger);
  const nodes = [...read.map((node) => (named.size === 0 || named.has(node.node) ? node : abandoned(node))), ...unread].toSorted((a, b) => (a.node < b.node ? -1 : 1));
  const ownershipAt = ledger.ownership.changes.at(-1);
  return {
    at: now, cluster: snapshot.cluster, nodes,
    namespaces: new Map([...ledger.agreed].map(([id, { votes, totalInstances, totalHealthy }]) => [id, votes.length === 0 ? undefined : { instances: totalInstances, healthy: totalHealthy }])),
    ...(ownershipAt === undefined ? {} : { ownershipAt }),
    contents: contentsSeen(seen, nodes),
    ...(extras.present === undefined ? {} : { present: extras.present }),
  };
}

function nodeSeen(node: NodeSnapshot, { ledger, now, timing }: Seen): NodeSeen {
  const { liveness } = node.stages;
  // One failed check is a hiccup, as it is for the poller: the next one tells.
  const answers = liveness === undefined || liveness.failures === 1 ? undefined : liveness.failures === 0 && isUp(node, now, timing) === true;
  const life = ledger.life.get(node.node);
  const joining = ledger.joining.get(node.node);
  const version = node.state?.version;
  const counts = told(node, 'counts');
  return {
    node: node.node, configured: node.configured, answers, ready: answers === true ? isReady(node) : undefined,
    ...(liveness?.outcome.status === 'failed' ? { problem: `does not answer: ${liveness.outcome.detail}` } : {}),
    ...(life?.startedAt === undefined ? {} : { startedAt: life.startedAt }),
    ...(joining === undefined ? {} : { joining }),
    ...(node.api === undefined ? {} : { api: node.api }),
    ...(version === undefined || version === '' ? {} : { version }),
    members: told(node, 'members'), raft: told(node, 'raft'), switches: told(node, 'switches'),
    upgrade: is1x(version) ? { state: 'unsupported' } : told(node, 'upgrade'), connections: told(node, 'connections'),
    counts: counts.state === 'told' ? { ...counts, value: sumOf(counts.value) } : counts,
    contents: asTrue(told(node, 'contents')), instances: { state: 'unread' },
  };
}

function sumOf(catalogs: StageValues['counts']): { readonly services: number; readonly instances: number } {
  let [services, instances] = [0, 0];
  for (const catalog of catalogs.values()) {
    services += catalog.services;
    instances += catalog.totalInstances;
  }
  return { services, instances };
}

const asTrue = (one: Told<unknown>): Told<true> => (one.state === 'told' ? { ...one, value: true } : one);

/** Of the last reading alone: a value that outlived a failed one is no word of now. */
function told<S extends Stage>(node: NodeSnapshot, stage: S): Told<StageValues[S]> {
  const reading = node.stages[stage] as Reading<StageValues[S]> | undefined;
  switch (reading?.outcome.status) {
    case 'ok':
      return reading.value === undefined ? { state: 'unread' } : { state: 'told', value: reading.value, at: reading.valueAt! };
    case 'failed':
      return { state: 'failed', reason: reading.outcome.detail };
    case 'unsupported':
      return { state: 'unsupported' };
    default:
      return { state: 'unread' };
  }
}

/** Perhaps it was removed, and only the exporter still expects it. */
function abandoned(node: NodeSeen): NodeSeen {
  return node.problem === undefined ? node : { ...node, problem: `${node.problem}; no member list names it: if it was removed, take it out of the exporter's configuration` };
}

function stranger(node: string): NodeSeen {
  const unread = { state: 'unread' } as const;
  return {
    node, configured: false, answers: undefined, problem: 'is in a member list and is not read: not configured, and discovery is off or only a minority lists it', ready: undefined,
    members: unread, raft: unread, switches: unread, upgrade: unread, connections: unread, counts: unread, contents: unread, instances: unread,
  };
}

export const nodeOf = ({ nodes }: Observation, name: string): NodeSeen | undefined => nodes.find(({ node }) => node === name);

/**
 * What the pages are made from: what a poll left of each cluster, as plain records without the poller's types. Absent means
 * not known, and is never shown as 0. Times are milliseconds since the epoch.
 */

import type { DivergenceDifference, DivergentConfigItem, EventItem } from '../divergence.ts';

export type { DivergenceDifference, DivergentConfigItem, EventItem };

/** Where a page gets its state; each call is cheap, and bounded by what is asked for. */
export interface PageSource {
  /** In the order of the configuration. */
  names(): readonly string[];
  /** Undefined for a cluster that is not polled here. */
  cluster(name: string): ClusterState | undefined;
  /** Services that differ now, oldest first; so many of them at most. */
  differing(name: string, most: number): readonly Differing[];
  /** Configurations that a node serves otherwise than they are stored; undefined while that is not checked. */
  configs(name: string): readonly DivergentConfigItem[] | undefined;
  /** The last ones, newest first; so many of them at most. */
  events(name: string, most: number): readonly EventItem[];
  exporter(): ExporterState;
}

export interface ClusterState {
  readonly name: string;
  /** When this was asked for. */
  readonly now: number;
  /** When the poller last took anything in; absent before the first poll was completed. */
  readonly lookedAt?: number;
  /** It is so long since then that nothing here is true any more. */
  readonly stale: boolean;
  readonly nodes: readonly NodeState[];
  /** Nodes that ought to be there. */
  readonly expected: number;
  readonly raft: readonly RaftState[];
  readonly namespaces: readonly NamespaceState[];
  /** Every node's contents were compared at least once; absent where they are not read. */
  readonly compared: boolean;
  /** What is confirmed is a sample. */
  readonly sampled: boolean;
  /** Services that differ. */
  readonly confirmed: number;
  readonly suspected: number;
  /** Since when the oldest confirmed one does, and nodes with something confirmed. */
  readonly since?: number;
  readonly differsOn: readonly string[];
  /** Readings that failed when they were last due, and how many failed since the start. */
  readonly failing: readonly FailingRead[];
  readonly failures: number;
  /** Series that a limit left out. */
  readonly dropped: number;
}

export type NodeCondition = 'up' | 'down' | 'unknown';
/** Why a node's word does not count; `votes` where it does. */
export type Vote = 'votes' | 'down' | 'unread' | 'joining' | 'frozen';

export interface NodeState {
  readonly node: string;
  readonly condition: NodeCondition;
  readonly vote: Vote;
  readonly version?: string;
  /** Undefined where nothing tells. */
  readonly ready?: boolean;
  /** One line for people: why it is down, or not ready. */
  readonly detail?: string;
  /** Raft groups that it leads by its own word. */
  readonly leads: readonly string[];
  /** How many of the other members that were asked call it UP, and how many were asked; absent where none tells. */
  readonly seenUp?: { readonly up: number; readonly of: number };
  /** When its counts were last read. */
  readonly readAt?: number;
  readonly responseMs?: number;
  /** Of a node that joins: agreed instances that it lacks. */
  readonly lacks?: number;
}

export interface RaftState {
  readonly group: string;
  /** Nodes whose own view names themselves. */
  readonly leaders: readonly string[];
  /** Every node that is up told of its groups: that none leads is known, not only unseen. */
  readonly complete: boolean;
}

export interface NamespaceState {
  readonly id: string;
  /** As the server names it, where that is another word than the id. */
  readonly name?: string;
  /** Absent while no node votes. */
  readonly agreed?: AgreedState;
  /** Absent before the first complete comparison. */
  readonly differing?: { readonly confirmed: number; readonly suspected: number };
  /** Node by node, in the order of the cluster's nodes. */
  readonly cells: readonly CellState[];
}

export interface AgreedState {
  readonly services: number;
  readonly instances: number;
  readonly healthy: number;
  readonly tied: boolean;
  /** Services whose protection threshold is reached. */
  readonly protected: number;
  /** The number that a loss is measured against. */
  readonly baseline?: number;
}

/** Why a node tells no number of a namespace. */
export type Absence = 'down' | 'unread' | 'failed' | 'unsupported' | 'unknown_here';

export type CellState =
  | { readonly absent: Absence; readonly detail?: string }
  | {
    readonly instances: number;
    readonly healthy: number;
    /** Absent before the first complete comparison. */
    readonly found?: { readonly missing: number; readonly surplus: number; readonly conflicting: number };
  };

export interface FailingRead {
  readonly node: string;
  readonly stage: string;
  readonly reason: string;
  readonly detail: string;
  readonly at: number;
}

/** One service that differs; what exactly is worked out for those that are shown. */
export interface Differing {
  readonly cluster: string;
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  readonly kind: string;
  readonly confirmed: boolean;
  readonly since: number;
  readonly cause?: string;
  /** Nodes and addresses, to be searched. */
  words(): string;
  details(): DifferingDetails;
}

export interface DifferingDetails {
  /** False where the version of a node never repairs such a difference. */
  readonly healsByItself: boolean;
  readonly differences: readonly DivergenceDifference[];
  /** Differences beyond those listed. */
  readonly omitted: number;
}

export interface ExporterState {
  readonly version: string;
  readonly startedAt: number;
  /** When the configuration in force was taken. */
  readonly configAt: number;
  /** Why the last reload failed; empty where it did not. */
  readonly configErrors: readonly string[];
}

/**
 * The document that `snapshot` writes and `diff` and the gates read: every node of every cluster with what was registered on it,
 * and with what could not be read. A namespace whose outcome is not ok may lack services, and a node that is not up has
 * no namespaces: neither is ever to be taken for empty.
 */

import type { ApiName, Member, Outcome, ServerState, ServiceContents } from '../model.ts';

export const snapshotFormat = 'nacos-exporter/snapshot/1';

export interface SnapshotHead {
  readonly format: typeof snapshotFormat;
  /** ISO 8601, UTC: when the reading began. */
  readonly takenAt: string;
  /** Version of the program. */
  readonly exporter: string;
}

export interface SnapshotDocument extends SnapshotHead {
  /** By name. */
  readonly clusters: readonly ClusterDocument[];
  /** One sentence for everything that should have been read and was not; empty in a complete snapshot. */
  readonly missing: readonly string[];
}

export interface ClusterDocument {
  readonly name: string;
  /** By address, those that did not answer included. */
  readonly nodes: readonly NodeDocument[];
}

export interface NodeDocument {
  /** `ip:port` as the members list writes it. */
  readonly node: string;
  readonly configured: boolean;
  readonly up: boolean;
  readonly version?: string;
  readonly api?: ApiName;
  readonly mode?: ServerState['mode'];
  /** The node's own member list: its opinion of the others. */
  readonly members?: readonly Member[];
  /** Stages of a poll, and `contents`, by name. */
  readonly stages: Readonly<Record<string, Outcome>>;
  /** By id. */
  readonly namespaces: readonly NamespaceDocument[];
}

export interface NamespaceDocument {
  readonly id: string;
  readonly name?: string;
  /** When the reading of this namespace ended. */
  readonly readAt?: string;
  readonly outcome: Outcome;
  /** By group and name. All of them where the outcome is ok; else what was read before it failed, absent where that is nothing. */
  readonly services?: readonly ServiceContents[];
}

/**
 * Plain readonly records that every room of the house shares. Imports nothing, holds no behaviour
 * and no field name of a Nacos server: a dialect has already turned the server's words into these.
 * Times are milliseconds since the epoch unless a name says otherwise.
 */

/** One kind of reading of a node. The order is the order in which a poll asks. */
export const stages = [
  'liveness', 'readiness', 'members', 'raft', 'switches', 'metrics', 'push', 'namespaces', 'counts', 'contents',
  'beats', 'connections', 'upgrade', 'database', 'ports', 'actuator',
] as const;
export type Stage = (typeof stages)[number];

/** Why a reading failed; the values of the `reason` label of `nacos_poll_failures_total`. */
export const failureReasons = [
  'timeout', 'connect', 'tls', 'protocol', 'redirect', 'auth', 'forbidden', 'status', 'gone', 'empty', 'decode', 'envelope',
  'too_large', 'torn', 'wrong_member',
] as const;
export type FailureReason = (typeof failureReasons)[number];

export interface Failure {
  readonly reason: FailureReason;
  /** One line for the log: names the API and what was wrong; never holds a secret. */
  readonly detail: string;
  /** Status of the HTTP answer, where there was one. */
  readonly httpStatus?: number;
}

export type Outcome =
  | { readonly status: 'ok' }
  | ({ readonly status: 'failed' } & Failure)
  | { readonly status: 'unsupported' }
  | { readonly status: 'skipped' };

/** How a node is spoken to; the `api` label of `nacos_node_info`. */
export type ApiName = 'v1' | 'v2.0' | 'v2.2' | 'v3' | 'v3-open' | 'r-nacos';

export interface ServerState {
  /** As the server writes it, `2.0.4` or `3.1.0-bugfix`; empty where the server tells none. */
  readonly version: string;
  readonly mode: 'cluster' | 'standalone' | 'unknown';
}

/** Any HTTP answer in time is life; `state` is absent where the answer did not tell (401, 403, 503). */
export interface Liveness {
  readonly httpStatus: number;
  readonly state?: ServerState;
}

export interface Readiness {
  readonly ready: boolean;
  /** What the server gave as the reason for not being ready. */
  readonly detail?: string;
}

export const memberStates = ['starting', 'up', 'suspicious', 'down', 'isolation'] as const;
export type MemberState = (typeof memberStates)[number];

/** One row of a node's own member list: that node's opinion. */
export interface Member {
  /** `ip:port` as the members list writes it. */
  readonly address: string;
  readonly state: MemberState;
  /** Absent for a peer that never reported. */
  readonly version?: string;
  /** What the member said of its two stores: measured by 2.0 and 2.1, always true from 2.2 on, absent before 2.0 and before its first check. */
  readonly readyToUpgrade?: boolean;
}

export interface RaftGroup {
  readonly group: string;
  /** `ip:raftPort` of the leader this node believes in; absent where it names none. */
  readonly leader?: string;
  readonly term: number;
  /** `ip:raftPort` of the group's members as this node knows them; absent where the version does not tell. */
  readonly members?: readonly string[];
}

/** What a node says of itself. */
export interface SelfView {
  /** `ip:port`; absent where the version cannot tell. */
  readonly address?: string;
  readonly state?: MemberState;
  /** `ip:raftPort` of this node, as raft groups name it. */
  readonly raftAddress?: string;
  readonly raft: readonly RaftGroup[];
}

export interface Switches {
  /** Every boolean switch under Nacos's own name: `pushEnabled`, `distroEnabled`, … */
  readonly enabled: Readonly<Record<string, boolean>>;
  /** Non-null pins the status that the node reports (`UP`, `DOWN`, `READ_ONLY`). */
  readonly overriddenServerStatus?: string;
}

/** `operator/metrics`; a number is absent where the version does not report it. */
export interface OperatorMetrics {
  readonly status?: string;
  /** 0..1 */
  readonly cpu?: number;
  /** One-minute load of the operating system. */
  readonly load1?: number;
  /** 0..1 */
  readonly memory?: number;
  readonly clients?: NamingClients;
  /** Those that the node itself looks after: the others know them from it. */
  readonly responsibleClients?: number;
  /** Counted up and down by the server: may drift, even below zero. */
  readonly subscribers?: number;
}

export const clientTypes = ['connection', 'ephemeral_ip_port', 'persistent_ip_port'] as const;
export type ClientType = (typeof clientTypes)[number];

/** Clients of naming that a node knows, those of other members included. */
export type NamingClients = Readonly<Record<ClientType, number>>;

export interface Namespace {
  /** Canonical: `public`, never empty. */
  readonly id: string;
  readonly name: string;
  /** Configurations stored under it, as the database counts them; absent where nothing counts them. */
  readonly configs?: number;
}

export interface ConfigKey {
  readonly group: string;
  readonly dataId: string;
}

/** A configuration as the database has it, by the MD5 of its content in lower-case hex. */
export interface StoredConfig extends ConfigKey {
  readonly md5: string;
}

/**
 * What a node serves to clients under such a name. It does not compare while the node writes it (409), or where it is
 * another one, meant for chosen clients only (beta, gray).
 */
export type ServedConfig =
  | { readonly kind: 'content'; readonly md5: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'incomparable' };

/** One registered instance, as one node has it. */
export interface InstanceRecord {
  /** The cluster inside the service. */
  readonly cluster: string;
  readonly ip: string;
  readonly port: number;
  /** Absent where the answer does not tell: the lists with instances of 1.x and 2.x. */
  readonly ephemeral?: boolean;
  /** As the registry holds it, before any protection threshold. */
  readonly healthy: boolean;
  readonly enabled: boolean;
  readonly weight: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A service with everything registered in it, as one node has it. */
export interface ServiceContents {
  readonly group: string;
  readonly name: string;
  readonly instances: readonly InstanceRecord[];
  /** The service's own, where the source has it; likewise its threshold, 0..1. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly protectThreshold?: number;
  /** Instances that the node counts, where it lists fewer (r-nacos hides disabled ones). */
  readonly counted?: number;
}

/**
 * The names of a namespace's services under small numbers, shared by all nodes of a cluster so that their catalogs
 * can be compared as arrays. Append-only: a number keeps its meaning as long as the object lives.
 */
export interface ServiceNames {
  readonly groups: readonly string[];
  readonly names: readonly string[];
  idOf(group: string, name: string): number | undefined;
  /** By number, at least as long as `names`: a stable hash of namespace, group and name, the same in every process. */
  hashes(): Uint32Array;
  /** By number, likewise: Java's String.hashCode of `group@@name`, by which Distro assigns services on 1.x. */
  javaHashes(): Int32Array;
}

/** One node's catalog of one namespace: counts per service, indexed by the service's number. */
export interface Catalog {
  readonly names: ServiceNames;
  /** Instances of service `i`; -1 where the node's catalog has no such row. May be shorter than `names`. */
  readonly instances: Int32Array;
  readonly healthy: Int32Array;
  /** 1 where the row said that the protection threshold is reached (also true at threshold 0 with nothing healthy). */
  readonly triggered: Uint8Array;
  /** Rows, rows without instances, and sums over all rows. */
  readonly services: number;
  readonly empty: number;
  readonly totalInstances: number;
  readonly totalHealthy: number;
  /** Order-insensitive digest of all rows: equal digests mean equal counts. */
  readonly digest: number;
}

/** Namespace id to catalog. */
export type Catalogs = ReadonlyMap<string, Catalog>;

/** What the instances of one namespace amount to, as one node has them. */
export interface ContentsTotals {
  readonly instances: number;
  readonly enabled: number;
  /** Absent where the version's lists do not tell. */
  readonly ephemeral?: number;
}

/** A node's own counters, which it sets back at midnight, and what it says of its pushes now. */
export interface PushTotals {
  /** Attempts, failures included. */
  readonly total: number;
  readonly failed: number;
  /** Pushes of a service without a valid instance; only the actuator of 2.2 and later tells. */
  readonly empty?: number;
  /** Milliseconds a push took of late; absent where nothing was pushed. */
  readonly cost?: { readonly avg?: number; readonly max?: number };
  readonly pending?: number;
}

/** What a node's own metrics endpoint tells, where it is open. */
export interface Actuator {
  /** When the process started. */
  readonly startedAt?: number;
  /** Absent where the node serves no naming; likewise the config center. */
  readonly push?: PushTotals;
  readonly config?: ConfigCenter;
  readonly passed: PassedSeries;
}

export const configQueues = ['dump', 'notify', 'notify_client'] as const;
export type ConfigQueue = (typeof configQueues)[number];

/** Why the config center refused or failed. */
export const configExceptions = ['illegalArgument', 'nacos', 'db', 'configNotify', 'unhealth'] as const;
export type ConfigException = (typeof configExceptions)[number];

export interface ConfigCenter {
  /** Counters that the server sets back at midnight. */
  readonly gets?: number;
  readonly publishes?: number;
  readonly longPolls?: number;
  readonly pending: { readonly [Q in ConfigQueue]?: number };
  /** Since the process started; one that never happened is not there. */
  readonly exceptions: { readonly [E in ConfigException]?: number };
}

/** A server's own series, as they are passed on. */
export interface PassedSeries {
  /** Family, with our prefix, to its rows in the order of their labels. */
  readonly families: ReadonlyMap<string, readonly PassedRow[]>;
  /** Family to the number of its rows that a limit left out. */
  readonly dropped: ReadonlyMap<string, number>;
}

export interface PassedRow {
  /** The server's labels as the text format spells them, each after a comma: `,uri="/v1/ns/instance"`. */
  readonly labels: string;
  /** Of a summary. */
  readonly part?: 'sum' | 'count';
  readonly value: number;
}

/** When somebody who has to beat was last heard of: an instance on 1.x, from 2.2 on a client that registers over HTTP. */
export interface Beat {
  readonly namespace: string;
  readonly group: string;
  /** Of a client that has several in the namespace, one of them. */
  readonly service: string;
  /** `ip:port`. */
  readonly address: string;
  /** The server's clock at its answer minus the last beat, milliseconds: good to half a second, never negative. */
  readonly age: number;
  /** The instance's own limits, milliseconds. */
  readonly unhealthyAfter: number;
  readonly deleteAfter: number;
  /** When it was looked at. */
  readonly at: number;
}

/** Of those that one node is responsible for, as many as were looked at of late. */
export interface Beats {
  readonly source: 'instance' | 'client';
  readonly sampled: readonly Beat[];
}

/** Open gRPC connections to a node. */
export interface Connections {
  /** From clients, and from other members. */
  readonly sdk: number;
  readonly cluster: number;
  /** Client's version as it names itself (`Nacos-Java-Client:v2.1.0`) to its connections, members left out. */
  readonly versions: Readonly<Record<string, number>>;
}

/** The two stores of a 2.0 or 2.1 node while it changes from 1.x's to its own. */
export interface UpgradeState {
  /** The node serves 2.x's store. */
  readonly upgraded: boolean;
  /** As far as this node knows. */
  readonly allMembers2x: boolean;
  readonly doubleWriteEnabled: boolean;
  readonly pendingTasks: number;
  readonly services: PerStore<number>;
  readonly instances: PerStore<number>;
  /** Services that are in the one store only, `namespace##group@@name`. */
  readonly only: PerStore<readonly string[]>;
}

export interface PerStore<T> {
  readonly v1: T;
  readonly v2: T;
}

export const databaseStates = ['up', 'slave_down', 'master_down'] as const;
export type DatabaseState = (typeof databaseStates)[number];

export const portNames = ['http', 'grpc_sdk', 'grpc_cluster', 'raft'] as const;
export type PortName = (typeof portNames)[number];

/** Whether a connection came about; a port that was not tried is absent. */
export type OpenPorts = { readonly [P in PortName]?: boolean };

export interface StageValues {
  readonly liveness: Liveness;
  readonly readiness: Readiness;
  readonly members: readonly Member[];
  readonly raft: SelfView;
  readonly switches: Switches;
  readonly metrics: OperatorMetrics;
  readonly push: PushTotals;
  readonly namespaces: readonly Namespace[];
  readonly counts: Catalogs;
  /** By namespace; the instances themselves are compared as they come, and not kept. */
  readonly contents: ReadonlyMap<string, ContentsTotals>;
  readonly beats: Beats;
  readonly connections: Connections;
  readonly upgrade: UpgradeState;
  readonly database: DatabaseState;
  readonly ports: OpenPorts;
  readonly actuator: Actuator;
}

/** The last word on one stage of one node. */
export interface Reading<T> {
  readonly outcome: Outcome;
  /** End of the last attempt that was not skipped. */
  readonly at: number;
  readonly durationMs: number;
  /** The last value read; dropped at the second consecutive failure. */
  readonly value?: T;
  /** When `value` was read. */
  readonly valueAt?: number;
  /** Consecutive failures, 0 after a success. */
  readonly failures: number;
}

export type Readings = { readonly [S in Stage]?: Reading<StageValues[S]> };

export interface NodeSnapshot {
  /** `ip:port` as the members list writes it, or as configured until that is known. */
  readonly node: string;
  readonly configured: boolean;
  readonly api?: ApiName;
  readonly state?: ServerState;
  readonly stages: Readings;
  /** Milliseconds that the last liveness check took to its first byte. */
  readonly responseMs?: number;
  /** Server clock minus ours, milliseconds, from the response's `Date`. */
  readonly clockOffsetMs?: number;
}

/** All nodes of one cluster at about one moment. */
export interface ClusterSnapshot {
  readonly cluster: string;
  readonly at: number;
  readonly nodes: readonly NodeSnapshot[];
  /** Protection thresholds known so far, `namespace/group@@name` to threshold. */
  readonly thresholds: ReadonlyMap<string, number>;
  /** Interval in force per stage, milliseconds: the longest of all nodes. */
  readonly intervals: { readonly [S in Stage]?: number };
}

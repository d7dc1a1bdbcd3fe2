/** The mutable state of a simulated cluster: made by `createCluster`, changed by its rooms, read by the answers. */

import type { CatalogueCache, RowCache } from './catalogue.ts';
import type { SimClock } from './clock.ts';
import type { SimConfig } from './configs.ts';
import type { Fault } from './faults.ts';
import type { MemberState, ServiceEntry, SimInstance } from './model.ts';
import type { Random } from './random.ts';
import type { Store } from './store.ts';
import type { Subscriber } from './subscribers.ts';
import type { Traits } from './versions.ts';
import type { NodeView } from './view.ts';

export interface ConsoleNamespace {
  /** Canonical id. */
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly configCount?: number;
}

export interface AuthOptions {
  readonly username: string;
  readonly password: string;
  readonly tokenTtlSeconds?: number;
  readonly identity?: { readonly key: string; readonly value: string };
  /** 3.x: only admin and console APIs ask for a token (`nacos.core.auth.enabled=false`, the default there). */
  readonly adminOnly?: boolean;
}

/** What an observer holds of a peer. */
export interface PeerOpinion {
  state: MemberState;
  failures: number;
  /** Version in the peer's last report; undefined for one that never reported. */
  version: string | undefined;
  refreshedAt: number;
  /** Set by a script; wins over what reports say. */
  forced: MemberState | undefined;
}

export interface RaftBelief {
  /** Index of the node believed to lead. */
  leader: number;
  term: number;
  /** Set by a script: elections do not change it. */
  stuck: boolean;
}

export interface PushCounters {
  total: number;
  failed: number;
  /** Of a service that has no healthy instance. */
  empty: number;
  pending: number;
  /** Day of the counters; they go back to 0 at midnight UTC. */
  day: number;
  avgCostMs: number;
  maxCostMs: number;
  /** Part of the pushes that fail, 0..1. */
  failing: number;
}

export interface ConfigCounters {
  gets: number;
  publishes: number;
  /** Day of the two above. */
  day: number;
  longPolls: number;
  /** Tasks that wait. */
  dump: number;
  notify: number;
  notifyClient: number;
  /** By name, since the start. */
  exceptions: Readonly<Record<string, number>>;
}

export interface UpgradeState {
  /** Since when all members are seen to be 2.x and ready; undefined while they are not. */
  readySince: number | undefined;
  upgraded: boolean;
  /** Says `isAll20XVersion` although a member is 1.x, as a 2.0.4 node was seen to. */
  claimsAll2x: boolean;
  pendingTasks: number;
  /** Grouped names, `namespace##group@@service`, that one store lacks. */
  v1Missing: readonly string[];
  v2Missing: readonly string[];
}

/** A naming client of 2.2 and later, and what it has registered. */
export interface SimClient {
  readonly id: string;
  readonly registered: { readonly entry: ServiceEntry; readonly instance: SimInstance }[];
}

export interface NodeState {
  readonly index: number;
  ip: string;
  port: number;
  traits: Traits;
  running: boolean;
  /** Counts starts and stops: what an earlier life had planned is void. */
  life: number;
  /** When the process started. */
  startedAt: number;
  /** Its own member state. */
  self: MemberState;
  /** What the server status is pinned to (`overriddenServerStatus`), or what it is while starting. */
  status: string | undefined;
  notReady: string | undefined;
  /** Milliseconds that the node's clock is ahead. */
  skewMs: number;
  readonly switches: Map<string, unknown>;
  load: { cpu: number; load: number; mem: number };
  readonly push: PushCounters;
  readonly config: ConfigCounters;
  /** Served in place of what is stored: an older state, or undefined for nothing. */
  readonly heldConfigs: Map<string, SimConfig | undefined>;
  /** Whether `actuator/prometheus` is open. */
  actuator: boolean;
  readonly upgrade: UpgradeState;
  readonly view: NodeView;
  readonly catalogues: CatalogueCache;
  /** As of the catalogues of that stamp. */
  clients: { readonly stamp: string; readonly byId: ReadonlyMap<string, SimClient> };
  readonly peers: Map<number, PeerOpinion>;
  readonly raft: Map<string, RaftBelief>;
  /** Indexes of members that its own list does not name. */
  readonly unlisted: Set<number>;
  /** gRPC clients of its own; undefined where it has as many as every node. */
  sdkClients: { readonly count: number; readonly version: string } | undefined;
  readonly faults: Set<Fault>;
  /** Every list request starts elsewhere: pages of one walk do not fit together. */
  tornPages: boolean;
  listOffset: number;
  /** `serviceCount` of operator/metrics, a gauge that 2.x refreshes every 15 s. */
  gauge: { at: number; services: number };
  /** Requests answered, by path without query. */
  readonly requests: Map<string, number>;
}

export interface World {
  readonly clock: SimClock;
  readonly random: Random;
  readonly seed: number;
  /** Context path, `/nacos`. */
  readonly context: string;
  readonly store: Store;
  readonly nodes: NodeState[];
  readonly consoleNamespaces: ConsoleNamespace[];
  /** What the config center stores. */
  readonly configs: Map<string, SimConfig>;
  readonly auth: AuthOptions | undefined;
  /** Accepted by every node: the usual deployment shares the signing key. Value: expiry. */
  readonly tokens: Map<string, number>;
  readonly embeddedStorage: boolean;
  /** 3.x: the v1 and v2 admin APIs answer (`nacos.core.api.compatibility.admin.enabled`). */
  readonly compatibility: boolean;
  doubleWrite: boolean;
  /** Instances that do not beat any more, and since when; by namespace, service and `instanceKey`. */
  readonly silent: Map<string, number>;
  /** That hear of a change through one node. */
  readonly subscribers: number;
  /** Clients that keep a gRPC connection to each node and register nothing. */
  readonly sdkClients: number;
  readonly shared: CatalogueCache;
  readonly rows: RowCache;
  /** Serialised metadata records. */
  readonly metadata: WeakMap<Readonly<Record<string, string>>, string>;
  /** Instances whose clients beat over HTTP, and when each did last. */
  readonly beats: Map<string, number>;
  /** Subscribers of 1.x, and who carries a packet to one. */
  pushed: readonly Subscriber[];
  onPush: (ip: string, port: number, packet: string) => void;
  /** 3.x: the v1 API for clients answers (`nacos.core.api.compatibility.client.enabled`). */
  readonly clientApi: boolean;
  /** Pairs `a-b`, a < b, that cannot reach each other. */
  readonly cuts: Set<string>;
  /** Indexes of nodes that no raft group has as a member. */
  readonly outsideRaft: Set<number>;
  /** Groups and their terms so far. */
  readonly terms: Map<string, number>;
  /** Told when a node starts or stops to listen. */
  readonly lifeListeners: Set<(index: number, running: boolean) => void>;
}

export const addressOfNode = (node: NodeState): string => `${node.ip}:${node.port}`;
export const raftAddressOf = (node: NodeState): string => `${node.ip}:${node.port - 1000}`;
export const isStandalone = (world: World): boolean => world.nodes.length === 1;

export function reachable(world: World, a: number, b: number): boolean {
  return world.nodes[b]!.running && !world.cuts.has(a < b ? `${a}-${b}` : `${b}-${a}`);
}

/** Plain records of the simulated registry, shared by its rooms. Times are milliseconds since the epoch. */

export interface ServiceId {
  /** Canonical: `public`, never empty. */
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
}

/** Immutable: a change makes a new record, so a lagging node can simply keep the old one. */
export interface SimInstance {
  readonly ip: string;
  readonly port: number;
  readonly cluster: string;
  readonly ephemeral: boolean;
  readonly healthy: boolean;
  readonly enabled: boolean;
  readonly weight: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** A gRPC client's instance carries no `instanceId` from 2.0 on. */
  readonly via: 'http' | 'grpc';
  /** When it was registered or last changed its health; the last beat of one that is silent. */
  readonly changedAt: number;
}

/** What a script has to say to register an instance; the rest has Nacos's defaults. */
export interface Registration extends Partial<Omit<SimInstance, 'changedAt'>> {
  readonly namespace?: string;
  readonly group?: string;
  readonly service: string;
  readonly ip: string;
  readonly port: number;
}

/** Which instances a step is about; an absent field takes all. */
export interface Selector {
  readonly namespace?: string;
  readonly group?: string;
  readonly service?: string | RegExp;
  readonly cluster?: string;
  readonly ip?: string;
  readonly port?: number;
  readonly ephemeral?: boolean;
  readonly healthy?: boolean;
  readonly where?: (instance: SimInstance, service: ServiceId) => boolean;
  /** A random part of those, 0..1. */
  readonly share?: number;
  /** At most so many. */
  readonly limit?: number;
}

/** The instances of one service, possibly computed from an index rather than held. */
export interface InstanceList {
  readonly count: number;
  readonly healthy: number;
  readonly ephemeral: number;
  /** Clusters that hold an instance. */
  readonly clusters: readonly string[];
  at(index: number): SimInstance;
}

/** One state of one service. Immutable, shared by the truth and by every node that sees this state. */
export interface ServiceVersion {
  readonly instances: InstanceList;
  /** 1.x keeps a cluster after its last instance has gone. */
  readonly everClusters: readonly string[];
  readonly protectThreshold: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Created by hand: no cleaner removes it when it is empty. */
  readonly permanent: boolean;
}

/** A service's number never changes; without a current state it is not in the registry (any more). */
export interface ServiceEntry extends ServiceId {
  readonly number: number;
  /** Java hash of `group@@service`: who is responsible for it in 1.x. */
  readonly hash: number;
  current: ServiceVersion | undefined;
}

/** Counts of one namespace as one node, or the truth, has them. */
export interface Totals {
  readonly services: number;
  readonly empty: number;
  readonly instances: number;
  readonly healthy: number;
  readonly ephemeral: number;
}

/** What is registered, in the truth or in one node's view: for tests to compare. */
export interface Registry {
  namespaces(): readonly string[];
  totals(namespace: string): Totals;
  services(namespace: string): Iterable<ServiceId & { readonly instances: number; readonly healthy: number }>;
  /** Undefined where there is no such service. */
  instances(service: ServiceId): readonly SimInstance[] | undefined;
}

export const memberStates = ['STARTING', 'UP', 'SUSPICIOUS', 'DOWN', 'ISOLATION'] as const;
export type MemberState = (typeof memberStates)[number];

/** Identity of an instance inside its service. */
export function instanceKey(instance: Pick<SimInstance, 'ip' | 'port' | 'cluster' | 'ephemeral'>): string {
  return `${instance.ip}#${instance.port}#${instance.cluster}#${instance.ephemeral ? 'e' : 'p'}`;
}

/** `''` and `public` are the same namespace. */
export function canonicalNamespace(id: string | null | undefined): string {
  return id === undefined || id === null || id === '' ? 'public' : id;
}

/** The effective configuration: what the loader makes of file, environment and flags. Durations are milliseconds. */

import type { Shard } from './shard.ts';

/** Where a secret comes from. Only `readSecret` turns it into text, at the moment of use, so a rotated file is seen. */
export type Secret =
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'value'; readonly value: string };

export interface ServerAddress {
  readonly scheme: 'http' | 'https';
  /** An IPv6 address stands in its brackets, as URLs and `host:port` want it. */
  readonly host: string;
  readonly port: number;
  /** Starts with `/` and does not end with one; empty for the root. */
  readonly contextPath: string;
}

export interface TlsConfig {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
}

export interface AuthConfig {
  readonly user?: { readonly username: string; readonly password: Secret };
  readonly identity?: { readonly key: string; readonly value: Secret };
}

export interface PollConfig {
  readonly interval: number;
  readonly livenessInterval: number;
  /** operator/metrics and readiness where they walk every service (before 2.2), database and ports. */
  readonly slowInterval: number;
  /** Namespaces and service names, connections, the state of an upgrade. */
  readonly rareInterval: number;
  /** All instances of a cluster that is too large to be read at every poll. */
  readonly contentsInterval: number;
  readonly connectTimeout: number;
  readonly timeout: number;
}

export interface Limits {
  /** Services that get series of their own, per cluster. */
  readonly services: number;
  readonly responseBytes: number;
  /** Series of a node's own that are passed on. */
  readonly actuatorSeries: number;
  /** Rows asked for in one catalog page. */
  readonly pageRows: number;
}

export interface CanaryConfig {
  /** The only one that is written to. */
  readonly namespace: string;
  readonly interval: number;
  /** Absent: the name of the host. */
  readonly identity?: string;
  /** 1.x: also be pushed its changes. */
  readonly push: boolean;
}

export interface ConfigCheckConfig {
  /** To all nodes of the cluster together. */
  readonly requestsPerMinute: number;
}

export interface ClusterConfig {
  readonly name: string;
  readonly servers: readonly ServerAddress[];
  readonly discover: boolean;
  readonly auth: AuthConfig;
  readonly tls?: TlsConfig;
  /** Exact names or globs with `*`; an empty allow list allows all. */
  readonly namespaces: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  readonly poll: PollConfig;
  /** Absent while it is off. */
  readonly canary?: CanaryConfig;
  /** Absent while it is off. */
  readonly configCheck?: ConfigCheckConfig;
  /** Metric families by name or glob, likewise. */
  readonly metrics: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  /** Metadata keys whose values get series by service, and how many values of each. */
  readonly metadataViews: { readonly keys: readonly string[]; readonly valuesPerKey: number };
  readonly limits: Limits;
  readonly expose: 'metrics' | 'probe';
}

/** One bot of a chat service. Its address is as secret as its key: whoever knows it can post. */
export interface RelayChannel {
  readonly url: Secret;
  /** Messages are signed with it; WeCom has none. */
  readonly secret?: Secret;
}

export interface RelayConfig {
  readonly language: 'en' | 'zh';
  /** Our own pages as a browser reaches them, without a slash at the end. */
  readonly externalUrl?: string;
  /** A channel that is absent is off. */
  readonly feishu?: RelayChannel;
  readonly dingtalk?: RelayChannel;
  readonly wecom?: RelayChannel;
}

/** Who may ask for a reload over HTTP. */
export type Lifecycle = 'protected' | 'anyone' | 'off';

export interface Config {
  readonly web: { readonly listenAddress: string; readonly telemetryPath: string; readonly configFile?: string; readonly lifecycle: Lifecycle };
  readonly log: { readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error'; readonly format: 'logfmt' | 'json' };
  readonly shard: Shard;
  /** Bytes a second of contents reads, all clusters together. */
  readonly contentsRate: number;
  readonly relay: RelayConfig;
  readonly clusters: readonly ClusterConfig[];
}

/**
 * A dialect: which requests one generation of Nacos understands, and what its answers mean. Pure: a call is data plus
 * a decoder, somebody else sends it. What a version cannot answer is simply not there, and that is how a dialect
 * declares the stages that it supports.
 */

import type {
  ApiName, Connections, DatabaseState, InstanceRecord, Liveness, Member, Namespace, OperatorMetrics, PortName, PushTotals, Readiness, SelfView, ServedConfig,
  ServiceContents, Stage, StoredConfig, Switches, UpgradeState,
} from '../../model.ts';
import { stages } from '../../model.ts';

/** An HTTP answer before its meaning: `json` is absent where the body is no JSON. */
export interface Answer {
  readonly status: number;
  /** By its name in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly text: () => string;
  /** Parses the body; throws NacosError `empty` or `decode`. */
  readonly json: () => unknown;
}

/** One read of one node. */
export interface Call<T> {
  /** Bounded name for the `api` label: `catalog_services`, `server_state`, … */
  readonly api: string;
  /** Below the context path, with query: `/v1/ns/operator/switches`. */
  readonly path: string;
  /** Statuses that `decode` understands besides 200 (readiness says no with 500 or 503). */
  readonly accepts?: (status: number) => boolean;
  /** Statuses by which the server says that it has no such API: no failure, the stage is unsupported there. */
  readonly missing?: (status: number) => boolean;
  /** Not guarded by Nacos's own authentication: never waits for a login. */
  readonly anonymous?: true;
  /** Throws NacosError `envelope` where the shape is not what the version promises. */
  readonly decode: (answer: Answer) => T;
}

/** A row of a catalog page as every generation writes it. */
export interface CatalogRow {
  readonly name: string;
  readonly groupName: string;
  readonly ipCount: number;
  readonly healthyInstanceCount: number;
  /** A string in Nacos, a boolean in r-nacos. */
  readonly triggerFlag: string | boolean;
  /** r-nacos only; the metadata as JSON in a text. */
  readonly protectThreshold?: number;
  readonly metadata?: string | null;
}

export interface CatalogPage {
  /** The server's own total, as of this page. */
  readonly count: number;
  readonly rows: readonly CatalogRow[];
}

export interface ContentsPage {
  /** The server's own total; absent before 3.0. */
  readonly count?: number;
  readonly services: readonly ServiceContents[];
}

/** The last beat of one ephemeral instance, and its own limits; milliseconds. */
export interface InstanceBeat {
  readonly address: string;
  /** Since the epoch, by the server's clock. */
  readonly lastBeat: number;
  readonly unhealthyAfter: number;
  readonly deleteAfter: number;
}

export interface ConfigPage {
  /** All that match, as the server counts them. */
  readonly total: number;
  /** On this page, those included that cannot be compared. */
  readonly rows: number;
  readonly items: readonly StoredConfig[];
}

/** Which configurations of a namespace are listed: pages from 1, of all or of the one with that name. */
export interface ConfigQuery {
  readonly pageNo: number;
  readonly pageSize: number;
  readonly group?: string;
  readonly dataId?: string;
}

/** MD5 of a text's UTF-8 bytes, in lower-case hex. */
export type Md5 = (text: string) => string;

/** What is stored, and what a node serves of it. */
export interface ConfigSource {
  readonly list: (namespace: string, asked: ConfigQuery, md5: Md5) => Call<ConfigPage>;
  readonly served: (namespace: string, group: string, dataId: string) => Call<ServedConfig>;
}

/** A service in which a client has registered. */
export interface Registered {
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  /** The cluster inside the service. */
  readonly cluster: string;
}

/** Where a version tells when it last heard of those who have to beat. Right on the responsible node only. */
export type BeatSource =
  | {
    readonly source: 'instance';
    /** Those of one cluster of a service, pages from 1. */
    readonly page: (namespace: string, group: string, name: string, cluster: string, pageNo: number, pageSize: number) => Call<readonly InstanceBeat[]>;
  }
  | {
    readonly source: 'client';
    /** Addresses (`ip:port`) of the clients that beat. Of very many a part, another one for another `turn`. */
    readonly list: (turn: number) => Call<ClientList>;
    /** When it was last heard of, since the epoch by the server's clock; undefined where it is gone. */
    readonly lastBeat: (address: string) => Call<number | undefined>;
    readonly registered: (address: string) => Call<readonly Registered[]>;
  };

export interface ClientList {
  readonly addresses: readonly string[];
  /** All of them, and not a part. */
  readonly whole: boolean;
}

/**
 * Number of the first page with instances. `either`: 0 while 2.0 and 2.1 serve 1.x's store, 1 once they are upgraded, and
 * then page 0 is page 1.
 */
export type PageBase = 'zero' | 'one' | 'either';

export interface Dialect {
  readonly api: ApiName;
  /** Any answer is life; carries the version, so an upgrade is seen at the next check. */
  readonly liveness: Call<Liveness>;
  readonly readiness?: Call<Readiness>;
  readonly members?: Call<readonly Member[]>;
  /** The node's own entry: who answers here, and its raft view. */
  readonly raft?: Call<SelfView>;
  readonly switches?: Call<Switches>;
  readonly metrics?: Call<OperatorMetrics>;
  readonly push?: Call<PushTotals>;
  readonly namespaces?: Call<readonly Namespace[]>;
  readonly beats?: BeatSource;
  readonly connections?: Call<Connections>;
  readonly upgrade?: Call<UpgradeState>;
  readonly database?: Call<DatabaseState>;
  readonly configs?: ConfigSource;
  /** What a node of the generation listens on; absent where nobody can tell which node it is. */
  readonly ports?: readonly PortName[];
  /** The node's own metrics as text. */
  readonly actuator?: Call<string>;
  /** Namespace ids that have services, whether or not the console knows them. */
  readonly serviceNamespaces?: Call<readonly string[]>;
  /** One page, `pageNo` from 1, empty services included. Namespace `public` in its canonical form. */
  readonly catalogPage?: (namespace: string, pageNo: number, pageSize: number) => Call<CatalogPage>;
  readonly protectThreshold?: (namespace: string, group: string, name: string) => Call<number>;
  /** One page of services with their instances, empty ones included; pages count from `contentsBase`. */
  readonly contentsPage?: (namespace: string, pageNo: number, pageSize: number) => Call<ContentsPage>;
  readonly contentsBase?: PageBase;
  /** Every instance of one cluster of a service; none where service or cluster is not there. */
  readonly instances?: (namespace: string, group: string, name: string, cluster: string) => Call<readonly InstanceRecord[]>;
  /** The clusters that a service has, as far as the node knows; none where the service is not there. */
  readonly clusters?: (namespace: string, group: string, name: string) => Call<readonly string[]>;
  /** Every instance of a service in one answer: r-nacos, which has no other way. */
  readonly allInstances?: (namespace: string, group: string, name: string) => Call<readonly InstanceRecord[]>;
  /** Paths to log in at, best first; absent where the version has no login. */
  readonly login: readonly string[];
  /** True where operator/metrics and readiness walk every service: they go on the slow schedule. */
  readonly slowMetrics: boolean;
}

/** The stages that this dialect can answer. */
export function supportedStages(dialect: Dialect): ReadonlySet<Stage> {
  const under = { counts: dialect.catalogPage, contents: dialect.contentsPage ?? dialect.allInstances };
  const sources: { readonly [S in Stage]?: unknown } = { ...dialect, ...under };
  return new Set(stages.filter((stage) => sources[stage] !== undefined));
}

/**
 * What a node's own lists say of every instance, read over plain HTTP with none of the exporter's code: the yardstick for
 * what the exporter says of differences between nodes. One page that is larger than any registry of the lab.
 */

import type { LabNode } from './cluster.ts';
import { identity } from './home.ts';
import { plainHttpOk } from './http.ts';
import { releaseOf } from './versions.ts';

/** All that nodes can differ in about an instance that they hold. */
export interface Shown {
  readonly healthy: string;
  readonly enabled: string;
  readonly weight: string;
  /** JSON with sorted keys. */
  readonly metadata: string;
}

/** `group@@name` to `cluster ip:port` to what the node shows of it; services without instances are left out. */
export type Contents = ReadonlyMap<string, ReadonlyMap<string, Shown>>;

interface RawHost {
  readonly ip: string;
  readonly port: number;
  /** Up to 2.x. */
  readonly valid?: boolean;
  /** 3.x. */
  readonly healthy?: boolean;
  readonly enabled: boolean;
  readonly weight: number;
  readonly metadata: Readonly<Record<string, string>> | null;
}

interface RawService {
  readonly serviceName: string;
  readonly groupName: string;
  readonly clusterMap: Readonly<Record<string, { readonly hosts: readonly RawHost[] }>>;
}

const pageSize = 1_000;

export async function readContents(node: LabNode, namespace: string): Promise<Contents> {
  const third = releaseOf(node.version).generation === 3;
  const path = third ? '/v3/admin/ns/service/list' : '/v1/ns/catalog/services';
  const query = { namespaceId: namespace, withInstances: 'true', pageNo: '1', pageSize: String(pageSize) };
  const headers = { [identity.key]: identity.value };
  const body: unknown = JSON.parse(await plainHttpOk(`${node.url}${path}`, { query, headers, timeoutMs: 3_000 }));
  const services = third ? (body as { data: { pageItems: RawService[] | null } }).data.pageItems ?? [] : (body as RawService[]);
  if (services.length >= pageSize) throw new Error(`a page of ${pageSize} services does not hold the registry of ${node.address}`);
  const contents = new Map<string, ReadonlyMap<string, Shown>>();
  for (const { serviceName, groupName, clusterMap } of services) {
    const instances = Object.entries(clusterMap).flatMap(([cluster, { hosts }]) => hosts.map((host) => [`${cluster} ${host.ip}:${host.port}`, shownOf(host)] as const));
    if (instances.length > 0) contents.set(`${groupName}@@${serviceName}`, new Map(instances));
  }
  return contents;
}

function shownOf({ valid, healthy, enabled, weight, metadata }: RawHost): Shown {
  const sorted = Object.entries(metadata ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { healthy: String(healthy ?? valid), enabled: String(enabled), weight: String(weight), metadata: JSON.stringify(sorted) };
}

/** Short hands for asking a simulated node. */

import type { SimCluster, SimResponse } from '../../src/sim/index.ts';

export function ask(cluster: SimCluster, index: number, path: string, headers: Readonly<Record<string, string>> = {}): SimResponse {
  return cluster.handle(index, { method: 'GET', path: `${cluster.context}${path}`, headers });
}

export function json<T>(cluster: SimCluster, index: number, path: string, headers?: Readonly<Record<string, string>>): T {
  return JSON.parse(ask(cluster, index, path, headers).body.toString()) as T;
}

export interface Row {
  readonly name: string;
  readonly groupName: string;
  readonly clusterCount: number;
  readonly ipCount: number;
  readonly healthyInstanceCount: number;
  readonly triggerFlag: string;
}

/** The node's catalog by name, in one page. */
export function catalog(cluster: SimCluster, index: number, namespace = 'public'): Readonly<Record<string, string>> {
  const { serviceList } = json<{ serviceList: readonly Row[] }>(
    cluster, index, `/v1/ns/catalog/services?hasIpCount=false&withInstances=false&pageNo=1&pageSize=20000&namespaceId=${namespace}`,
  );
  return Object.fromEntries(serviceList.map((row) => [row.name, `${row.healthyInstanceCount}/${row.ipCount}`]));
}

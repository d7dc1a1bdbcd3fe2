/**
 * What a node's own catalog says, read over plain HTTP with none of the exporter's code: the yardstick that its series
 * are measured against. One page that is larger than any catalog of the lab.
 */

import type { LabNode } from './cluster.ts';
import { identity } from './home.ts';
import { plainHttpOk } from './http.ts';
import { releaseOf } from './versions.ts';

export interface CatalogRow {
  readonly group: string;
  readonly name: string;
  readonly instances: number;
  readonly healthy: number;
}

export interface CatalogSums {
  /** All rows, those without instances included. */
  readonly services: number;
  readonly empty: number;
  readonly instances: number;
  readonly healthy: number;
  readonly rows: readonly CatalogRow[];
}

interface RawRow {
  readonly name: string;
  readonly groupName: string;
  readonly ipCount: number;
  readonly healthyInstanceCount: number;
}

const pageSize = 1_000;

export async function readCatalog(node: LabNode, namespace: string): Promise<CatalogSums> {
  const third = releaseOf(node.version).generation === 3;
  const path = third ? '/v3/admin/ns/service/list' : '/v1/ns/catalog/services';
  const query = { namespaceId: namespace, pageNo: '1', pageSize: String(pageSize) };
  const headers = { [identity.key]: identity.value };
  const body: unknown = JSON.parse(await plainHttpOk(`${node.url}${path}`, { query, headers, timeoutMs: 3_000 }));
  const raw = third
    ? (body as { data: { pageItems: RawRow[] | null } }).data.pageItems ?? []
    : (body as { serviceList: RawRow[] }).serviceList;
  if (raw.length >= pageSize) throw new Error(`a page of ${pageSize} rows does not hold the catalog of ${node.address}`);
  const rows = raw
    .map((row) => ({ group: row.groupName, name: row.name, instances: row.ipCount, healthy: row.healthyInstanceCount }))
    .toSorted((a, b) => `${a.group}@@${a.name}`.localeCompare(`${b.group}@@${b.name}`));
  const sum = (pick: (row: CatalogRow) => number): number => rows.reduce((total, row) => total + pick(row), 0);
  return {
    services: rows.length,
    empty: rows.filter((row) => row.instances === 0).length,
    instances: sum((row) => row.instances),
    healthy: sum((row) => row.healthy),
    rows,
  };
}

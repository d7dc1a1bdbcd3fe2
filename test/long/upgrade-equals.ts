/** The exported state of an upgrade against each node's own endpoint, asked by the test. */

import { expect } from 'vitest';
import type { LabCluster } from '../lab/cluster.ts';
import type { RunningExporter } from '../lab/exporter.ts';
import { type Scrape, seriesOf, valueOf } from '../lab/exposition.ts';
import { plainHttp } from '../lab/http.ts';
import { until } from '../lab/wait.ts';

interface Told {
  readonly upgraded: boolean;
  readonly isAll20XVersion: boolean;
  readonly isDoubleWriteEnabled: boolean;
  readonly doubleWriteDelayTaskCount: number;
  readonly serviceCountV1: number;
  readonly serviceCountV2: number;
  readonly instanceCountV1: number;
  readonly instanceCountV2: number;
  readonly 'service.V1.not.in.V2': string;
  readonly 'service.V2.not.in.V1': string;
}

type Row = Readonly<Record<string, number | undefined>>;

/** Until what is exported of every running node is what its endpoint says; nothing at all of those that have none. */
export async function upgradeEqualsEndpoint(cluster: LabCluster, exporter: RunningExporter): Promise<void> {
  const running = cluster.nodes.filter(({ pid }) => pid !== undefined);
  await until('upgrade metrics as the endpoints have them', 60_000, async () => {
    const told = await Promise.all(running.map(async ({ url, address }) => [address, toldBy(await plainHttp(`${url}/v1/ns/upgrade/ops/metrics?json=true`))] as const));
    const scrape = await exporter.scrape();
    for (const [address, row] of told) expect({ address, ...exported(scrape, address) }).toEqual({ address, ...row });
    expect(versions(scrape)).toEqual(Object.fromEntries(running.map(({ address, version }) => [address, version])));
    return true;
  }, 1_000);
}

function toldBy({ status, body }: { readonly status: number; readonly body: string }): Row {
  // 1.4.1 says 501: there is nothing to tell.
  if (status !== 200) return rowOf(undefined);
  return rowOf(JSON.parse(body) as Told);
}

function rowOf(told: Told | undefined): Row {
  const lines = (text: string): number => text.split('\n').filter((line) => line !== '').length;
  const compared = told?.isDoubleWriteEnabled === true;
  return {
    completed: told && Number(told.upgraded),
    all2x: told && Number(told.isAll20XVersion),
    doubleWrite: told && Number(told.isDoubleWriteEnabled),
    pending: told?.doubleWriteDelayTaskCount,
    servicesV1: told?.serviceCountV1,
    servicesV2: told?.serviceCountV2,
    instancesV1: told?.instanceCountV1,
    instancesV2: told?.instanceCountV2,
    // Once double write is off there are no two stores to compare.
    onlyV1: compared ? lines(told['service.V1.not.in.V2']) : undefined,
    onlyV2: compared ? lines(told['service.V2.not.in.V1']) : undefined,
  };
}

function exported(scrape: Scrape, nacos_node: string): Row {
  const value = (name: string, labels: Readonly<Record<string, string>> = {}): number | undefined => valueOf(scrape, `nacos_upgrade_${name}`, { nacos_node, ...labels });
  return {
    completed: value('completed'),
    all2x: value('all_members_2x'),
    doubleWrite: value('double_write_enabled'),
    pending: value('double_write_pending_tasks'),
    servicesV1: value('services', { store: 'v1' }),
    servicesV2: value('services', { store: 'v2' }),
    instancesV1: value('instances', { store: 'v1' }),
    instancesV2: value('instances', { store: 'v2' }),
    onlyV1: value('store_only_services', { store: 'v1' }),
    onlyV2: value('store_only_services', { store: 'v2' }),
  };
}

function versions(scrape: Scrape): Readonly<Record<string, string>> {
  return Object.fromEntries(seriesOf(scrape, 'nacos_node_info').map(({ labels }) => [labels.get('nacos_node'), labels.get('version')]));
}

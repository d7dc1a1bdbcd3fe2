/** Concern: the numbers of a healthy cluster. */

import { beforeAll, describe, expect, it } from 'vitest';
import { labelValues, seriesOf, valueOf } from '../../lab/exposition.ts';
import { namespaces } from '../../lab/seed.ts';
import { type Catalogs, exportedTable, type Moment, quietMoment, tableOf } from './counts.ts';
import type { Stage } from './stage.ts';

export function numbersSuite(stage: () => Stage): void {
  describe('numbers of a healthy cluster', () => {
    let moment: Moment;
    beforeAll(async () => {
      moment = await quietMoment(stage());
    });

    it("says of each node and namespace what that node's own catalog says", () => {
      const { catalogs, scrape } = moment;
      expect(exportedTable(scrape)).toEqual(tableOf(catalogs));
    });

    it('agrees with nodes that agree, in total and service by service', () => {
      const { catalogs, scrape } = moment;
      for (const [namespace_id, seeded] of Object.entries(stage().seeded.instances)) {
        expect(valueOf(scrape, 'nacos_namespace_instances', { namespace_id })).toBe(seeded);
        expect(valueOf(scrape, 'nacos_agreement_nodes', { namespace_id })).toBe(3);
      }
      const exported = seriesOf(scrape, 'nacos_service_instances')
        .filter((sample) => sample.value > 0)
        .map(({ labels, value }) => `${labels.get('namespace_id')} ${labels.get('group_name')}@@${labels.get('service_name')} ${value}`);
      expect(exported.toSorted()).toEqual(serviceRows(catalogs, stage().cluster.nodes[0]!.address));
    });

    it('knows the nodes: up, ready, their version, and a leader of every raft group', () => {
      const { scrape } = moment;
      const { nodes, version } = stage().cluster;
      for (const { address: nacos_node } of nodes) {
        expect(valueOf(scrape, 'nacos_node_up', { nacos_node })).toBe(1);
        expect(valueOf(scrape, 'nacos_node_ready', { nacos_node })).toBe(1);
        expect(seriesOf(scrape, 'nacos_node_info', { nacos_node }).map(({ labels }) => labels.get('version'))).toEqual([expect.stringContaining(version)]);
      }
      expect(labelValues(scrape, 'nacos_node_up', 'nacos_node')).toEqual(nodes.map(({ address }) => address).toSorted());
      expect(labelValues(scrape, 'nacos_services', 'namespace_id')).toEqual([...namespaces].toSorted());
      expect(valueOf(scrape, 'nacos_up')).toBe(1);
      const leaders = seriesOf(scrape, 'nacos_raft_leaders');
      expect(leaders.length).toBeGreaterThan(0);
      expect(leaders.map(({ value }) => value)).toEqual(leaders.map(() => 1));
    });
  });
}

function serviceRows(catalogs: Catalogs, node: string): string[] {
  return namespaces
    .flatMap((id) => (catalogs.get(`${id} ${node}`)?.rows ?? []).map((row) => ({ id, ...row })))
    .filter((row) => row.instances > 0)
    .map((row) => `${row.id} ${row.group}@@${row.name} ${row.instances}`)
    .toSorted();
}

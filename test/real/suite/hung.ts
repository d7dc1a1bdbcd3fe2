/** Concern: a node that hangs. Its port still takes connections, but nothing ever answers. */

import { expect, it } from 'vitest';
import { seriesOf, sumOf, valueOf } from '../../lab/exposition.ts';
import { until } from '../../lab/wait.ts';
import { bothTables } from './counts.ts';
import type { Stage } from './stage.ts';

export function hungSuite(stage: () => Stage): void {
  it('shows a node that hangs as down by time-out, leaves the others alone, and takes it back', async () => {
    const { cluster, exporter } = stage();
    const [first, second, hung] = cluster.nodes.map(({ address }) => address);
    const up = async (nacos_node: string | undefined, value: number): Promise<unknown> =>
      until(`nacos_node_up ${value}`, 30_000, async () => {
        const scrape = await exporter.scrape();
        return valueOf(scrape, 'nacos_node_up', { nacos_node: nacos_node! }) === value ? scrape : undefined;
      });
    cluster.suspend(2);
    try {
      await up(hung, 0);
      const scrape = await exporter.scrape();
      expect(sumOf(scrape, 'nacos_poll_failures_total', { nacos_node: hung!, stage: 'liveness', reason: 'timeout' })).toBeGreaterThanOrEqual(2);
      expect(seriesOf(scrape, 'nacos_instances', { nacos_node: hung! })).toEqual([]);
      for (const nacos_node of [first!, second!]) {
        expect(valueOf(scrape, 'nacos_node_up', { nacos_node })).toBe(1);
        expect(seriesOf(scrape, 'nacos_instances', { nacos_node })).toHaveLength(2);
      }
    } finally {
      cluster.resume(2);
    }
    await up(hung, 1);
    const { exported, own } = await bothTables(stage());
    expect(exported).toEqual(own);
    expect(Object.keys(own)).toHaveLength(6);
  });
}

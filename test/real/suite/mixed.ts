/** Concern: a rolling upgrade from 1.4.1 to 2.0.4, in which two dialects speak in one cluster. */

import { expect, it } from 'vitest';
import { type Scrape, seriesOf } from '../../lab/exposition.ts';
import { exportedTable, quietMoment, tableOf } from './counts.ts';
import type { Stage } from './stage.ts';

export function mixedSuite(stage: () => Stage): void {
  it('reads each node in its own tongue while 1.4.1 and 2.0.4 are mixed', async () => {
    const { cluster } = stage();
    await cluster.upgrade(2, '2.0.4');
    const { catalogs, scrape } = await quietMoment(stage());
    expect(exportedTable(scrape)).toEqual(tableOf(catalogs));
    expect(cluster.nodes.map(({ address }) => versionOf(scrape, address))).toEqual(['1.4.1', '1.4.1', '2.0.4']);
  });
}

function versionOf(scrape: Scrape, nacos_node: string): string | undefined {
  return seriesOf(scrape, 'nacos_node_info', { nacos_node })[0]?.labels.get('version');
}

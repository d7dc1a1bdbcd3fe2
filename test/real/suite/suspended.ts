/**
 * Concern: a node hangs while instances come and go elsewhere, and then goes on where it stopped. It is not to be asked,
 * and then it catches up: nobody is to be called divergent.
 */

import { expect, it } from 'vitest';
import { valueOf } from '../../lab/exposition.ts';
import { ownerOf } from '../../lab/owners.ts';
import type { Instance } from '../../lab/registry.ts';
import { completeViews } from '../../lab/verdicts.ts';
import { until } from '../../lab/wait.ts';
import { expectNothingConfirmed, expectWitnessed, watchContents } from './contents-witness.ts';
import { nothingOfNode, numbersOf } from './divergence.ts';
import { add, deregisterAll, extra, registerAll, removeAll } from './extras.ts';
import type { Stage } from './stage.ts';

const candidates = Array.from({ length: 60 }, (_, i) => extra(`hung-${i % 12}`, `127.0.5.${1 + i}`));

export function suspendedSuite(stage: () => Stage): void {
  it('takes a node that hung while instances came and went for down, then for catching up, and never for divergent', async () => {
    const { cluster, exporter } = stage();
    const hung = cluster.nodes[2]!;
    const others = cluster.nodes.slice(0, 2);
    // What the hung node is responsible for nobody could change meanwhile.
    const elsewhere = candidates.filter((instance) => ownerOf(cluster.nodes, instance) !== hung);
    const [staying, leaving, coming] = [elsewhere.slice(0, 3), elsewhere.slice(3, 6), elsewhere.slice(6, 10)] as [Instance[], Instance[], Instance[]];
    const becomes = async (up: number): Promise<void> => {
      await until(`nacos_node_up ${up}`, 30_000, async () => (valueOf(await exporter.scrape(), 'nacos_node_up', { nacos_node: hung.address }) === up ? true : undefined));
    };
    const witness = watchContents(stage());
    try {
      await add(stage(), [...staying, ...leaving]);
      cluster.suspend(2);
      try {
        await registerAll(others, coming.slice(0, 2));
        await becomes(0);
        await Promise.all([registerAll(others, coming.slice(2)), deregisterAll(others, leaving)]);
        expect(numbersOf(await exporter.scrape(), 'public', hung.address)).toEqual({ services: undefined, missing: undefined, surplus: undefined, conflicting: undefined });
      } finally {
        cluster.resume(2);
      }
      await becomes(1);
      await witness.untilAlike(3, 30_000);
      await until('caught up', 15_000, async () => {
        const scrape = await exporter.scrape();
        expect(cluster.nodes.map(({ address }) => numbersOf(scrape, 'public', address))).toEqual(cluster.nodes.map(() => nothingOfNode));
        return true;
      });
      expect(witness.sights.some((sight) => completeViews(sight) === undefined)).toBe(true);
      await removeAll(stage(), [...staying, ...coming]);
      await witness.untilAlike(3, 30_000);
      expectNothingConfirmed(witness);
      expectWitnessed(witness);
    } finally {
      await witness.stop();
    }
  });
}

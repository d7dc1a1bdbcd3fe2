/** Concern: 3.1.0 takes instances over `/v3/client/ns/instance`, and sends them to no other node: the catalogs differ for good. */

import { expect, it } from 'vitest';
import { ownerOf } from '../../lab/owners.ts';
import { deregisterThere, type Instance, registerThere } from '../../lab/registry.ts';
import { expectWitnessed, watchContents } from './contents-witness.ts';
import { divergentByKind, divergentSince, nothingDivergent, nothingOfNode, numbersOf, untilConfirmed, untilHealed } from './divergence.ts';
import { extra } from './extras.ts';
import type { Stage } from './stage.ts';

export function singleHoldersSuite(stage: () => Stage): void {
  it('names the nodes that lack what another alone was given, until it is gone', async () => {
    const { cluster, exporter } = stage();
    // What a node is responsible for it does send to the others.
    const held = cluster.nodes.slice(0, 2).map((holder, i): Instance =>
      Array.from({ length: 50 }, (_, n) => extra('held-by-one', `127.0.4.${1 + 50 * i + n}`)).find((instance) => ownerOf(cluster.nodes, instance) !== holder)!);
    const witness = watchContents(stage(), true);
    try {
      await Promise.all(held.map((instance, i) => registerThere(cluster.nodes[i]!, instance)));
      const [a, b, c] = cluster.nodes.map(({ address }) => address);
      const lacks = (node: string | undefined, { ip }: Instance): string => `public DEFAULT_GROUP@@held-by-one ${node} missing DEFAULT ${ip}:9500`;
      const expected = [lacks(a, held[1]!), lacks(b, held[0]!), lacks(c, held[0]!), lacks(c, held[1]!)].toSorted();
      const { services, scrape } = await untilConfirmed(exporter, expected, 60_000);
      expect(witness.truth()).toEqual(expected);
      expect(services.map(({ service, kind, cause }) => ({ service, kind, cause }))).toEqual([{ service: 'held-by-one', kind: 'instance', cause: 'not_replicated' }]);
      expect(divergentByKind(scrape, 'public')).toEqual({ ...nothingDivergent, instance: 1 });
      expect(cluster.nodes.map(({ address }) => numbersOf(scrape, 'public', address))).toEqual(
        [1, 1, 2].map((missing) => ({ ...nothingOfNode, services: 1, missing })));
      expect(divergentSince(scrape, 'public')).toBeDefined();

      await Promise.all(held.map((instance, i) => deregisterThere(cluster.nodes[i]!, instance)));
      await witness.untilAlike(3, 30_000);
      await untilHealed(exporter, cluster.nodes, witness.patience.heals);
      expectWitnessed(witness);
    } finally {
      await witness.stop();
    }
  });
}

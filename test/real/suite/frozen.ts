/**
 * Concern: a node of 2.x or 3.x whose catalog stands still, since its `pushEnabled` is off, while instances register, leave,
 * change and stop beating elsewhere.
 */

import { expect, it } from 'vitest';
import { keepBeating } from '../../lab/beats.ts';
import { valueOf } from '../../lab/exposition.ts';
import { deregister, register, turnSwitch } from '../../lab/registry.ts';
import { until } from '../../lab/wait.ts';
import { expectWitnessed, watchContents } from './contents-witness.ts';
import { divergentByKind, divergentSince, nothingDivergent, nothingOfNode, numbersOf, untilConfirmed, untilHealed } from './divergence.ts';
import { add, extra, removeAll } from './extras.ts';
import type { Stage } from './stage.ts';

/** Two missed beats make it unhealthy; only the second is also removed soon. */
const silent = extra('frozen-health', '127.0.2.1', { metadata: { 'preserved.heart.beat.timeout': '8000', 'preserved.ip.delete.timeout': '3600000' } });
const expiring = extra('frozen-expiry', '127.0.2.2', { metadata: { 'preserved.heart.beat.timeout': '8000', 'preserved.ip.delete.timeout': '12000' } });
const leaving = extra('frozen-list', '127.0.2.3');
const last = extra('frozen-service', '127.0.2.4');
const reweighted = extra('frozen-weight', '127.0.2.5');
const staying = ['frozen-list', 'frozen-expiry', 'frozen-health'].map((service, i) => extra(service, `127.0.2.${11 + i}`));
/** Into a service that the node knows: of a new one it would make the list at the first question. */
const coming = extra('frozen-list', '127.0.2.6');

const differences = (node: string): string[] => [
  ['frozen-expiry', 'surplus', expiring.ip], ['frozen-health', 'conflict', silent.ip, 'healthy'], ['frozen-list', 'missing', coming.ip],
  ['frozen-list', 'surplus', leaving.ip], ['frozen-service', 'surplus', last.ip], ['frozen-weight', 'conflict', reweighted.ip, 'weight'],
].map(([service, what, ip, field = '']) => `public DEFAULT_GROUP@@${service} ${node} ${what} DEFAULT ${ip}:9500 ${field}`.trimEnd());

export function frozenSuite(stage: () => Stage): void {
  it('names node, services and fields where the catalog of one node stands still, for as long as it does', async () => {
    const { cluster, exporter, version } = stage();
    const [first, second, frozen] = cluster.nodes;
    const beats = keepBeating(cluster.nodes, [silent, expiring]);
    const witness = watchContents(stage());
    try {
      await add(stage(), [silent, expiring, leaving, last, reweighted, ...staying]);
      await witness.untilAlike(3, 30_000);
      await turnSwitch(frozen!, 'pushEnabled', false);
      await until('the switch seen', 20_000, async () =>
        valueOf(await exporter.scrape(), 'nacos_switch_enabled', { nacos_node: frozen!.address, switch: 'pushEnabled' }) === 0 ? true : undefined);
      const changedAt = Date.now() / 1000;
      await beats.stop();
      await Promise.all([register(first!, coming), deregister(second!, leaving), deregister(first!, last), register(second!, { ...reweighted, weight: 7 })]);

      const expected = differences(frozen!.address);
      const { services, scrape } = await untilConfirmed(exporter, expected, 90_000);
      expect(witness.truth()).toEqual(expected);
      expect(services.every(({ cause, healsByItself }) => cause === undefined && healsByItself === (version !== '2.0.4'))).toBe(true);
      expect(divergentByKind(scrape, 'public')).toEqual({ service: 1, instance: 2, health: 1, attributes: 1 });
      expect(divergentByKind(scrape, 'dev-ns')).toEqual(nothingDivergent);
      expect(numbersOf(scrape, 'public', frozen!.address)).toEqual({ services: 5, missing: 1, surplus: 3, conflicting: 2 });
      for (const node of [first!, second!]) expect(numbersOf(scrape, 'public', node.address)).toEqual(nothingOfNode);
      expect(divergentSince(scrape, 'public')).toBeGreaterThan(changedAt - 1);
      expect(divergentSince(scrape, 'public')).toBeLessThan(changedAt + 10);
      expect(divergentSince(scrape, 'dev-ns')).toBeUndefined();

      // What was to be pushed has waited, on 2.0.4 and 3.1.0: no service needs another change to be shown anew.
      await turnSwitch(frozen!, 'pushEnabled', true);
      await witness.untilAlike(3, 30_000);
      await untilHealed(exporter, cluster.nodes, witness.patience.heals);
      await removeAll(stage(), [silent, coming, reweighted, ...staying]);
      expectWitnessed(witness);
    } finally {
      await turnSwitch(frozen!, 'pushEnabled', true);
      await witness.stop();
      await beats.stop();
    }
  });
}

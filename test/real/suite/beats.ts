/**
 * Concern: beats of 1.x. Two instances that nobody renews stand beside the seeded ones that beat; while the servers' own
 * checks are switched off they stay, however old their last beat is.
 */

import { describe, expect, it } from 'vitest';
import { type Scrape, valueOf } from '../../lab/exposition.ts';
import { type Instance, turnSwitch } from '../../lab/registry.ts';
import { beating, replicated, secondNamespace } from '../../lab/seed.ts';
import { sleep, until } from '../../lab/wait.ts';
import { add, extra, removeAll } from './extras.ts';
import type { Stage } from './stage.ts';

const namespace_id = secondNamespace;
const renewed = beating.filter(({ namespace }) => namespace === secondNamespace).length;

const silent = (ip: string, deleteAfterMs: number): Instance => extra('svc-silent', ip, {
  namespace: secondNamespace, metadata: { 'preserved.heart.beat.timeout': '6000', 'preserved.ip.delete.timeout': String(deleteAfterMs) },
});
const kept = silent('127.0.2.1', 3_600_000);
const doomed = silent('127.0.2.2', 20_000);

interface Sight {
  readonly sampled: number | undefined;
  readonly median: number | undefined;
  readonly oldest: number | undefined;
  readonly unhealthy: number | undefined;
  readonly deletable: number | undefined;
}

const sightOf = (scrape: Scrape): Sight => ({
  sampled: valueOf(scrape, 'nacos_beat_sampled_instances', { namespace_id, source: 'instance' }),
  median: valueOf(scrape, 'nacos_beat_age_seconds', { namespace_id, stat: 'p50' }),
  oldest: valueOf(scrape, 'nacos_beat_age_seconds', { namespace_id, stat: 'max' }),
  unhealthy: valueOf(scrape, 'nacos_beat_overdue_instances', { namespace_id, limit: 'unhealthy' }),
  deletable: valueOf(scrape, 'nacos_beat_overdue_instances', { namespace_id, limit: 'delete' }),
});

/** A beat every 5 s, up to 2 s until it is looked at, and a machine with more to do. */
const renewedWithin = 9;

export function beatsSuite(stage: () => Stage): void {
  describe('beats', () => {
    const sight = async (): Promise<Sight> => sightOf(await stage().exporter.scrape());
    const reached = (what: string, holds: (seen: Sight) => boolean): Promise<Sight> => until(what, 60_000, async () => {
      const seen = await sight();
      if (!holds(seen)) throw new Error(JSON.stringify(seen));
      return seen;
    });

    it('knows the age of those that beat, and leaves persistent instances out', async () => {
      const seen = await reached('all that beat', ({ sampled, oldest }) => sampled === renewed && oldest !== undefined && oldest < renewedWithin);
      expect({ unhealthy: seen.unhealthy, deletable: seen.deletable }).toEqual({ unhealthy: 0, deletable: 0 });
    });

    it('sees the age of silent ones grow beyond the limits of each, until the servers take the one away', async () => {
      const { cluster } = stage();
      await Promise.all(cluster.nodes.map((node) => turnSwitch(node, 'check', false)));
      const sights: Sight[] = [];
      try {
        await add(stage(), [kept, doomed]);
        const from = Date.now();
        while (Date.now() - from < 30_000) {
          sights.push(await sight());
          await sleep(1_000);
        }
      } finally {
        await Promise.all(cluster.nodes.map((node) => turnSwitch(node, 'check', true)));
      }
      const ages = sights.map(({ oldest = 0 }) => oldest);
      expect(ages.at(-1)).toBeGreaterThan(25);
      expect(ages.filter((age, i) => i > 0 && age < ages[i - 1]! - 1)).toEqual([]);
      expect(Math.max(...sights.map(({ median = Infinity }) => median))).toBeLessThan(renewedWithin);
      expect([...new Set(sights.map(({ unhealthy, deletable }) => `${unhealthy} ${deletable}`))].slice(-3)).toEqual(expect.arrayContaining(['2 0', '2 1']));
      expect(sights.at(-1)).toMatchObject({ sampled: renewed + 2, unhealthy: 2, deletable: 1 });

      const seeded = stage().seeded.instances[secondNamespace]!;
      await replicated(cluster.nodes, { [secondNamespace]: seeded + 1 }, 30_000);
      await reached('one that is overdue and kept', ({ unhealthy, deletable }) => unhealthy === 1 && deletable === 0);
      await removeAll(stage(), [kept]);
      await reached('nothing overdue', ({ sampled, unhealthy, deletable }) => sampled === renewed && unhealthy === 0 && deletable === 0);
    });
  });
}

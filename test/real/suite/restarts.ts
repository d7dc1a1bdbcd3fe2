/** Concern: a node dies, is missed and comes back; then the others are restarted one by one. All the while clients beat. */

import { afterAll, describe, expect, it } from 'vitest';
import { unfoundedBlindness, unwitnessedDips } from '../../lab/dips.ts';
import { type Scrape, seriesOf, sumOf, valueOf } from '../../lab/exposition.ts';
import { unfounded } from '../../lab/verdicts.ts';
import { until } from '../../lab/wait.ts';
import { type ContentsWitness, watchContents } from './contents-witness.ts';
import { bothTables, quietMoment } from './counts.ts';
import { nothingOfNode } from './divergence.ts';
import { watchRefill } from './refill.ts';
import { type Stage, timeoutMs } from './stage.ts';
import { watch, type Witness } from './witness.ts';

/** A restarted node has no vote for 60 s, on 1.x for 90 s. */
const voterTimeoutMs = 150_000;
/** With what a check a second later adds. */
const settledMs = ({ version }: Stage): number => (version === '1.4.1' ? 90_000 : 60_000) + 3_000;

export function restartsSuite(stage: () => Stage): void {
  describe('a rolling restart that begins with a crash', () => {
    let witness: Witness;
    let contents: ContentsWitness;
    afterAll(() => Promise.all([witness?.stop(), contents?.stop()]));

    it('shows a killed node down at its second failed check, and takes its registry series with it', async () => {
      const { cluster } = stage();
      await quietMoment(stage());
      witness = watch(stage());
      contents = watchContents(stage());
      const sights = await lookWhile(stage(), 2, () => cluster.kill(2));
      // A poll's series appear together, so no scrape may show the node down before its second failed check, or up after it.
      for (const { failed, up } of sights) expect({ failed, up }).toEqual({ failed, up: failed >= 2 ? 0 : 1 });
      const others = cluster.nodes.slice(0, 2).map(({ address }) => address);
      expect(sights.at(-1)?.counted).toEqual(others);
      for (const { counted } of sights) expect(counted).toEqual(expect.arrayContaining(others));
      const { exported, own } = await bothTables(stage());
      expect(exported).toEqual(own);
      expect(Object.keys(own)).toHaveLength(4);
    });

    it('takes the node back by itself once it is started again', async () => {
      const { cluster, exporter } = stage();
      const nacos_node = cluster.nodes[2]!.address;
      await cluster.start(2);
      await until('the node up again', 20_000, async () => (valueOf(await exporter.scrape(), 'nacos_node_up', { nacos_node }) === 1 ? true : undefined));
      const { exported, own } = await bothTables(stage());
      expect(exported).toEqual(own);
      expect(Object.keys(own)).toHaveLength(6);
    });

    it('shows it joining until it has filled, and never as divergent', async () => {
      expect(await watchRefill(stage(), 2, contents)).toEqual({ joining: 1, left: [nothingOfNode, nothingOfNode], confirmed: [] });
    });

    it('never dips unless a majority of the nodes showed it, and never goes blind', async () => {
      const { cluster, seeded } = stage();
      for (const index of [1, 0]) {
        await until('a voter beside the node that is next', voterTimeoutMs, () => votesBeside(stage(), index), 500);
        await cluster.shutdown(index);
        await cluster.start(index);
      }
      for (const [namespace, instances] of Object.entries(seeded.instances)) await agreedOn(stage(), namespace, instances);
      for (const [namespace, sights] of await witness.stop()) {
        expect(sights.length).toBeGreaterThan(20);
        expect({ namespace, dips: unwitnessedDips(sights) }).toEqual({ namespace, dips: [] });
        expect({ namespace, blind: unfoundedBlindness(sights, settledMs(stage()), timeoutMs) }).toEqual({ namespace, blind: [] });
      }
    });

    it('confirms nothing that the nodes did not show', async () => {
      await contents.stop();
      expect(unfounded(contents.sights, contents.patience)).toEqual([]);
    });
  });
}

interface NodeSight {
  /** Liveness checks that failed since the look began. */
  readonly failed: number;
  readonly up: number | undefined;
  /** Nodes that have registry series. */
  readonly counted: readonly string[];
}

/** Scrapes without pause until the node is down. */
async function lookWhile({ cluster, exporter }: Stage, index: number, act: () => Promise<void>): Promise<readonly NodeSight[]> {
  const nacos_node = cluster.nodes[index]!.address;
  const failedIn = (scrape: Scrape): number => sumOf(scrape, 'nacos_poll_failures_total', { nacos_node, stage: 'liveness' });
  const before = failedIn(await exporter.scrape());
  await act();
  const sights: NodeSight[] = [];
  await until('the killed node down', 20_000, async () => {
    const scrape = await exporter.scrape();
    const up = valueOf(scrape, 'nacos_node_up', { nacos_node });
    const counted = cluster.nodes.map(({ address }) => address).filter((node) => seriesOf(scrape, 'nacos_instances', { nacos_node: node }).length > 0);
    sights.push({ failed: failedIn(scrape) - before, up, counted });
    return up === 0 ? true : undefined;
  }, 50);
  return sights;
}

async function votesBeside({ cluster, exporter }: Stage, index: number): Promise<true | undefined> {
  const scrape = await exporter.scrape();
  const votes = (nacos_node: string): boolean =>
    valueOf(scrape, 'nacos_node_up', { nacos_node }) === 1 && valueOf(scrape, 'nacos_node_joining', { nacos_node }) === 0;
  return cluster.nodes.some(({ address }, other) => other !== index && votes(address)) ? true : undefined;
}

async function agreedOn({ exporter }: Stage, namespace_id: string, instances: number): Promise<void> {
  await until(`agreed on ${instances} in ${namespace_id}`, 60_000, async () => {
    const agreed = valueOf(await exporter.scrape(), 'nacos_namespace_instances', { namespace_id });
    if (agreed !== instances) throw new Error(`agreed on ${agreed}`);
    return true;
  }, 500);
}

/** Concern: a node that was killed and starts empty. It joins and fills; what it still lacks meanwhile is nobody's divergence. */

import { nameOf } from '../../lab/differences.ts';
import { type Scrape, valueOf } from '../../lab/exposition.ts';
import { namespaces } from '../../lab/seed.ts';
import { until } from '../../lab/wait.ts';
import type { ContentsWitness } from './contents-witness.ts';
import { type NodeNumbers, numbersOf } from './divergence.ts';
import type { Stage } from './stage.ts';

/** A restarted node has no vote for 60 s, on 1.x for 90 s. */
const joiningTimeoutMs = 150_000;

export interface Refill {
  /** At the first look after the start. */
  readonly joining: number | undefined;
  /** Once it had filled, by namespace. */
  readonly left: readonly NodeNumbers[];
  /** What was called confirmed since before the node was killed. */
  readonly confirmed: readonly string[];
}

/** `witness` has watched since before the node was killed; it has been started again. */
export async function watchRefill({ cluster, exporter }: Stage, index: number, witness: ContentsWitness): Promise<Refill> {
  const nacos_node = cluster.nodes[index]!.address;
  const joiningIn = (scrape: Scrape): number | undefined => valueOf(scrape, 'nacos_node_joining', { nacos_node });
  const joining = joiningIn(await exporter.scrape());
  await witness.untilAlike(3, 60_000);
  const filled = await until('the node filled', joiningTimeoutMs, async () => {
    const scrape = await exporter.scrape();
    return joiningIn(scrape) === 0 ? scrape : undefined;
  }, 500);
  return {
    joining,
    left: namespaces.map((id) => numbersOf(filled, id, nacos_node)),
    confirmed: witness.sights.flatMap((sight) => sight.confirmed.map(nameOf)),
  };
}

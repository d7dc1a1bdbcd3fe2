/** A 1.x node leaves and returns: whoever it was responsible for expires at the new owner until the next beat. */

import { calmMs, minute, scenario, second } from './scenario.ts';

export const ownershipRemap = scenario(
  'ownership-remap',
  'node 3 of a 1.4.1 cluster restarts: a third of the instances vanish for up to five seconds each, twice; repeats every four minutes',
  (cluster) => {
    const dip = (): void => void cluster.remapDip({ where: (_, service) => cluster.ownerOf(service) === 2 }, { goneMs: 5 * second, overMs: 10 * second });
    cluster.loop(4 * minute, (cycle) => {
      cycle.at(calmMs, () => {
        dip();
        cluster.node(2).stop();
      });
      cycle.at(calmMs + minute, () => cluster.node(2).start({ startingMs: 4 * second, emptyMs: second, fillMs: 8 * second }));
      cycle.at(calmMs + minute + 10 * second, dip);
    });
  },
  '1.4.1',
);

/** One node dies, comes back empty and fills. */

import { calmMs, minute, scenario, second } from './scenario.ts';

export const nodeDown = scenario(
  'node-down',
  'node 3 dies for two minutes, starts, and fills for twenty seconds; repeats every five minutes',
  (cluster) => {
    cluster.loop(5 * minute, (cycle) => {
      cycle.at(calmMs, () => cluster.node(2).stop());
      cycle.at(calmMs + 2 * minute, () => cluster.node(2).start({ bootMs: 5 * second, startingMs: 6 * second, emptyMs: 2 * second, fillMs: 20 * second }));
    });
  },
);

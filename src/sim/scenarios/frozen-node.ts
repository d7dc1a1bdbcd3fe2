/** Somebody switched push off on one node: its counts stand still although it is up. */

import { calmMs, minute, scenario, second } from './scenario.ts';

export const frozenNode = scenario(
  'frozen-node',
  'pushEnabled=false on node 2: its catalog stands still for four minutes; repeats every seven',
  (cluster) => {
    cluster.every(3 * second, () => cluster.churn());
    cluster.loop(7 * minute, (cycle) => {
      cycle.at(calmMs, () => cluster.node(1).freeze());
      cycle.at(calmMs + 4 * minute, () => cluster.node(1).thaw());
    });
  },
);

/** One node hears of everything two minutes late, while deployments go on. */

import { calmMs, minute, scenario, second } from './scenario.ts';

export const laggingNode = scenario(
  'lagging-node',
  'node 3 learns of every change two minutes late, for four minutes; repeats every seven',
  (cluster) => {
    cluster.every(2 * second, () => cluster.churn());
    cluster.loop(7 * minute, (cycle) => {
      cycle.at(calmMs, () => cluster.node(2).lag(2 * minute));
      cycle.at(calmMs + 4 * minute, () => {
        cluster.node(2).lag(1500);
        cluster.node(2).resume();
      });
    });
  },
);

/** From 1.4.1 to 2.0.4, node by node, with double write until it is closed by hand. */

import { calmMs, minute, scenario, second } from './scenario.ts';

export const rollingUpgrade = scenario(
  'rolling-upgrade',
  'three 1.4.1 nodes become 2.0.4 one a minute; double write is closed two minutes later; then holds',
  (cluster) => {
    [2, 1, 0].forEach((index, step) => {
      cluster.at(calmMs + step * minute, () => {
        cluster.remapDip({ where: (_, service) => cluster.ownerOf(service) === index }, { overMs: 10 * second });
        cluster.node(index).upgrade('2.0.4', { downMs: 8 * second, startingMs: 5 * second, emptyMs: second, fillMs: 10 * second });
      });
    });
    // As recorded: with one node left at 1.4.1, the first upgraded one already says that all are 2.x.
    cluster.at(calmMs + minute + 20 * second, () => cluster.node(2).setUpgrade({ claimsAll2x: true }));
    cluster.at(calmMs + 2 * minute + 20 * second, () => cluster.node(2).setUpgrade({ claimsAll2x: false }));
    // And afterwards two nodes keep a wrong health for a while.
    cluster.at(calmMs + 3 * minute, () => {
      for (const index of [0, 1]) cluster.node(index).distort({ service: 'user-service', namespace: 'public', limit: 2 }, { healthy: false });
    });
    cluster.at(calmMs + 4 * minute, () => {
      for (const index of [0, 1]) cluster.node(index).heal({ service: 'user-service' });
    });
    cluster.at(calmMs + 5 * minute, () => cluster.closeDoubleWrite());
  },
  '1.4.1',
);

/** A rack loses power: half of a namespace stops beating. */

import type { Registration } from '../model.ts';
import { calmMs, minute, scenario } from './scenario.ts';

export const massDeregistration = scenario(
  'mass-deregistration',
  'half of namespace logistics stops beating: unhealthy after 15 s, gone after 30 s, back after four minutes; repeats every seven',
  (cluster) => {
    cluster.loop(7 * minute, (cycle) => {
      let lost: readonly Registration[] = [];
      cycle.at(calmMs, () => {
        lost = cluster.snapshot({ namespace: 'logistics', ephemeral: true, share: 0.5 });
        const addresses = new Set(lost.map(({ ip, port }) => `${ip}:${port}`));
        cluster.silence({ namespace: 'logistics', where: ({ ip, port }) => addresses.has(`${ip}:${port}`) });
      });
      cycle.at(calmMs + 4 * minute, () => cluster.register(lost));
    });
  },
);

/** Many changes on a healthy cluster: nothing may be confirmed. */

import type { SimCluster } from '../../../src/sim/index.ts';
import { second, three, type Scenario } from '../scenario.ts';

/** So many of 400 services' instances leave or come back, every 100 ms. */
export function toggling(sim: SimCluster, perSecond: number, addresses: number): void {
  const away = new Set<number>();
  const steps = Math.max(1, Math.round(perSecond / 10));
  sim.every(100, () => {
    for (let i = 0; i < steps; i++) {
      const number = Math.floor(sim.random() * addresses);
      const service = `load-${number % 400}`;
      const ip = `10.20.${number >> 8}.${number & 255}`;
      const place = { namespace: 'public', group: 'DEFAULT_GROUP', service };
      if (away.delete(number)) sim.register({ ...place, ip, port: 80 });
      else {
        away.add(number);
        sim.deregister({ ...place, ip, port: 80 });
      }
    }
  });
}

export function fillToggling(sim: SimCluster, addresses: number): void {
  sim.addNamespace({ id: 'orders', name: 'orders' });
  for (let number = 0; number < addresses; number++) {
    sim.register({ namespace: 'public', service: `load-${number % 400}`, ip: `10.20.${number >> 8}.${number & 255}`, port: 80 });
  }
}

/** Ten minutes of 10,000 instances a minute, every node restarted once. */
const busyRollingRestart: Scenario = {
  name: 'busy-rolling-restart', what: '10,000 instances register and deregister a minute for ten minutes, and every node restarts meanwhile', versions: three('2.2.4'),
  seed: 72, seconds: 600, labels: 'none', lagMs: 1500, everySeconds: 5,
  fill: (sim) => fillToggling(sim, 4_000),
  script(sim) {
    toggling(sim, 170, 4_000);
    [2, 1, 0].forEach((index, step) => void sim.at((60 + step * 150) * second, () => sim.node(index).restart({ downMs: 8 * second, startingMs: 4 * second, emptyMs: second, fillMs: 10 * second })));
  },
};

/** Those that take longest to play. */
export const heavyCases: readonly Scenario[] = [
  {
    name: 'lag-under-load', what: '500 changes a second, which reach the nodes after 1, 2.5 and 4 s', versions: three('2.2.4'), seed: 71, seconds: 90, labels: 'none', everySeconds: 5,
    fill: (sim) => fillToggling(sim, 10_000),
    script(sim) {
      [1000, 2500, 4000].forEach((ms, index) => sim.node(index).lag(ms));
      toggling(sim, 500, 10_000);
    },
  },
  busyRollingRestart,
];

export const loadCases: readonly Scenario[] = [
  {
    name: 'lost-in-a-busy-service', what: 'one node loses an instance of a service that changes every three seconds', versions: three('2.2.4'), seed: 73, seconds: 240, labels: 'some',
    script(sim) {
      let number = 0;
      sim.every(3 * second, () => {
        sim.register({ namespace: 'public', group: 'DEFAULT_GROUP', service: 'svc-3', ip: `10.6.0.${number++}`, port: 80 });
        if (number > 5) sim.deregister({ namespace: 'public', group: 'DEFAULT_GROUP', service: 'svc-3', ip: `10.6.0.${number - 5}` });
      });
      sim.at(46 * second, () => void sim.node(1).drop({ namespace: 'public', group: 'DEFAULT_GROUP', service: 'svc-3', ip: '10.0.0.15' }));
    },
  },
];

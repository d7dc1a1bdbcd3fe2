/** Nodes whose word does not count: they fill, stand still, or cannot be counted. */

import type { SimCluster } from '../../../src/sim/index.ts';
import { second, type Scenario } from '../scenario.ts';

const two = (version: string): readonly string[] => [version, version];

/** One node alone holds an instance: surplus where it has no vote, an even split where it has. */
function holdsAlone(sim: SimCluster, at: number): void {
  sim.at(at * second, () => sim.node(1).invent({ namespace: 'public', service: 'svc-3', ip: '10.9.9.9', port: 8080 }));
}

export const voteCases: readonly Scenario[] = [
  {
    name: 'most-restart-at-once', what: 'two of three nodes restart together and fill: what they lack is not lost', versions: ['2.2.4', '2.2.4', '2.2.4'], seed: 131, seconds: 240, labels: 'none',
    script(sim) {
      for (const index of [1, 2]) sim.at(41 * second, () => sim.node(index).restart({ downMs: 6 * second, startingMs: 2 * second, emptyMs: 4 * second, fillMs: 30 * second }));
    },
  },
  {
    name: 'still-of-two', what: 'one of two nodes stands still and no switch tells: from the fourth poll on the other alone speaks for the cluster', versions: two('2.2.4'), seed: 132, seconds: 240, labels: 'some', mute: [[1, 105]],
    script(sim) {
      sim.at(40 * second, () => sim.node(1).pause());
      let number = 0;
      sim.every(6 * second, () => sim.register({ namespace: 'public', service: `new-${++number}`, ip: `10.6.1.${number}`, port: 80 }));
      sim.at(121 * second, () => void sim.deregister({ namespace: 'public', service: 'svc-4', limit: 1 }));
    },
  },
  {
    name: 'uncounted-of-two', what: 'the counts of one of two nodes cannot be read any more: its contents are compared, and it has no vote', versions: two('2.2.4'), seed: 133, seconds: 200, labels: 'some', mute: [[1, 60]],
    script(sim) {
      sim.at(31 * second, () => void sim.node(1).fault({ kind: 'status', status: 500, path: /catalog\/services.*withInstances=false/ }));
      holdsAlone(sim, 91);
    },
  },
  {
    name: 'push-off-1.x', what: 'on 1.4.1 the switch that stops pushes stops no counts: the node votes', versions: two('1.4.1'), seed: 134, seconds: 180, labels: 'some',
    script(sim) {
      sim.at(31 * second, () => sim.node(1).freeze());
      holdsAlone(sim, 61);
    },
  },
  {
    name: 'persistent-holder', what: 'one node of 3.1.0 alone holds a persistent instance: that version replicates it, so it is surplus', versions: ['3.1.0', '3.1.0', '3.1.0'], seed: 135, seconds: 180, labels: 'some',
    script: (sim) => void sim.at(46 * second, () => sim.register({ namespace: 'public', service: 'svc-3', ip: '10.9.9.9', port: 80, ephemeral: false }, { only: 0 })),
  },
];

/** A node goes, and what clients had registered through it lingers: longer here than there, and what else differs meanwhile. */

import type { SimCluster } from '../../../src/sim/index.ts';
import { second, three, type Scenario } from '../scenario.ts';

const gone = { namespace: 'public', group: 'DEFAULT_GROUP', service: 'svc-4', limit: 1 };

/** One instance is dropped at a second, and this node holds it until another. */
function lingering(sim: SimCluster, index: number, from: number, to: number): void {
  sim.at((from - 0.5) * second, () => sim.node(index).pin({ service: 'svc-4' }));
  sim.at(from * second, () => void sim.deregister(gone));
  sim.at(to * second, () => sim.node(index).unpin({ service: 'svc-4' }));
}

export const departureCases: readonly Scenario[] = [
  {
    name: 'lingers-after-death', what: 'a node dies, and one of the others holds an instance of its client until that expires after 185 s', versions: three('2.2.4'), seed: 121, seconds: 280, labels: 'none',
    script(sim) {
      sim.at(40 * second, () => sim.node(2).stop());
      lingering(sim, 1, 47, 225);
    },
  },
  {
    name: 'outstays-death', what: 'and one that never expires', versions: three('2.2.4'), seed: 122, seconds: 300, labels: 'some',
    script(sim) {
      sim.at(40 * second, () => sim.node(2).stop());
      lingering(sim, 1, 47, 900);
    },
  },
  {
    name: 'lingers-on-the-returned', what: 'a node restarts, learns of its dead clients from the others, and holds them half a minute longer', versions: three('2.2.4'), seed: 123, seconds: 330, labels: 'none',
    script(sim) {
      sim.at(40 * second, () => sim.node(2).restart({ downMs: 25 * second, emptyMs: second, fillMs: 5 * second }));
      lingering(sim, 2, 205, 245);
    },
  },
  {
    name: 'outstays-on-1.x', what: 'on 1.4.1 no client expires with its node: confirmed as ever', versions: three('1.4.1'), seed: 124, seconds: 240, labels: 'some',
    script(sim) {
      sim.at(40 * second, () => sim.node(2).stop());
      lingering(sim, 1, 106, 900);
    },
  },
  {
    name: 'unrelated-to-death', what: 'a node dies; later health differs, a new instance reaches one of two, and a persistent one is lost: none of that waits for it', versions: three('2.2.4'), seed: 125, seconds: 220, labels: 'some',
    script(sim) {
      sim.register({ namespace: 'public', service: 'db', ip: '10.5.0.1', port: 80, ephemeral: false });
      sim.at(40 * second, () => sim.node(2).stop());
      sim.at(106 * second, () => void sim.node(1).distort({ ...gone, service: 'svc-3' }, { healthy: false }));
      sim.at(107 * second, () => sim.register({ namespace: 'public', service: 'svc-6', ip: '10.9.9.7', port: 80 }, { only: 0 }));
      sim.at(108 * second, () => void sim.node(1).drop({ service: 'db' }));
    },
  },
  {
    name: 'lost-after-death', what: 'a node dies, and another loses an old instance: it cannot be told apart from one that expired, and is confirmed when that is over', versions: three('2.2.4'), seed: 126, seconds: 300, labels: 'some',
    script(sim) {
      sim.at(40 * second, () => sim.node(2).stop());
      sim.at(106 * second, () => void sim.node(1).drop({ ...gone, service: 'svc-3' }));
    },
  },
  {
    name: 'long-after-death', what: 'a node died four minutes ago, and another loses an instance: nothing lingers any more', versions: three('2.2.4'), seed: 127, seconds: 360, labels: 'some',
    script(sim) {
      sim.at(40 * second, () => sim.node(2).stop());
      sim.at(256 * second, () => void sim.node(1).drop({ ...gone, service: 'svc-3' }));
    },
  },
];

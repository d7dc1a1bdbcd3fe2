/** One node holds other contents than the rest: each kind of difference by itself, and what is no difference. */

import { minute, second, three, type Scenario } from '../scenario.ts';

const one = { namespace: 'public', group: 'DEFAULT_GROUP', service: 'svc-3', limit: 1 };

export const contentsCases: readonly Scenario[] = [
  {
    name: 'missing-instance', what: 'one node loses one instance for two minutes, just after a poll', versions: three('2.2.4'), seed: 11, seconds: 240, labels: 'some', healsAtPolls: true,
    script(sim) {
      sim.at(45.4 * second, () => void sim.node(1).drop(one));
      sim.at(165 * second, () => sim.node(1).heal());
    },
  },
  {
    name: 'stale-instance', what: 'one node does not hear that an instance left', versions: three('2.2.4'), seed: 12, seconds: 200, labels: 'some',
    script(sim) {
      sim.at(31 * second, () => sim.node(2).pin({ service: 'svc-4' }));
      sim.at(32 * second, () => void sim.deregister({ namespace: 'public', service: 'svc-4', limit: 1 }));
      sim.at(2 * minute, () => sim.node(2).unpin({ service: 'svc-4' }));
    },
  },
  {
    name: 'swapped-contents', what: 'equal counts: one node lacks an instance and holds one that left long ago', versions: three('2.0.4'), seed: 13, seconds: 180, labels: 'some',
    script(sim) {
      sim.at(46 * second, () => {
        sim.node(0).drop(one);
        sim.node(0).invent({ namespace: 'public', service: 'svc-3', ip: '10.9.9.9', port: 8080 });
      });
      sim.at(2 * minute, () => sim.node(0).heal());
    },
  },
  {
    name: 'health-differs', what: 'one node holds a healthy instance for ill', versions: three('2.1.2'), seed: 14, seconds: 180, labels: 'some',
    script(sim) {
      sim.at(47 * second, () => void sim.node(1).distort(one, { healthy: false }));
      sim.at(2 * minute, () => sim.node(1).heal());
    },
  },
  {
    name: 'disabled-on-one-node', what: 'one node shows an instance as disabled', versions: three('3.1.0'), seed: 15, seconds: 200, labels: 'some',
    script: (sim) => void sim.at(47 * second, () => void sim.node(1).distort(one, { enabled: false })),
  },
  {
    name: 'weight-differs', what: 'an edited weight never reaches one node', versions: three('2.2.4'), seed: 16, seconds: 200, labels: 'some',
    script: (sim) => void sim.at(47 * second, () => void sim.node(2).distort(one, { weight: 5 })),
  },
  {
    name: 'metadata-differs', what: 'one node holds old metadata', versions: three('1.4.1'), seed: 17, seconds: 200, labels: 'some',
    script: (sim) => void sim.at(47 * second, () => void sim.node(2).distort(one, { metadata: { color: 'green' } })),
  },
  {
    name: 'weight-1-and-1.0', what: 'weight 1 on one node, 1.0 on another: equal', versions: three('2.2.4'), seed: 18, seconds: 120, labels: 'none',
    script: (sim) => void sim.at(20 * second, () => void sim.node(2).distort(one, { weight: Number('1.0') })),
  },
  {
    name: 'metadata-order', what: 'metadata keys in another order on one node: equal', versions: three('2.2.4'), seed: 19, seconds: 120, labels: 'none',
    script(sim) {
      sim.change(one, { metadata: { a: '1', b: '2', c: '3' } });
      sim.at(20 * second, () => void sim.node(2).distort(one, { metadata: { c: '3', a: '1', b: '2' } }));
    },
  },
  {
    name: 'service-missing', what: 'one node lacks a whole service', versions: three('2.0.4'), seed: 20, seconds: 180, labels: 'some',
    script(sim) {
      sim.at(46 * second, () => void sim.node(1).dropServices({ namespace: 'public', service: 'svc-7' }));
      sim.at(2 * minute, () => sim.node(1).heal());
    },
  },
  {
    name: 'namespace-missing', what: 'one node lacks a whole namespace', versions: three('2.2.4'), seed: 21, seconds: 180, labels: 'some',
    script(sim) {
      sim.at(46 * second, () => void sim.node(2).dropServices({ namespace: 'orders' }));
      sim.at(2 * minute, () => sim.node(2).heal());
    },
  },
  {
    name: 'two-of-three', what: 'two of three nodes lose the same instance at once: the third stands alone', versions: three('2.2.4'), seed: 22, seconds: 180, labels: 'some',
    script(sim) {
      sim.at(46 * second, () => {
        for (const index of [0, 1]) sim.node(index).drop(one);
      });
      sim.at(2 * minute, () => {
        for (const index of [0, 1]) sim.node(index).heal();
      });
    },
  },
];

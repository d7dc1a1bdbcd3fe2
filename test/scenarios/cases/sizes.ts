/** Clusters of other sizes, and of several versions at once. */

import { second, type Scenario } from '../scenario.ts';

const one = { namespace: 'public', group: 'DEFAULT_GROUP', service: 'svc-3', limit: 1 };

export const sizeCases: readonly Scenario[] = [
  {
    name: 'one-node', what: 'a single node: nothing can differ', versions: ['2.2.4'], seed: 81, seconds: 120, labels: 'none',
    script: (sim) => void sim.every(5 * second, () => sim.churn()),
  },
  {
    name: 'two-nodes', what: 'two nodes, one of which loses an instance: an even split', versions: ['2.2.4', '2.2.4'], seed: 82, seconds: 180, labels: 'some',
    script(sim) {
      sim.at(46 * second, () => void sim.node(1).drop(one));
      sim.at(120 * second, () => sim.node(1).heal());
    },
  },
  {
    name: 'two-nodes-new', what: 'two nodes, one of which alone learns of a new instance', versions: ['2.2.4', '2.2.4'], seed: 85, seconds: 180, labels: 'some',
    script: (sim) => void sim.at(46 * second, () => sim.register({ namespace: 'public', service: 'svc-3', ip: '10.9.9.8', port: 8080 }, { only: 0 })),
  },
  {
    name: 'two-nodes-3.1', what: 'two nodes of 3.1.0, one of which alone holds an instance', versions: ['3.1.0', '3.1.0'], seed: 86, seconds: 180, labels: 'some',
    script: (sim) => void sim.at(46 * second, () => sim.register({ namespace: 'public', service: 'lonely', ip: '10.9.9.8', port: 8080 }, { only: 0 })),
  },
  {
    name: 'half-upgraded', what: 'one node of 1.4.1 among two of 2.0.4, with an instance that one of these lost', versions: ['1.4.1', '2.0.4', '2.0.4'], seed: 87, seconds: 180, labels: 'some',
    script: (sim) => void sim.at(46 * second, () => void sim.node(2).drop(one)),
  },
  {
    name: 'five-nodes', what: 'five nodes, two of which lose different instances', versions: ['2.2.4', '2.2.4', '2.2.4', '2.2.4', '2.2.4'], seed: 83, seconds: 180, labels: 'some',
    script(sim) {
      sim.at(46 * second, () => void sim.node(1).drop(one));
      sim.at(53 * second, () => void sim.node(4).drop({ ...one, service: 'svc-5' }));
    },
  },
  {
    name: 'mixed-versions', what: 'a cluster half upgraded from 2.0.4 to 2.2.4; a new node lacks an instance', versions: ['2.0.4', '2.2.4', '2.2.4'], seed: 84, seconds: 180, labels: 'some',
    script: (sim) => void sim.at(46 * second, () => void sim.node(1).drop(one)),
  },
];

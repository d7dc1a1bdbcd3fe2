/** `gone` and `restored`. */

import type { SimCluster } from '../../../src/sim/index.ts';
import { fillSmall } from '../../poller/harness.ts';
import { closed3x, later, three, type Case } from '../case.ts';

const gone = ['gone', '--service=pay', '--instance=10.9.0.1:80'];
const restored = ['restored', '--before=F'];

/** One service in two places, one of its instances in a cluster of its own. */
function fillPay(sim: SimCluster): void {
  fillSmall(sim);
  sim.register([
    { service: 'pay', ip: '10.9.0.1', port: 80, metadata: { app_registry_tag: '1' } }, { service: 'pay', ip: '10.9.0.2', port: 80 },
    { service: 'pay', ip: '10.9.0.3', port: 80, cluster: 'zone-b' }, { service: 'pay', group: 'G', namespace: 'orders', ip: '10.9.0.1', port: 80 },
  ]);
}

export const registrations: readonly Case[] = [
  { name: 'deregistered', argv: gone, fill: fillPay, code: 0, takes: [10, 20], says: [/^pass absent N0 absent for 1\d s/, /^pass absent N2/], script: (sim) => void sim.deregister({ service: 'pay', namespace: 'public', ip: '10.9.0.1' }) },
  { name: '3.x, in another cluster of the service', argv: ['gone', '--service=pay', '--instance=10.9.0.3:80'], fill: fillPay, versions: three('3.1.0'), code: 0, says: [/^pass absent N1/], script: (sim) => void sim.deregister({ service: 'pay', ip: '10.9.0.3' }) },
  { name: 'a service that never was', argv: ['gone', '--service=nobody', '--instance=10.9.0.3:80'], versions: three('1.4.1'), code: 0, warns: /no node shows any instance of public\/DEFAULT_GROUP@@nobody/, says: [/^pass absent N1/] },
  { name: 'only the cluster asked for', argv: ['gone', '--service=pay', '--instance=10.9.0.3:80', '--cluster=DEFAULT'], fill: fillPay, code: 0, says: [/^pass absent N1/] },
  { name: 'still there', argv: gone, fill: fillPay, code: 1, takes: [0, 10], says: [/^fail absent N0 still there: healthy, enabled, cluster DEFAULT/] },
  { name: 'in a cluster that was not named', argv: ['gone', '--service=DEFAULT_GROUP@@pay', '--instance=10.9.0.3:80'], fill: fillPay, versions: three('1.4.1'), code: 1, says: [/^fail absent N2 still there: .*cluster zone-b/] },
  { name: 'in another namespace and group', argv: ['gone', '--service=pay', '--instance=10.9.0.1:80', '--namespace=orders', '--group=G'], fill: fillPay, code: 1, says: [/^fail absent N2 still there/], script: (sim) => void sim.deregister({ service: 'pay', namespace: 'public' }) },
  { name: 'disabled, not deregistered', argv: gone, fill: fillPay, code: 1, says: [/^fail absent N0 still there: healthy, disabled/], script: (sim) => void sim.change({ service: 'pay', ip: '10.9.0.1' }, { enabled: false }) },
  { name: 'on one node alone', argv: gone, fill: fillPay, code: 1, says: [/^fail absent N1 still there/, /absent N0 absent/], script(sim) {
    sim.node(1).pin({ service: 'pay' });
    sim.deregister({ service: 'pay', ip: '10.9.0.1' });
  } },
  { name: 'back with the next beat', argv: gone, fill: fillPay, code: 1, says: [/^fail absent N0 still there/], script(sim) {
    sim.deregister({ service: 'pay', namespace: 'public', ip: '10.9.0.1' });
    later(sim, 4_000, () => sim.register({ service: 'pay', ip: '10.9.0.1', port: 80 }));
  } },
  { name: 'a node that does not answer', argv: gone, code: 2, says: [/^unknown absent N1 does not answer/, /absent N0 absent/], script: (sim) => sim.node(1).stop() },
  { name: '3.x without credentials', argv: gone, ...closed3x, code: 2, says: [/^unknown absent N0 3\.x shows instances to a user with read permission only/] },
  { name: 'a list that cannot be read', argv: gone, fill: fillPay, code: 2, says: [/^unknown absent N1 could not be asked: .*500/], script(sim) {
    sim.deregister({ service: 'pay', namespace: 'public', ip: '10.9.0.1' });
    sim.node(1).fault({ kind: 'status', status: 500, path: '/v1/ns/catalog/instances' });
  } },

  { name: 'all is back', argv: restored, comparesBefore: true, code: 0, says: [/^pass read - every registration on every node/, /^pass instances - 0 instances of 230 of .* missing/] },
  { name: 'restarted meanwhile: another tag, another weight', argv: restored, fill: fillPay, comparesBefore: true, code: 0, says: [/^pass instances - 0 instances of 234/], script(sim) {
    sim.change({ service: 'pay', ip: '10.9.0.1' }, { metadata: { app_registry_tag: '2' }, weight: 7, healthy: false });
  } },
  { name: 'as few missing as are allowed', argv: [...restored, '--allow=5'], comparesBefore: true, code: 0, says: [/^pass instances - 5 instances of 230 of .* missing: .*, 5 allowed/], script: (sim) => void sim.deregister({ service: 'svc-1' }) },
  { name: 'one more missing than is allowed', argv: [...restored, '--allow=4'], comparesBefore: true, code: 1, says: [/^fail instances - 5 instances of 230 .*, 4 allowed/], script: (sim) => void sim.deregister({ service: 'svc-1' }) },
  { name: 'missing ones named', argv: restored, comparesBefore: true, code: 1, says: [/^fail instances - 3 instances of 230 of .* missing: orders\/DEFAULT_GROUP@@order-2 .*:\d+, orders/], script: (sim) => void sim.deregister({ service: 'order-2' }) },
  { name: 'a node that does not answer', argv: restored, comparesBefore: true, code: 2, says: [/^unknown read - c: N2: not read: connect: /, /^unknown instances - cannot be told before every node was read/], script: (sim) => sim.node(2).stop() },
  { name: 'contents that cannot be read', argv: restored, comparesBefore: true, code: 2, says: [/^unknown read - c: N0: .*500/], script: (sim) => void sim.node(0).fault({ kind: 'status', status: 500, path: /withInstances=true/ }) },

  // Double write closed too early on 2.0.4: the new store lacked a service. The gate said so (see the cases on double write).
  {
    name: 'double write closed too early on one node', argv: ['consistent'], versions: three('2.0.4'), code: 1, says: [/^fail divergence N1 differs in 1 service: 5 instances, 5 missing \(public\/DEFAULT_GROUP@@svc-1 /],
    script(sim) {
      sim.node(1).setUpgrade({ upgraded: false, v2Missing: ['public##DEFAULT_GROUP@@svc-1'] });
      sim.closeDoubleWrite();
    },
  },
  {
    name: 'double write closed too early on all nodes', argv: restored, versions: three('2.0.4'), comparesBefore: true, code: 1, says: [/^fail instances - 5 instances of 230 of .* missing: public\/DEFAULT_GROUP@@svc-1 /],
    script(sim) {
      for (const node of sim.nodes) node.setUpgrade({ upgraded: false, v2Missing: ['public##DEFAULT_GROUP@@svc-1'] });
      sim.closeDoubleWrite();
    },
  },
];

/** `ready-to-close-double-write`, `double-write-off` and `ready-to-roll-back`. */

import type { SimCluster } from '../../../src/sim/index.ts';
import { closed3x, later, saysStores, three, type Case } from '../case.ts';

const close = ['ready-to-close-double-write'];
const off = ['double-write-off'];
const back = ['ready-to-roll-back'];
const lightBeats = (sim: SimCluster, on: boolean, nodes = [0, 1, 2]): void => nodes.forEach((node) => sim.node(node).setSwitch('lightBeatEnabled', on));

export const doubleWrite: readonly Case[] = [
  {
    name: 'both stores alike, twice', argv: close, versions: three('2.0.4'), code: 0, takes: [20, 60],
    says: [/^pass upgraded N2 serves its own store/, /^pass all-2x N0/, /^pass queue N1 0 double-write tasks waiting/, /^pass services N0 V1 50, V2 50/, /^pass instances N0 V1 230, V2 230/, /^pass only-in-v1 N1 0 /, /^pass ready N1 every member says readyToUpgrade \(3\)/, /^pass twice - all of it twice, \d\d s apart/],
  },
  {
    name: 'a node that still serves the V1 store', argv: close, versions: three('2.0.4'), code: 1, says: [/^fail upgraded N1 still serves the V1 store/, /^fail queue N1 3 double-write tasks waiting/, /^fail ready N0 N1 says readyToUpgrade=false/, /^pass upgraded N0/],
    script: (sim) => sim.node(1).setUpgrade({ upgraded: false, pendingTasks: 3 }),
  },
  {
    name: 'a service that the new store lacks', argv: close, versions: three('2.1.2'), code: 1, says: [/^fail services N2 V1 50, V2 49 services/, /^fail only-in-v1 N2 1 service in V1 alone: public##DEFAULT_GROUP@@svc-1/],
    script: (sim) => sim.node(2).setUpgrade({ v2Missing: ['public##DEFAULT_GROUP@@svc-1'] }),
  },
  {
    name: 'a service that the old store lacks', argv: close, versions: three('2.0.4'), code: 1, says: [/^fail services N0 V1 49, V2 50/, /^fail only-in-v2 N0 1 service in V2 alone: public##DEFAULT_GROUP@@svc-9/],
    script: (sim) => sim.node(0).setUpgrade({ v1Missing: ['public##DEFAULT_GROUP@@svc-9'] }),
  },
  { name: 'instances that differ', argv: close, versions: three('2.0.4'), code: 1, says: [/^fail instances N1 V1 230, V2 228 instances/], script: (sim) => saysStores(sim, 1, { instanceCountV2: 228 }) },
  { name: 'a node that knows of a 1.x', argv: close, versions: three('2.0.4'), code: 1, says: [/^fail all-2x N1 knows a member that is not 2\.x/], script: (sim) => saysStores(sim, 1, { isAll20XVersion: false }) },
  { name: 'a 1.x left', argv: close, versions: ['1.4.1', '2.0.4', '2.0.4'], code: 1, says: [/^fail stores N0 still runs 1\.4\.1/, /^fail all-2x N1/, /^fail ready N1 N0 does not say readyToUpgrade/] },
  { name: 'closed already', argv: close, versions: three('2.0.4'), code: 1, says: [/^fail double-write N0 double write is closed already: see double-write-off/], script: (sim) => sim.closeDoubleWrite() },
  { name: 'alike at the first look only', argv: close, versions: three('2.0.4'), code: 1, takes: [20, 35], says: [/^fail ready N0 N2 says readyToUpgrade=false/], script: (sim) => later(sim, 20_000, () => sim.node(2).setUpgrade({ upgraded: false, pendingTasks: 7 })) },
  {
    name: 'waited for', argv: [...close, '--wait=5m'], versions: three('2.0.4'), code: 0, takes: [60, 150], says: [/^pass twice/],
    script(sim) {
      sim.node(2).setUpgrade({ upgraded: false, pendingTasks: 7 });
      later(sim, 50_000, () => sim.node(2).setUpgrade({ pendingTasks: 0 }));
    },
  },
  { name: '2.2: there is none', argv: close, versions: three('2.2.4'), code: 2, says: [/^unknown stores N0 2\.2\.4 has no double write: there is nothing to close/] },
  { name: '2.0.0 does not tell', argv: close, versions: three('2.0.0'), code: 2, says: [/^unknown stores N0 2\.0\.0 does not tell how its stores compare; 2\.0\.2 to 2\.1\.2 do/, /^pass ready N0/] },
  { name: 'a node that does not answer', argv: close, versions: three('2.0.4'), code: 2, says: [/^unknown stores N1 does not answer/], script: (sim) => sim.node(1).stop() },
  {
    name: 'a member list that fails', argv: close, versions: three('2.0.4'), code: 2, says: [/^unknown ready N1 its member list could not be read: .*500/, /^pass queue N1/],
    script: (sim) => void sim.node(1).fault({ kind: 'status', status: 500, path: '/v1/core/cluster/nodes' }),
  },
  {
    name: 'an endpoint that fails', argv: close, versions: three('2.0.4'), code: 2, says: [/^unknown stores N1 upgrade\/ops\/metrics could not be read: .*500/],
    script: (sim) => void sim.node(1).fault({ kind: 'status', status: 500, path: '/v1/ns/upgrade/ops/metrics' }),
  },

  {
    name: 'closed everywhere for a minute', argv: off, versions: three('2.0.4'), code: 0, takes: [60, 75], says: [/^pass double-write-switch N0 double write is off/, /^pass double-write N1 isDoubleWriteEnabled=false/, /^pass upgraded N2/, /^pass held - for 6\d s/],
    script: (sim) => sim.closeDoubleWrite(),
  },
  { name: 'a version that has none', argv: off, versions: three('3.1.0'), code: 0, says: [/^pass double-write-switch N0 3\.1\.0 has no double write/] },
  { name: 'still on', argv: off, versions: three('2.0.4'), code: 1, takes: [0, 10], says: [/^fail double-write-switch N0 double write is on/, /^fail double-write N0 writes to both stores/] },
  {
    name: 'on again after a restart', argv: off, versions: three('2.1.2'), code: 1, says: [/^fail double-write-switch N1 double write is on \(doubleWriteEnabled=true\)/, /^pass double-write-switch N0/],
    script(sim) {
      sim.closeDoubleWrite();
      sim.node(1).setSwitch('doubleWriteEnabled', true);
    },
  },
  {
    name: 'on again within the minute', argv: off, versions: three('2.1.2'), code: 1, takes: [30, 60], says: [/^fail double-write-switch N1/],
    script(sim) {
      sim.closeDoubleWrite();
      later(sim, 40_000, () => sim.node(1).setSwitch('doubleWriteEnabled', true));
    },
  },
  {
    name: 'off, and still on the V1 store', argv: off, versions: three('2.0.4'), code: 1, says: [/^fail upgraded N2 still serves the V1 store \(upgraded=false\)/],
    script(sim) {
      sim.closeDoubleWrite();
      saysStores(sim, 2, { upgraded: false, isDoubleWriteEnabled: false });
    },
  },
  { name: 'a 1.x left', argv: off, versions: ['2.0.4', '2.0.4', '1.4.1'], code: 1, says: [/^fail upgraded N2 still runs 1\.4\.1/], script: (sim) => sim.closeDoubleWrite() },
  {
    name: 'a node that does not answer', argv: off, versions: three('2.0.4'), code: 2, says: [/^unknown double-write-switch N1 does not answer/],
    script(sim) {
      sim.closeDoubleWrite();
      sim.node(1).stop();
    },
  },
  { name: '2.0.0 tells its switch alone', argv: off, versions: three('2.0.0'), code: 2, says: [/^pass double-write-switch N0/, /^unknown double-write N0 2\.0\.0 does not tell how its stores compare/], script: (sim) => sim.closeDoubleWrite() },

  { name: 'off everywhere for 15 s', argv: back, code: 0, takes: [15, 25], says: [/^pass light-beats N0 off for 1\d s/, /^pass light-beats N2/], script: (sim) => lightBeats(sim, false) },
  { name: '1.1.x has none', argv: back, versions: ['2.0.4', '1.1.4', '2.0.4'], code: 0, says: [/^pass light-beats N1 1\.1\.4 has no light beats/], script: (sim) => {
    lightBeats(sim, false, [0, 2]);
    sim.node(1).setSwitch('lightBeatEnabled', undefined);
  } },
  { name: 'on at one node', argv: back, code: 1, takes: [0, 10], says: [/^fail light-beats N1 light beats are on/, /^unknown light-beats N0 off, seen so for 0 s of 15 s/], script: (sim) => lightBeats(sim, false, [0, 2]) },
  { name: 'on as shipped', argv: back, code: 1, says: [/^fail light-beats N0/] },
  { name: 'switched off a moment ago', argv: [...back, '--wait=1m'], code: 0, takes: [24, 40], says: [/^pass light-beats N1 off for 1\d s/], script(sim) {
    lightBeats(sim, false, [0, 2]);
    later(sim, 9_000, () => lightBeats(sim, false));
  } },
  { name: 'a node that does not answer', argv: back, code: 2, says: [/^unknown light-beats N1 does not answer/], script(sim) {
    lightBeats(sim, false);
    sim.node(1).stop();
  } },
  { name: '3.x without credentials', argv: back, ...closed3x, code: 2, says: [/^unknown light-beats N0 3\.x shows its switches to an administrator only/] },
  { name: 'switches that cannot be read', argv: back, code: 2, says: [/^unknown light-beats N2 its switches could not be read: .*500/], script(sim) {
    lightBeats(sim, false);
    sim.node(2).fault({ kind: 'status', status: 500, path: '/v1/ns/operator/switches' });
  } },
  { name: 'a node that does not tell', argv: back, code: 2, says: [/^unknown light-beats N2 does not tell lightBeatEnabled/], script(sim) {
    lightBeats(sim, false);
    sim.node(2).setSwitch('lightBeatEnabled', undefined);
  } },
];

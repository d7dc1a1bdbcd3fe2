/** `listed`, `joined`, `removable` and `removed`. */

import type { SimCluster } from '../../../src/sim/index.ts';
import { closed3x, three, type Case } from '../case.ts';

/** Two nodes and a third that is not there yet. */
const pair = ['10.0.0.1:8848', '10.0.0.2:8848'];
const listed = ['listed', 'N2'];
const joined = ['joined', 'N2'];
const removable = ['removable', 'N2'];
const removed = ['removed', 'N2'];

function absent(sim: SimCluster, listers: readonly number[] = []): void {
  sim.node(2).stop();
  for (const index of [0, 1]) sim.node(index).lists(2, listers.includes(index));
  sim.setInRaft(2, false);
}

export const members: readonly Case[] = [
  { name: 'in both lists, not started', argv: listed, versions: three('2.2.4'), servers: pair, code: 0, takes: [0, 10], says: [/^pass listed N0 lists N2 as \w+/, /^pass listed N1/, /^pass double-write-switch N0 2\.2\.4 has no double write/], script: (sim) => absent(sim, [0, 1]) },
  { name: '2.0, double write closed before', argv: listed, versions: three('2.0.4'), servers: pair, code: 0, says: [/^pass double-write-switch N1 double write is off/, /^pass listed N1/], script(sim) {
    absent(sim, [0, 1]);
    sim.closeDoubleWrite();
  } },
  { name: 'in one list', argv: listed, versions: three('2.2.4'), servers: pair, code: 1, says: [/^pass listed N0/, /^fail listed N1 does not list N2/], script: (sim) => absent(sim, [0]) },
  { name: '2.0, double write still on', argv: listed, versions: three('2.0.4'), servers: pair, code: 1, says: [/^fail double-write-switch N0 double write is on/, /^pass listed N0/], script: (sim) => absent(sim, [0, 1]) },
  { name: 'an existing node does not answer', argv: listed, versions: three('2.2.4'), servers: pair, code: 2, says: [/^unknown listed N1 does not answer/, /^pass listed N0/], script(sim) {
    absent(sim, [0, 1]);
    sim.node(1).stop();
  } },
  { name: '3.x without credentials', argv: listed, ...closed3x, code: 2, says: [/^unknown listed N0 3\.x shows its member list to an administrator only/] },
  { name: '2.0, a switch that cannot be read', argv: listed, versions: three('2.0.4'), servers: pair, code: 2, says: [/^unknown double-write-switch N1 its switches could not be read: .*500/], script(sim) {
    absent(sim, [0, 1]);
    sim.closeDoubleWrite();
    sim.node(1).fault({ kind: 'status', status: 500, path: '/v1/ns/operator/switches' });
  } },

  { name: 'a full member', argv: [...joined, '--version=2.2.4'], versions: three('2.2.4'), code: 0, takes: [60, 75], says: [/^pass raft-groups - 10\.0\.0\.3:7848 is in every raft group/, /^pass switches N2 equal to those of the others/, /^pass ready N2/] },
  { name: 'in no raft group', argv: joined, versions: three('2.2.4'), code: 1, says: [/^fail raft-groups N0 raft group naming_persistent_service lacks 10\.0\.0\.3:7848/], script: (sim) => sim.setInRaft(2, false) },
  { name: 'double write on, as on every new node', argv: joined, versions: three('2.0.4'), code: 1, says: [/^fail switches N2 doubleWriteEnabled is true, on N0 false/], script(sim) {
    sim.closeDoubleWrite();
    sim.node(2).setSwitch('doubleWriteEnabled', true);
  } },
  { name: 'empty', argv: joined, versions: three('2.2.4'), code: 1, says: [/^fail complete N2 lacks 230 instances/], script: (sim) => sim.node(2).setFilled(0) },
  { name: 'raft that cannot be read', argv: joined, versions: three('2.2.4'), code: 2, says: [/^unknown raft-groups N0 its raft groups could not be read: .*500/], script: (sim) => void sim.node(0).fault({ kind: 'status', status: 500, path: '/v1/core/cluster/self' }) },
  { name: 'switches that cannot be read', argv: joined, versions: three('2.2.4'), code: 2, says: [/^unknown switches N2 its switches could not be read: .*500/], script: (sim) => void sim.node(2).fault({ kind: 'status', status: 500, path: '/v1/ns/operator/switches' }) },
  { name: 'not there', argv: ['joined', '10.0.0.9:8848'], code: 2, says: [/^unknown known 10\.0\.0\.9:8848 is no node of c/] },

  { name: 'nobody connected', argv: removable, code: 0, takes: [15, 45], says: [/^pass connections N2 no client is connected/, /^pass leader N2 leads no raft group/, /^pass holds/, /^pass quorum - 2 of 3 nodes stay/] },
  { name: 'clients connected', argv: removable, code: 1, says: [/^fail connections N2 12 clients connected \(Nacos-Java-Client:v2\.1\.0: 12\); an operator moves them .*Draining a node/], script: (sim) => sim.node(2).setClients(12) },
  { name: 'clients that leave, waited for', argv: [...removable, '--wait=3m'], code: 0, takes: [40, 90], says: [/^pass connections N2/], script(sim) {
    sim.node(2).setClients(3);
    sim.clock.at(sim.clock.now() + 40_000, () => sim.node(2).setClients(0));
  } },
  { name: 'the leader', argv: ['removable', 'N0'], code: 1, says: [/^fail leader N0 leads .*naming_persistent_service/] },
  { name: 'another lacks what it holds', argv: removable, code: 1, says: [/^fail holds N0 .*5 missing/], script: (sim) => void sim.node(0).drop({ service: 'svc-1' }) },
  { name: 'one of two', argv: ['removable', 'N1'], versions: ['2.1.0', '2.1.0'], code: 1, says: [/^fail quorum - 1 of 2 nodes stay, 2 are needed/] },
  { name: '1.x cannot tell', argv: removable, versions: three('1.4.1'), code: 2, says: [/^unknown connections N2 1\.4\.1 has no connections to count/] },
  { name: 'connections that cannot be read', argv: removable, code: 2, says: [/^unknown connections N2 its connections could not be read: .*500/], script: (sim) => void sim.node(2).fault({ kind: 'status', status: 500, path: '/v2/core/loader/current' }) },
  { name: 'it does not answer', argv: removable, code: 2, says: [/^unknown connections N2 does not answer/], script: (sim) => sim.node(2).stop() },
  { name: '3.x without credentials', argv: removable, ...closed3x, code: 2, says: [/^unknown connections N2 does not tell its connections/, /^unknown leader N2/] },
  { name: 'a name that nobody knows', argv: ['removable', '10.0.0.9:8848'], code: 2, says: [/^unknown known/] },

  { name: 'known to nobody', argv: removed, servers: pair, code: 0, takes: [0, 10], says: [/^pass member-lists N0 does not list N2/, /^pass raft-groups - 10\.0\.0\.3:7848 is in no raft group/], script: (sim) => absent(sim) },
  { name: 'under its other name', argv: ['drained', 'N2'], servers: pair, code: 0, says: [/^pass member-lists N1/], script: (sim) => absent(sim) },
  { name: 'still answering: a warning', argv: removed, code: 0, warns: /N2 still answers: clients that have its address may go on using it/, says: [/^pass raft-groups/], script(sim) {
    absent(sim);
    sim.node(2).start();
  } },
  { name: 'in one list still', argv: removed, servers: pair, code: 1, says: [/^fail member-lists N1 still lists N2, as DOWN/, /^pass member-lists N0/], script: (sim) => absent(sim, [1]), aged: 30_000 },
  { name: 'in the raft groups still', argv: removed, servers: pair, code: 1, says: [/^fail raft-groups N0 raft group naming_persistent_service still has 10\.0\.0\.3:7848/], script(sim) {
    absent(sim);
    sim.setInRaft(2, true);
  } },
  { name: 'another member DOWN', argv: removed, servers: pair, code: 1, says: [/^fail member-state N0 sees N1 DOWN: bring it back or remove it before the next one/], script(sim) {
    absent(sim);
    sim.node(0).sees(1, 'DOWN');
  } },
  { name: 'a node whose list cannot be read', argv: removed, servers: pair, code: 2, says: [/^unknown member-lists N1 its member list could not be read: .*500/], script(sim) {
    absent(sim);
    sim.node(1).fault({ kind: 'status', status: 500, path: '/v1/core/cluster/nodes' });
  } },
  { name: '3.x without credentials', argv: removed, ...closed3x, code: 2, says: [/^unknown member-lists N0 3\.x/, /^unknown raft-groups N1 3\.x shows its raft groups to an administrator only/] },
];

/** `ready-to-upgrade`, `safe-to-stop` and `node-back`. */

import { closed3x, later, saysStores, three, type Case } from '../case.ts';

const ready = ['ready-to-upgrade'];
const group = 'naming_persistent_service';
const stop2 = ['safe-to-stop', 'N2'];
const back2 = ['node-back', 'N2'];

export const readyToUpgrade: readonly Case[] = [
  {
    name: '1.4.1, calm for a minute', argv: [...ready, '--to=2.0.4'], versions: three('1.4.1'), code: 0, takes: [60, 70],
    says: [/^pass answers N0/, /^pass version - 3 nodes of 1\.4\.1/, /^pass member-lists - all 3 nodes list the same 3 members/, /^pass member-state - every member is UP/, /^pass raft-leader - raft group naming_persistent_service: N0 leads in term \d+/, /^pass ownership - no change of ownership for 6\d s/],
  },
  { name: 'to 3.x without credentials: a warning', argv: [...ready, '--to=3.1.0'], code: 0, says: [/^pass divergence/], warns: /3\.x shows members, raft and contents to an administrator only, and no credentials are configured/ },
  { name: 'from 1.x past the versions with double write: a warning', argv: [...ready, '--to=2.3.2'], versions: three('1.4.1'), code: 0, says: [/^pass version/], warns: /2\.3\.2 has no double write: from 1\.x go to 2\.0 or 2\.1 first/ },
  { name: 'leaders on several nodes: a warning', argv: ready, code: 0, says: [/^pass raft-leader/], warns: /several nodes lead raft groups/, script: (sim) => sim.elect(group, 1) },
  { name: 'one node alone', argv: ready, versions: ['2.1.0'], code: 0, says: [/^pass raft-leader/] },
  { name: 'mixed versions', argv: ready, versions: ['2.0.4', '2.0.4', '1.4.1'], code: 1, says: [/^fail version N2 runs 1\.4\.1, most others 2\.0\.4/] },
  { name: 'a node that does not answer', argv: ready, code: 1, says: [/^fail answers N2 does not answer: /, /^fail member-state N0 sees N2 (DOWN|SUSPICIOUS)/], script: (sim) => sim.node(2).stop(), aged: 30_000 },
  { name: 'a list that lacks a member', argv: ready, code: 1, says: [/^fail member-lists N2 its list lacks N1/], script: (sim) => sim.node(2).lists(1, false) },
  { name: 'a member that is not UP in one view', argv: ready, code: 1, says: [/^fail member-state N0 sees N1 SUSPICIOUS/], script: (sim) => sim.node(0).sees(1, 'SUSPICIOUS') },
  { name: 'two leaders', argv: ready, code: 1, says: [/^fail raft-leader - raft group naming_persistent_service: 2 leaders, N0 and N1/], script: (sim) => sim.node(1).believes(group, { leader: 1, term: 9 }) },
  { name: 'different terms', argv: ready, code: 1, says: [/^fail raft-leader - raft group naming_persistent_service: terms differ: N0 is in \d, N1 is in \d, N2 is in 99/], script: (sim) => sim.node(2).believes(group, { leader: 0, term: 99 }) },
  {
    name: 'nobody leads', argv: ready, code: 1, says: [/^fail raft-leader - raft group naming_persistent_service: no node says that it leads, .* is named/],
    script: (sim) => [0, 1, 2].forEach((node) => sim.node(node).believes(group, { leader: (node + 1) % 3, term: 9 })),
  },
  { name: 'a lost leader still named', argv: ready, code: 1, says: [/^fail raft-leader - .*: N0 leads, and some node still names 10\.0\.0\.3:7848/], script: (sim) => sim.node(1).believes(group, { leader: 2, term: 1 }) },
  { name: 'contents that differ', argv: ready, code: 1, says: [/^fail divergence N2 differs in 1 service/], script: (sim) => void sim.node(2).drop({ service: 'svc-1' }) },
  {
    name: 'a change of leader half a minute ago', argv: ready, code: 2, takes: [85, 100], says: [/^unknown ownership - ownership changed 3\d s ago; 60 s are asked for/],
    script: (sim) => later(sim, 50_000, () => sim.elect(group, 2)),
  },
  { name: 'the same, waited for', argv: [...ready, '--wait=3m'], code: 0, takes: [110, 130], says: [/^pass ownership/], script: (sim) => later(sim, 50_000, () => sim.elect(group, 2)) },
  { name: '3.x without credentials', argv: ready, ...closed3x, code: 2, says: [/^unknown member-lists N0 3\.x shows its member list to an administrator only/, /^unknown raft-leader N1 3\.x shows its raft groups to an administrator only/] },
  {
    name: 'a member list that cannot be read', argv: ready, code: 2, says: [/^unknown member-lists N1 its member list could not be read: .*500/],
    script: (sim) => void sim.node(1).fault({ kind: 'status', status: 500, path: '/v1/core/cluster/nodes' }),
  },
  { name: 'a member that nobody is to read', argv: ready, servers: ['10.0.0.1:8848'], config: { discover: false }, code: 2, says: [/^unknown answers N2 is in a member list and is not read/] },
];

export const safeToStop: readonly Case[] = [
  {
    name: 'a follower', argv: [...stop2, '--remaining=N0,N1'], code: 0, takes: [60, 70],
    says: [/^pass up N0 up and ready for 6\d s/, /^pass up N1/, /^pass joining N1/, /^pass holds - no confirmed difference/, /^pass leader N2 does not lead/, /^pass quorum - 2 of 3 nodes stay, 2 are needed/],
  },
  { name: 'the leader, last', argv: ['safe-to-stop', 'N0'], code: 0, says: [/^pass leader N0 no node remains to be stopped after it/], warns: /N0 leads .*--remaining/ },
  { name: 'a name among the remaining that nobody knows', argv: [...stop2, '--remaining=10.0.0.8:8848'], code: 0, says: [/^pass leader/], warns: /--remaining names N7, which the cluster does not have/ },
  { name: 'a node that itself lacks something', argv: stop2, code: 0, says: [/^pass holds/], script: (sim) => void sim.node(2).drop({ service: 'svc-1' }) },
  { name: 'another node with other weights: nothing is lost with this one', argv: stop2, code: 0, says: [/^pass holds/], script: (sim) => void sim.node(1).distort({ service: 'svc-1' }, { weight: 3 }) },
  { name: 'one of two, allowed', argv: ['safe-to-stop', 'N1', '--allow-quorum-loss'], versions: ['2.1.0', '2.1.0'], code: 0, says: [/^pass quorum - 1 of 2 nodes stay, 2 are needed for a quorum: raft groups stand still until it is back, as allowed/] },
  { name: 'one of two', argv: ['safe-to-stop', 'N1'], versions: ['2.1.0', '2.1.0'], code: 1, says: [/^fail quorum - 1 of 2 nodes stay, 2 are needed.*--allow-quorum-loss/] },
  { name: 'another node is down', argv: stop2, code: 1, says: [/^fail up N1 does not answer/, /^fail quorum - 1 of 3 nodes stay, 2 are needed for a quorum$/], script: (sim) => sim.node(1).stop() },
  { name: 'quorum loss is allowed to two nodes at most', argv: [...stop2, '--allow-quorum-loss'], code: 1, says: [/^fail quorum - 1 of 3/], script: (sim) => sim.node(1).stop() },
  { name: 'another node is not ready', argv: stop2, code: 1, says: [/^fail up N1 is not ready/], script: (sim) => sim.node(1).setReady(false) },
  { name: 'another node lacks instances', argv: stop2, code: 1, says: [/^fail holds N1 differs in 1 service: 5 instances, 5 missing \(public\/DEFAULT_GROUP@@svc-7/], script: (sim) => void sim.node(1).drop({ service: 'svc-7' }) },
  {
    name: 'instances that this node alone holds', argv: stop2, versions: three('3.1.0'), code: 1, says: [/^fail holds N[01] .*10\.9\.9\.9:80: missing, not_replicated/],
    script: (sim) => sim.register({ service: 'lonely', ip: '10.9.9.9', port: 80 }, { only: 2 }),
  },
  { name: 'an instance that this node alone shows', argv: stop2, code: 1, says: [/^fail holds N2 differs in 1 service: 1 instance, 1 surplus \(public\/DEFAULT_GROUP@@svc-1 10\.9\.9\.9:80: surplus\)/], script: (sim) => sim.node(2).invent({ service: 'svc-1', ip: '10.9.9.9', port: 80 }) },
  { name: 'the leader, with others to come', argv: ['safe-to-stop', 'N0', '--remaining=N0,N1,N2'], code: 1, says: [/^fail leader N0 leads .*naming_persistent_service.*, and N1, N2 are still to be stopped: the leader goes last/] },
  {
    name: 'too early: the node before it still fills', argv: ['safe-to-stop', 'N1'], versions: three('2.2.4'), code: 1, says: [/^fail joining N2 is joining, lacks \d+ instances/],
    script: (sim) => later(sim, 3_000, () => sim.node(2).restart({ downMs: 6_000, emptyMs: 30_000, fillMs: 60_000 })),
  },
  { name: 'a name that nobody knows', argv: ['safe-to-stop', '10.0.0.9:8848'], code: 2, says: [/^unknown known 10\.0\.0\.9:8848 is no node of c; there are N0, N1, N2/] },
  { name: 'the node does not answer: what it holds is not known', argv: stop2, code: 2, says: [/^unknown compared N2 does not answer/, /^pass quorum/], script: (sim) => sim.node(2).stop() },
  { name: '3.x without credentials', argv: [...stop2, '--remaining=N0'], ...closed3x, code: 2, says: [/^unknown compared N2 3\.x/, /^unknown leader N2 does not tell whether it leads/] },
];

export const nodeBack: readonly Case[] = [
  {
    name: 'a minute after its return', argv: [...back2, '--version=2.1.0'], code: 0, aged: 30_000, takes: [60, 70], script: (sim) => sim.node(2).restart(),
    says: [/^pass member-state - N2 is UP in the views of 3 nodes/, /^pass ready N2 up and ready for 6\d s/, /^pass version - 1 node of 2\.1\.0/, /^pass complete N2/, /^pass dip - over: .*public 200 \(200 healthy\)/],
  },
  {
    name: 'its return seen, and waited for', argv: [...back2, '--wait=5m'], versions: three('2.2.4'), code: 0, takes: [70, 150], says: [/^pass ready N2/],
    script: (sim) => later(sim, 3_000, () => sim.node(2).restart({ downMs: 8_000, emptyMs: 2_000, fillMs: 10_000 })),
  },
  { name: 'mixed versions, the V1 store', argv: back2, versions: ['1.4.1', '1.4.1', '2.0.4'], code: 0, says: [/^pass v1-store N2 230 instances, as the others hold/] },
  { name: 'mixed versions, one that does not count its V1 store', argv: back2, versions: ['1.4.1', '1.4.1', '2.0.0'], code: 0, says: [/^pass v1-store N2 2\.0\.0 does not count its V1 store apart/] },
  { name: 'as many as before', argv: [...back2, '--before=F'], comparesBefore: true, code: 0, says: [/^pass dip/] },
  { name: 'another sees it DOWN', argv: back2, code: 1, says: [/^fail member-state N0 sees N2 DOWN/], script: (sim) => sim.node(0).sees(2, 'DOWN') },
  { name: 'it is in no list', argv: back2, code: 1, says: [/^fail member-state N0 does not list N2/], script: (sim) => sim.node(0).lists(2, false) },
  { name: 'it does not answer', argv: back2, code: 1, says: [/^fail ready N2 does not answer/], script: (sim) => sim.node(2).stop() },
  { name: 'it is not ready', argv: back2, code: 1, says: [/^fail ready N2 is not ready/], script: (sim) => sim.node(2).setReady(false) },
  { name: 'another version than wanted', argv: [...back2, '--version=2.1.2'], code: 1, says: [/^fail version N2 runs 2\.1\.0, not 2\.1\.2/] },
  {
    name: 'it lacks instances, and does not fill', argv: back2, code: 1, takes: [60, 75], notes: /restart N2: N2 lacks 10 instances, and that number has not fallen for 60 s/,
    says: [/^fail complete N2 lacks 10 instances, and that number has not fallen for 60 s/, /^fail divergence N2 .*10 missing/],
    script: (sim) => void sim.node(2).drop({ service: /^svc-[12]$/ }),
  },
  {
    name: 'it fills still: no restart', argv: [...back2, '--wait=2m'], versions: three('2.2.4'), code: 2, notes: /wait, do not restart: N2 lacks \d+ instances, \d+ 60 s ago/, says: [/^unknown complete N2 is joining, lacks \d+ instances/],
    script: (sim) => later(sim, 3_000, () => sim.node(2).restart({ downMs: 8_000, emptyMs: 1_000, fillMs: 200_000 })),
  },
  {
    name: 'mixed versions, a V1 store that lacks some', argv: back2, versions: ['1.4.1', '1.4.1', '2.0.4'], code: 1, says: [/^fail v1-store N2 its V1 store holds 220 instances, the cluster 230/],
    script: (sim) => saysStores(sim, 2, { upgraded: false, instanceCountV1: 220 }),
  },
  {
    name: 'mixed versions, a V1 store that cannot be read', argv: back2, versions: ['1.4.1', '1.4.1', '2.0.4'], code: 2, says: [/^unknown v1-store N2 upgrade\/ops\/metrics could not be read: .*500/],
    script: (sim) => void sim.node(2).fault({ kind: 'status', status: 500, path: '/v1/ns/upgrade/ops/metrics' }),
  },
  {
    name: 'a dip while it looks', argv: back2, code: 1, says: [/^fail dip - public: 100 instances, 200 within the last two minutes/],
    script: (sim) => later(sim, 40_000, () => sim.deregister({ namespace: 'public', limit: 100 })),
  },
  {
    name: 'fewer than before', argv: [...back2, '--before=F'], comparesBefore: true, code: 1, says: [/^fail dip - public: 195 instances, 200 in before\.json/],
    script: (sim) => void sim.deregister({ service: 'svc-3' }), aged: 5_000,
  },
  { name: 'another node does not answer', argv: back2, code: 2, says: [/^unknown compared N1 does not answer/], script: (sim) => sim.node(1).stop() },
  { name: 'a name that nobody knows', argv: ['node-back', '10.0.0.9:8848'], code: 2, says: [/^unknown known 10\.0\.0\.9:8848 is no node of c/] },
  { name: '3.x without credentials', argv: back2, ...closed3x, code: 2, says: [/^unknown member-state N0 3\.x/, /^unknown compared N1 3\.x/] },
];

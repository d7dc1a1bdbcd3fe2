/** `consistent` and `upgraded`. */

import { closed3x, later, three, type Case } from '../case.ts';

const consistent = ['consistent'];

export const consistency: readonly Case[] = [
  {
    name: 'calm, found equal twice', argv: consistent, code: 0, takes: [15, 40],
    says: [/^pass compared - every service on 3 nodes/, /^pass joining - no node is joining/, /^pass divergence - no confirmed difference, in looks 15 s apart/],
  },
  {
    name: 'churn with lag', argv: consistent, cluster: { replicationMs: 700 }, code: 0, says: [/^pass divergence/],
    script: (sim) => void sim.every(400, () => sim.churn()),
  },
  { name: 'one node alone', argv: consistent, versions: ['2.1.0'], code: 0, says: [/^pass compared - every service on 1 node,/] },
  {
    name: '1.1.x, peers with a wrong health', argv: consistent, versions: three('1.1.4'), code: 0, says: [/^pass compared .* 3 services of which health alone differs left out/],
    script: (sim) => void sim.setHealth({ service: /^svc-[123]$/ }, false, { knownTo: 'owner' }),
  },
  {
    name: 'a node that lacks instances', argv: consistent, code: 1, takes: [10, 60],
    says: [/^fail divergence N2 differs in 2 services: 10 instances, 10 missing \(public\/DEFAULT_GROUP@@svc-1 .*: missing; .*svc-2/],
    script: (sim) => void sim.node(2).drop({ service: /^svc-[12]$/ }),
  },
  {
    name: 'a frozen node', argv: consistent, code: 1, says: [/^fail divergence N1 differs in 1 service: 1 instance, 1 missing \(public\/DEFAULT_GROUP@@new 10\.9\.9\.9:80: missing/],
    script(sim) {
      sim.node(1).pause();
      sim.register({ service: 'new', ip: '10.9.9.9', port: 80 });
    },
  },
  {
    name: 'other weights on a node', argv: consistent, code: 1, says: [/^fail divergence N0 .*5 otherwise \(orders|^fail divergence N0 .*5 otherwise \(public\/DEFAULT_GROUP@@svc-4 .*weight is 9, agreed 1/],
    script: (sim) => void sim.node(0).distort({ service: 'svc-4' }, { weight: 9 }),
  },
  {
    name: '3.1.0, an instance that was never replicated', argv: consistent, versions: three('3.1.0'), code: 1, says: [/^fail divergence N[02] .*missing, not_replicated/],
    script: (sim) => sim.register({ service: 'lonely', ip: '10.9.9.9', port: 80 }, { only: 1 }),
  },
  {
    name: 'two nodes that differ', argv: consistent, versions: ['2.1.0', '2.1.0'], code: 1, says: [/^fail divergence N1 .*5 missing/],
    script: (sim) => void sim.node(1).drop({ service: 'svc-1' }),
  },
  {
    name: '1.4.1, health that differs for long', argv: [...consistent, '--wait=4m'], versions: three('1.4.1'), code: 1, says: [/^fail divergence .*healthy is true, agreed false/],
    script: (sim) => void sim.setHealth({ service: 'svc-1' }, false, { knownTo: 'owner' }),
  },
  {
    name: 'a node that joins', argv: consistent, versions: three('2.2.4'), code: 1, says: [/^fail joining N2 is joining, lacks \d+ instances/],
    script: (sim) => later(sim, 3_000, () => sim.node(2).restart({ downMs: 6_000, emptyMs: 60_000, fillMs: 60_000 })),
  },
  {
    name: 'a node that does not answer', argv: consistent, code: 2, says: [/^unknown compared N2 does not answer: /, /^unknown divergence - cannot be told before every service was compared/],
    script: (sim) => sim.node(2).stop(),
  },
  {
    name: 'a node whose contents cannot be read', argv: consistent, code: 2, takes: [85, 100], says: [/^unknown compared N1 its contents could not be read: .*500/],
    script: (sim) => void sim.node(1).fault({ kind: 'status', status: 500, path: /withInstances=true/ }),
  },
  {
    name: 'a confirmed difference beside a node that does not answer', argv: consistent, code: 2, says: [/^unknown compared N2 /, /^unknown divergence - /],
    script(sim) {
      sim.node(2).stop();
      sim.node(1).drop({ service: 'svc-1' });
    },
  },
  { name: '3.x without credentials', argv: consistent, ...closed3x, code: 2, says: [/^unknown compared N0 3\.x shows its contents to a user with read permission only, and none is configured/] },
  {
    name: 'a member that nobody is to read', argv: consistent, servers: ['10.0.0.1:8848'], config: { discover: false }, code: 2, says: [/^unknown compared N1 is in a member list and is not read/],
  },
  {
    name: 'a node that is configured, and listed by nobody', argv: consistent, code: 2, says: [/^unknown compared N2 does not answer: .*no member list names it: if it was removed, take it out of the exporter's configuration/],
    script(sim) {
      sim.node(2).stop();
      sim.node(0).lists(2, false);
      sim.node(1).lists(2, false);
    },
  },
  {
    name: 'nobody answers', argv: consistent, code: 2, says: [/^unknown compared N0 does not answer/, /^unknown compared N2 does not answer/],
    script: (sim) => sim.nodes.forEach((node) => node.stop()),
  },
  {
    name: '1.4.1, health that differs, not for long enough yet', argv: consistent, versions: three('1.4.1'), code: 2, takes: [85, 100],
    says: [/^unknown divergence N\d .*; suspected for \d+ s, not confirmed/],
    script: (sim) => void sim.setHealth({ service: 'svc-1' }, false, { knownTo: 'owner' }),
  },

  { name: 'every node of that version', argv: ['upgraded', '--to=2.1.0'], code: 0, says: [/^pass version - 3 nodes of 2\.1\.0/, /^pass divergence/] },
  { name: 'of the generation that was given', argv: ['upgraded', '--to=3.1'], versions: three('3.1.0'), code: 0, says: [/^pass version - 3 nodes of 3\.1\.0/] },
  { name: 'all the same, no version given', argv: ['upgraded'], versions: three('2.4.1'), code: 0, says: [/^pass version - 3 nodes of 2\.4\.1/] },
  { name: 'one node of the old version', argv: ['upgraded', '--to=2.1.0'], versions: ['2.1.0', '2.0.4', '2.1.0'], code: 1, says: [/^fail version N1 runs 2\.0\.4, not 2\.1\.0/] },
  { name: 'all of the old version', argv: ['upgraded', '--to=2.0.10'], versions: three('2.0.1'), code: 1, says: [/^fail version N0 runs 2\.0\.1, not 2\.0\.10/] },
  { name: 'mixed, no version given', argv: ['upgraded'], versions: ['2.1.0', '2.1.0', '1.4.1'], code: 1, says: [/^fail version N2 runs 1\.4\.1, most others 2\.1\.0/] },
  {
    name: 'upgraded, and not the same contents', argv: ['upgraded', '--to=2.1.0'], code: 1, says: [/^pass version/, /^fail divergence N2 /],
    script: (sim) => void sim.node(2).drop({ service: 'svc-1' }),
  },
  { name: 'a node that does not answer tells no version', argv: ['upgraded', '--to=2.1.0'], code: 2, says: [/^unknown version N1 does not answer/], script: (sim) => sim.node(1).stop() },
];

/** Differences that last just less than replication may take, and what interrupts or prolongs a verdict. */

import type { SimCluster } from '../../../src/sim/index.ts';
import { second, three, type Scenario } from '../scenario.ts';

const one = { namespace: 'public', group: 'DEFAULT_GROUP', service: 'svc-3', limit: 1 };

/** A difference of one node, from and to. */
function differing(sim: SimCluster, from: number, to: number, differ: (node: SimCluster['nodes'][number]) => void, index = 1): void {
  sim.at(from * second, () => differ(sim.node(index)));
  sim.at(to * second, () => sim.node(index).heal());
}

export const delayCases: readonly Scenario[] = [
  {
    name: 'late-instance', what: 'an instance reaches one node after 13 s, just before each poll', versions: three('2.2.4'), seed: 91, seconds: 150, labels: 'none',
    script(sim) {
      for (const at of [44.5, 104.5]) differing(sim, at, at + 13, (node) => void node.drop(one));
    },
  },
  {
    name: 'late-instance-2.0', what: 'the same after 9 s on 2.0.4, and twice in a row', versions: three('2.0.4'), seed: 92, seconds: 150, labels: 'none',
    script(sim) {
      differing(sim, 44.5, 53.5, (node) => void node.drop(one));
      differing(sim, 59.5, 68.5, (node) => void node.drop(one));
    },
  },
  {
    name: 'late-again', what: 'the same instance is late at one node at every poll, and there in between', versions: three('2.2.4'), seed: 93, seconds: 180, labels: 'none',
    script(sim) {
      for (let at = 44.5; at < 150; at += 15) differing(sim, at, at + 3, (node) => void node.drop(one));
    },
  },
  {
    name: 'late-amid-change', what: 'the same at every read, for 1.5 s each, in a service of which another instance leaves and returns meanwhile', versions: three('2.2.4'), seed: 116, seconds: 150, labels: 'none',
    script(sim) {
      for (const at of [44.5, 49.5, 59.5, 64.5]) differing(sim, at, at + 1.5, (node) => void node.drop(one));
      const other = { namespace: 'public', group: 'DEFAULT_GROUP', service: 'svc-3', ip: '10.0.0.17' };
      const away = sim.snapshot(other);
      for (const at of [47, 62]) {
        sim.at(at * second, () => void sim.deregister(other));
        sim.at((at + 8) * second, () => sim.register(away));
      }
    },
  },
  {
    name: 'late-edit', what: 'an edit in the console reaches one node after 28 s', versions: three('2.2.4'), seed: 94, seconds: 150, labels: 'none',
    script: (sim) => differing(sim, 44.5, 72.5, (node) => void node.distort(one, { weight: 3 })),
  },
  {
    name: 'late-persistent', what: 'a persistent instance reaches one node after 28 s', versions: three('3.1.0'), seed: 95, seconds: 150, labels: 'none',
    script(sim) {
      sim.register({ namespace: 'public', service: 'db', ip: '10.5.0.1', port: 80, ephemeral: false });
      differing(sim, 44.5, 72.5, (node) => void node.drop({ service: 'db' }));
    },
  },
  ...['1.4.1', '2.2.4'].flatMap((version, i): readonly Scenario[] => [
    {
      name: `late-persistent-${version}`, what: 'the same where lists do not tell persistent from ephemeral', versions: three(version), seed: 105 + i, seconds: 150, labels: 'none',
      script(sim) {
        sim.register({ namespace: 'public', service: 'db', ip: '10.5.0.1', port: 80, ephemeral: false });
        differing(sim, 44.5, 72.5, (node) => void node.drop({ service: 'db' }));
      },
    },
    {
      name: `persistent-stays-${version}`, what: 'and one that never reaches it', versions: three(version), seed: 107 + i, seconds: 180, labels: 'some',
      script(sim) {
        sim.register({ namespace: 'public', service: 'db', ip: '10.5.0.1', port: 80, ephemeral: false });
        sim.at(46 * second, () => void sim.node(1).drop({ service: 'db' }));
      },
    },
  ]),
  {
    name: 'late-persistent-many', what: 'so many persistent services reach a node of 2.0.4 after 28 s that they are read again all at once', versions: three('2.0.4'), seed: 109, seconds: 150, labels: 'none',
    script(sim) {
      for (let i = 0; i < 30; i++) sim.register({ namespace: 'public', service: `db-${i}`, ip: `10.5.1.${i}`, port: 80, ephemeral: false });
      differing(sim, 44.5, 72.5, (node) => void node.dropServices({ service: /^db-/ }));
    },
  },
  {
    name: 'persistent-many-stay', what: 'and as many that never reach it', versions: three('2.0.4'), seed: 110, seconds: 150, labels: 'some',
    script(sim) {
      for (let i = 0; i < 30; i++) sim.register({ namespace: 'public', service: `db-${i}`, ip: `10.5.1.${i}`, port: 80, ephemeral: false });
      sim.at(46 * second, () => void sim.node(1).dropServices({ service: /^db-/ }));
    },
  },
  {
    name: 'restless-value', what: 'one node shows another weight at every poll: never the same difference twice', versions: three('2.2.4'), seed: 111, seconds: 200, labels: 'none',
    script(sim) {
      for (let at = 44.5; at < 170; at += 15) sim.at(at * second, () => void sim.node(1).distort(one, { weight: at }));
    },
  },
  {
    name: 'late-health-after-restart', what: 'on 1.4.1 a node restarts, and health reaches another after 105 s', versions: three('1.4.1'), seed: 112, seconds: 220, labels: 'none',
    script(sim) {
      sim.at(41 * second, () => sim.node(2).restart({ downMs: 6 * second, emptyMs: 0, fillMs: 0 }));
      differing(sim, 44.5, 150, (node) => void node.distort({ ...one, service: 'svc-6' }, { healthy: false }));
    },
  },
  {
    name: 'elections-go-on', what: 'leaders change again and again while one node holds another weight: only those at its beginning excuse it', versions: three('2.2.4'), seed: 113, seconds: 200, labels: 'some', remaps: [5, 62, 95, 110],
    script(sim) {
      sim.at(46 * second, () => void sim.node(1).distort(one, { weight: 5 }));
      [5, 62, 95, 110].forEach((at, i) => void sim.at(at * second, () => sim.elect('naming_service_metadata', i % 3)));
    },
  },
  {
    name: 'slow-and-flapping', what: 'one node answers its second page 2.5 s late, and an instance of each service leaves 1 s after every read: two moments are no difference',
    versions: three('2.2.4'), seed: 114, seconds: 120, labels: 'none', config: { limits: { responseBytes: 16_000 } },
    script(sim) {
      sim.node(2).fault({ kind: 'slow', delayMs: 2.5 * second, path: /withInstances=true&pageNo=2&pageSize=8&namespaceId=public/ });
      const fifth = { namespace: 'public', where: ({ ip }: { readonly ip: string }) => Number(ip.split('.')[3]) % 5 === 0 };
      let away: ReturnType<SimCluster['snapshot']> = [];
      for (let at = 45; at < 110; at += 7.5) {
        sim.at((at + 1) * second, () => {
          away = sim.snapshot(fifth);
          sim.deregister(fifth);
        });
        sim.at((at + 7) * second, () => sim.register(away));
      }
    },
  },
  {
    name: 'late-health-1.x', what: 'health reaches a node of 1.4.1 after 28 s', versions: three('1.4.1'), seed: 96, seconds: 240, labels: 'none',
    // Later than two minutes: until then health waits for longer anyway.
    script: (sim) => differing(sim, 134.5, 162.5, (node) => void node.distort(one, { healthy: false }), 1),
  },
  {
    name: 'late-after-restart', what: 'another node restarts, and an instance reaches one after 36 s', versions: three('2.2.4'), seed: 97, seconds: 200, labels: 'none',
    script(sim) {
      sim.at(41 * second, () => sim.node(2).restart({ downMs: 6 * second, emptyMs: 0, fillMs: 0 }));
      differing(sim, 44.5, 80.5, (node) => void node.drop(one));
    },
  },
  {
    name: 'relapse', what: 'a difference is gone at one poll and back at the next', versions: three('2.2.4'), seed: 98, seconds: 240, labels: 'some', healsAtPolls: true, since: [60, 61],
    script(sim) {
      differing(sim, 46, 88, (node) => void node.drop(one));
      differing(sim, 92, 200, (node) => void node.drop(one));
    },
  },
  {
    name: 'failed-reads', what: 'the differing node refuses its lists at two polls', versions: three('2.2.4'), seed: 99, seconds: 240, labels: 'some',
    script(sim) {
      sim.at(95 * second, () => void sim.node(1).fault({ kind: 'status', status: 500, path: /catalog\/services.*withInstances/ }));
      sim.at(125 * second, () => sim.node(1).clearFaults());
      differing(sim, 46, 200, (node) => void node.drop(one));
    },
  },
  {
    name: 'fast-polls-2.0', what: '2.0.4 polled every 10 s: ten seconds are enough', versions: three('2.0.4'), seed: 104, seconds: 120, labels: 'some', config: { poll: { interval: 10_000 } },
    script: (sim) => differing(sim, 40.5, 100, (node) => void node.drop(one)),
  },
  {
    name: 'slow-polls', what: 'polls every 20 s: a verdict does not wait for the next one', versions: three('2.2.4'), seed: 100, seconds: 200, labels: 'some', config: { poll: { interval: 20_000 } },
    script: (sim) => differing(sim, 40.5, 180, (node) => void node.distort(one, { weight: 7 })),
  },
  {
    name: 'odd-polls', what: 'polls every 14 s, of which the third would come too late', versions: three('2.2.4'), seed: 115, seconds: 150, labels: 'some', config: { poll: { interval: 14_000 } },
    script: (sim) => differing(sim, 40.5, 140, (node) => void node.distort(one, { weight: 7 })),
  },
  {
    name: 'dip-between-polls', what: 'on a service under suspicion, another instance leaves for six seconds between two polls', versions: three('2.2.4'), seed: 101, seconds: 180, labels: 'some',
    script(sim) {
      differing(sim, 46, 150, (node) => void node.drop(one));
      let gone: ReturnType<SimCluster['snapshot']> = [];
      const other = { namespace: 'public', group: 'DEFAULT_GROUP', service: 'svc-3', ip: '10.0.0.17' };
      sim.at(63 * second, () => {
        gone = sim.snapshot(other);
        sim.deregister(other);
      });
      sim.at(69 * second, () => sim.register(gone));
    },
  },
  {
    name: 'last-voter', what: 'a node that differs is the last to run: its view counts, and nothing was registered by that', versions: three('2.2.4'), seed: 102, seconds: 200, labels: 'some',
    script(sim) {
      sim.at(31 * second, () => sim.node(2).invent({ namespace: 'public', service: 'svc-3', ip: '10.9.9.9', port: 8080 }));
      sim.at(93 * second, () => {
        for (const index of [0, 1]) sim.node(index).stop();
      });
    },
  },
  {
    name: 're-registered-late', what: 'an instance registers anew every 15 s, each time late at one node', versions: three('2.2.4'), seed: 103, seconds: 200, labels: 'none',
    script(sim) {
      for (let at = 44.5; at < 150; at += 15) {
        sim.at(at * second, () => {
          sim.node(1).pin({ service: 'svc-3' });
          sim.change(one, { metadata: { app_registry_tag: String(at) } });
          sim.node(1).drop(one);
        });
        sim.at((at + 12) * second, () => {
          sim.node(1).unpin({ service: 'svc-3' });
          sim.node(1).heal();
        });
      }
    },
  },
];

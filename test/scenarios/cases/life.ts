/** Nodes stop, start, hang, freeze and lose each other. */

import { minute, second, three, type Scenario } from '../scenario.ts';

const hanging = 'while a read hangs, a poll is compared up to 15 s after it was read, and reads for verdicts overtake it';

/** Answers are no larger, bytes: a namespace takes several pages. */
const smallPages = { limits: { responseBytes: 16_000 } };

const quickStart = { startingMs: 4 * second, emptyMs: second, fillMs: 10 * second };

export const lifeCases: readonly Scenario[] = [
  {
    name: 'restart-and-fill', what: 'a node dies, starts empty and fills within twenty seconds', versions: three('2.2.4'), seed: 51, seconds: 300, labels: 'none', losses: true,
    script: (sim) => void sim.at(40 * second, () => sim.node(2).restart({ downMs: 30 * second, bootMs: 5 * second, startingMs: 6 * second, emptyMs: 2 * second, fillMs: 20 * second })),
  },
  {
    name: 'blink', what: 'a node restarts within three seconds', versions: three('2.0.4'), seed: 52, seconds: 240, labels: 'none',
    script: (sim) => void sim.at(43 * second, () => sim.node(1).restart({ downMs: 3 * second, emptyMs: second, fillMs: 8 * second })),
  },
  {
    name: 'join-never-completes', what: 'a node starts, and replication stops at 60 %: confirmed after ten minutes', versions: three('2.1.2'), seed: 53, seconds: 780, labels: 'some',
    script: (sim) => void sim.at(40 * second, () => sim.node(2).restart({ ...quickStart, downMs: 20 * second, fillTo: 0.6 })),
  },
  {
    name: 'slow-join', what: 'a node fills for three minutes: joining, never divergent', versions: three('2.2.4'), seed: 54, seconds: 420, labels: 'none',
    script: (sim) => void sim.at(40 * second, () => sim.node(0).restart({ ...quickStart, downMs: 20 * second, fillMs: 3 * minute })),
  },
  {
    name: 'rolling-restart', what: 'one node after the other restarts, with everyday churn', versions: three('2.2.4'), seed: 55, seconds: 480, labels: 'none', lagMs: 1500,
    script(sim) {
      sim.every(4 * second, () => sim.churn());
      [2, 1, 0].forEach((index, step) => void sim.at(40 * second + step * 100 * second, () => sim.node(index).restart({ ...quickStart, downMs: 8 * second })));
    },
  },
  {
    name: 'rolling-restart-1.x', what: 'the same on 1.4.1, with the dips of each remap', versions: three('1.4.1'), seed: 56, seconds: 480, labels: 'none', lagMs: 1500,
    script(sim) {
      [2, 1, 0].forEach((index, step) => void sim.at(40 * second + step * 110 * second, () => {
        sim.remapDip({ where: (_, service) => sim.ownerOf(service) === index }, { goneMs: 5 * second, overMs: 10 * second });
        sim.node(index).restart({ ...quickStart, downMs: 8 * second });
      }));
    },
  },
  {
    name: 'node-down', what: 'a node stays down while instances come and go: unreachable is not divergent', versions: three('2.2.4'), seed: 57, seconds: 240, labels: 'none',
    script(sim) {
      sim.every(5 * second, () => sim.churn());
      sim.at(43 * second, () => sim.node(1).stop());
    },
  },
  {
    name: 'frozen-switch', what: 'pushEnabled off on one node: its catalog stands still while instances come and go', versions: three('2.0.4'), seed: 58, seconds: 300, labels: 'some', mute: [[1, 0]],
    script(sim) {
      sim.at(40 * second, () => sim.node(1).freeze());
      sim.every(7 * second, () => sim.churn({ namespace: 'public' }));
      sim.at(200 * second, () => sim.node(1).thaw());
    },
  },
  {
    name: 'frozen-silently', what: 'a node stands still and no switch tells', versions: three('2.2.4'), seed: 59, seconds: 300, labels: 'some', lagMs: 1000,
    script(sim) {
      sim.at(40 * second, () => sim.node(2).pause());
      sim.every(6 * second, () => sim.churn());
      sim.at(200 * second, () => sim.node(2).resume());
    },
  },
  {
    name: 'frozen-of-two', what: 'one of two nodes is frozen by its switch: the other alone speaks for the cluster', versions: ['2.0.4', '2.0.4'], seed: 65, seconds: 240, labels: 'some', mute: [[1, 0]],
    script(sim) {
      sim.at(40 * second, () => sim.node(1).freeze());
      sim.every(9 * second, () => sim.churn({ namespace: 'public' }));
    },
  },
  {
    name: 'hang-mid-poll', what: 'a node hangs for twenty seconds while instances change, then catches up', versions: three('2.2.4'), seed: 60, seconds: 240, labels: 'none',
    balanceOnly: hanging,
    script(sim) {
      sim.every(5 * second, () => sim.churn());
      sim.at(44 * second, () => {
        const resume = sim.node(1).fault({ kind: 'hang' });
        sim.at(64 * second, () => void resume());
      });
    },
  },
  {
    name: 'frozen-process', what: 'a node is stopped for a minute while instances change, then runs on with what it knew and catches up within three seconds', versions: three('2.0.4'), seed: 61, seconds: 300, labels: 'none',
    balanceOnly: hanging, hidden: [[1, 44, 104]],
    script(sim) {
      sim.every(5 * second, () => sim.churn());
      sim.at(44 * second, () => {
        const resume = sim.node(1).fault({ kind: 'hang' });
        sim.node(1).pause();
        sim.at(104 * second, () => void resume());
        sim.at(107 * second, () => sim.node(1).resume());
      });
    },
  },
  {
    name: 'torn-pages', what: 'pages of one node are reordered while they are read', versions: three('2.2.4'), seed: 62, seconds: 180, labels: 'none', config: smallPages,
    script(sim) {
      sim.every(5 * second, () => sim.churn());
      sim.at(31 * second, () => sim.node(1).tearPages(true));
      sim.at(120 * second, () => sim.node(1).tearPages(false));
    },
  },
  {
    name: 'torn-and-quiet', what: 'pages of one node are reordered, and nothing else happens: nothing is missing because of it', versions: three('2.2.4'), seed: 66, seconds: 150, labels: 'none', config: smallPages, neverSuspected: true,
    script(sim) {
      sim.at(31 * second, () => sim.node(1).tearPages(true));
      sim.at(120 * second, () => sim.node(1).tearPages(false));
    },
  },
  {
    name: 'torn-everywhere', what: 'pages of all nodes are reordered: nothing vanishes because of it', versions: three('2.0.4'), seed: 67, seconds: 150, labels: 'none', config: smallPages, neverSuspected: true, losses: true,
    script(sim) {
      sim.at(31 * second, () => sim.nodes.forEach((node) => node.tearPages(true)));
      sim.at(120 * second, () => sim.nodes.forEach((node) => node.tearPages(false)));
    },
  },
  {
    name: 'partition', what: 'one node is cut off from the others for two minutes while instances change', versions: three('2.2.4'), seed: 63, seconds: 300, labels: 'some', remaps: [42, 48, 55, 162, 170],
    script(sim) {
      sim.every(6 * second, () => sim.churn());
      sim.at(40 * second, () => sim.partition([[0, 1], [2]]));
      sim.at(160 * second, () => sim.healPartition());
    },
  },
  {
    name: 'clock-jumps', what: 'clocks of two nodes jump by hours', versions: three('2.2.4'), seed: 64, seconds: 180, labels: 'none',
    script(sim) {
      sim.every(5 * second, () => sim.churn());
      sim.at(40 * second, () => sim.node(0).skew(3_600_000));
      sim.at(70 * second, () => sim.node(1).skew(-7_200_000));
      sim.at(110 * second, () => sim.node(0).skew(0));
    },
  },
];

/** Clients come, go and come back: churn and loss that are no divergence, and identities that are easily confused. */

import { second, three, type Scenario } from '../scenario.ts';

export const registrationCases: readonly Scenario[] = [
  {
    name: 'mass-deregistration', what: '30 % of a namespace deregister within ten seconds', versions: three('2.2.4'), seed: 31, seconds: 180, labels: 'none', lagMs: 1500,
    script(sim) {
      for (let step = 0; step < 20; step++) sim.at((41 + step / 2) * second, () => void sim.deregister({ namespace: 'public', limit: 3, where: (one) => Number(one.ip.split('.')[3]) % 3 === 0 }));
    },
  },
  {
    name: 'mass-loss', what: '30 % of a namespace are gone for seven minutes, and come back', versions: three('2.2.4'), seed: 45, seconds: 560, labels: 'none', losses: true,
    script(sim) {
      const third = { namespace: 'public', where: ({ ip }: { readonly ip: string }) => Number(ip.split('.')[3]) % 3 === 0 };
      let away: ReturnType<typeof sim.snapshot> = [];
      sim.at(41 * second, () => {
        away = sim.snapshot(third);
        sim.deregister(third);
      });
      sim.at(460 * second, () => sim.register(away));
    },
  },
  {
    name: 'back-late', what: 'one instance returns after 40 s and one after 150 s, as it was: only the first one flapped', versions: three('2.2.4'), seed: 46, seconds: 240, labels: 'none',
    script(sim) {
      for (const [service, downMs] of [['svc-3', 40 * second], ['svc-5', 150 * second]] as const) {
        const leaving = { namespace: 'public', group: 'DEFAULT_GROUP', service, limit: 1 };
        sim.at(46 * second, () => {
          const away = sim.snapshot(leaving);
          sim.deregister(leaving);
          sim.at(46 * second + downMs, () => sim.register(away));
        });
      }
    },
  },
  {
    name: 'silence-1.x', what: 'a third of the clients die: unhealthy after 15 s, gone after 30 s', versions: three('1.4.1'), seed: 32, seconds: 180, labels: 'none',
    script: (sim) => void sim.at(41 * second, () => void sim.silence({ namespace: 'public', where: (one) => Number(one.ip.split('.')[3]) % 3 === 0 })),
  },
  {
    name: 'scale-to-zero', what: 'one service is scaled down to nothing', versions: three('2.0.4'), seed: 33, seconds: 180, labels: 'none', losses: true, lagMs: 1500,
    script(sim) {
      for (let step = 0; step < 5; step++) sim.at((50 + step) * second, () => void sim.deregister({ namespace: 'public', service: 'svc-8', limit: 1 }));
    },
  },
  {
    name: 'deploy', what: 'a deploy replaces every instance of one service', versions: three('2.2.4'), seed: 34, seconds: 180, labels: 'none', lagMs: 1500,
    script(sim) {
      for (let step = 0; step < 5; step++) {
        sim.at((44 + 4 * step) * second, () => {
          sim.register({ namespace: 'public', service: 'svc-9', ip: `10.7.0.${step}`, port: 8080, metadata: { app_registry_tag: 'new' } });
          sim.deregister({ namespace: 'public', service: 'svc-9', limit: 1, where: (one) => !one.ip.startsWith('10.7.') });
        });
      }
    },
  },
  {
    name: 'new-services', what: 'clients register services that nobody had heard of, and leave them again', versions: three('2.0.4'), seed: 47, seconds: 240, labels: 'none', lagMs: 1500,
    script(sim) {
      for (let step = 0; step < 12; step++) {
        const service = `new-${step % 3}`;
        sim.at((50 + step / 4) * second, () => sim.register({ namespace: 'public', service, ip: `10.7.1.${step}`, port: 8080 }));
      }
      sim.at(120 * second, () => void sim.deregister({ namespace: 'public', service: /^new-[01]$/ }));
    },
  },
  {
    name: 're-registration', what: 'instances restart at their addresses with a new identity tag', versions: three('2.1.2'), seed: 35, seconds: 180, labels: 'none', lagMs: 1500,
    script(sim) {
      sim.restartInstances({ namespace: 'public', service: /svc-1/ });
      sim.at(50 * second, () => void sim.restartInstances({ namespace: 'public', service: /svc-1/ }, { downMs: 4 * second }));
      sim.at(80 * second, () => void sim.restartInstances({ namespace: 'public', service: 'svc-12' }));
    },
  },
  {
    name: 'remap-dip', what: 'a change of ownership strips a third of the instances for up to five seconds each', versions: three('1.4.1'), seed: 36, seconds: 240, labels: 'none', lagMs: 1500,
    script: (sim) => void sim.every(50 * second, () => void sim.remapDip({ where: (_, service) => sim.ownerOf(service) === 1 }, { goneMs: 5 * second, overMs: 10 * second })),
  },
  {
    name: 'owner-health-1.x', what: 'an instance is ill, which only the responsible node knows', versions: three('1.4.1'), seed: 37, seconds: 240, labels: 'some',
    script: (sim) => void sim.at(46 * second, () => void sim.setHealth({ namespace: 'public', service: 'svc-3', limit: 1 }, false, { knownTo: 'owner' })),
  },
  {
    name: 'health-at-start-1.x', what: 'the whole cluster started just before the exporter, and tells of health after a minute', versions: three('1.4.1'), seed: 48, seconds: 180, labels: 'none',
    script(sim) {
      sim.at(1 * second, () => void sim.setHealth({ namespace: 'public', service: 'svc-3' }, false, { knownTo: 'owner' }));
      sim.at(80 * second, () => {
        for (const index of [0, 1, 2]) sim.node(index).heal();
      });
    },
  },
  {
    name: 'empty-cleaners', what: 'two services run empty, and one node keeps a row for two minutes longer', versions: three('2.2.4'), seed: 38, seconds: 300, labels: 'none',
    script(sim) {
      sim.at(40 * second, () => void sim.deregister({ namespace: 'public', service: /^svc-[56]$/ }));
      sim.at(41 * second, () => sim.node(1).pin({ service: /^svc-[56]$/ }));
      sim.at(220 * second, () => sim.node(1).unpin({ service: /^svc-[56]$/ }));
    },
  },
  {
    name: 'two-clusters', what: 'the same address in two clusters of a service, one of which a node loses', versions: three('2.2.4'), seed: 39, seconds: 180, labels: 'some',
    script(sim) {
      for (const cluster of ['A', 'B']) sim.register({ namespace: 'public', service: 'twice', ip: '10.8.0.1', port: 80, cluster });
      sim.at(46 * second, () => void sim.node(0).drop({ service: 'twice', cluster: 'B' }));
    },
  },
  {
    name: 'twins', what: 'ephemeral and persistent under one address; one node loses the persistent one', versions: three('3.1.0'), seed: 40, seconds: 180, labels: 'some',
    script(sim) {
      for (const ephemeral of [true, false]) sim.register({ namespace: 'public', service: 'twins', ip: '10.8.0.2', port: 80, ephemeral });
      sim.at(46 * second, () => void sim.node(2).drop({ service: 'twins', ephemeral: false }));
    },
  },
  {
    name: 'twins-1.x', what: 'the same on 1.4.1, where lists do not tell which is which', versions: three('1.4.1'), seed: 41, seconds: 180, labels: 'some',
    script(sim) {
      for (const ephemeral of [true, false]) sim.register({ namespace: 'public', service: 'twins', ip: '10.8.0.2', port: 80, ephemeral });
      sim.at(46 * second, () => void sim.node(2).drop({ service: 'twins', ephemeral: false }));
    },
  },
  {
    name: 'old-connection', what: 'an old connection keeps a second copy of an instance on one node for three minutes', versions: three('2.2.4'), seed: 42, seconds: 330, labels: 'none',
    script(sim) {
      sim.at(46 * second, () => {
        const [copy] = sim.snapshot({ namespace: 'public', service: 'svc-3', limit: 1 });
        sim.node(1).invent(copy!);
      });
      sim.at(226 * second, () => sim.node(1).heal());
    },
  },
  {
    name: 'old-connection-stays', what: 'and one that never expires', versions: three('2.2.4'), seed: 43, seconds: 330, labels: 'some',
    script: (sim) => void sim.at(46 * second, () => {
      const [copy] = sim.snapshot({ namespace: 'public', service: 'svc-3', limit: 1 });
      sim.node(1).invent(copy!);
    }),
  },
  {
    name: 'single-holder', what: 'ephemeral instances registered over /v3/client live on one node each, then leave', versions: three('3.1.0'), seed: 44, seconds: 240, labels: 'some',
    script(sim) {
      sim.at(46 * second, () => {
        for (const only of [0, 1, 2]) sim.register({ namespace: 'public', service: 'lonely', ip: `10.8.1.${only}`, port: 80 }, { only });
      });
      sim.at(150 * second, () => void sim.deregister({ namespace: 'public', service: 'lonely' }));
    },
  },
];

/** What is played to the dashboards: every scenario of the demo, what none of them has, and servers that tell less. */

import { demoNamespaces } from '../../src/sim/contents.ts';
import { createCluster, fillDemo, scenarioNamed, scenarios, type SimCluster, type SimRequest, type VirtualClock } from '../../src/sim/index.ts';
import type { RigOptions } from '../poller/harness.ts';

export interface Stage {
  /** Also that of its cluster. */
  readonly name: string;
  /** After so many it is taken out of the configuration; absent where it is there to the end. */
  readonly seconds?: number;
  rig(): RigOptions;
}

/** Series for each value of a key of the instances' metadata, everywhere: they cost no request. */
const views = { metadataViews: { keys: ['version'], valuesPerKey: 10 } };
/** What writes, and what reads more: on where nothing else happens, where it shows an incident, and on 1.x, which pushes. */
const features = { ...views, canary: { namespace: 'staging', interval: 60_000, push: true }, configCheck: { requestsPerMinute: 60 } };
const withFeatures: readonly string[] = ['steady', 'lagging-node', 'ownership-remap'];
/** Beats are most of what is asked of a small cluster. */
const intervals = { beats: 60_000 };

function stage(name: string, build: (clock: VirtualClock) => SimCluster, config: RigOptions['config']): Stage {
  return { name, rig: () => ({ build, beats: true, intervals, canary: 'exporter-1', config: { ...config, name } }) };
}

/** A service below its protection threshold, and pushes that fail. */
function withTrouble(clock: VirtualClock): SimCluster {
  const cluster = scenarioNamed('steady')!.build({ clock });
  cluster.at(60_000, () => {
    cluster.setHealth({ service: 'payment-service', namespace: 'public', share: 0.7 }, false);
    cluster.node(1).setPush({ failing: 0.3 });
  });
  return cluster;
}

function bare(version: string, clock: VirtualClock): SimCluster {
  const cluster = createCluster({ versions: [version, version, version], namespaces: demoNamespaces, clock });
  fillDemo(cluster);
  return cluster;
}

/** As shipped, with the actuator endpoint closed and nothing turned on. */
const closed = (name: string, version: string): Stage => stage(name, (clock) => bare(version, clock), {});

/** The paths that r-nacos 0.8 has, as recorded; its switches, which identify it, are a constant. */
const rNacosPaths = /^\/v1\/(?:console\/(?:namespaces|health\/readiness)|ns\/(?:catalog\/(?:services|instances)|service))$/;
const rNacosConstants: Readonly<Record<string, object>> = {
  '/v1/ns/operator/switches': { name: 'R-NACOS', pushEnabled: true }, '/v1/ns/operator/metrics': { status: 'UP' },
};

function rNacos(clock: VirtualClock): SimCluster {
  const cluster = createCluster({ versions: ['1.4.1', '1.4.1', '1.4.1'], clock });
  cluster.bulk({ services: 20, instances: 4, name: (i) => `service-${i}` });
  const handle = (index: number, request: SimRequest): ReturnType<SimCluster['handle']> => {
    const path = request.path.slice(cluster.context.length).replace(/\?.*$/, '');
    const constant = rNacosConstants[path];
    const headers = { 'content-type': 'application/json' };
    if (constant !== undefined) return { status: 200, headers, body: Buffer.from(JSON.stringify(constant)) };
    // It lists the instances of all clusters where 1.4.1 wants one named; here they are all in one.
    const named = path.endsWith('/instances') && !request.path.includes('clusterName=') ? { ...request, path: `${request.path}&clusterName=DEFAULT` } : request;
    return rNacosPaths.test(path) ? cluster.handle(index, named) : { status: 404, headers, body: Buffer.alloc(0) };
  };
  return Object.assign(Object.create(cluster) as SimCluster, { handle });
}

/** What stands by itself needs no more time than to be seen. */
const short = 150;

export const stages: readonly Stage[] = [
  ...scenarios.map(({ name, build }) => stage(name, (clock) => build({ clock }), withFeatures.includes(name) ? features : views)),
  ...[stage('trouble', withTrouble, views), closed('closed-1', '1.4.1'), closed('closed-3', '3.1.0'), stage('r-nacos', rNacos, {})].map((one) => ({ ...one, seconds: short })),
];

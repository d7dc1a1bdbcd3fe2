/** Every answer of the simulated servers looks like the one recorded from the real server of that version. */

import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCluster, fillLab, virtualClock } from '../../src/sim/index.ts';
import type { SimCluster } from '../../src/sim/index.ts';
import { fixture, plain, recordings, shapeOf } from './shape.ts';
import type { Recorded } from './shape.ts';

interface Lab {
  readonly folder: string;
  readonly versions: readonly string[];
  readonly port: number;
  /** Port distance of the recorded nodes. */
  readonly step: number;
  readonly compatibility?: boolean;
  readonly prepare?: (cluster: SimCluster) => void;
}

/** The recorded 3.1.0 cluster held three more services, and 2.2.4 no persistent instances. */
const labs: readonly Lab[] = [
  { folder: '1.4.1/cluster3/node1', versions: ['1.4.1', '1.4.1', '1.4.1'], port: 48848, step: 20 },
  { folder: '2.0.4/cluster3/node1', versions: ['2.0.4', '2.0.4', '2.0.4'], port: 18848, step: 20 },
  {
    folder: '2.2.4/single', versions: ['2.2.4'], port: 38848, step: 20,
    prepare(cluster) {
      cluster.deregister({ ephemeral: false });
      cluster.removeServices({ service: 'svc-empty' });
    },
  },
  {
    folder: '3.1.0/cluster3/node1', versions: ['3.1.0-bugfix', '3.1.0-bugfix', '3.1.0-bugfix'], port: 28848, step: 20, compatibility: true,
    prepare(cluster) {
      for (const host of [3, 4]) cluster.register({ service: 'probe2-v3', ip: `127.0.1.${host}`, port: 28848, via: 'grpc' });
      cluster.createService({ service: 'probe-v1' });
      cluster.createService({ service: 'probe-v3' });
    },
  },
];

function clusterOf(lab: Lab): SimCluster {
  const cluster = createCluster({
    versions: lab.versions,
    clock: virtualClock(1_795_256_000_000),
    subscribers: 0,
    sdkClients: 0,
    addresses: lab.versions.map((_, index) => `127.0.0.1:${lab.port + index * lab.step}`),
    namespaces: [{ id: 'dev-ns', name: 'dev', description: 'lab' }],
    ...(lab.compatibility === true ? { compatibility: true } : {}),
  });
  fillLab(cluster, lab.port);
  lab.prepare?.(cluster);
  return cluster;
}

/** Values that cannot be equal: loads, leaders, times, counts of the machine. */
const sameValues = /^(catalog-(ipcount|noipcount|ns-|nameparam|ps100000|p0|instances-(p|nocluster|missing)|service-missing|nopage|withinst-dev)|service-(list|names|get)|inst-list-missing|liveness|readiness|namespaces|server-state|core-health|v3-(service(?!-list-ps1)|inst-list|liveness|readiness|namespace-list|ns-switches)|op-(switches|push-state))/;
const volatile = new Set(['lastBeat', 'lastRefTime', 'checksum', 'timestamp']);

function steady(value: unknown): unknown {
  return JSON.parse(JSON.stringify(plain(value), (name, item: unknown) => (volatile.has(name) ? null : item))) as unknown;
}

interface Facets {
  readonly status: number;
  readonly contentType: string;
  readonly text?: string;
  readonly shape?: unknown;
  readonly value?: unknown;
}

/** What of an answer must be the same on both sides: text to the letter, JSON by shape, and by value where the data is. */
function facets(file: string, status: number, contentType: string, body: string, valued: boolean): Facets {
  if (!file.endsWith('.json')) return { status, contentType, text: file.startsWith('upgrade-') ? body.replaceAll(/\d/g, '0') : body };
  const value = JSON.parse(body) as unknown;
  const equal = valued && status === 200 && sameValues.test(file);
  return { status, contentType, shape: shapeOf(value), ...(equal ? { value: steady(value) } : {}) };
}

const recordedIn = (folder: string): readonly (readonly [string, Recorded])[] => recordings(folder)
  .filter(({ file }) => file !== 'prom-actuator.txt' && existsSync(new URL(`../fixtures/${folder}/${file}`, import.meta.url)))
  .map((one) => [one.file, one] as const);

function answered(cluster: SimCluster, { file, method, path }: Recorded, valued: boolean): Facets {
  const answer = cluster.handle(0, { method, path: `/nacos${path}` });
  return facets(file, answer.status, answer.headers['content-type'] ?? '', answer.body.toString(), valued);
}

describe.each(labs.map((lab) => [lab.folder, lab] as const))('%s', (folder, lab) => {
  const cluster = clusterOf(lab);
  it('has its recordings', () => expect(recordedIn(folder).length).toBeGreaterThan(50));
  it.each(recordedIn(folder))('%s', (_, one) => {
    expect(answered(cluster, one, true)).toEqual(facets(one.file, one.status, one.contentType, fixture(`${folder}/${one.file}`), true));
  });
});

/** Names of a metrics text, those of Nacos's own with their module and name. */
function namesIn(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => /^nacos_monitor\{[^}]*\}/.exec(line)?.[0] ?? line.replace(/[{ ].*/, ''));
}

describe.each(labs.map((lab) => [lab.folder, lab] as const))('%s, actuator', (folder, lab) => {
  it('is closed as shipped', () => {
    expect(clusterOf(lab).handle(0, { method: 'GET', path: '/nacos/actuator/prometheus' }).status).toBe(404);
  });

  it('tells what the server tells, as far as it does', () => {
    const cluster = clusterOf(lab);
    cluster.node(0).setActuator(true);
    const text = cluster.handle(0, { method: 'GET', path: '/nacos/actuator/prometheus' }).body.toString();
    // The servers had notified nobody when they were recorded, and a counter of exceptions is there from the first one on.
    const told = namesIn(text).filter((name) => !/^nacos_(timer|exception)_/.test(name));
    const known = new Set(namesIn(fixture(`${folder}/prom-actuator.txt`)));
    expect(told.length).toBeGreaterThan(25);
    expect(told.filter((name) => !known.has(name))).toEqual([]);
    const own = (names: readonly string[]): readonly string[] => names.filter((name) => /totalPush"|failedPush|PushCost"|emptyPush|pushPending|getConfig|"publish"|longPolling|(notify|dump|Client)Task/.test(name));
    expect(own(told).toSorted()).toEqual(own([...known]).toSorted());
  });
});

describe('3.1.0/single-noauth', () => {
  const folder = '3.1.0/single-noauth';
  const cluster = createCluster({
    versions: ['3.1.0-bugfix'], clock: virtualClock(), addresses: ['127.0.0.1:28848'], auth: { username: 'nacos', password: 'nacos', adminOnly: true },
  });
  it.each(recordedIn(folder))('%s', (_, one) => {
    expect(answered(cluster, one, false)).toEqual(facets(one.file, one.status, one.contentType, fixture(`${folder}/${one.file}`), false));
  });
});

/** Stages of the recorded upgrade from 1.4.1 to 2.0.4: how many nodes, from the last, had been upgraded. */
const stages = [['1-one-of-three', 1], ['2-two-of-three', 2], ['4-all-double-write-on', 3]] as const;

describe.each(stages)('upgrade-1.4.1-to-2.0.4/%s', (stage, upgraded) => {
  const clock = virtualClock();
  const cluster = createCluster({
    versions: ['1.4.1', '1.4.1', '1.4.1'], clock, seed: 7, sdkClients: 0, addresses: ['127.0.0.1:48848', '127.0.0.1:48868', '127.0.0.1:48888'],
  });
  for (let i = 0; i < 20; i += 1) cluster.register({ service: `app-${i % 5}`, ip: `127.1.0.${i + 1}`, port: 9000, metadata: i % 2 === 0 ? {} : { v: '1' } });
  for (const index of [2, 1, 0].slice(0, upgraded)) {
    cluster.node(index).upgrade('2.0.4');
    clock.advance(40_000);
  }
  // The recorded node claimed it with one member still at 1.4.1.
  if (upgraded === 2) cluster.node(2).setUpgrade({ claimsAll2x: true });
  const raw = (index: number, path: string): string => cluster.handle(index, { method: 'GET', path: `/nacos${path}` }).body.toString();
  it.each([0, 2])('members as node %i lists them', (index) => {
    expect(shapeOf(JSON.parse(raw(index, '/v1/core/cluster/nodes')))).toEqual(
      shapeOf(JSON.parse(fixture(`upgrade-1.4.1-to-2.0.4/${stage}/node${index + 1}/core-nodes.json`))),
    );
  });
  it('the upgrade as node 3 tells it', () => {
    const folder = `upgrade-1.4.1-to-2.0.4/${stage}/node3`;
    const without = (text: string): string => text.replaceAll(/^(responsible\w+ +=) +\d+$/gm, '$1 n');
    expect(without(raw(2, '/v1/ns/upgrade/ops/metrics'))).toBe(without(fixture(`${folder}/upgrade-metrics.txt`)));
    const own = { responsibleServiceCountV1: 0, responsibleInstanceCountV1: 0 };
    expect({ ...JSON.parse(raw(2, '/v1/ns/upgrade/ops/metrics?json=true')), ...own }).toEqual({ ...JSON.parse(fixture(`${folder}/upgrade-metrics.json`)), ...own });
  });
  // The last stage goes on to what was recorded after it.
  it.each(upgraded === 3 ? ['6-double-write-off'] : [])('then %s', (after) => {
    cluster.closeDoubleWrite();
    const list = (text: string): unknown => {
      const { 'service.V2.not.in.V1': missing, ...rest } = JSON.parse(text) as Record<string, unknown>;
      return { ...rest, missing: String(missing).split('\n').toSorted() };
    };
    expect(list(raw(2, '/v1/ns/upgrade/ops/metrics?json=true'))).toEqual(list(fixture(`upgrade-1.4.1-to-2.0.4/${after}/node3/upgrade-metrics.json`)));
  });
});

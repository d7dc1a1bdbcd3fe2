/**
 * One suite for all dialects: what each makes of the answers of real servers (test/fixtures, provenance in its README).
 * A row names the recording that the call of this version gets; the suite checks that the paths agree.
 */

import { describe, expect, it } from 'vitest';

import type { Member, SelfView } from '../../src/model.ts';
import { gatherNumbers } from '../../src/nacos/dialects/actuator.ts';
import type { Answer, Call, Dialect } from '../../src/nacos/dialects/dialect.ts';
import { supportedStages } from '../../src/nacos/dialects/dialect.ts';
import { rNacos } from '../../src/nacos/dialects/r-nacos.ts';
import { v1, v1Old } from '../../src/nacos/dialects/v1.ts';
import { v20 } from '../../src/nacos/dialects/v2-0.ts';
import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { v3, v3AdminOnly, v3Open, v3OpenWithoutMetrics } from '../../src/nacos/dialects/v3.ts';
import { samplesIn } from '../../src/nacos/prometheus-text.ts';
import { allFiles, decode, recorded, verdict } from './dialects.fixtures.ts';

const jraft = ['nacos_config', 'naming_instance_metadata', 'naming_persistent_service', 'naming_persistent_service_v2', 'naming_service_metadata'];

function up(version: string, ...ports: readonly number[]): readonly Member[] {
  return ports.map((port) => ({ address: `127.0.0.1:${port}`, state: 'up', version, ...(version.startsWith('1.') ? {} : { readyToUpgrade: true }) }));
}

function self(port: number, raft: Readonly<Record<string, number>>, term = 1): SelfView {
  return {
    address: `127.0.0.1:${port}`,
    state: 'up',
    raftAddress: `127.0.0.1:${port - 1000}`,
    raft: Object.entries(raft).map(([group, leader]) => ({ group, leader: `127.0.0.1:${leader}`, term, members: [0, 20, 40].map((offset) => `127.0.0.1:${port - 1000 + offset}`) })),
  };
}

const bothNamespaces = [{ id: 'public', name: 'public', configs: 0 }, { id: 'dev-ns', name: 'dev', configs: 0 }];

/** What 2.0.4 and later tell of clients besides the machine's load. */
function clients(connection: number, ephemeral: number, persistent: number, responsible: number): object {
  return { clients: { connection, ephemeral_ip_port: ephemeral, persistent_ip_port: persistent }, responsibleClients: responsible, subscribers: 0 };
}


/** Switches that every version has, all as they come. */
const usualSwitches = {
  healthCheckEnabled: true, autoChangeHealthCheckEnabled: true, distroEnabled: true, enableStandalone: true, pushEnabled: true,
  disableAddIP: false, sendBeatOnly: false, lightBeatEnabled: true, enableAuthentication: false, defaultInstanceEphemeral: true,
};

/** Name, group, instances, healthy, triggered: what was registered before the recording, as far as the version stored it. */
type Row = readonly [string, string, number, number, boolean];
const a: Row = ['svc-a', 'DEFAULT_GROUP', 3, 3, false];
const b: Row = ['svc-b', 'ORDER_GROUP', 2, 2, false];
const gone: Row = ['svc-gone', 'DEFAULT_GROUP', 0, 0, false];
const empty: Row = ['svc-empty', 'DEFAULT_GROUP', 0, 0, false];
const persistent: Row = ['svc-p', 'DEFAULT_GROUP', 2, 1, false];
const stale: Row = ['svc-stale', 'DEFAULT_GROUP', 1, 0, true];

interface Expectation {
  readonly call: (dialect: Dialect) => Call<unknown> | undefined;
  readonly file: string;
  readonly gives: unknown;
}

type Asked = 'liveness' | 'readiness' | 'members' | 'raft' | 'switches' | 'metrics' | 'push' | 'namespaces' | 'serviceNamespaces' | 'threshold' | 'catalog' | 'connections' | 'upgrade' | 'database' | 'actuator' | 'clusters';

const ask: Readonly<Record<Asked, (dialect: Dialect) => Call<unknown> | undefined>> = {
  liveness: (dialect: Dialect) => dialect.liveness,
  readiness: (dialect: Dialect) => dialect.readiness,
  members: (dialect: Dialect) => dialect.members,
  raft: (dialect: Dialect) => dialect.raft,
  switches: (dialect: Dialect) => dialect.switches,
  metrics: (dialect: Dialect) => dialect.metrics,
  push: (dialect: Dialect) => dialect.push,
  namespaces: (dialect: Dialect) => dialect.namespaces,
  connections: (dialect: Dialect) => dialect.connections,
  upgrade: (dialect: Dialect) => dialect.upgrade,
  database: (dialect: Dialect) => dialect.database,
  actuator: (dialect: Dialect) => {
    const { actuator } = dialect;
    return actuator && { ...actuator, decode: (answer: Answer) => numbersIn(actuator.decode(answer)) };
  },
  serviceNamespaces: (dialect: Dialect) => dialect.serviceNamespaces,
  threshold: (dialect: Dialect) => dialect.protectThreshold?.('public', 'DEFAULT_GROUP', 'svc-a'),
  clusters: (dialect: Dialect) => dialect.clusters?.('public', 'DEFAULT_GROUP', 'svc-a'),
  catalog: (dialect: Dialect) => {
    const call = dialect.catalogPage?.('public', 1, 500);
    return call && { ...call, decode: (answer: Answer) => rowsOf(call, answer) };
  },
};

/** What the text means here, without its times. */
function numbersIn(text: string): unknown {
  const gatherer = gatherNumbers();
  for (const sample of samplesIn(text, 'actuator')) gatherer.take(sample);
  return gatherer.numbers();
}

function rowsOf(call: NonNullable<ReturnType<NonNullable<Dialect['catalogPage']>>>, answer: Answer): unknown {
  const { count, rows } = call.decode(answer);
  const flat = rows.map(({ name, groupName, ipCount, healthyInstanceCount, triggerFlag }): Row => (
    [name, groupName, ipCount, healthyInstanceCount, triggerFlag === true || triggerFlag === 'true']
  ));
  return { count, rows: flat.toSorted(([left], [right]) => (left < right ? -1 : 1)) };
}

function row(call: Asked, file: string, gives: unknown): Expectation {
  return { call: ask[call], file, gives };
}

interface Server {
  readonly name: string;
  readonly folder: string;
  readonly dialect: Dialect;
  readonly expected: readonly Expectation[];
}

const servers: readonly Server[] = [
  {
    name: '1.4.1, three nodes',
    folder: '1.4.1/cluster3/node1',
    dialect: v1,
    expected: [
      row('liveness', 'server-state', { httpStatus: 200, state: { version: '1.4.1', mode: 'cluster' } }),
      row('readiness', 'readiness', { ready: true }),
      row('members', 'core-nodes', up('1.4.1', 48848, 48868, 48888)),
      row('raft', 'core-self', self(48848, { nacos_config: 47868, naming_persistent_service: 47848 })),
      row('switches', 'op-switches', { enabled: usualSwitches }),
      row('metrics', 'op-metrics', { status: 'UP', cpu: 0.09115445, load1: 1.972168, memory: 0.1096543 }),
      row('push', 'op-push-state', { total: 0, failed: 0 }),
      row('actuator', 'prom-actuator', {
        startedAt: 1_795_255_983_919, push: { total: 0, failed: 0, cost: {} },
        config: { gets: 0, publishes: 0, longPolls: 0, pending: { dump: 0, notify: 0 }, exceptions: { nacos: 3 } },
      }),
      row('namespaces', 'namespaces', bothNamespaces),
      row('serviceNamespaces', 'service-names', ['public', 'dev-ns']),
      row('catalog', 'catalog-noipcount', { count: 6, rows: [a, b, empty, gone, persistent, stale] }),
      row('catalog', 'catalog-ns-public', { count: 4, rows: [a, b, persistent, stale] }),
      row('catalog', 'catalog-ns-missing', { count: 0, rows: [] }),
      row('catalog', 'catalog-ps1-p2', { count: 4, rows: [persistent] }),
      row('catalog', 'catalog-ps1-p99', { count: 0, rows: [] }),
      row('threshold', 'service-get-a', 0),
      row('clusters', 'catalog-service-a', ['DEFAULT']),
    ],
  },
  {
    name: '2.0.4, three nodes',
    folder: '2.0.4/cluster3/node1',
    dialect: v20,
    expected: [
      row('liveness', 'server-state', { httpStatus: 200, state: { version: '2.0.4', mode: 'cluster' } }),
      row('readiness', 'readiness', { ready: true }),
      row('members', 'core-nodes', up('2.0.4', 18848, 18868, 18888)),
      row('raft', 'core-self', self(18848, {
        nacos_config: 17888, naming_instance_metadata: 17868, naming_persistent_service: 17888, naming_persistent_service_v2: 17868, naming_service_metadata: 17868,
      })),
      row('switches', 'op-switches', { enabled: { ...usualSwitches, doubleWriteEnabled: true } }),
      row('metrics', 'op-metrics-full', { status: 'UP', cpu: 0, load1: 4.1064453, memory: 0.31143257, ...clients(0, 8, 3, 5) }),
      row('push', 'op-push-state', { total: 0, failed: 0, cost: {} }),
      row('actuator', 'prom-actuator', {
        startedAt: 1_795_254_826_818, push: { total: 0, failed: 0, cost: {} },
        config: { gets: 0, publishes: 0, longPolls: 0, pending: { dump: 0, notify: 0, notify_client: 0 }, exceptions: { nacos: 3, illegalArgument: 2 } },
      }),
      row('namespaces', 'namespaces', bothNamespaces),
      row('serviceNamespaces', 'service-names', ['public', 'dev-ns']),
      row('catalog', 'catalog-noipcount', { count: 6, rows: [a, b, empty, gone, persistent, stale] }),
      row('catalog', 'catalog-ns-public', { count: 4, rows: [a, b, persistent, stale] }),
      row('catalog', 'catalog-ns-missing', { count: 0, rows: [] }),
      row('catalog', 'catalog-ps1-p99', { count: 4, rows: [] }),
      row('threshold', 'service-get-a', 0),
      row('clusters', 'catalog-service-a', ['DEFAULT']),
    ],
  },
  {
    name: '2.2.4, standalone',
    folder: '2.2.4/single',
    dialect: v22,
    expected: [
      row('liveness', 'server-state', { httpStatus: 200, state: { version: '2.2.4', mode: 'standalone' } }),
      row('readiness', 'readiness', { ready: true }),
      row('members', 'core-nodes', up('2.2.4', 38848)),
      row('raft', 'core-self', self(38848, {})),
      row('switches', 'op-switches', { enabled: usualSwitches }),
      row('metrics', 'op-metrics-full', { status: 'UP', cpu: 0, load1: 0.064453125, memory: 1, ...clients(0, 8, 3, 11) }),
      row('push', 'op-push-state', { total: 0, failed: 0, cost: {} }),
      row('actuator', 'prom-actuator', {
        startedAt: 1_795_256_654_483, push: { total: 0, failed: 0, empty: 0, pending: 0, cost: {} },
        config: { gets: 0, publishes: 0, longPolls: 0, pending: { dump: 0, notify: 0, notify_client: 0 }, exceptions: { nacos: 4, illegalArgument: 4 } },
      }),
      row('namespaces', 'namespaces', bothNamespaces),
      row('serviceNamespaces', 'service-names', ['public', 'dev-ns']),
      row('catalog', 'catalog-noipcount', { count: 5, rows: [a, b, gone, ['svc-p', 'DEFAULT_GROUP', 0, 0, false], stale] }),
      row('catalog', 'catalog-ns-public', { count: 3, rows: [a, b, stale] }),
      row('catalog', 'catalog-ns-missing', { count: 0, rows: [] }),
      row('threshold', 'service-get-a', 0),
      row('clusters', 'catalog-service-a', ['DEFAULT']),
    ],
  },
  {
    name: '3.1.0, three nodes, with credentials',
    folder: '3.1.0/cluster3/node1',
    dialect: v3,
    expected: [
      row('actuator', 'prom-actuator', {
        startedAt: 1_795_255_492_409, push: { total: 0, failed: 0, empty: 0, pending: 0, cost: {} },
        config: { gets: 0, publishes: 0, longPolls: 0, pending: { dump: 0, notify: 0, notify_client: 0 }, exceptions: {} },
      }),
      row('liveness', 'v3-state', { httpStatus: 200, state: { version: '3.1.0-bugfix', mode: 'cluster' } }),
      row('readiness', 'v3-readiness', { ready: true }),
      row('members', 'v3-node-list', up('3.1.0-bugfix', 28848, 28868, 28888)),
      row('raft', 'v3-node-self', self(28848, Object.fromEntries(['lock_acquire_service_v2', ...jraft].map((group) => [group, 27888])))),
      row('switches', 'v3-ns-switches', { enabled: usualSwitches }),
      row('metrics', 'op-metrics-full', { status: 'UP', cpu: 0.09735428, load1: 0.51171875, memory: 0.155741, ...clients(0, 10, 3, 5) }),
      row('namespaces', 'v3-namespace-list', bothNamespaces),
      row('catalog', 'v3-service-list', {
        count: 9,
        rows: [['probe-v1', 'DEFAULT_GROUP', 0, 0, false], ['probe-v3', 'DEFAULT_GROUP', 0, 0, false], ['probe2-v3', 'DEFAULT_GROUP', 2, 2, false], a, b, empty, gone, persistent, stale],
      }),
      row('catalog', 'v3-service-list-ps1', { count: 9, rows: [b] }),
      row('catalog', 'v3-service-list-missingns', { count: 0, rows: [] }),
      row('threshold', 'v3-service', 0),
      row('clusters', 'v3-service', ['DEFAULT']),
    ],
  },
  {
    name: '3.1.0, v1 closed',
    folder: '3.1.0/cluster3/node1',
    dialect: v3AdminOnly,
    expected: [row('metrics', 'v3-ns-metrics-full', { status: 'UP', ...clients(0, 9, 3, 5) }), row('metrics', 'v3-ns-metrics', { status: 'UP' })],
  },
  {
    name: '3.1.0, without credentials',
    folder: '3.1.0/single-noauth',
    dialect: v3Open,
    expected: [
      row('liveness', 'v3-state', { httpStatus: 200, state: { version: '3.1.0-bugfix', mode: 'standalone' } }),
      row('readiness', 'v3-readiness', { ready: true }),
      row('metrics', 'op-metrics-full', { status: 'UP', cpu: 0.16038813, load1: 0.6694336, memory: 0.18442848, ...clients(0, 0, 0, 0) }),
      row('metrics', 'op-metrics', { status: 'UP' }),
    ],
  },
  {
    name: 'r-nacos',
    folder: 'rnacos/single',
    dialect: rNacos,
    expected: [
      row('liveness', 'op-switches', { httpStatus: 200, state: { version: '', mode: 'unknown' } }),
      row('readiness', 'readiness', { ready: true }),
      row('metrics', 'op-metrics', { status: 'UP' }),
      row('namespaces', 'namespaces', bothNamespaces.map(({ id, name }) => ({ id, name }))),
      row('catalog', 'catalog-noipcount', { count: 5, rows: [a, b, gone, persistent, ['svc-stale', 'DEFAULT_GROUP', 0, 0, false]] }),
      row('catalog', 'catalog-ns-public', { count: 5, rows: [a, b, gone, persistent, ['svc-stale', 'DEFAULT_GROUP', 0, 0, false]] }),
      row('catalog', 'catalog-ns-missing', { count: 0, rows: [] }),
      row('threshold', 'service-get-a', 0),
    ],
  },
];

describe.each(servers)('$name', ({ folder, dialect, expected }) => {
  it.each(expected)('decodes $file', ({ call, file, gives }) => {
    const asked = call(dialect)!;
    const answer = recorded(folder, file);

    expect(pathname(asked.path)).toBe(pathname(answer.path));
    expect(decode(asked, answer)).toEqual(gives);
  });
});

describe('what a dialect supports', () => {
  const common = ['liveness', 'readiness', 'members', 'raft', 'switches', 'metrics', 'push', 'namespaces', 'counts', 'contents'];
  const v1Stages = [...common, 'beats', 'database', 'ports', 'actuator'];
  const v3Stages = [...common.filter((stage) => stage !== 'push'), 'beats', 'connections', 'ports', 'actuator'];
  it.each([
    [v1, v1Stages], [v1Old, v1Stages], [v20, [...common, 'connections', 'upgrade', 'database', 'ports', 'actuator']],
    [v22, [...common, 'beats', 'connections', 'database', 'ports', 'actuator']], [v3, v3Stages], [v3AdminOnly, v3Stages],
    [v3Open, ['liveness', 'readiness', 'metrics', 'actuator']],
    [v3OpenWithoutMetrics, ['liveness', 'readiness', 'actuator']],
    [rNacos, ['liveness', 'readiness', 'metrics', 'namespaces', 'counts', 'contents', 'ports']],
  ] as const)('$api', (dialect, stages) => {
    expect([...supportedStages(dialect)]).toEqual(stages);
  });

  it('has the ports of its generation', () => {
    expect([v1Old, v1, v20, v22, v3, v3Open, rNacos].map(({ ports }) => ports)).toEqual([
      ['http'], ['http', 'raft'], ...Array.from({ length: 3 }, () => ['http', 'grpc_sdk', 'grpc_cluster', 'raft']), undefined, ['http', 'grpc_sdk'],
    ]);
  });

  it('puts metrics on the slow schedule where they walk every service', () => {
    expect([v1, v1Old, v20, v22, v3, v3Open, rNacos].map(({ slowMetrics }) => slowMetrics)).toEqual([true, true, true, false, false, false, false]);
  });

  it('names a bounded set of APIs', () => {
    const names = new Set([v1, v1Old, v20, v22, v3, v3AdminOnly, v3Open, rNacos].flatMap((dialect) => Object.values(ask).map((call) => call(dialect)?.api)));
    names.delete(undefined);
    expect([...names].toSorted()).toEqual([
      'actuator', 'catalog_service', 'catalog_services', 'cluster_nodes', 'cluster_self', 'config_health', 'connections', 'namespaces', 'operator_cluster_state', 'operator_metrics', 'operator_servers', 'push_state',
      'readiness', 'server_state', 'service', 'service_names', 'switches', 'upgrade_metrics',
    ]);
  });
});

describe('a 3.1.0 server asked in the dialects of 2.x, v1 closed as by default', () => {
  it.each([
    ['liveness', 'server-state', { httpStatus: 410 }],
    ['metrics', 'op-metrics-full', { status: 'UP', cpu: 0.16038813, load1: 0.6694336, memory: 0.18442848, ...clients(0, 0, 0, 0) }],
  ] as const)('still answers %s', (call, file, gives) => {
    expect(decode(ask[call](v22)!, recorded('3.1.0/single-noauth', file))).toEqual(gives);
  });

  it.each([
    ['readiness', 'readiness'], ['members', 'core-nodes'], ['raft', 'core-self'], ['switches', 'op-switches'], ['namespaces', 'namespaces'],
    ['serviceNamespaces', 'service-names'], ['catalog', 'catalog-noipcount'], ['threshold', 'service-get-a'],
  ] as const)('says that %s is gone', (call, file) => {
    expect(verdict(ask[call](v22)!, recorded('3.1.0/single-noauth', file))).toBe('gone');
  });
});

describe('answers that are refused', () => {
  it.each([
    ['3.x without credentials', v3, 'members', '3.1.0/single-noauth', 'v3-node-list', 'forbidden'],
    ['3.x without credentials', v3, 'raft', '3.1.0/single-noauth', 'v3-node-self', 'forbidden'],
    ['3.x without credentials', v3, 'switches', '3.1.0/single-noauth', 'v3-ns-switches', 'forbidden'],
    ['3.x without credentials', v3, 'namespaces', '3.1.0/single-noauth', 'v3-namespace-list', 'forbidden'],
    ['3.x without credentials', v3, 'catalog', '3.1.0/single-noauth', 'v3-service-list', 'forbidden'],
    ['3.x without credentials', v3, 'threshold', '3.1.0/single-noauth', 'v3-service', 'forbidden'],
    ['3.x without credentials', v3AdminOnly, 'metrics', '3.1.0/single-noauth', 'v3-ns-metrics-full', 'forbidden'],
    ['3.x with a bad token', v3, 'members', '3.1.0/auth', 'v3-nodes-bad', 'forbidden'],
    ['2.2 with auth on', v22, 'catalog', '2.2.4/auth', 'catalog-none', 'forbidden'],
    ['2.0 with auth on', v20, 'catalog', '2.0.4/auth', 'catalog-none', 'forbidden'],
    ['1.4 with auth on', v1, 'catalog', '1.4.1/auth', 'catalog-bad', 'forbidden'],
    ['old raft, stopped (500 text)', v1Old, 'raft', '1.4.1/cluster3/node1', 'op-cluster-state', 'status'],
    ['operator/servers after 2.1 (501)', v1Old, 'members', '2.2.4/single', 'op-servers', 'status'],
    ['operator/servers on 3.x (501)', v1Old, 'members', '3.1.0/single-noauth', 'op-servers', 'status'],
    ['no core API on r-nacos (404)', v22, 'members', 'rnacos/single', 'core-nodes', 'status'],
    ['no service names on r-nacos (404)', v22, 'serviceNamespaces', 'rnacos/single', 'service-names', 'status'],
    ['a service that is not there (400)', v3, 'threshold', '3.1.0/cluster3/node1', 'v3-service-missing', 'status'],
    ['a service that is not there (404)', v20, 'threshold', '2.0.4/cluster3/node1', 'catalog-service-missing', 'status'],
    ['no page number (500 text)', v20, 'catalog', '2.0.4/cluster3/node1', 'catalog-nopage', 'status'],
    ['a Result where a RestResult is due', v22, 'members', '3.1.0/cluster3/node1', 'v3-node-list', 'envelope'],
    ['a RestResult where a Result is due', v3, 'members', '2.2.4/single', 'core-nodes', 'envelope'],
    ['a page of 3.x where a list is due', v22, 'catalog', '3.1.0/cluster3/node1', 'v3-service-list', 'envelope'],
    ['names where a catalog is due', v22, 'catalog', '2.2.4/single', 'service-names', 'envelope'],
    ['metrics where switches are due', v22, 'switches', '2.2.4/single', 'op-metrics', 'envelope'],
    ['switches where metrics are due', v22, 'metrics', '2.2.4/single', 'op-switches', 'envelope'],
  ] as const)('%s: %o', (_, dialect, call, folder, file, reason) => {
    expect(verdict(ask[call](dialect)!, recorded(folder, file))).toBe(reason);
  });

  it('stay open with auth on: state, readiness, members and metrics up to 2.2.4', () => {
    for (const [folder, dialect] of [['1.4.1/auth', v1], ['2.0.4/auth', v20], ['2.2.4/auth', v22]] as const) {
      const seen = [['liveness', 'server-state-none'], ['readiness', 'readiness-none'], ['members', 'nodes-none'], ['metrics', 'op-metrics-none']] as const;
      expect(seen.map(([call, file]) => verdict(ask[call](dialect)!, recorded(folder, file)))).toEqual(['ok', 'ok', 'ok', 'ok']);
    }
  });
});

describe('a rolling upgrade from 1.4.1 to 2.0.4', () => {
  const folder = (stage: string, node: number) => `upgrade-1.4.1-to-2.0.4/${stage}/node${node}`;
  const mixed = [['1-one-of-three', [v1, v1, v20]], ['2-two-of-three', [v1, v20, v20]]] as const;

  it.each(mixed)('%s: every node answers in its own dialect, and lists mixed versions', (stage, dialects) => {
    for (const [i, dialect] of dialects.entries()) {
      const node = folder(stage, i + 1);
      const versions = dialects.map(({ api }) => (api === 'v1' ? '1.4.1' : '2.0.4'));
      const [members, state, readiness, enabled, metrics, catalog] = ([
        ['members', 'core-nodes'], ['liveness', 'server-state'], ['readiness', 'readiness'], ['switches', 'switches'], ['metrics', 'op-metrics-full'], ['catalog', 'catalog'],
      ] as const).map(([call, file]) => decode(ask[call](dialect)!, recorded(node, file)));

      expect(members).toMatchObject([48848, 48868, 48888].map((port, j) => ({ address: `127.0.0.1:${port}`, state: 'up', version: versions[j] })));
      expect((members as Member[]).map((member) => 'readyToUpgrade' in member)).toEqual(dialects.map(({ api }) => api !== 'v1'));
      expect(state).toEqual({ httpStatus: 200, state: { version: versions[i], mode: 'cluster' } });
      expect(readiness).toEqual({ ready: true });
      expect(enabled).toEqual({ enabled: dialect === v20 ? { ...usualSwitches, doubleWriteEnabled: true } : usualSwitches });
      expect(metrics).toMatchObject({ status: 'UP' });
      expect(catalog).toMatchObject({ count: 5 });
    }
  });

  it('counts clients on the nodes that are 2.0.4', () => {
    const told = (stage: string, node: number, dialect: Dialect): unknown => decode(dialect.metrics!, recorded(folder(stage, node), 'op-metrics-full'));
    expect(told('1-one-of-three', 3, v20)).toMatchObject(clients(0, 20, 0, 7));
    expect(told('1-one-of-three', 1, v1)).not.toHaveProperty('clients');
  });

  it('takes 1.4.1 for one that has nothing to tell of an upgrade', () => {
    const { status } = recorded(folder('1-one-of-three', 1), 'upgrade-metrics');
    expect([status, v20.upgrade!.missing!(status), v1.upgrade]).toEqual([501, true, undefined]);
  });

  it('reads members from 1.4.1 in the older way too', () => {
    expect(decode(v1Old.members!, recorded(folder('1-one-of-three', 1), 'op-servers')).map(({ version }) => version)).toEqual(['1.4.1', '1.4.1', '2.0.4']);
  });

  it.each([
    ['1-one-of-three', { upgraded: false, allMembers2x: false, doubleWriteEnabled: true, services: { v1: 5, v2: 5 }, instances: { v1: 20, v2: 20 }, only: { v1: [], v2: [] } }],
    ['4-all-double-write-on', { upgraded: true, allMembers2x: true, doubleWriteEnabled: true, services: { v1: 5, v2: 5 }, instances: { v1: 20, v2: 20 }, only: { v1: [], v2: [] } }],
    ['6-double-write-off', {
      upgraded: true, allMembers2x: true, doubleWriteEnabled: false, services: { v1: 0, v2: 5 }, instances: { v1: 0, v2: 20 },
      only: { v1: [], v2: [4, 3, 2, 1, 0].map((i) => `public##DEFAULT_GROUP@@app-${i}`) },
    }],
  ] as const)('%s: tells both stores', (stage, told) => {
    expect(decode(v20.upgrade!, recorded(folder(stage, 3), 'upgrade-metrics'))).toEqual({ pendingTasks: 0, ...told });
  });

  it('shows double write on, then off', () => {
    const read = (stage: string) => decode(v20.switches!, recorded(folder(stage, 1), 'switches')).enabled['doubleWriteEnabled'];
    expect([read('4-all-double-write-on'), read('6-double-write-off')]).toEqual([true, false]);
  });
});

describe('the recordings', () => {
  it('hold no token', () => {
    const files = allFiles();
    expect(files.length).toBeGreaterThan(200);
    expect(files.filter(({ text }) => /eyJ[\w-]+\./.test(text)).map(({ name }) => name)).toEqual([]);
  });
});

function pathname(path: string): string {
  return path.split('?')[0]!;
}

/**
 * What no recording shows: versions that are known from their source only (1.1-1.3, 2.3-2.5), servers that are not well, and
 * answers that are wrong. Literals follow the controllers named beside them.
 */

import { describe, expect, it } from 'vitest';

import { rNacos } from '../../src/nacos/dialects/r-nacos.ts';
import { v1, v1Old } from '../../src/nacos/dialects/v1.ts';
import { v20 } from '../../src/nacos/dialects/v2-0.ts';
import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { v3 } from '../../src/nacos/dialects/v3.ts';
import type { Call } from '../../src/nacos/dialects/dialect.ts';
import { answer, decode, verdict } from './dialects.fixtures.ts';

function messageOf<T>(call: Call<T>, body: unknown): string {
  try {
    decode(call, answer(200, body));
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
}

const restResult = (data: unknown) => ({ code: 200, message: null, data });
const result = (data: unknown) => ({ code: 0, message: 'success', data });

describe('paths', () => {
  it('encode what a user may have chosen', () => {
    expect(v20.catalogPage!('a&b=é', 2, 500).path)
      .toBe('/v1/ns/catalog/services?hasIpCount=false&withInstances=false&pageNo=2&pageSize=500&namespaceId=a%26b%3D%C3%A9');
    expect(v20.protectThreshold!('public', 'G', 'a b').path).toBe('/v1/ns/service?serviceName=G%40%40a%20b&namespaceId=public');
    expect(v3.catalogPage!('public', 1, 20_000).path)
      .toBe('/v3/admin/ns/service/list?namespaceId=public&ignoreEmptyService=false&pageNo=1&pageSize=20000');
    expect(v3.protectThreshold!('dev', 'G', 'a').path).toBe('/v3/admin/ns/service?namespaceId=dev&groupName=G&serviceName=a');
  });

  it('ask for the full metrics where only the status comes otherwise', () => {
    expect([v1, v20, v22, v3, rNacos].map(({ metrics }) => metrics?.path)).toEqual([
      '/v1/ns/operator/metrics',
      '/v1/ns/operator/metrics?onlyStatus=false',
      '/v1/ns/operator/metrics?onlyStatus=false',
      '/v1/ns/operator/metrics?onlyStatus=false',
      '/v1/ns/operator/metrics',
    ]);
  });

  it('log in where the version has it', () => {
    expect([v1, v20, v22, v3].map(({ login }) => login[0])).toEqual(['/v1/auth/login', '/v1/auth/login', '/v1/auth/login', '/v3/auth/user/login']);
  });
});

describe('1.0-1.3', () => {
  // 1.1.4 naming OperatorController.getHealthyServerList; servers/Server.java
  const server = (ip: string, alive: boolean) => ({
    ip, servePort: 8848, site: 'unknown', weight: 1, adWeight: 0, alive, lastRefTime: 0, lastRefTimeStr: null, key: `${ip}:8848`,
  });
  // 1.1.4 naming RaftPeer.java, by OperatorController.clusterState
  const peer = (state: string, voteFor: string | null) => ({ ip: '10.0.0.1:8848', voteFor, term: 5, leaderDueMs: 14_000, heartbeatDueMs: 4500, state });

  it('lists servers, alive or not', () => {
    expect(decode(v1Old.members!, answer(200, { servers: [server('10.0.0.1', true), server('10.0.0.2', false)] }))).toEqual([
      { address: '10.0.0.1:8848', state: 'up' },
      { address: '10.0.0.2:8848', state: 'down' },
    ]);
  });

  it.each([
    ['LEADER', '10.0.0.1:8848', [{ group: 'naming', leader: '10.0.0.1:8848', term: 5 }]],
    ['FOLLOWER', '10.0.0.2:8848', [{ group: 'naming', term: 5 }]],
    ['CANDIDATE', null, [{ group: 'naming', term: 5 }]],
  ] as const)('takes only its own word for who leads: %s', (state, voteFor, raft) => {
    expect(decode(v1Old.raft!, answer(200, peer(state, voteFor)))).toEqual({ address: '10.0.0.1:8848', raftAddress: '10.0.0.1:8848', raft });
  });

  it('refuses what is none of these', () => {
    expect(messageOf(v1Old.members!, { servers: [{ ip: '10.0.0.1', servePort: '8848', alive: true }] }))
      .toBe('operator_servers body.servers[0].servePort is "8848", expected a port');
    expect(messageOf(v1Old.members!, { servers: [{ ip: '10.0.0.1', servePort: 8848 }] }))
      .toBe('operator_servers body.servers[0].alive is missing, expected true or false');
    expect(messageOf(v1Old.raft!, peer('OBSERVER', null))).toBe('operator_cluster_state body.state is "OBSERVER", expected a raft state');
  });
});

describe('2.3-2.5', () => {
  it('merges all module states into the server state, all values strings', () => {
    // 2.2.2+ console ServerStateController over sys ModuleState
    const body = { startup_mode: 'cluster', version: '2.5.1', server_port: '8848', auth_enabled: 'true', datasource_platform: '', function_mode: null };
    expect(decode(v22.liveness, answer(200, body))).toEqual({ httpStatus: 200, state: { version: '2.5.1', mode: 'cluster' } });
  });

  it('writes members with more fields, and peers that never reported with fewer', () => {
    // 2.5 core Member, MemberUtil.singleParse
    const row = (port: number, state: string, extendInfo: unknown) => ({
      ip: '10.0.0.1', port, state, extendInfo, address: `10.0.0.1:${port}`, failAccessCnt: 0, grpcReportEnabled: true, abilities: { remoteAbility: {} },
    });
    const full = { raftPort: '7848', readyToUpgrade: true, version: '2.5.1', supportGrayModel: true, lastRefreshTime: 1_700_000_000_000 };
    expect(decode(v22.members!, answer(200, restResult([
      row(8848, 'UP', full), row(8849, 'SUSPICIOUS', { raftPort: '7849' }), row(8850, 'DOWN', null), row(8851, 'STARTING', {}), row(8852, 'ISOLATION', {}),
    ])))).toEqual([
      { address: '10.0.0.1:8848', state: 'up', version: '2.5.1', readyToUpgrade: true },
      { address: '10.0.0.1:8849', state: 'suspicious' },
      { address: '10.0.0.1:8850', state: 'down' },
      { address: '10.0.0.1:8851', state: 'starting' },
      { address: '10.0.0.1:8852', state: 'isolation' },
    ]);
  });
});

describe('readiness', () => {
  it.each([
    // console HealthController, up to 2.2.4; core cluster/health from 2.3.0
    [v1, 500, 'Config and Naming are not in readiness'],
    [v22, 500, 'naming not in readiness'],
    [rNacos, 503, 'not ready'],
  ] as const)('$0.api: a text with status %i', (dialect, status, text) => {
    expect(decode(dialect.readiness!, answer(status, text))).toEqual({ ready: false, detail: text });
  });

  it('v3: a code with status 200, as the admin API does (ServerStateControllerV3), or with 500', () => {
    const body = { code: 30_000, message: 'naming not in readiness', data: null };
    expect(decode(v3.readiness!, answer(200, body))).toEqual({ ready: false, detail: 'naming not in readiness' });
    expect(decode(v3.readiness!, answer(500, body))).toEqual({ ready: false, detail: 'naming not in readiness' });
    expect(messageOf(v3.readiness!, { code: 10_001, message: 'denied', data: null })).toBe('readiness code is 10001, expected 0 or 30000');
  });

  it('keeps pages out of the detail', () => {
    expect(decode(v22.readiness!, answer(503, '<html>\n<h1>Service Unavailable</h1>'))).toEqual({ ready: false, detail: 'HTTP 503' });
    expect(decode(v22.readiness!, answer(500, { timestamp: '', status: 500, error: 'Internal Server Error', path: '' })))
      .toEqual({ ready: false, detail: 'Internal Server Error' });
    expect(decode(v22.readiness!, answer(500, 'x\ny '.repeat(200))).detail).toHaveLength(201);
  });

  it('refuses a 200 that is not OK', () => {
    expect(messageOf(v22.readiness!, '<html>login</html>')).toBe('readiness body is "<html>login</html>", expected OK');
  });
});

describe('liveness', () => {
  it.each([401, 403, 404, 410, 500, 503])('takes %i for life', (status) => {
    for (const dialect of [v1, v22, v3, rNacos]) expect(decode(dialect.liveness, answer(status, 'no'))).toEqual({ httpStatus: status });
  });

  it('takes 200 with anything for life, which then tells no state', () => {
    for (const body of ['', '<html>', [], { version: 7 }, result({ x: 1 }), { name: 'else' }]) {
      for (const dialect of [v1, v22, v3, rNacos]) expect(decode(dialect.liveness, answer(200, body))).toEqual({ httpStatus: 200 });
    }
  });
});

describe('raft', () => {
  const self = (extendInfo: unknown) => restResult({ ip: '10.0.0.1', port: 8848, state: 'UP', address: '10.0.0.1:8848', extendInfo });

  it('leaves out a leader that is not named, and a group that has not started', () => {
    const metaDataMap = { one: { leader: '', term: 3 }, two: { leader: null, term: 0 }, three: { errMsg: 'x' }, four: { leader: '10.0.0.2:7848', term: 2 } };
    expect(decode(v22.raft!, answer(200, self({ raftMetaData: { metaDataMap } }))).raft).toEqual([
      { group: 'one', term: 3 }, { group: 'two', term: 0 }, { group: 'four', leader: '10.0.0.2:7848', term: 2 },
    ]);
  });

  it('takes the raft port as told, else 1000 below', () => {
    const address = (extendInfo: unknown) => decode(v22.raft!, answer(200, self(extendInfo))).raftAddress;
    expect([address({ raftPort: '17848' }), address({ raftPort: 7000 }), address({}), address(null)])
      .toEqual(['10.0.0.1:17848', '10.0.0.1:7000', '10.0.0.1:7848', '10.0.0.1:7848']);
  });

  it.each([
    [{ raftPort: 'x' }, 'cluster_self data.extendInfo.raftPort is "x", expected a port'],
    [{ raftMetaData: { metaDataMap: { g: { term: '3' } } } }, 'cluster_self data.extendInfo.raftMetaData.metaDataMap.g.term is "3", expected a whole number'],
    [{ raftMetaData: [] }, 'cluster_self data.extendInfo.raftMetaData is a list, expected an object'],
  ])('refuses %o', (extendInfo, message) => {
    expect(messageOf(v22.raft!, self(extendInfo))).toBe(message);
  });
});

describe('members', () => {
  it.each([
    [restResult({}), 'cluster_nodes data is an object, expected a list'],
    [restResult([null]), 'cluster_nodes data[0] is null, expected an object'],
    [restResult([{ ip: '10.0.0.1', port: 8848, state: 'SLEEPY' }]), 'cluster_nodes data[0].state is "SLEEPY", expected a member state'],
    [restResult([{ ip: '10.0.0.1', port: '8848', state: 'UP' }]), 'cluster_nodes data[0].port is "8848", expected a port'],
    [restResult([{ address: 'a:1', state: 'UP', extendInfo: { version: 2 } }]), 'cluster_nodes data[0].extendInfo.version is 2, expected a text'],
    [{ code: 500, message: 'some\nerror', data: null }, 'cluster_nodes code is 500, expected 200: some error'],
    [{ code: 200, message: null }, 'cluster_nodes data is missing'],
    [[], 'cluster_nodes body is a list, expected an object'],
  ])('refuses %j', (body, message) => {
    expect(messageOf(v22.members!, body)).toBe(message);
    expect(verdict(v22.members!, answer(200, body))).toBe('envelope');
  });
});

describe('switches', () => {
  it('export what pins the status', () => {
    const read = (overriddenServerStatus: unknown) => decode(v22.switches!, answer(200, { name: 'x', pushEnabled: false, overriddenServerStatus }));
    expect(read('READ_ONLY')).toEqual({ enabled: { pushEnabled: false }, overriddenServerStatus: 'READ_ONLY' });
    expect(read(null)).toEqual({ enabled: { pushEnabled: false } });
    expect(messageOf(v22.switches!, { name: 'x', pushEnabled: true, overriddenServerStatus: 1 })).toBe('switches body.overriddenServerStatus is 1, expected a text');
  });

  it('come in a Result on v3', () => {
    expect(decode(v3.switches!, answer(200, result({ name: 'x', distroEnabled: true, masters: null })))).toEqual({ enabled: { distroEnabled: true } });
    expect(messageOf(v3.switches!, { name: 'x', distroEnabled: true })).toBe('switches code is missing, expected 0');
  });
});

describe('metrics', () => {
  it.each([
    [{ cpu: 0.5, load: -1, mem: 0.2 }, { cpu: 0.5, memory: 0.2 }],
    [{ cpu: 'NaN', load: 0, mem: 1 }, { load1: 0, memory: 1 }],
    [{ cpu: -1, load: 12.5, mem: 1.5 }, { load1: 12.5 }],
    [{ cpu: null }, {}],
    [{}, {}],
  ])('keep what is a measurement: %j', (body, kept) => {
    expect(decode(v22.metrics!, answer(200, { status: 'UP', ...body }))).toEqual({ status: 'UP', ...kept });
  });

  it.each([
    // TrafficReviseFilter of 1.x, and of 2.x and 3.x with the missing space
    ['server is DOWN now, please try again later!', 'DOWN'],
    ['server is DOWNnow, detailed error message: Optional[The raft group [naming] is not ready]', 'DOWN'],
    ['server is STARTING now, please try again later!', 'STARTING'],
  ])('read the status of a node that refuses work: %s', (text, status) => {
    expect(decode(v1.metrics!, answer(503, text))).toEqual({ status });
  });

  it('refuse what is no metrics', () => {
    expect(verdict(v1.metrics!, answer(503, 'upstream unavailable'))).toBe('status');
    expect(messageOf(v1.metrics!, { status: 'UP', cpu: 'high' })).toBe('operator_metrics body.cpu is "high", expected a number');
    expect(messageOf(v1.metrics!, {})).toBe('operator_metrics body.status is missing, expected a text');
    expect(verdict(v1.metrics!, answer(200, ''))).toBe('empty');
    expect(verdict(v1.metrics!, answer(200, '<html>'))).toBe('decode');
  });
});

describe('clients in metrics', () => {
  it.each([
    ['2.0.0-2.0.3', { subscribeCount: 4 }, { subscribers: 4 }],
    ['a counter that has drifted', { subscribeCount: -2 }, { subscribers: -2 }],
    ['2.0.4', { clientCount: 6, connectionBasedClientCount: 1, ephemeralIpPortClientCount: 2, persistentIpPortClientCount: 3, responsibleClientCount: 4 }, {
      clients: { connection: 1, ephemeral_ip_port: 2, persistent_ip_port: 3 }, responsibleClients: 4,
    }],
    ['not all kinds of them', { connectionBasedClientCount: 1, responsibleClientCount: null }, {}],
  ])('%s', (_, body, told) => {
    expect(decode(v20.metrics!, answer(200, { status: 'UP', ...body }))).toEqual({ status: 'UP', ...told });
  });

  it('refuse what is no number of clients', () => {
    expect(messageOf(v20.metrics!, { status: 'UP', responsibleClientCount: 1.5 })).toBe('operator_metrics body.responsibleClientCount is 1.5, expected a whole number');
    expect(messageOf(v20.metrics!, { status: 'UP', subscribeCount: '4' })).toBe('operator_metrics body.subscribeCount is "4", expected a number');
  });
});

describe('connections', () => {
  const of = (labels: unknown, version?: unknown) => ({ metaInfo: { labels, version }, connected: true });

  it('keep versions apart, whatever they are called', () => {
    const payload = JSON.stringify({
      a: of({ source: 'sdk' }, '__proto__'), b: of({ source: 'sdk' }, 'constructor'), c: of({ source: 'sdk' }, 'constructor'), d: of({ source: 'cluster' }, 'x'), e: of(null, ''), f: of({}, 7),
    });
    const { sdk, cluster, versions } = decode(v20.connections!, answer(200, payload));
    expect([sdk, cluster, Object.entries(versions).toSorted()]).toEqual([5, 1, [['__proto__', 1], ['constructor', 2], ['unknown', 2]]]);
  });
});

describe('the database', () => {
  it.each([
    // config HealthController, 1.x-2.5
    ['UP', 'up'],
    ['WARN:slave db (10.0.0.9) down. ', 'slave_down'],
    ['DOWN:master db (10.0.0.8) down. ', 'master_down'],
    ['DOWN:master db (10.0.0.8) down. address server down. ', 'master_down'],
    // A real 2.0.4 cluster with a cluster.conf, in good health.
    ['DOWN:address server down. ', 'up'],
    ['DOWN:server ip 10.0.0.1 is not in the serverList of address server. ', 'up'],
  ])('%s', (text, state) => {
    for (const { database } of [v1Old, v1, v20, v22]) expect(decode(database!, answer(200, text))).toBe(state);
  });

  it('is not told by a page, and not asked for where the module does not run', () => {
    expect(messageOf(v22.database!, '<html>login</html>')).toBe('config_health body is "<html>login</html>", expected UP, WARN or DOWN and why');
    expect(messageOf(v22.database!, 'UPSIDE')).toBe('config_health body is "UPSIDE", expected UP, WARN or DOWN and why');
    expect(messageOf(v22.database!, 'DOWN:everything')).toBe('config_health body is "DOWN:everything", expected UP, WARN or DOWN and why');
    expect([404, 410, 500].map((status) => v22.database!.missing!(status))).toEqual([true, false, false]);
  });
});

describe('push counters', () => {
  it.each([
    [{ succeed: 9, total: 10, ratio: 0.9, reset: false }, { total: 10, failed: 1 }],
    [{ succeed: 0, total: 0, ratio: 0 }, { total: 0, failed: 0 }],
    // Read while another push succeeds.
    [{ succeed: 11, total: 10 }, { total: 10, failed: 0 }],
    [{ succeed: -2, total: 10 }, { total: 10, failed: 10 }],
  ])('%j', (body, totals) => {
    expect(decode(v1.push!, answer(200, body))).toEqual(totals);
  });

  it('are read as they are, never set back', () => {
    for (const { push } of [v1, v1Old]) expect(push!.path).toBe('/v1/ns/operator/push/state');
    for (const { push } of [v20, v22]) expect(push!.path).toBe('/v1/ns/operator/push/state?detail=true');
  });

  it.each([
    ['what it took', { avgPushCost: 12, maxPushCost: 40 }, { cost: { avg: 12, max: 40 } }],
    ['-1 for nothing pushed', { avgPushCost: -1, maxPushCost: -1 }, { cost: {} }],
    ['nothing at all', undefined, {}],
  ])('tell %s', (_, detail, told) => {
    expect(decode(v22.push!, answer(200, { succeed: 9, total: 10, detail }))).toEqual({ total: 10, failed: 1, ...told });
  });

  it('refuse what counts nothing', () => {
    expect(messageOf(v22.push!, { succeed: 1 })).toBe('push_state body.total is missing, expected a count');
    expect(messageOf(v22.push!, { total: 1, succeed: 'many' })).toBe('push_state body.succeed is "many", expected a number');
  });
});

describe('namespaces', () => {
  it('have one canonical id each', () => {
    const row = (namespace: string, namespaceShowName: string) => ({ namespace, namespaceShowName, quota: 200, configCount: 3, type: 2 });
    expect(decode(v1.namespaces!, answer(200, restResult([row('', 'public'), row('public', 'mine'), row('dev', 'Dev')]))))
      .toEqual([{ id: 'public', name: 'public', configs: 3 }, { id: 'dev', name: 'Dev', configs: 3 }]);
    expect(messageOf(v1.namespaces!, restResult([{ namespace: null, namespaceShowName: 'x' }]))).toBe('namespaces data[0].namespace is null, expected a text');
  });

  it('tell their configurations where the server counts them', () => {
    const counted = (configCount: unknown, { namespaces } = v22) => decode(namespaces!, answer(200, restResult([{ namespace: 'dev', namespaceShowName: 'Dev', configCount }])))[0];
    expect(counted(7)).toEqual({ id: 'dev', name: 'Dev', configs: 7 });
    for (const nothing of [undefined, null, '7', -1, 1.5]) expect(counted(nothing)).toEqual({ id: 'dev', name: 'Dev' });
    // A constant 0 in r-nacos.
    expect(counted(0, rNacos)).toEqual({ id: 'dev', name: 'Dev' });
  });

  it('count only where there are services', () => {
    // naming ServiceController.searchService: `services` up to 2.2.0, `META-INF/services` from 2.2.1
    for (const key of ['services', 'META-INF/services']) {
      expect(decode(v22.serviceNamespaces!, answer(200, { [key]: { '': ['a'], 'public': ['b'], 'dev': [], 'new': ['c'] }, count: 2 }))).toEqual(['public', 'new']);
    }
    expect(messageOf(v22.serviceNamespaces!, { count: 0 })).toBe('service_names body.META-INF/services is missing, expected an object');
  });
});

describe('catalog pages and thresholds', () => {
  it.each([
    [{ count: -1, serviceList: [] }, 'catalog_services body.count is -1, expected a count'],
    [{ count: 1.5, serviceList: [] }, 'catalog_services body.count is 1.5, expected a count'],
    [{ count: '1', serviceList: [] }, 'catalog_services body.count is "1", expected a count'],
    [{ count: 1 }, 'catalog_services body.serviceList is missing, expected a list'],
    [[], 'catalog_services body is a list, expected an object'],
  ])('refuse %j', (body, message) => {
    expect(messageOf(v22.catalogPage!('public', 1, 10), body)).toBe(message);
  });

  it('read a threshold between 0 and 1', () => {
    expect(decode(v22.protectThreshold!('public', 'G', 'a'), answer(200, { protectThreshold: 0.8 }))).toBe(0.8);
    expect(decode(v3.protectThreshold!('public', 'G', 'a'), answer(200, result({ protectThreshold: 1 })))).toBe(1);
    expect(messageOf(v22.protectThreshold!('public', 'G', 'a'), { protectThreshold: 2 })).toBe('service body.protectThreshold is 2, expected a number from 0 to 1');
  });
});

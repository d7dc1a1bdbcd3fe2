/** What each dialect makes of recorded lists with instances. The registered data is the same on all servers. */

import { describe, expect, it } from 'vitest';

import type { InstanceRecord, ServiceContents } from '../../src/model.ts';
import type { Call, Dialect } from '../../src/nacos/dialects/dialect.ts';
import { rNacos } from '../../src/nacos/dialects/r-nacos.ts';
import { v1, v1Old } from '../../src/nacos/dialects/v1.ts';
import { v20 } from '../../src/nacos/dialects/v2-0.ts';
import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { v3 } from '../../src/nacos/dialects/v3.ts';
import { answer, decode, recorded, verdict } from './dialects.fixtures.ts';

type Known = Omit<InstanceRecord, 'ephemeral'> & { readonly ephemeral: boolean };

const one = (ip: string, port: number, rest: Partial<Known> = {}): Known => (
  { cluster: 'DEFAULT', ip, port, ephemeral: true, healthy: true, enabled: true, weight: 1, metadata: {}, ...rest }
);

const a = [
  one('127.0.0.13', 9001, { weight: 0.5, enabled: false, metadata: { version: '1.1' } }),
  one('127.0.0.11', 9001, { metadata: { version: '1.0', app_registry_tag: '1637000000001' } }),
  one('127.0.0.12', 9001, { weight: 2, metadata: { version: '1.1', app_registry_tag: '1637000000002' } }),
];
const b = [
  one('127.0.0.21', 9011, { cluster: 'c1', metadata: { version: '3.0' } }),
  one('127.0.0.22', 9011, { cluster: 'c2', weight: 100, metadata: { version: '3.0', note: 'quote " and 中文' } }),
];
const stale = [one('127.0.0.14', 9002, {
  healthy: false, metadata: { version: '2.0', 'preserved.heart.beat.timeout': '5000', 'preserved.ip.delete.timeout': '3600000' },
})];
const persistent = (port: number) => [
  one('127.0.0.31', 9021, { ephemeral: false, healthy: false, metadata: { version: 'p1' } }),
  one('127.0.0.1', port, { ephemeral: false, metadata: { version: 'p2' } }),
];

/** Lists of 1.x and 2.x do not tell. */
const untold = (instances: readonly Known[]): readonly InstanceRecord[] => (
  instances.map(({ cluster, ip, port, healthy, enabled, weight, metadata }) => ({ cluster, ip, port, healthy, enabled, weight, metadata }))
);

const service = (name: string, instances: readonly InstanceRecord[], rest: Partial<ServiceContents> = {}): ServiceContents => (
  { group: 'DEFAULT_GROUP', name, instances, metadata: {}, ...rest }
);

function contents(port: number | undefined, told: boolean): readonly ServiceContents[] {
  const shape = told ? (instances: readonly Known[]) => instances : untold;
  return [
    service('svc-a', shape(a)),
    service('svc-b', shape(b), { group: 'ORDER_GROUP' }),
    ...(port === undefined ? [] : [service('svc-empty', [], { metadata: { owner: 'lab' } })]),
    service('svc-gone', []),
    service('svc-p', port === undefined ? [] : shape(persistent(port))),
    service('svc-stale', shape(stale)),
  ];
}

const byName = (services: readonly ServiceContents[]) => services.toSorted((x, y) => (x.name < y.name ? -1 : 1));

describe('lists of services with instances', () => {
  it.each([
    ['1.4.1', v1, '1.4.1/cluster3/node1', 'catalog-withinst', contents(48848, false)],
    ['1.0-1.3 (as 1.4)', v1Old, '1.4.1/cluster3/node1', 'catalog-withinst', contents(48848, false)],
    ['2.0.4', v20, '2.0.4/cluster3/node1', 'catalog-withinst', contents(18848, false)],
    ['2.2.4, ephemeral only', v22, '2.2.4/single', 'catalog-withinst', contents(undefined, false)],
  ] as const)('%s', (_, dialect: Dialect, folder, file, expected) => {
    const call = dialect.contentsPage!('public', 1, 500);
    const given = recorded(folder, file);

    expect(call.path.split('?')[0]).toBe(given.path.split('?')[0]);
    const page = decode(call, given);
    expect(page.count).toBeUndefined();
    expect(byName(page.services)).toEqual(expected);
  });

  it('3.1.0, with full instances and a count', () => {
    const page = decode(v3.contentsPage!('public', 1, 100), recorded('3.1.0/cluster3/node1', 'v3-service-list-withinst'));

    expect(page.count).toBe(9);
    expect(byName(page.services).filter(({ name }) => name.startsWith('svc-'))).toEqual(contents(28848, true));
    expect(page.services.filter(({ name }) => name === 'probe2-v3').flatMap(({ instances }) => instances.map(({ ip, ephemeral }) => [ip, ephemeral])))
      .toEqual([['127.0.1.3', true], ['127.0.1.4', true]]);
  });

  it.each([
    ['1-one-of-three', 'node1', v1], ['1-one-of-three', 'node3', v20], ['4-all-double-write-on', 'node1', v20], ['4-all-double-write-on', 'node3', v20],
  ] as const)('during an upgrade, %s %s', (stage, node, dialect) => {
    const page = decode(dialect.contentsPage!('public', 0, 500), recorded(`upgrade-1.4.1-to-2.0.4/${stage}/${node}`, 'catalog-withinst'));

    expect(page.services.map(({ name, instances }) => [name, instances.length]).toSorted()).toEqual([0, 1, 2, 3, 4].map((i) => [`app-${i}`, 4]));
  });

  it('r-nacos has none: it ignores what it was asked for', () => {
    expect(rNacos.contentsPage).toBeUndefined();
  });

  it('asks for empty services too, never for a name, and never to be counted', () => {
    for (const dialect of [v1, v20, v22, v3]) {
      const query = new URLSearchParams(dialect.contentsPage!('dev', 3, 64).path.split('?')[1]);
      expect(Object.fromEntries(query)).toEqual({ namespaceId: 'dev', withInstances: 'true', pageNo: '3', pageSize: '64', ...(dialect === v3 ? { ignoreEmptyService: 'false' } : {}) });
    }
  });

  it('tells from which page the walk begins', () => {
    expect([v1, v1Old, v20, v22, v3].map(({ contentsBase }) => contentsBase)).toEqual(['zero', 'zero', 'either', 'one', 'one']);
  });
});

describe('instances of one cluster', () => {
  const ofA = (dialect: Dialect) => dialect.instances!('public', 'DEFAULT_GROUP', 'svc-a', 'DEFAULT');

  it.each([
    ['1.4.1', v1, '1.4.1/cluster3/node1', 'catalog-instances-a', a],
    ['1.4.1', v1, '1.4.1/cluster3/node1', 'catalog-instances-at', a],
    ['1.4.1, persistent', v1, '1.4.1/cluster3/node1', 'catalog-instances-p', persistent(48848)],
    ['2.0.4', v20, '2.0.4/cluster3/node1', 'catalog-instances-a', a],
    ['2.0.4, persistent', v20, '2.0.4/cluster3/node1', 'catalog-instances-p', persistent(18848)],
    ['2.2.4', v22, '2.2.4/single', 'catalog-instances-a', a],
    ['3.1.0', v3, '3.1.0/cluster3/node1', 'v3-inst-list', a],
    ['3.1.0, persistent', v3, '3.1.0/cluster3/node1', 'v3-inst-list-p', persistent(28848)],
    ['r-nacos, without the disabled one', rNacos, 'rnacos/single', 'catalog-instances-a', a.slice(1)],
    ['r-nacos, persistent', rNacos, 'rnacos/single', 'catalog-instances-p', persistent(7848).toReversed()],
  ] as const)('%s', (_, dialect, folder, file, expected) => {
    const given = recorded(folder, file);

    expect(ofA(dialect).path.split('?')[0]).toBe(given.path.split('?')[0]);
    expect(decode(ofA(dialect), given)).toEqual(expected);
  });

  it.each([
    ['a service that is gone, 1.4.1', v1, '1.4.1/cluster3/node1', 'catalog-instances-missing'],
    ['a service that is gone, 2.0.4', v20, '2.0.4/cluster3/node1', 'catalog-instances-missing'],
    ['an empty cluster, 2.2.4', v22, '2.2.4/single', 'catalog-instances-p'],
    ['a service that is gone, 3.1.0', v3, '3.1.0/cluster3/node1', 'v3-inst-list-missing'],
    ['a service that is gone, r-nacos', rNacos, 'rnacos/single', 'catalog-instances-missing'],
  ] as const)('are none for %s', (_, dialect, folder, file) => {
    expect(decode(ofA(dialect), recorded(folder, file))).toEqual([]);
  });

  it('r-nacos answers for all clusters at once', () => {
    const call = rNacos.allInstances!('public', 'ORDER_GROUP', 'svc-b');

    expect(new URLSearchParams(call.path.split('?')[1]).has('clusterName')).toBe(false);
    expect(decode(call, recorded('rnacos/single', 'catalog-instances-nocluster'))).toEqual(b);
  });

  it('asks by group and name, in the way of each version', () => {
    const asked = (dialect: Dialect) => Object.fromEntries(new URLSearchParams(ofA(dialect).path.split('?')[1]));
    const whole = { pageNo: '1', pageSize: '1000000' };
    expect(asked(v20)).toEqual({ serviceName: 'DEFAULT_GROUP@@svc-a', clusterName: 'DEFAULT', namespaceId: 'public', ...whole });
    expect(asked(v3)).toEqual({ serviceName: 'svc-a', groupName: 'DEFAULT_GROUP', clusterName: 'DEFAULT', namespaceId: 'public' });
    expect(asked(rNacos)).toEqual({ serviceName: 'svc-a', groupName: 'DEFAULT_GROUP', clusterName: 'DEFAULT', namespaceId: 'public', ...whole });
  });
});

describe('refusals', () => {
  const host = { ip: '10.0.0.1', port: 80, weight: 1, healthy: true, enabled: true, ephemeral: true, clusterName: 'DEFAULT', metadata: {} };
  const list = (call: Call<unknown>, body: unknown, status = 200) => verdict(call, answer(status, body));
  const instances = v22.instances!('public', 'G', 's', 'DEFAULT');
  const page = v22.contentsPage!('public', 1, 10);

  it.each([
    ['a host without an address', { ...host, ip: undefined }],
    ['a port that is none', { ...host, port: 70_000 }],
    ['a port as a text', { ...host, port: '80' }],
    ['health that is not told', { ...host, healthy: undefined }],
    ['enabled as a text', { ...host, enabled: 'true' }],
    ['a weight that is none', { ...host, weight: null }],
    ['no cluster', { ...host, clusterName: undefined }],
    ['metadata that is a list', { ...host, metadata: ['x'] }],
    ['no host', null],
  ])('%s', (_, bad) => {
    expect(list(instances, { count: 1, list: [bad] })).toBe('envelope');
  });

  it.each([
    ['an object where the array is due (3.x, r-nacos)', { count: 0, serviceList: [] }],
    ['a row without a name', [{ groupName: 'G', clusterMap: {} }]],
    ['a cluster map that is a list', [{ groupName: 'G', serviceName: 's', clusterMap: [] }]],
    ['hosts that are no list', [{ groupName: 'G', serviceName: 's', clusterMap: { DEFAULT: { hosts: {} } } }]],
  ])('%s', (_, body) => {
    expect(list(page, body)).toBe('envelope');
  });

  it('a list that is not as long as its count is torn', () => {
    expect(list(instances, { count: 2, list: [host] })).toBe('torn');
  });

  it('a 404 that does not speak of the service is no empty cluster', () => {
    expect(list(instances, { timestamp: '', status: 404, error: 'Not Found', message: 'No message available' }, 404)).toBe('status');
    expect(list(instances, '', 404)).toBe('status');
  });

  it('metadata: nulls are no entries, numbers become texts, and absent is empty', () => {
    const read = (metadata: unknown) => decode(instances, answer(200, { count: 1, list: [{ ...host, metadata }] }))[0]!.metadata;
    expect(read({ a: 'x', b: null, c: 3, d: { e: 1 } })).toEqual({ a: 'x', c: '3', d: '{"e":1}' });
    expect([read(undefined), read(null)]).toEqual([{}, {}]);
  });
});

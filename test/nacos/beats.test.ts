/** When servers last heard of those who beat: recorded where there is a recording, else as the source writes it. */

import { describe, expect, it } from 'vitest';

import { limitsIn } from '../../src/nacos/dialects/beats.ts';
import type { BeatSource } from '../../src/nacos/dialects/dialect.ts';
import { rNacos } from '../../src/nacos/dialects/r-nacos.ts';
import { v1 } from '../../src/nacos/dialects/v1.ts';
import { v20 } from '../../src/nacos/dialects/v2-0.ts';
import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { v3, v3Open } from '../../src/nacos/dialects/v3.ts';
import { answer, decode, recorded, verdict } from './dialects.fixtures.ts';

type InstanceSource = Extract<BeatSource, { readonly source: 'instance' }>;
type ClientSource = Extract<BeatSource, { readonly source: 'client' }>;

const instances = v1.beats as InstanceSource;
const page = instances.page('public', 'DEFAULT_GROUP', 'svc-a', 'DEFAULT', 2, 100);
const usual = { unhealthyAfter: 15_000, deleteAfter: 30_000 };

describe('beats of 1.x', () => {
  it('come with the instances of one cluster of a service, with the limits of each', () => {
    expect(page.path).toBe('/v1/ns/catalog/instances?serviceName=DEFAULT_GROUP%40%40svc-a&clusterName=DEFAULT&pageNo=2&pageSize=100&namespaceId=public');
    expect(decode(page, recorded('1.4.1/cluster3/node1', 'catalog-instances-a')).toSorted((a, b) => (a.address < b.address ? -1 : 1))).toEqual([
      { address: '127.0.0.11:9001', lastBeat: 1_795_256_028_305, ...usual }, { address: '127.0.0.12:9001', lastBeat: 1_795_256_028_317, ...usual },
      { address: '127.0.0.13:9001', lastBeat: 1_795_256_028_326, ...usual },
    ]);
  });

  it('leave out persistent instances, and those that nobody expires', () => {
    expect(decode(page, recorded('1.4.1/cluster3/node1', 'catalog-instances-p'))).toEqual([]);
    const list = [{ ip: '10.0.0.1', port: 80, ephemeral: true, marked: true, lastBeat: 1 }, { ip: '10.0.0.2', port: 80, ephemeral: true, lastBeat: 1, metadata: null }];
    expect(decode(page, answer(200, { list, count: 2 })).map(({ address }) => address)).toEqual(['10.0.0.2:80']);
  });

  it.each([
    ['nothing but a 404 that says what is missing', recorded('1.4.1/cluster3/node1', 'catalog-instances-missing'), 'ok'],
    ['another 404', answer(404, '<html>'), 'status'],
    ['an instance without a last beat, as 2.x writes it', answer(200, { list: [{ ip: '10.0.0.1', port: 80, ephemeral: true }], count: 1 }), 'envelope'],
  ])('%s', (_, given, expected) => {
    expect(verdict(page, given)).toBe(expected);
  });

  it.each([
    [{}, usual], [{ 'preserved.heart.beat.timeout': '6000', 'preserved.ip.delete.timeout': '9000' }, { unhealthyAfter: 6_000, deleteAfter: 9_000 }],
    [{ 'preserved.heart.beat.timeout': '6s', 'preserved.ip.delete.timeout': '' }, usual], [{ 'preserved.heart.beat.timeout': '-1' }, usual],
  ])('limits in %j', (metadata, limits) => {
    expect(limitsIn(metadata)).toEqual(limits);
  });
});

describe.each([
  ['2.2', v22.beats as ClientSource, '2.2.4/single', 'v2-client-list', '/v2/ns/client', 7],
  ['3.x', v3.beats as ClientSource, '3.1.0/cluster3/node1', 'v3-client-list', '/v3/admin/ns/client', 9],
] as const)('beats of %s', (_, source, folder, file, root, beating) => {
  it('are those of clients at an address of their own, ephemeral ones', () => {
    const list = recorded(folder, file);
    expect(source.list(0).path).toBe(list.path);
    const { addresses, whole } = decode(source.list(0), list);
    expect([whole, addresses.length, addresses.includes('127.0.0.11:9001'), addresses.includes('127.0.0.31:9021')]).toEqual([true, beating, true, false]);
    expect(addresses.filter((address) => !/^127\.0\.[01]\.\d+:\d+$/.test(address))).toEqual([]);
  });

  it('are never those of a connection', () => {
    const ids = ['1700000000000_10.0.0.9_54321', '10.0.0.7:8080#true', '[::1]:8080#true', '10.0.0.8:3306#false'];
    expect(decode(source.list(0), answer(200, { code: 0, message: 'success', data: ids })).addresses).toEqual(['10.0.0.7:8080', '[::1]:8080']);
  });

  it('asks for one by its id, and knows one that is gone from an API that is missing', () => {
    const call = source.lastBeat('10.0.0.7:8080');
    expect(call.path).toBe(`${root}?clientId=10.0.0.7%3A8080%23true`);
    expect(decode(call, answer(200, { code: 0, message: 'success', data: { clientId: '10.0.0.7:8080#true', ephemeral: true, lastUpdatedTime: 1_700_000_000_000 } }))).toBe(1_700_000_000_000);
    expect(decode(call, answer(404, { code: 20_004, message: 'resource not found', data: 'clientId [ 10.0.0.7:8080#true ] not exist' }))).toBeUndefined();
    expect([verdict(call, answer(404, { status: 404, error: 'Not Found' })), verdict(call, answer(403, {})), verdict(call, answer(200, { code: 0, data: {} }))]).toEqual(['status', 'forbidden', 'envelope']);
  });

  it('finds its services in the words of either generation', () => {
    const call = source.registered('10.0.0.7:8080');
    expect(call.path).toBe(`${root}/publish/list?clientId=10.0.0.7%3A8080%23true`);
    const second = [{ namespace: 'public', group: 'G', serviceName: 's', registeredInstance: { ip: '10.0.0.7', port: 8080, cluster: 'c1' } }];
    const third = [{ namespaceId: 'public', groupName: 'G', serviceName: 's', publisherInfo: { clientId: null, ip: '10.0.0.7', port: 8080, clusterName: 'c1' }, subscriberInfo: null }];
    for (const data of [second, third]) expect(decode(call, answer(200, { code: 0, data }))).toEqual([{ namespace: 'public', group: 'G', service: 's', cluster: 'c1' }]);
  });

  it('takes some of a list of hundreds of thousands, others each time', () => {
    const ids = Array.from({ length: 200_000 }, (_item, i) => (i % 2 === 0 ? `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:8080#true` : `17000000${i}_10.0.0.9_1`));
    const all = new Set(ids);
    const text = JSON.stringify({ code: 0, message: 'success', data: ids });
    const [first, next] = [0, 1].map((turn) => decode(source.list(turn), answer(200, text)));
    expect([first!.whole, next!.whole]).toEqual([false, false]);
    for (const { addresses } of [first!, next!]) expect([addresses.length > 1_000, addresses.length <= 4_096, addresses.every((address) => all.has(`${address}#true`))]).toEqual([true, true, true]);
    const known = new Set(first!.addresses);
    expect(next!.addresses.filter((address) => known.has(address)).length).toBeLessThan(next!.addresses.length / 4);
  }, 20_000);
});

it('reads what a 3.1.0 server said of a client, of what it had registered, and of one that was not there', () => {
  const source = v3.beats as ClientSource;
  const detail = '{"code":0,"message":"success","data":{"clientId":"127.0.0.9:9100#true","ephemeral":true,"lastUpdatedTime":1795286811404,"clientType":"ipPort",'
    + '"connectType":null,"appName":null,"version":null,"clientIp":null,"clientPort":0}}';
  const services = '{"code":0,"message":"success","data":[{"namespaceId":"public","groupName":"DEFAULT_GROUP","serviceName":"svc-x",'
    + '"publisherInfo":{"clientId":null,"ip":"127.0.0.9","port":9100,"clusterName":"DEFAULT"},"subscriberInfo":null}]}';
  const gone = '{"code":20004,"message":"resource not found","data":"clientId [ 127.0.0.8:9100#true ] not exist"}';
  expect(decode(source.lastBeat('127.0.0.9:9100'), answer(200, detail))).toBe(1_795_286_811_404);
  expect(decode(source.registered('127.0.0.9:9100'), answer(200, services))).toEqual([{ namespace: 'public', group: 'DEFAULT_GROUP', service: 'svc-x', cluster: 'DEFAULT' }]);
  expect([decode(source.lastBeat('127.0.0.8:9100'), answer(404, gone)), decode(source.registered('127.0.0.8:9100'), answer(404, gone))]).toEqual([undefined, []]);
});

it('has no source where the version has none', () => {
  expect([v20.beats, rNacos.beats, v3Open.beats]).toEqual([undefined, undefined, undefined]);
});

import { describe, expect, it } from 'vitest';

import type { ServiceContents } from '../../src/model.ts';
import { expectedHint, readContents, type ContentsOptions } from '../../src/nacos/contents.ts';
import type { Answer, Dialect } from '../../src/nacos/dialects/dialect.ts';
import { rNacos } from '../../src/nacos/dialects/r-nacos.ts';
import { v1 } from '../../src/nacos/dialects/v1.ts';
import { v20 } from '../../src/nacos/dialects/v2-0.ts';
import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { v3 } from '../../src/nacos/dialects/v3.ts';
import { NacosError } from '../../src/nacos/errors.ts';
import { readRegistrations } from '../../src/nacos/registrations.ts';
import { answer, fakeClient } from './dialects.fixtures.ts';

type Row = Readonly<Record<string, unknown>>;

const host = (i: number, rest: Row = {}): Row => ({ ip: `10.0.0.${i}`, port: 80, valid: true, healthy: true, enabled: true, weight: 1, metadata: {}, ...rest });
const row = (name: string, hosts: readonly Row[] = [host(1)]): Row => ({ serviceName: name, groupName: 'G', clusterMap: { DEFAULT: { hosts } }, metadata: {} });
const rows = (count: number) => Array.from({ length: count }, (_, i) => row(`s${i}`));

type Paging = (list: readonly Row[], pageNo: number, size: number) => unknown;

/** ServiceManager.getPagedService of 1.x, as its lists with instances call it. */
const paged1: Paging = (list, pageNo, size) => (size >= list.length ? list : list.slice(pageNo * size, (pageNo + 1) * size));
/** CatalogServiceV2Impl.doPage: a page before the first is the first. */
const paged2: Paging = (list, pageNo, size) => (list.length < size ? list : list.slice(Math.max(0, pageNo - 1) * size, Math.max(1, pageNo) * size));
const paged3: Paging = (list, pageNo, size) => ({ code: 0, data: { totalCount: list.length, pageItems: list.slice((pageNo - 1) * size, pageNo * size) } });

interface Asked {
  readonly pageNo: number;
  readonly size: number;
}

/** Serves `lists[n]` at the n-th request, the last one from then on. */
function server(paging: Paging, ...lists: readonly (readonly Row[])[]) {
  const asked: Asked[] = [];
  const client = fakeClient((path) => {
    const query = new URLSearchParams(path.split('?')[1]);
    const [pageNo, size] = [Number(query.get('pageNo')), Number(query.get('pageSize'))];
    const list = lists[Math.min(asked.length, lists.length - 1)]!;
    asked.push({ pageNo, size });
    return answer(200, paging(list, pageNo, size));
  });
  return { client, asked };
}

async function read(dialect: Dialect, { client }: Pick<ReturnType<typeof server>, 'client'>, options: ContentsOptions = {}) {
  let pages: (readonly ServiceContents[])[] = [];
  let begun = 0;
  const result = await readContents(client, dialect, 'public', {
    begin() {
      begun++;
      pages = [];
    },
    page: (services) => void pages.push(services),
  }, options);
  return { ...result, pages: pages.map((page) => page.length), begun, names: pages.flat().map(({ name }) => name) };
}

async function failure(promise: Promise<unknown>): Promise<NacosError> {
  const error = await promise.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof NacosError)) throw new Error('no NacosError', { cause: error });
  return error;
}

const names = (count: number) => rows(count).map(({ serviceName }) => serviceName);
const small: ContentsOptions = { pageRows: 4 };

describe('the pages of every version', () => {
  const servers: readonly (readonly [string, Dialect, Paging])[] = [
    ['1.x, from 0', v1, paged1], ['2.0 before its upgrade, from 0', v20, paged1], ['2.0 upgraded, from 1', v20, paged2], ['2.2, from 1', v22, paged2], ['3.x, counted', v3, paged3],
  ];

  it.each(servers)('%s: every service once, whatever the number of them', async (_, dialect, paging) => {
    for (const count of [0, 1, 3, 4, 5, 7, 8, 9, 12, 16, 17]) {
      const result = await read(dialect, server(paging, rows(count)), small);
      expect(result.names, `${count} services`).toEqual(names(count));
      expect([result.services, result.instances]).toEqual([count, count]);
    }
  });

  it('are asked for once where one is enough', async () => {
    for (const [, dialect, paging] of servers) expect((await read(dialect, server(paging, rows(3)), small)).requests).toBe(1);
  });

  it('are no more than they need to be', async () => {
    const requests = await Promise.all(servers.map(async ([, dialect, paging]) => (await read(dialect, server(paging, rows(9)), small)).requests));
    // One more where the first number had to be found out.
    expect(requests).toEqual([3, 3, 4, 3, 3]);
  });

  it('stop where the whole list comes again', async () => {
    const { client, asked } = server(paged1, rows(4));
    expect((await read(v1, { client }, small)).names).toEqual(names(4));
    expect(asked).toEqual([{ pageNo: 0, size: 4 }, { pageNo: 1, size: 4 }]);
  });
});

describe('page sizes', () => {
  const heavy = (name: string, kilobytes: number) => row(name, [host(1, { metadata: { pad: 'x'.repeat(kilobytes * 1000) } })]);

  it('begin as the hint says, or small', async () => {
    const first = async (options: ContentsOptions) => {
      const { client, asked } = server(paged2, rows(1));
      await read(v22, { client }, options);
      return asked[0]!.size;
    };
    expect(await first({})).toBe(64);
    expect(await first({ hint: { serviceBytes: 300 } })).toBe(4096);
    expect(await first({ hint: expectedHint(1000, 1_000_000) })).toBe(2);
    expect(await first({ hint: { serviceBytes: 9e9 } })).toBe(1);
    expect(await first({ hint: { serviceBytes: 1 } })).toBe(16_384);
  });

  it('shrink and grow within a walk and skip nothing', async () => {
    const mixed = [...rows(20), ...Array.from({ length: 20 }, (_, i) => heavy(`heavy${i}`, 400)), ...rows(60).map((one, i) => ({ ...one, serviceName: `late${i}` }))];
    for (const [dialect, paging] of [[v1, paged1], [v20, paged1], [v20, paged2], [v22, paged2], [v3, paged3]] as const) {
      const { client, asked } = server(paging, mixed);
      const result = await read(dialect, { client }, { hint: { serviceBytes: 300_000 } });
      expect(result.names).toEqual(mixed.map(({ serviceName }) => serviceName));
      const sizes = asked.map(({ size }) => size);
      expect(Math.max(...sizes), `${sizes}`).toBeGreaterThan(8);
      expect(sizes).toContain(4);
    }
  });

  it('shrink where an answer is larger than this program takes', async () => {
    const { client, asked } = server(paged2, rows(20));
    const wary: typeof client = {
      ...client,
      async call(call) {
        if (Number(new URLSearchParams(call.path.split('?')[1]).get('pageSize')) > 16) throw new NacosError('too_large', 'catalog_contents: more than 64 MB');
        return client.call(call);
      },
    };
    expect((await read(v22, { client: wary })).names).toEqual(names(20));
    expect(asked[0]!.size).toBe(8);
    const hopeless: typeof client = { ...client, call: () => Promise.reject(new NacosError('too_large', 'catalog_contents: more than 64 MB')) };
    expect((await failure(read(v22, { client: hopeless }))).reason).toBe('too_large');
  });
});

describe('change during the walk', () => {
  const nine = rows(9);
  const without0 = nine.slice(1);
  const withNew = [row('new'), ...nine];

  it.each([['1.x', v1, paged1], ['2.0', v20, paged1], ['2.2', v22, paged2]] as const)('%s: a repeated row is torn, and walked again', async (_, dialect, paging) => {
    const result = await read(dialect, server(paging, nine, withNew, withNew), small);
    expect(result.begun).toBe(2);
    expect(result.names).toEqual(withNew.map(({ serviceName }) => serviceName));
  });

  it('twice in a row is an error of that name', async () => {
    const error = await failure(read(v22, server(paged2, nine, withNew, nine, withNew), small));
    expect([error.reason, error.message]).toEqual(['torn', 'contents of public: page 2 repeats G@@s3, and before: page 2 repeats G@@s3']);
  });

  it('a skipped row is seen where the server counts', async () => {
    expect((await read(v3, server(paged3, nine, without0, without0), small)).begun).toBe(2);
  });

  it('a row twice in one page is torn', async () => {
    expect((await failure(read(v22, server(paged2, [row('a'), row('a')]), small))).reason).toBe('torn');
  });

  it('a server that gives page 1 whatever is asked is not believed', async () => {
    const stuck: Paging = (list, _, size) => list.slice(0, size);
    for (const [dialect, paging] of [[v22, stuck], [v3, (list, no, size) => paged3(list, Math.min(no, 1), size)]] as readonly (readonly [Dialect, Paging])[]) {
      expect((await failure(read(dialect, server(paging, nine), small))).reason).toBe('torn');
    }
  });
});

describe('what a read costs', () => {
  it('is told, by request and in sum, and may be held back', async () => {
    const paced: number[] = [];
    const result = await read(v22, server(paged2, rows(9)), { ...small, pace: async (bytes) => void paced.push(bytes) });
    expect(paced).toHaveLength(3);
    expect([result.requests, result.bytes, result.serverMs]).toEqual([3, paced.reduce((sum, bytes) => sum + bytes), 6]);
    expect(result.hint.serviceBytes).toBeCloseTo(result.bytes / 9);
  });

  it('waits for whoever takes the page before it asks for the next one', async () => {
    const { client, asked } = server(paged2, rows(9));
    const seen: number[] = [];
    await readContents(client, v22, 'public', {
      begin() {},
      async page() {
        seen.push(asked.length);
        await new Promise((resolve) => setTimeout(resolve, 5));
        expect(asked).toHaveLength(seen.length);
      },
    }, small);
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe('r-nacos, one service at a time', () => {
  const catalogue = [
    { name: 'a', groupName: 'G', ipCount: 2, healthyInstanceCount: 2, triggerFlag: false, metadata: '{"owner":"x"}', protectThreshold: 0.5 },
    { name: 'b', groupName: 'G', ipCount: 0, healthyInstanceCount: 0, triggerFlag: false, metadata: 'null', protectThreshold: 0 },
    { name: 'c', groupName: 'G', ipCount: 3, healthyInstanceCount: 3, triggerFlag: false, metadata: null },
  ];
  const instances = (count: number) => ({ count, list: Array.from({ length: count }, (_, i) => host(i, { ephemeral: true, clusterName: 'DEFAULT' })) });

  function respond(path: string): Answer {
    if (path.startsWith('/v1/ns/catalog/services')) return answer(200, { count: 3, serviceList: catalogue });
    return answer(200, instances(2));
  }

  it('asks for those that count instances, and tells what the server hides', async () => {
    const client = fakeClient(respond);
    const seen: ServiceContents[] = [];
    const result = await readContents(client, rNacos, 'public', { begin() {}, page: (services) => void seen.push(...services) });

    expect(seen.map(({ name, instances: list, counted, metadata, protectThreshold }) => [name, list.length, counted, metadata, protectThreshold])).toEqual([
      ['a', 2, undefined, { owner: 'x' }, 0.5], ['b', 0, undefined, undefined, 0], ['c', 2, 3, undefined, undefined],
    ]);
    expect([result.services, result.instances, result.requests]).toEqual([3, 4, 3]);
  });

  it('refuses rows that are none', async () => {
    const client = fakeClient(() => answer(200, { count: 1, serviceList: [{ name: 'a', groupName: 'G', ipCount: '2' }] }));
    expect((await failure(readContents(client, rNacos, 'public', { begin() {}, page() {} }))).reason).toBe('envelope');
  });
});

describe('registrations', () => {
  const full = (i: number, ephemeral: boolean, clusterName = 'DEFAULT') => host(i, { ephemeral, clusterName });
  const twoClusters = { ...row('s1'), clusterMap: { DEFAULT: { hosts: [host(1), host(1)] }, other: { hosts: [host(2)] }, gone: { hosts: [] } } };

  async function register(dialect: Dialect, respond: (path: string, query: URLSearchParams) => Answer | NacosError) {
    const services = new Map<string, ServiceContents>();
    const client = fakeClient((path) => respond(path, new URLSearchParams(path.split('?')[1])));
    const result = await readRegistrations(client, dialect, 'public', { begin: () => services.clear(), put: (service) => void services.set(service.name, service) });
    return { ...result, services, asked: client.asked };
  }
  const listed = (path: string) => path.startsWith('/v1/ns/catalog/services');

  it('asks each cluster of each service that has instances who is ephemeral', async () => {
    const { services, asked, ...result } = await register(v22, (path, query) => {
      if (listed(path)) return answer(200, [twoClusters, row('empty', [])]);
      // The same address twice, as 1.x allows.
      return query.get('clusterName') === 'DEFAULT' ? answer(200, { count: 2, list: [full(1, true), full(1, false)] }) : answer(200, { count: 1, list: [full(2, true, 'other')] });
    });

    expect(services.get('s1')!.instances.map(({ cluster, ip, ephemeral }) => [cluster, ip, ephemeral])).toEqual([
      ['DEFAULT', '10.0.0.1', true], ['DEFAULT', '10.0.0.1', false], ['other', '10.0.0.2', true],
    ]);
    expect(services.get('s1')!.metadata).toEqual({});
    expect(services.get('empty')!.instances).toEqual([]);
    expect(asked).toHaveLength(3);
    expect([result.unfinished, result.failure, result.requests]).toEqual([0, undefined, 3]);
  });

  it('3.x tells by itself', async () => {
    const { asked } = await register(v3, () => answer(200, { code: 0, data: { totalCount: 1, pageItems: [row('s1', [full(1, true)])] } }));
    expect(asked).toHaveLength(1);
  });

  it('a list torn between page and count is asked for once more', async () => {
    let times = 0;
    const { unfinished } = await register(v22, (path) => (listed(path) ? answer(200, [row('s1')]) : answer(200, { count: times++ === 0 ? 2 : 1, list: [full(1, true)] })));
    expect([unfinished, times]).toEqual([0, 2]);
  });

  it('keeps what the list told where a cluster does not answer, and does not ask a silent node a thousand times', async () => {
    const { services, asked, unfinished, failure: why } = await register(v22, (path) => (
      listed(path) ? answer(200, rows(50)) : new NacosError('timeout', 'catalog_instances: no answer in 15 s')
    ));
    expect(services.size).toBe(50);
    expect(services.get('s7')!.instances).toEqual([{ cluster: 'DEFAULT', ip: '10.0.0.1', port: 80, healthy: true, enabled: true, weight: 1, metadata: {} }]);
    expect([unfinished, why!.reason]).toEqual([50, 'timeout']);
    expect(asked.length).toBeLessThan(8);
  });

  it('has at most two requests in flight', async () => {
    let inFlight = 0;
    let most = 0;
    const plain = fakeClient((path) => (listed(path) ? answer(200, rows(20)) : answer(200, { count: 1, list: [full(1, true)] })));
    await readRegistrations({
      ...plain,
      async call(call, options) {
        most = Math.max(most, ++inFlight);
        await new Promise((resolve) => setTimeout(resolve, 1));
        inFlight--;
        return plain.call(call, options);
      },
    }, v22, 'public', { begin() {}, put() {} });
    expect(most).toBe(2);
  });
});

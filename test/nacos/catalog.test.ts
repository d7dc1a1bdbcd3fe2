import { performance } from 'node:perf_hooks';

import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../src/nacos/catalog.ts';
import type { CatalogHint } from '../../src/nacos/catalog.ts';
import type { NodeClient } from '../../src/nacos/client.ts';
import type { Answer, Dialect } from '../../src/nacos/dialects/dialect.ts';
import { rNacos } from '../../src/nacos/dialects/r-nacos.ts';
import { v1 } from '../../src/nacos/dialects/v1.ts';
import { v20 } from '../../src/nacos/dialects/v2-0.ts';
import { v3 } from '../../src/nacos/dialects/v3.ts';
import { NacosError } from '../../src/nacos/errors.ts';
import { createServiceNames } from '../../src/nacos/service-names.ts';
import { answer, fakeClient, recordedClient } from './dialects.fixtures.ts';

interface Service {
  readonly name: string;
  readonly groupName: string;
  readonly clusterCount: number;
  readonly ipCount: number;
  readonly healthyInstanceCount: number;
  readonly triggerFlag: string | boolean;
}

function service(name: string, ipCount = 2, healthyInstanceCount = ipCount): Service {
  return { name, groupName: 'G', clusterCount: 1, ipCount, healthyInstanceCount, triggerFlag: healthyInstanceCount === 0 && ipCount > 0 ? 'true' : 'false' };
}

function services(count: number): readonly Service[] {
  return Array.from({ length: count }, (_, i) => service(`service-${i}`, i % 5, Math.floor((i % 5) / 2)));
}

type Paging = (list: readonly Service[], pageNo: number, pageSize: number) => { readonly count: number; readonly serviceList: readonly unknown[] };

/** ServiceManager.getPagedService of 1.x: the whole list where it fits a page, count 0 past the end. */
const pagedV1: Paging = (list, pageNo, pageSize) => {
  if (pageSize >= list.length) return { count: list.length, serviceList: list };
  const from = (pageNo - 1) * pageSize;
  return from >= list.length ? { count: 0, serviceList: [] } : { count: list.length, serviceList: list.slice(from, from + pageSize) };
};

/** CatalogServiceV2Impl.doPage of 2.x: the whole list where it is smaller than a page. */
const pagedV2: Paging = (list, pageNo, pageSize) => {
  if (list.length < pageSize) return { count: list.length, serviceList: list };
  return { count: list.length, serviceList: list.slice((pageNo - 1) * pageSize, pageNo * pageSize) };
};

/** Serves `lists[n]` at the n-th request, the last one from then on. */
function server(paging: Paging, ...lists: readonly (readonly Service[])[]) {
  let requests = 0;
  return fakeClient((path) => {
    const query = new URLSearchParams(path.split('?')[1]);
    const list = lists[Math.min(requests++, lists.length - 1)]!;
    return answer(200, paging(list, Number(query.get('pageNo')), Number(query.get('pageSize'))));
  });
}

/** Whatever the pages say, in turn. */
function pages(...bodies: readonly unknown[]) {
  let requests = 0;
  return fakeClient(() => answer(200, bodies[Math.min(requests++, bodies.length - 1)]));
}

const limits = (pageRows: number) => ({ pageRows });

function read(client: NodeClient, pageRows = 20_000, { dialect = v20 as Dialect, hint = undefined as CatalogHint | undefined, names = createServiceNames('public') } = {}) {
  return readCatalog(client, dialect, 'public', names, hint, limits(pageRows));
}

async function failure(promise: Promise<unknown>): Promise<NacosError> {
  const error = await promise.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof NacosError)) throw new Error('no NacosError', { cause: error });
  return error;
}

describe('recordings', () => {
  it.each([
    ['1.4.1/cluster3/node1', v1, 6, 2, 8, 6, 1],
    ['2.0.4/cluster3/node1', v20, 6, 2, 8, 6, 1],
    ['rnacos/single', rNacos, 5, 2, 7, 6, 0],
    ['3.1.0/cluster3/node1', v3, 9, 4, 10, 8, 1],
  ] as const)('%s', async (folder, dialect, rows, empty, instances, healthy, triggered) => {
    const names = createServiceNames('public');
    const recordings = recordedClient(folder);
    // The recorded query differs in page size and namespace, which is the default one either way.
    const client: NodeClient = {
      ...recordings,
      call: (call, options) => recordings.call({
        ...call,
        path: dialect === v3
          ? '/v3/admin/ns/service/list?pageNo=1&pageSize=100&namespaceId=public'
          : '/v1/ns/catalog/services?hasIpCount=false&withInstances=false&pageNo=1&pageSize=500&namespaceId=',
      }, options),
    };

    const { catalog } = await readCatalog(client, dialect, 'public', names, undefined, limits(500));

    expect(catalog).toMatchObject({ names, services: rows, empty, totalInstances: instances, totalHealthy: healthy });
    expect(catalog.triggered.reduce((sum, flag) => sum + flag, 0)).toBe(triggered);
    const id = names.idOf('DEFAULT_GROUP', 'svc-a')!;
    expect([catalog.instances[id], catalog.healthy[id]]).toEqual([3, 3]);
  });
});

describe('a walk', () => {
  it.each([['1.x', pagedV1], ['2.x', pagedV2]])('of %s ends with the last row, whatever the page size', async (_, paging) => {
    for (const total of [0, 1, 99, 100, 101, 250, 300, 301]) {
      for (const pageRows of [100, 300, 1000]) {
        const client = server(paging, services(total));
        const { catalog, pages: walked } = await read(client, pageRows);

        expect(catalog.services).toBe(total);
        expect(catalog.totalInstances).toBe(services(total).reduce((sum, { ipCount }) => sum + ipCount, 0));
        expect(walked).toBe(Math.max(1, Math.ceil(total / pageRows)));
        expect(client.asked).toHaveLength(walked);
      }
    }
  });

  it('puts counts under the numbers of the names, -1 where there is no row', async () => {
    const names = createServiceNames('public');
    names.intern('G', 'elsewhere');
    const { catalog, rowsHint } = await read(pages({ count: 2, serviceList: [service('b', 3, 1), service('a', 4, 0)] }), 100, { names });

    expect([...catalog.instances]).toEqual([-1, 3, 4]);
    expect([...catalog.healthy]).toEqual([0, 1, 0]);
    expect([...catalog.triggered]).toEqual([0, 0, 1]);
    expect([...rowsHint.order]).toEqual([1, 2]);
  });

  it('reports what it cost', async () => {
    const list = services(250);
    const result = await read(server(pagedV2, list), 100);
    const bytes = [list.slice(0, 100), list.slice(100, 200), list.slice(200)]
      .reduce((sum, serviceList) => sum + JSON.stringify({ count: 250, serviceList }).length, 0);

    expect(result).toMatchObject({ pages: 3, bytes, serverMs: 6 });
    expect(result.rowsHint.rowBytes).toBeCloseTo(bytes / 250);
  });

  it('grows while another node adds names', async () => {
    const names = createServiceNames('public');
    const list = services(500);
    const client = fakeClient((path) => {
      for (let i = 0; i < 1000; i++) names.intern('G', `other-${names.size}`);
      return answer(200, pagedV2(list, Number(new URLSearchParams(path.split('?')[1]).get('pageNo')), 100));
    });
    const { catalog } = await read(client, 100, { names });

    expect(catalog.services).toBe(500);
    expect(names.size).toBe(5500);
    expect(catalog.instances[names.idOf('G', 'service-499')!]).toBe(4);
    expect(catalog.instances.filter((count) => count >= 0)).toHaveLength(500);
  });

  it('passes the time-out on', async () => {
    const seen: unknown[] = [];
    const client: NodeClient = {
      call: async (call, options) => {
        seen.push(options?.timeoutMs);
        return { value: call.decode(answer(200, { count: 0, serviceList: [] })), status: 200, bytes: 28, headersMs: 1, durationMs: 1 };
      },
      close: async () => {},
    };
    await readCatalog(client, v20, 'public', createServiceNames('public'), undefined, { pageRows: 100, timeoutMs: 700 });
    expect(seen).toEqual([700]);
  });

  it('lets the client\'s errors through', async () => {
    expect(await failure(read(fakeClient(() => new NacosError('timeout', 'x'))))).toMatchObject({ reason: 'timeout' });
    expect(await failure(read(fakeClient(() => answer(410, ''))))).toMatchObject({ reason: 'gone' });
    expect(await failure(read(pages([])))).toMatchObject({ reason: 'envelope' });
  });
});

describe('page size', () => {
  const sizes = (client: { readonly asked: readonly string[] }) => client.asked.map((path) => Number(/pageSize=(\d+)/.exec(path)![1]));
  const hint = (rowBytes: number): CatalogHint => ({ order: new Int32Array(0), rowBytes });

  it.each([
    [undefined, 20_000, 10_000], [hint(0), 20_000, 10_000], [hint(75), 20_000, 20_000], [hint(50), 20_000, 20_000], [hint(300), 20_000, 5_000], [hint(3000), 20_000, 500],
    [hint(1_000_000), 20_000, 100], [hint(300), 500, 500], [undefined, 50, 50],
  ])('after %o, of at most %i rows: %i', async (given, pageRows, expected) => {
    const client = server(pagedV2, services(3));
    await read(client, pageRows, { hint: given });
    expect(sizes(client)).toEqual([expected]);
  });

  it('is one within a walk, and adapts for the next', async () => {
    const long = services(1000).map((each) => ({ ...each, name: each.name.padEnd(30_000, 'x') }));
    const client = server(pagedV2, long);
    const first = await read(client, 500);
    expect(sizes(client)).toEqual([500, 500]);
    const second = await read(client, 500, { hint: first.rowsHint });
    expect(new Set(sizes(client).slice(2))).toEqual(new Set([100]));
    expect(second.catalog.services).toBe(1000);
  });

  it('keeps what it knew where there were no rows', async () => {
    expect((await read(pages({ count: 0, serviceList: [] }), 100, { hint: hint(300) })).rowsHint.rowBytes).toBe(300);
  });
});

describe('a torn walk', () => {
  const list = services(250);
  const without = (n: number) => list.filter((_, i) => i !== n);

  it.each([
    ['a service gone between pages (rows shift, count changes)', pagedV2, [list, without(5), without(5)]],
    ['a service new between pages', pagedV2, [without(5), list]],
    ['a repeated row under the same count', pagedV2, [list, [list[99]!, ...list.slice(0, 249)], list]],
    ['the list shrunk to a page, which 1.x then returns whole', pagedV1, [services(101), services(100), services(100)]],
    ['the list shrunk before the page, past whose end 1.x counts 0', pagedV1, [services(201), services(201), services(200), services(200)]],
  ] as const)('is walked once more: %s', async (_, paging, lists) => {
    const client = server(paging, ...lists);
    const { catalog, pages: walked } = await read(client, 100);

    expect(catalog.services).toBe(lists.at(-1)!.length);
    expect(walked).toBe(client.asked.length);
    expect(walked).toBeGreaterThan(Math.ceil(catalog.services / 100));
  });

  it.each([
    ['2 rows for a count of 3', { count: 3, serviceList: [service('a'), service('b')] }],
    ['2 rows for a count of 1', { count: 1, serviceList: [service('a'), service('b')] }],
    ['0 rows for a count of 7', { count: 7, serviceList: [] }],
    ['page 1 repeats G@@a', { count: 2, serviceList: [service('a'), service('a', 1)] }],
  ])('twice is an error: %s', async (message, body) => {
    const client = pages(body);
    expect(await failure(read(client, 100))).toMatchObject({ reason: 'torn', message: `catalog_services public: ${message}, twice` });
    expect(client.asked).toHaveLength(2);
  });

  it('never goes on for ever where every page is the same', async () => {
    const client = pages({ count: 1000, serviceList: services(100) });
    expect(await failure(read(client, 100))).toMatchObject({ reason: 'torn', message: 'catalog_services public: page 2 repeats G@@service-0, twice' });
    expect(client.asked).toHaveLength(4);
  });

  it('says how the count changed', async () => {
    const [full, rest] = [{ count: 150, serviceList: services(100) }, { count: 149, serviceList: services(150).slice(100, 149) }];
    expect((await failure(read(pages(full, rest, full, rest), 100))).message)
      .toBe('catalog_services public: page 2 counts 149 services, the pages before it 150, twice');
  });
});

describe('rows', () => {
  const good = service('a');
  it.each([
    ['row[0] is null, expected an object', null],
    ['row[0].name is missing, expected a text', { ...good, name: undefined }],
    ['row[0].name is "", expected a text', { ...good, name: '' }],
    ['row[0].groupName is 7, expected a text', { ...good, groupName: 7 }],
    ['row[0].ipCount is -1, expected a count', { ...good, ipCount: -1 }],
    ['row[0].ipCount is "3", expected a count', { ...good, ipCount: '3' }],
    ['row[0].ipCount is 4294967296, expected a count', { ...good, ipCount: 2 ** 32 }],
    ['row[0].healthyInstanceCount is 0.5, expected a count', { ...good, healthyInstanceCount: 0.5 }],
    ['row[0].triggerFlag is "maybe", expected true or false', { ...good, triggerFlag: 'maybe' }],
    ['row[0].triggerFlag is missing, expected true or false', { ...good, triggerFlag: undefined }],
  ])('refused: %s', async (message, row) => {
    expect(await failure(read(pages({ count: 1, serviceList: [row] })))).toMatchObject({ reason: 'envelope', message: `catalog_services ${message}` });
  });

  it('trigger as a boolean or as a text', async () => {
    const { catalog } = await read(pages({ count: 4, serviceList: [true, false, 'true', 'false'].map((triggerFlag, i) => ({ ...service(`s${i}`), triggerFlag })) }));
    expect([...catalog.triggered]).toEqual([1, 0, 1, 0]);
  });
});

describe('digest', () => {
  const digest = async (list: readonly Service[]) => (await read(pages({ count: list.length, serviceList: list }))).catalog.digest;
  const list = services(200);

  it('is the same for the same rows in any order, numbered in any order', async () => {
    expect(await digest(list.toReversed())).toBe(await digest(list));
  });

  it('differs by any count, name or row', async () => {
    const changed = (change: Partial<Service>) => list.map((each, i) => (i === 77 ? { ...each, ...change } : each));
    const all = await Promise.all([
      list, changed({ ipCount: 99 }), changed({ healthyInstanceCount: 99 }), changed({ name: 'other' }), changed({ groupName: 'H' }), list.slice(1), [],
    ].map(digest));
    expect(new Set(all).size).toBe(7);
  });

  it('tells a count from its place: two services that swap theirs', async () => {
    expect(await digest([service('a', 1), service('b', 2)])).not.toBe(await digest([service('a', 2), service('b', 1)]));
  });
});

describe('the order of the last read', () => {
  it.each([
    ['the same', (list: readonly Service[]) => list],
    ['two gone in the middle', (list: readonly Service[]) => list.filter((_, i) => i !== 40 && i !== 41)],
    ['one new in the middle', (list: readonly Service[]) => list.toSpliced(40, 0, service('new'))],
    ['reversed', (list: readonly Service[]) => list.toReversed()],
    ['one moved to the front', (list: readonly Service[]) => [list[90]!, ...list.toSpliced(90, 1)]],
    ['empty', () => []],
  ])('is a hint only: %s', async (_, change) => {
    const names = createServiceNames('public');
    const before = services(100);
    const { rowsHint } = await read(pages({ count: 100, serviceList: before }), 1000, { names });
    const after = change(before).map((each) => ({ ...each, ipCount: each.ipCount + 1 }));

    const { catalog } = await read(pages({ count: after.length, serviceList: after }), 1000, { names, hint: rowsHint });

    expect(catalog.services).toBe(after.length);
    for (const each of after) expect(catalog.instances[names.idOf('G', each.name)!]).toBe(each.ipCount);
  });

  it('is of no harm from other names', async () => {
    const { rowsHint } = await read(pages({ count: 100, serviceList: services(100) }));
    const names = createServiceNames('public');
    const { catalog } = await read(pages({ count: 2, serviceList: [service('x', 1), service('y', 2)] }), 100, { names, hint: rowsHint });
    expect([...catalog.instances]).toEqual([1, 2]);
  });
});

describe('100,000 services', () => {
  it('in five pages, from three nodes, twice', async () => {
    const list = Array.from({ length: 100_000 }, (_, i) => service(`orders-service-${i}`, i % 20, i % 20));
    const bodies = [1, 2, 3, 4, 5].map((pageNo) => JSON.stringify(pagedV2(list, pageNo, 20_000)));
    const parsed: Answer[] = bodies.map((body) => answer(200, body));
    let parsing = 0;
    const client: NodeClient = {
      call: async (call) => {
        const given = parsed[Number(/pageNo=(\d+)/.exec(call.path)![1]) - 1]!;
        const start = performance.now();
        const value = call.decode(given);
        parsing += performance.now() - start;
        return { value, status: 200, bytes: bodies[0]!.length, headersMs: 1, durationMs: 1 };
      },
      close: async () => {},
    };
    const names = createServiceNames('public');
    const hints: (CatalogHint | undefined)[] = [undefined, undefined, undefined];
    const lines: string[] = [];
    let longest = 0;
    let last = performance.now();
    let watching = true;
    const watch = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (watching) setImmediate(watch);
    };
    setImmediate(watch);

    for (let poll = 1; poll <= 2; poll++) {
      for (let node = 0; node < 3; node++) {
        parsing = 0;
        longest = 0;
        const start = performance.now();
        const { catalog, rowsHint, pages: walked } = await read(client, 20_000, { names, hint: hints[node] });
        const took = performance.now() - start;
        hints[node] = rowsHint;
        expect([catalog.services, catalog.totalInstances, walked]).toEqual([100_000, 950_000, 5]);
        lines.push(`poll ${poll} node ${node + 1}: ${took.toFixed(0)} ms, JSON.parse ${parsing.toFixed(0)} ms, longest step ${longest.toFixed(0)} ms`);
      }
    }
    watching = false;
    process.stdout.write(`${bodies[0]!.length} bytes a page\n${lines.join('\n')}\n`);
    expect(names.size).toBe(100_000);
  });
});

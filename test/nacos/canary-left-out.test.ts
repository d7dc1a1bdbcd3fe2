/** Rows of canaries, this exporter's and others', are walked with the rest and are no part of what was read. */

import { describe, expect, it } from 'vitest';
import { canaryGroup } from '../../src/nacos/canary-calls.ts';
import { readCatalog } from '../../src/nacos/catalog.ts';
import { readContents } from '../../src/nacos/contents.ts';
import { rNacos } from '../../src/nacos/dialects/r-nacos.ts';
import { v1 } from '../../src/nacos/dialects/v1.ts';
import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { v3 } from '../../src/nacos/dialects/v3.ts';
import { NacosError } from '../../src/nacos/errors.ts';
import { readRegistrations } from '../../src/nacos/registrations.ts';
import { createServiceNames } from '../../src/nacos/service-names.ts';
import { answer, fakeClient } from './dialects.fixtures.ts';

type Named = readonly [group: string, name: string];

const real: readonly Named[] = Array.from({ length: 7 }, (_, i) => ['G', `s${i}`] as const);
const canaries: readonly Named[] = [[canaryGroup, 'a.node-1'], [canaryGroup, 'b.node-1'], [canaryGroup, 's1']];
/** Canaries at the beginning, in the middle and at the end. */
const mixed: readonly Named[] = [canaries[0]!, ...real.slice(0, 4), canaries[1]!, ...real.slice(4), canaries[2]!];

const catalogRow = ([groupName, name]: Named) => ({ name, groupName, clusterCount: 1, ipCount: 2, healthyInstanceCount: 1, triggerFlag: 'false' });
const host = { ip: '10.0.0.1', port: 80, valid: true, healthy: true, enabled: true, weight: 1, ephemeral: true, clusterName: 'DEFAULT', metadata: {} };
const contentsRow = ([groupName, serviceName]: Named) => ({ serviceName, groupName, clusterMap: { DEFAULT: { hosts: [host] } }, metadata: {} });

/** Any list, by pages. */
function catalogOf(list: readonly Named[], count = list.length) {
  return fakeClient((path) => {
    const query = new URLSearchParams(path.split('?')[1]);
    const [pageNo, size] = [Number(query.get('pageNo')), Number(query.get('pageSize'))];
    return answer(200, { count, serviceList: list.slice((pageNo - 1) * size, pageNo * size).map(catalogRow) });
  });
}

const read = (list: readonly Named[], pageRows: number, count?: number) => readCatalog(catalogOf(list, count), v22, 'public', createServiceNames('public'), undefined, { pageRows });

describe('a catalog', () => {
  it.each([100, 3, 1])('is that of the other services, in pages of %i', async (pageRows) => {
    const [{ catalog }, { catalog: without }] = [await read(mixed, pageRows), await read(real, pageRows)];
    expect({ ...catalog, names: catalog.names.names }).toEqual({ ...without, names: without.names.names });
    expect(catalog).toMatchObject({ services: 7, totalInstances: 14, totalHealthy: 7 });
  });

  it('keeps its order from one read to the next', async () => {
    const names = createServiceNames('public');
    const first = await readCatalog(catalogOf(mixed), v22, 'public', names, undefined, { pageRows: 100 });
    const second = await readCatalog(catalogOf(mixed), v22, 'public', names, first.rowsHint, { pageRows: 100 });
    expect(second.catalog.digest).toBe(first.catalog.digest);
    expect([...second.rowsHint.order]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('of canaries alone is empty', async () => {
    expect((await read(canaries, 2)).catalog).toMatchObject({ services: 0, empty: 0, totalInstances: 0 });
  });

  it.each([
    ['misses a row', mixed, mixed.length + 1],
    ['repeats a canary\'s row in place of another', [canaries[0]!, canaries[0]!, ...real], 9],
  ])('is torn where it %s', async (_, list, count) => {
    await expect(read(list, 100, count)).rejects.toMatchObject({ reason: 'torn' });
  });
});

describe('contents', () => {
  const pagesOf = (wrap: (rows: readonly unknown[], total: number) => unknown, base: number) => fakeClient((path) => {
    const query = new URLSearchParams(path.split('?')[1]);
    const [pageNo, size] = [Number(query.get('pageNo')), Number(query.get('pageSize'))];
    return answer(200, wrap(mixed.slice((pageNo - base) * size, (pageNo - base + 1) * size).map(contentsRow), mixed.length));
  });

  it.each([
    ['1.x', v1, pagesOf((rows) => rows, 0)], ['2.2', v22, pagesOf((rows) => rows, 1)],
    ['3.x', v3, pagesOf((rows, totalCount) => ({ code: 0, data: { totalCount, pageItems: rows } }), 1)],
  ])('are those of the other services on %s', async (_, dialect, client) => {
    const names: string[] = [];
    const sum = await readContents(client, dialect, 'public', {
      begin: () => void (names.length = 0),
      page: (services) => void names.push(...services.map(({ group, name }) => `${group}@@${name}`)),
    }, { pageRows: 4 });
    expect(names).toEqual(real.map(([group, name]) => `${group}@@${name}`));
    expect(sum).toMatchObject({ services: 7, instances: 7 });
  });

  it('of r-nacos do not even ask for them', async () => {
    const client = fakeClient((path) => (path.includes('/catalog/services')
      ? answer(200, { count: mixed.length, serviceList: mixed.map(catalogRow) })
      : answer(200, { count: 1, list: [host] })));
    const { services } = await readContents(client, rNacos, 'public', { begin: () => undefined, page: () => undefined });
    expect(services).toBe(7);
    expect(client.asked.filter((path) => path.includes(canaryGroup))).toEqual([]);
  });

  it('of a snapshot neither', async () => {
    const put: string[] = [];
    await readRegistrations(pagesOf((rows, totalCount) => ({ code: 0, data: { totalCount, pageItems: rows } }), 1), v3, 'public', {
      begin: () => undefined, put: ({ group }) => void put.push(group),
    });
    expect(new Set(put)).toEqual(new Set(['G']));
  });

  it('that are torn say so all the same', async () => {
    const client = fakeClient(() => answer(200, { code: 0, data: { totalCount: 99, pageItems: mixed.map(contentsRow) } }));
    await expect(readContents(client, v3, 'public', { begin: () => undefined, page: () => undefined })).rejects.toThrow(NacosError);
  });
});

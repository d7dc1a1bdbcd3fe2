import { describe, expect, it } from 'vitest';
import { fieldsOf, filtered, listDiffering } from '../../src/server/pages/differences-model.ts';
import { matrixOf, namespacesOnPage } from '../../src/server/pages/matrix-model.ts';
import { overviewOf } from '../../src/server/pages/overview-model.ts';
import { paged } from '../../src/server/pages/paging.ts';
import { readQuery } from '../../src/server/pages/query.ts';
import { clusterState, differing, namespaceState, now, sourceOf, unpolled } from './states.ts';

describe('a page of a list', () => {
  it.each([
    [0, 1, { from: 0, to: 0, total: 0, page: 1, pages: 1 }], [7, 1, { from: 1, to: 5, total: 7, page: 1, pages: 2 }], [7, 2, { from: 6, to: 7, total: 7, page: 2, pages: 2 }],
    [7, 9, { from: 6, to: 7, page: 2 }], [10, 2, { from: 6, to: 10, pages: 2 }],
  ])('of %i, the one with number %i', (length, page, expected) => {
    expect(paged(Array.from({ length }, (_, i) => i), page, 5)).toMatchObject(expected);
  });
});

describe('the matrix', () => {
  const state = clusterState({
    namespaces: [
      namespaceState('a', 100), namespaceState('b', 0), namespaceState('c', 50, { differing: { confirmed: 3, suspected: 0 } }),
      namespaceState('d', 20, { cells: [{ instances: 22, healthy: 11 }, { instances: 20, healthy: 20, found: { missing: 1, surplus: 1, conflicting: 2 } }, { absent: 'down' }] }),
      { id: 'e', cells: [{ instances: 5, healthy: 5 }, { absent: 'failed', detail: 'HTTP 500' }, { absent: 'unread' }] },
    ],
  });
  const rowsBy = (query: Readonly<Record<string, string>>): string => matrixOf(state, readQuery(query)).rows.rows.map(({ namespace }) => namespace).join('');

  it('tells the difference from the agreed number, and what equal numbers hide', () => {
    const row = matrixOf(state, readQuery({ q: 'd' })).rows.rows[0]!;
    expect(row.cells).toEqual([
      { instances: 22, share: 0.5, delta: 2, missing: 0, surplus: 0, conflicting: 0 }, { instances: 20, share: 1, delta: 0, missing: 1, surplus: 1, conflicting: 2 }, { absent: 'down' },
    ]);
  });

  it('takes nothing that is absent for 0: no share of no instances, no difference from no number', () => {
    expect(matrixOf(state, readQuery({ q: 'b' })).rows.rows[0]).toMatchObject({ agreed: { instances: 0 }, cells: [{ instances: 0, delta: 0 }, {}, {}] });
    expect(matrixOf(state, readQuery({ q: 'b' })).rows.rows[0]).not.toHaveProperty('share');
    const [unagreed] = matrixOf(state, readQuery({ q: 'e' })).rows.rows;
    expect(unagreed).not.toHaveProperty('agreed');
    expect(unagreed!.cells[0]).not.toHaveProperty('delta');
  });

  it.each([
    [{}, 'cabde'], [{ sort: 'namespace', dir: 'down' }, 'edcba'], [{ sort: 'agreed' }, 'bdcae'], [{ sort: 'agreed', dir: 'down' }, 'acdbe'], [{ sort: 'node:10.0.0.1:8848', dir: 'down' }, 'acdeb'],
    [{ sort: 'node:10.0.0.3:8848' }, 'bcade'], [{ sort: 'nonsense' }, 'cabde'],
  ])('is sorted by %o, with what is not known last', (query, order) => {
    expect(rowsBy(query)).toBe(order);
  });

  it('is bounded', () => {
    const namespaces = Array.from({ length: 1_000 }, (_, i) => namespaceState(`n${i}`, 1));
    expect(matrixOf(clusterState({ namespaces }), readQuery({ page: '3' })).rows).toMatchObject({ from: 2 * namespacesOnPage + 1, total: 1_000 });
  });
});

describe('the list of differences', () => {
  const all = [
    differing('orders', { since: now - 3, namespace: 'b' }), differing('Users', { since: now - 2, kind: 'health' }),
    differing('jobs', { since: now - 1, differences: [{ node: 'n1:8848', what: 'surplus', cluster: 'DEFAULT', address: '10.9.9.9:80', agreed: '', shown: 'present' }] }),
  ];
  const names = (query: Readonly<Record<string, string>>): string => listDiffering(sourceOf({ states: [clusterState({ confirmed: 3 })], differing: all }), ['prod'], readQuery(query)).rows.rows.map(({ service }) => service).join(' ');

  it.each([
    [{}, 'orders Users jobs'], [{ dir: 'down', sort: 'since' }, 'jobs Users orders'], [{ sort: 'service' }, 'Users jobs orders'], [{ namespace: 'b' }, 'orders'], [{ kind: 'health' }, 'Users'],
    [{ q: 'uSER' }, 'Users'], [{ q: '10.9.9.9' }, 'jobs'], [{ q: 'n1:8848' }, 'jobs'], [{ q: 'group@@orders' }, 'orders'], [{ q: 'nothing' }, ''],
  ])('as %o wants it', (query, expected) => {
    expect(names(query)).toBe(expected);
  });

  it('is searched where it is asked to be, and only then', () => {
    const untouched = { ...differing('x'), words: () => { throw new Error('searched'); } };
    expect(filtered([untouched], {})).toHaveLength(1);
  });

  it('gives each of several clusters its part, and counts all', () => {
    const states = ['a', 'b'].map((name) => clusterState({ name, confirmed: 9_000, suspected: 1 }));
    const many = states.flatMap(({ name }) => Array.from({ length: 9_000 }, (_, i) => differing(`s${i}`, { cluster: name })));
    expect(listDiffering(sourceOf({ states, differing: many }), ['a', 'b'], readQuery({}))).toMatchObject({ listed: 10_000, total: 18_002, rows: { total: 10_000 } });
  });

  it('puts what nodes show of one field side by side', () => {
    const at = { cluster: 'DEFAULT', address: '10.0.0.1:80', agreed: '1', what: 'conflict' as const };
    const differences = [{ ...at, node: 'n2', field: 'weight', shown: '2' }, { ...at, node: 'n3', field: 'weight', shown: '3' }, { ...at, node: 'n3', field: 'enabled', shown: 'false' }];
    expect(fieldsOf({ healsByItself: true, omitted: 0, differences }).map(({ field, nodes }) => [field, ...nodes.map(({ node, shown }) => `${node}=${shown}`)])).toEqual([['weight', 'n2=2', 'n3=3'], ['enabled', 'n3=false']]);
  });
});

describe('the overview', () => {
  it('has the worst first, and takes nothing that is not known for 0', () => {
    const states = [clusterState({ name: 'fine' }), unpolled('new'), clusterState({ name: 'odd', confirmed: 1, differsOn: ['n'] }), clusterState({ name: 'cared for', expected: 4 })];
    const { rows, counts } = overviewOf(states, 1);
    expect(rows.rows.map(({ name }) => name)).toEqual(['odd', 'new', 'cared for', 'fine']);
    expect(counts).toEqual({ bad: 1, unknown: 1, care: 1, ok: 1 });
    expect(rows.rows[1]).toEqual({ name: 'new', verdict: expect.anything(), up: 0, expected: 3 });
    expect(rows.rows[3]).toMatchObject({ instances: 140, differing: 0 });
  });
});

/** Lists of configurations and what a node serves, in the shapes of the versions' own source. */

import { describe, expect, it } from 'vitest';
import type { ConfigPage } from '../../src/nacos/dialects/dialect.ts';
import { configsBeforeV3, configsOfV3 } from '../../src/nacos/dialects/configs.ts';
import { rNacos } from '../../src/nacos/dialects/r-nacos.ts';
import { v1 } from '../../src/nacos/dialects/v1.ts';
import { v20 } from '../../src/nacos/dialects/v2-0.ts';
import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { v3, v3AdminOnly, v3Open } from '../../src/nacos/dialects/v3.ts';
import { assertReadOnly } from '../../src/nacos/read-only.ts';
import { answer, decode } from './dialects.fixtures.ts';

const some = '0123456789abcdef0123456789abcdef';
const first = { pageNo: 1, pageSize: 100 };
const md5 = (text: string): string => `md5 of ${text}`;
const oldList = configsBeforeV3.list('public', first, md5);
const newList = configsOfV3.list('public', first, md5);
const oldRow = { id: '1', dataId: 'a', group: 'G', content: 'x: 1', md5: null, tenant: '', appName: '', type: 'yaml' };
const newRow = { id: 1, namespaceId: 'public', groupName: 'G', dataId: 'a', md5: some, type: 'yaml', appName: '', createTime: 0, modifyTime: 0 };
const oldPage = (...pageItems: readonly unknown[]): unknown => ({ totalCount: 7, pageNumber: 1, pagesAvailable: 4, pageItems });
const success = (data: unknown): unknown => ({ code: 0, message: 'success', data });

describe('which dialects have them', () => {
  it.each([['v1', v1], ['v2.0', v20], ['v2.2', v22]])('%s as before 3.0', (_, dialect) => expect(dialect.configs).toBe(configsBeforeV3));
  it.each([['v3', v3], ['v3 without v1', v3AdminOnly]])('%s by its admin API', (_, dialect) => expect(dialect.configs).toBe(configsOfV3));
  it.each([['3.x without credentials', v3Open], ['r-nacos', rNacos]])('%s has none', (_, dialect) => expect(dialect.configs).toBeUndefined());
});

describe('what is asked', () => {
  it.each([
    [oldList.path, '/v1/cs/configs?search=accurate&dataId=&group=&tenant=&pageNo=1&pageSize=100'],
    [configsBeforeV3.list('dev', { pageNo: 1, pageSize: 1, group: 'G', dataId: 'a&b' }, md5).path, '/v1/cs/configs?search=accurate&dataId=a%26b&group=G&tenant=dev&pageNo=1&pageSize=1'],
    [configsBeforeV3.served('public', 'G', 'a').path, '/v1/cs/configs?dataId=a&group=G&tenant='],
    [newList.path, '/v3/admin/cs/config/list?search=accurate&dataId=&groupName=&namespaceId=public&pageNo=1&pageSize=100'],
    [configsOfV3.served('dev', 'G', 'a').path, '/v3/client/cs/config?dataId=a&groupName=G&namespaceId=dev'],
  ])('%s', (path, expected) => {
    expect(path).toBe(expected);
    expect(() => assertReadOnly('GET', path)).not.toThrow();
  });
});

describe('a list', () => {
  it.each<readonly [string, typeof oldList, unknown, ConfigPage]>([
    ['up to 2.5 has contents', oldList, oldPage(oldRow), { total: 7, rows: 1, items: [{ group: 'G', dataId: 'a', md5: 'md5 of x: 1' }] }],
    ['up to 2.5 with an MD5 all the same', oldList, oldPage({ ...oldRow, md5: some.toUpperCase() }), { total: 7, rows: 1, items: [{ group: 'G', dataId: 'a', md5: some }] }],
    ['up to 2.5 leaves out what the encryption plugin decrypts', oldList, oldPage({ ...oldRow, dataId: 'cipher-aes-a' }, oldRow), { total: 7, rows: 2, items: [{ group: 'G', dataId: 'a', md5: 'md5 of x: 1' }] }],
    ['of nothing', oldList, { ...oldPage() as object, totalCount: 0 }, { total: 0, rows: 0, items: [] }],
    ['of 3.x has MD5s', newList, success(oldPage(newRow, { ...newRow, dataId: 'cipher-aes-a' })), { total: 7, rows: 2, items: [{ group: 'G', dataId: 'a', md5: some }, { group: 'G', dataId: 'cipher-aes-a', md5: some }] }],
    ['of 3.x without an MD5', newList, success(oldPage({ ...newRow, md5: null })), { total: 7, rows: 1, items: [] }],
  ])('%s', (_, call, body, page) => expect(decode(call, answer(200, body))).toEqual(page));

  it.each([
    [oldList, oldPage({ ...oldRow, content: { hunter2: 1 } }), 'config_list body.pageItems[0].content is no text'],
    [oldList, oldPage({ ...oldRow, dataId: '' }), 'config_list body.pageItems[0].dataId is "", expected a text'],
    [oldList, { pageItems: [] }, 'config_list body.totalCount is missing, expected a count'],
    [newList, success(null), 'config_list data is null, expected an object'],
  ])('is refused without a word of its contents: %#', (call, body, message) => {
    expect(() => decode(call, answer(200, body))).toThrow(message);
    expect(() => decode(call, answer(200, body))).not.toThrow(/hunter2/);
  });
});

describe('what a node serves', () => {
  const old = configsBeforeV3.served('public', 'G', 'a');
  const recent = configsOfV3.served('public', 'G', 'a');
  const content = { content: 'x: 1', md5: some, encryptedDataKey: null, contentType: 'yaml', lastModified: 0, tag: null, beta: false };

  it.each([
    ['up to 2.5, by the header', old, answer(200, 'x: 1', { 'content-md5': some }), { kind: 'content', md5: some }],
    ['up to 2.5, of an empty body', old, answer(200, '', { 'content-md5': some }), { kind: 'content', md5: some }],
    ['up to 2.5, nothing', old, answer(404, 'config data not exist\n'), { kind: 'missing' }],
    ['up to 2.5, while it is written', old, answer(409, 'requested file is being modified, please try later.\n'), { kind: 'incomparable' }],
    ['up to 2.5, a beta', old, answer(200, 'x: 2', { 'content-md5': some, isbeta: 'true' }), { kind: 'incomparable' }],
    ['3.x', recent, answer(200, success(content)), { kind: 'content', md5: some }],
    ['3.x, nothing', recent, answer(200, { code: 20004, message: 'resource not found', data: null }), { kind: 'missing' }],
    ['3.x, nothing, as a 404', recent, answer(404, { code: 20004, message: 'resource not found', data: null }), { kind: 'missing' }],
    ['3.x, a beta', recent, answer(200, success({ ...content, beta: true })), { kind: 'incomparable' }],
    ['3.x, one for a tag', recent, answer(200, success({ ...content, tag: 'canary' })), { kind: 'incomparable' }],
  ])('%s', (_, call, given, served) => expect(decode(call, given)).toEqual(served));

  it.each([
    ['a server without a config center', old, answer(404, { status: 404, error: 'Not Found' }), 'HTTP 404'],
    ['no header', old, answer(200, 'hunter2'), 'header Content-MD5 is missing, expected an MD5'],
    ['an empty header', old, answer(200, 'hunter2', { 'content-md5': '' }), 'header Content-MD5 is "", expected an MD5'],
    ['3.x without an MD5', recent, answer(200, success({ ...content, content: 'hunter2', md5: null })), 'config data.md5 is'],
    ['3.x with another code', recent, answer(200, { code: 30000, message: 'server error', data: null }), 'config code is 30000'],
    ['3.x without the API', recent, answer(404, { status: 404, error: 'Not Found' }), 'HTTP 404'],
  ])('is refused: %s', (_, call, given, message) => {
    expect(() => decode(call, given)).toThrow(message);
    expect(() => decode(call, given)).not.toThrow(/hunter2/);
  });
});

/**
 * Configurations twice over: as the database has them (the list), and as a node serves them to clients, which is from its own
 * dump of the database. Both by MD5 of the content, which is decoded and dropped.
 *
 * Up to 2.5 the list (`/v1/cs/configs?search=accurate`, config ConfigController, 1.4.1-2.4.3) carries the contents, and an `md5`
 * that is null, since the statement does not select it (ConfigInfoMapper.findConfigInfo4PageFetchRows; from 3.0.0 on it does).
 * From 2.1 on contents are decrypted by the encryption plugin on their way into that list, while the node's MD5 is that of
 * what is stored: names that the plugin takes for its own are left out there (`cipher-…`, plugin EncryptionHandler). 3.x lists
 * MD5 and no content (`/v3/admin/cs/config/list`, ConfigControllerV3, 3.0.0-3.1.0), and searches by pattern unless told.
 *
 * A node answers clients with the MD5 in its memory: up to 2.5 as the header `Content-MD5` (ConfigServletInner, 1.4.1-2.4.3), on
 * 3.x as a field (`/v3/client/cs/config`, ConfigOpenApiController, 3.0.0-3.1.0). It asks no other node for that.
 */

import type { ServedConfig, StoredConfig } from '../../model.ts';
import { NacosError } from '../errors.ts';
import type { Answer, ConfigPage, ConfigSource } from './dialect.ts';
import { bare, call, result } from './envelopes.ts';
import { countAt, fieldsAt, listAt, refuse, textAt, type Fields } from './fields.ts';
import { query } from './services.ts';

const listApi = 'config_list';
const servedApi = 'config';

/** The default namespace has no id up to 2.5. */
const tenantOf = (namespace: string): string => (namespace === 'public' ? '' : namespace);

export const configsBeforeV3: ConfigSource = {
  list: (namespace, { pageNo, pageSize, group = '', dataId = '' }, md5) => call(
    listApi,
    query('/v1/cs/configs', { search: 'accurate', dataId, group, tenant: tenantOf(namespace), pageNo, pageSize }),
    bare,
    (payload, at) => page(payload, at, 'group', (row, where) => listedMd5(row) ?? digestOf(row, where, md5)),
  ),
  served: (namespace, group, dataId) => ({
    api: servedApi,
    path: query('/v1/cs/configs', { dataId, group, tenant: tenantOf(namespace) }),
    accepts: (status) => status === 404 || status === 409,
    decode: servedBeforeV3,
  }),
};

export const configsOfV3: ConfigSource = {
  list: (namespaceId, { pageNo, pageSize, group = '', dataId = '' }) => call(
    listApi,
    query('/v3/admin/cs/config/list', { search: 'accurate', dataId, groupName: group, namespaceId, pageNo, pageSize }),
    result,
    (payload, at) => page(payload, at, 'groupName', listedMd5),
  ),
  served: (namespaceId, groupName, dataId) => ({
    api: servedApi,
    path: query('/v3/client/cs/config', { dataId, groupName, namespaceId }),
    accepts: (status) => status === 404,
    decode: servedByV3,
  }),
};

/** `{"totalCount":4,"pageItems":[…]}`; rows of which `md5Of` knows none are counted and left out. */
function page(payload: unknown, at: string, groupKey: string, md5Of: (row: Fields, where: string) => string | undefined): ConfigPage {
  const body = fieldsAt(payload, at);
  const rows = listAt(body['pageItems'], `${at}.pageItems`);
  const items = rows.flatMap((value, i): readonly StoredConfig[] => {
    const where = `${at}.pageItems[${i}]`;
    const row = fieldsAt(value, where);
    const md5 = md5Of(row, where);
    return md5 === undefined ? [] : [{ group: textAt(row, groupKey, where), dataId: textAt(row, 'dataId', where), md5 }];
  });
  return { total: countAt(body, 'totalCount', at), rows: rows.length, items };
}

function listedMd5(row: Fields): string | undefined {
  return isMd5(row['md5']) ? row['md5'].toLowerCase() : undefined;
}

function digestOf(row: Fields, where: string, md5: (text: string) => string): string | undefined {
  if (textAt(row, 'dataId', where).startsWith('cipher-')) return undefined;
  // Not named in the refusal: whatever stands there is somebody's configuration.
  if (typeof row['content'] !== 'string') throw new NacosError('envelope', `${where}.content is no text`);
  return md5(row['content']);
}

/** The text of a 404 is that of a missing configuration only where the API is there. */
function servedBeforeV3(answer: Answer): ServedConfig {
  if (answer.status === 409) return { kind: 'incomparable' };
  if (answer.status === 404) {
    if (/config data not exist/.test(answer.text())) return { kind: 'missing' };
    throw new NacosError('status', `${servedApi}: HTTP 404`, { httpStatus: 404 });
  }
  if (answer.header('isbeta') === 'true') return { kind: 'incomparable' };
  return contentWith(answer.header('content-md5'), `${servedApi} header Content-MD5`);
}

/** Not found is code 20004, also while the node writes it. (api ErrorCode, 3.0.0-3.1.0) */
function servedByV3(answer: Answer): ServedConfig {
  const { status } = answer;
  const body = fieldsAt(answer.json(), `${servedApi} body`);
  if (body['code'] === 20_004) return { kind: 'missing' };
  if (status !== 200) throw new NacosError('status', `${servedApi}: HTTP ${status}`, { httpStatus: status });
  const [payload, at] = result(answer, servedApi);
  const served = fieldsAt(payload, at);
  if (served['beta'] === true || (typeof served['tag'] === 'string' && served['tag'] !== '')) return { kind: 'incomparable' };
  return contentWith(served['md5'], `${at}.md5`);
}

function contentWith(md5: unknown, at: string): ServedConfig {
  if (!isMd5(md5)) throw refuse(at, 'an MD5', md5);
  return { kind: 'content', md5: md5.toLowerCase() };
}

function isMd5(value: unknown): value is string {
  return typeof value === 'string' && /^[\da-f]{32}$/i.test(value);
}

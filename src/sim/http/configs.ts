/** Configurations: the list of what is stored, with contents up to 2.5 and with MD5s on 3.x, and what a node serves to clients. */

import { configOf } from '../config-center.ts';
import type { SimConfig } from '../configs.ts';
import { md5Of, servedConfig, storedConfigs } from '../configs.ts';
import { canonicalNamespace } from '../model.ts';
import type { Exchange, SimResponse } from './exchange.ts';
import { failedResult, intOf, json, missingParameter, result, springError, text } from './exchange.ts';

/** `/v1/cs/configs`: one configuration as a client gets it, or with `search` a page of the list, which a default 3.x has closed. */
export function configs(exchange: Exchange): SimResponse {
  if (exchange.query.get('search') === null) return clientConfig(exchange);
  if (exchange.node.traits.number >= 30_000) return springError(exchange, 410, 'Current API will be deprecated');
  const { generation } = exchange.node.traits;
  return json(exchange, page(exchange, 'group', 'tenant', ({ namespace, group, dataId, content }, i) => ({
    id: String(i + 1), dataId, group, content, md5: null, ...(generation === 'v1' ? {} : { encryptedDataKey: null }),
    tenant: namespace === 'public' ? '' : namespace, appName: '', type: 'text',
  })));
}

function clientConfig(exchange: Exchange): SimResponse {
  const { world, node, query } = exchange;
  const dataId = query.get('dataId');
  const group = query.get('group');
  if (dataId === null || group === null) return missingParameter(exchange, dataId === null ? 'dataId' : 'group');
  const served = servedConfig(world, node, { namespace: query.get('tenant') ?? '', group, dataId });
  configOf(world, node).gets += 1;
  if (served === undefined) return text(exchange, 'config data not exist\n', 404);
  const answer = text(exchange, served.content);
  return { ...answer, headers: { ...answer.headers, 'config-type': 'text', 'content-md5': md5Of(served.content) } };
}

export function configListV3(exchange: Exchange): SimResponse {
  return result(exchange, page(exchange, 'groupName', 'namespaceId', ({ namespace, group, dataId, content }, i) => ({
    id: i + 1, namespaceId: namespace, groupName: group, dataId, md5: md5Of(content), type: 'text', appName: '', createTime: 0, modifyTime: 0,
  })));
}

export function clientConfigV3(exchange: Exchange): SimResponse {
  const { world, node, query } = exchange;
  const dataId = query.get('dataId');
  const group = query.get('groupName');
  if (dataId === null || group === null) return missingParameter(exchange, dataId === null ? 'dataId' : 'groupName');
  const served = servedConfig(world, node, { namespace: query.get('namespaceId') ?? '', group, dataId });
  if (served === undefined) return failedResult(exchange, 200, 20_004, 'resource not found', null);
  return result(exchange, {
    resultCode: 200, errorCode: 0, message: null, requestId: null, content: served.content, encryptedDataKey: null, contentType: 'text',
    md5: md5Of(served.content), lastModified: 0, tag: null, beta: false, success: true,
  });
}

function page(exchange: Exchange, groupKey: string, namespaceKey: string, row: (config: SimConfig, index: number) => unknown): unknown {
  const { query, world } = exchange;
  const found = storedConfigs(world, canonicalNamespace(query.get(namespaceKey)), query.get(groupKey) ?? '', query.get('dataId') ?? '');
  const pageNumber = intOf(query, 'pageNo') ?? 1;
  const pageSize = intOf(query, 'pageSize') ?? 100;
  const from = (pageNumber - 1) * pageSize;
  return { totalCount: found.length, pageNumber, pagesAvailable: Math.ceil(found.length / pageSize), pageItems: found.slice(from, from + pageSize).map((config, i) => row(config, from + i)) };
}

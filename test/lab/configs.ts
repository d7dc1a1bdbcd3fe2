/** Configurations of a real cluster, over plain HTTP: published, deleted, read as clients read them, and lost by one node. */

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabNode } from './cluster.ts';
import { identity } from './home.ts';
import { plainHttp, plainHttpOk } from './http.ts';
import { releaseOf } from './versions.ts';

export interface LabConfig {
  readonly namespace: string;
  readonly group: string;
  readonly dataId: string;
  readonly content: string;
}

const headers = { [identity.key]: identity.value };

function callOf(node: LabNode, { namespace, group, dataId }: LabConfig): { readonly url: string; readonly name: Record<string, string> } {
  return releaseOf(node.version).generation === 3
    ? { url: `${node.url}/v3/admin/cs/config`, name: { dataId, groupName: group, namespaceId: namespace } }
    : { url: `${node.url}/v1/cs/configs`, name: { dataId, group, tenant: namespace === 'public' ? '' : namespace } };
}

export async function publish(node: LabNode, config: LabConfig): Promise<void> {
  const { url, name } = callOf(node, config);
  await plainHttpOk(url, { method: 'POST', form: { ...name, content: config.content, type: 'text' }, headers, timeoutMs: 10_000 });
}

export async function unpublish(node: LabNode, config: LabConfig): Promise<void> {
  const { url, name } = callOf(node, config);
  await plainHttpOk(url, { method: 'DELETE', query: name, headers, timeoutMs: 10_000 });
}

/** As the node serves it to clients; undefined where it has none. */
export async function served(node: LabNode, config: LabConfig): Promise<string | undefined> {
  const third = releaseOf(node.version).generation === 3;
  const { url, name } = callOf(node, config);
  const { status, body } = await plainHttp(third ? `${node.url}/v3/client/cs/config` : url, { query: name, headers });
  if (third) {
    const answer = JSON.parse(body) as { readonly code: number; readonly data: { readonly content: string } | null };
    if (answer.code === 20_004) return undefined;
    if (status === 200 && answer.data !== null) return answer.data.content;
  } else if (status === 200 || status === 404) {
    return status === 200 ? body : undefined;
  }
  throw new Error(`${node.address} answers for ${config.dataId}: HTTP ${status} ${body}`);
}

/** Removes what a node has dumped of it; the database stays as it is. `home`: of the node. */
export async function loseDump(home: string, { dataId }: LabConfig): Promise<void> {
  const files = (await readdir(join(home, 'data'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && entry.name === dataId);
  if (files.length !== 1) throw new Error(`${files.length} files called ${dataId} below ${home}/data`);
  await rm(join(files[0]!.parentPath, dataId));
}

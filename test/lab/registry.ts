/**
 * What a client and an administrator do to a real cluster, over plain HTTP. `/v1/ns/instance` serves on all versions
 * of the lab; on 3.1.0 it is also the only HTTP way to register an ephemeral instance that reaches the other nodes.
 */

import type { LabNode } from './cluster.ts';
import { admin, identity } from './home.ts';
import { plainHttp, plainHttpOk } from './http.ts';
import { releaseOf } from './versions.ts';
import { until } from './wait.ts';

export interface Instance {
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  readonly ip: string;
  readonly port: number;
  readonly cluster?: string;
  readonly ephemeral?: boolean;
  readonly weight?: number;
  readonly enabled?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
}

const asPeer = { [identity.key]: identity.value };

export function groupedName(instance: Instance): string {
  return `${instance.group}@@${instance.service}`;
}

function addressOf(instance: Instance): Record<string, string> {
  return {
    namespaceId: instance.namespace,
    serviceName: groupedName(instance),
    groupName: instance.group,
    ip: instance.ip,
    port: String(instance.port),
    clusterName: instance.cluster ?? 'DEFAULT',
    ephemeral: String(instance.ephemeral ?? true),
  };
}

export async function register(node: LabNode, instance: Instance): Promise<void> {
  const form = {
    ...addressOf(instance),
    healthy: 'true',
    weight: String(instance.weight ?? 1),
    enabled: String(instance.enabled ?? true),
    metadata: JSON.stringify(instance.metadata ?? {}),
  };
  await plainHttpOk(`${node.url}/v1/ns/instance`, { method: 'POST', form, headers: asPeer });
}

export async function deregister(node: LabNode, instance: Instance): Promise<void> {
  await plainHttpOk(`${node.url}/v1/ns/instance`, { method: 'DELETE', query: addressOf(instance), headers: asPeer });
}

/**
 * Over the HTTP API of 3.x for clients. The node that is asked keeps the instance to itself: 3.1.0 sends it to the others
 * only if it is responsible for the address.
 */
export async function registerThere(node: LabNode, instance: Instance): Promise<void> {
  const form = { ...clientAddressOf(instance), healthy: 'true', metadata: JSON.stringify(instance.metadata ?? {}) };
  await plainHttpOk(`${node.url}/v3/client/ns/instance`, { method: 'POST', form, headers: asPeer });
}

export async function deregisterThere(node: LabNode, instance: Instance): Promise<void> {
  await plainHttpOk(`${node.url}/v3/client/ns/instance`, { method: 'DELETE', query: clientAddressOf(instance), headers: asPeer });
}

function clientAddressOf(instance: Instance): Record<string, string> {
  return { ...addressOf(instance), serviceName: instance.service };
}

/** Turns a switch of this node alone; without `debug` it would go to all of them by Raft. */
export async function turnSwitch(node: LabNode, entry: string, on: boolean): Promise<void> {
  const path = releaseOf(node.version).generation === 3 ? '/v3/admin/ns/ops/switches' : '/v1/ns/operator/switches';
  const form = { entry, value: String(on), debug: 'true' };
  await plainHttpOk(`${node.url}${path}`, { method: 'PUT', form, headers: asPeer });
}

/** One beat with the whole instance in it, so that a server that has lost the instance registers it again. */
export async function beat(node: LabNode, instance: Instance): Promise<void> {
  const { namespaceId = '', serviceName = '', groupName = '', ip = '', port = '', clusterName = '' } = addressOf(instance);
  const info = {
    serviceName,
    ip,
    port: instance.port,
    cluster: clusterName,
    weight: instance.weight ?? 1,
    metadata: instance.metadata ?? {},
    scheduled: true,
  };
  const form = { namespaceId, serviceName, groupName, ip, port, clusterName, beat: JSON.stringify(info) };
  const body = await plainHttpOk(`${node.url}/v1/ns/instance/beat`, { method: 'PUT', form, headers: asPeer, timeoutMs: 3_000 });
  // A server that does not know the instance answers 20404 and leaves it to the client.
  if (body.includes('20404')) await register(node, instance);
}

export async function createNamespace(node: LabNode, id: string): Promise<void> {
  const third = releaseOf(node.version).generation === 3;
  const path = third ? '/v3/admin/core/namespace' : '/v1/console/namespaces';
  // Up to 2.x auth guards this one by user only; the identity header does nothing harmful where it is not read.
  const query = third ? {} : await tokenQuery(node);
  const form = { namespaceId: id, customNamespaceId: id, namespaceName: id, namespaceDesc: 'of the lab' };
  await plainHttpOk(`${node.url}${path}`, { method: 'POST', form, query, headers: asPeer, timeoutMs: 10_000 });
}

export async function createEmptyService(node: LabNode, namespaceId: string, group: string, name: string): Promise<void> {
  const path = releaseOf(node.version).generation === 3 ? '/v3/admin/ns/service' : '/v1/ns/service';
  const form = { namespaceId, groupName: group, serviceName: name, protectThreshold: '0.5', metadata: '{"owner":"lab"}', ephemeral: 'false' };
  await plainHttpOk(`${node.url}${path}`, { method: 'POST', form, headers: asPeer });
}

/** 3.x has no user until the first one is set, once per cluster. */
export async function initAdmin(node: LabNode): Promise<void> {
  if (releaseOf(node.version).generation === 3) {
    await plainHttpOk(`${node.url}/v3/auth/user/admin`, { method: 'POST', form: { password: admin.password } });
  }
}

/**
 * Waits until the node lets the user in: nodes load users from the store on a timer, and for some 15 s after boot (or
 * after `initAdmin`) answer a right password as if it were wrong, up to 2.x with a status line that is not HTTP.
 */
export async function login(node: LabNode, user: { readonly username: string; readonly password: string } = admin): Promise<string> {
  const path = releaseOf(node.version).generation === 3 ? '/v3/auth/user/login' : '/v1/auth/login';
  return until(`login at ${node.address}`, 60_000, async () => {
    const body = await plainHttpOk(`${node.url}${path}`, { method: 'POST', form: { ...user } });
    return (JSON.parse(body) as { accessToken?: string }).accessToken;
  }, 1_000);
}

async function tokenQuery(node: LabNode): Promise<Record<string, string>> {
  const state = await plainHttp(`${node.url}/v1/ns/catalog/services?pageNo=1&pageSize=1`);
  return state.status === 403 ? { accessToken: await login(node) } : {};
}

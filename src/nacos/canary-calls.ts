/**
 * The only writes of the program: an instance of the canary's own is registered, beats and is deregistered, and a
 * subscriber asks to be pushed its changes. Nothing else can be said here: group, addresses, weight and expiry are fixed,
 * and what a request carries is checked once more on its way out.
 *
 * Nobody can be harmed by such an instance: its group is nobody else's, its address is one of 192.0.2.0/24, which no network
 * routes (RFC 5737), and of weight 0, which Nacos's clients never choose. It is enabled, since `instance/list` hides disabled
 * ones, which is where the other nodes are watched.
 */

import type { Call } from './dialects/dialect.ts';
import { fieldsAt, listAt } from './dialects/fields.ts';
import { query } from './dialects/services.ts';
import { NacosError } from './errors.ts';
import { UnsafeCallError } from './read-only.ts';

/** Of the canaries of every exporter: whatever is in this group is left out of all numbers of the registry. */
export const canaryGroup = 'NACOS_EXPORTER_CANARY';

export interface CanaryInstance {
  /** Canonical. */
  readonly namespace: string;
  /** Letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** Of 192.0.2.0/24. */
  readonly ip: string;
  readonly port: number;
  /** Tells this registration from earlier ones of the same address. */
  readonly round: string;
}

export type CanaryCall =
  | { readonly kind: 'register' | 'beat' | 'deregister'; readonly instance: CanaryInstance }
  /** 1.x: changes of the service are pushed there by UDP, for 10 s. */
  | { readonly kind: 'subscribe'; readonly instance: CanaryInstance; readonly clientIp: string; readonly udpPort: number };

export interface CanaryRequest {
  /** For the `api` label. */
  readonly api: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the context path, with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Once the exporter is gone nobody beats any more: unhealthy after 10 s, deleted after 20 s, looked at every 5 s. Nacos's own
 * cleaner then removes the empty service, from 2.0 on within 120 s.
 */
export const canaryExpiry = { 'preserved.heart.beat.timeout': '10000', 'preserved.ip.delete.timeout': '20000' } as const;

const instancePath = '/v1/ns/instance';
const paths: Readonly<Record<CanaryCall['kind'], readonly [CanaryRequest['method'], string]>> = {
  register: ['POST', instancePath],
  beat: ['PUT', `${instancePath}/beat`],
  deregister: ['DELETE', instancePath],
  subscribe: ['GET', `${instancePath}/list`],
};

/** What 1.x takes for a client that can be pushed to. */
const clientAgent = 'Nacos-Java-Client:v1.4.1';
const form = { 'content-type': 'application/x-www-form-urlencoded' };

export function canaryRequest(call: CanaryCall): CanaryRequest {
  const { kind, instance } = call;
  const [method, path] = paths[kind];
  const written: Record<string, string> = { ...namesOf(instance), ...fieldsOf(call) };
  const request = { api: `canary_${kind}`, method, headers: {} };
  // 1.x reads the parameters of a DELETE from its query only.
  if (kind === 'deregister') return { ...request, path: query(path, written) };
  if (kind === 'subscribe') return { ...request, path: query(path, written), headers: { 'user-agent': clientAgent } };
  return { ...request, path, headers: form, body: new URLSearchParams(written).toString() };
}

function namesOf({ namespace, name }: CanaryInstance): Readonly<Record<string, string>> {
  return { namespaceId: namespace, groupName: canaryGroup, serviceName: `${canaryGroup}@@${name}` };
}

function fieldsOf(call: CanaryCall): Readonly<Record<string, string>> {
  const { ip, port, round, name } = call.instance;
  if (call.kind === 'subscribe') return { clientIP: call.clientIp, udpPort: String(call.udpPort) };
  const address = { ip, port: String(port), clusterName: 'DEFAULT', ephemeral: 'true' };
  const metadata = { ...canaryExpiry, round };
  if (call.kind === 'register') return { ...address, weight: '0', enabled: 'true', healthy: 'true', metadata: JSON.stringify(metadata) };
  if (call.kind === 'deregister') return address;
  // The whole instance, as 1.1 wants it. Sent to a node that has lost the instance it registers it again, with the same expiry.
  const beat = { serviceName: `${canaryGroup}@@${name}`, ip, port, cluster: 'DEFAULT', weight: 0, metadata, scheduled: true };
  return { ...address, beat: JSON.stringify(beat) };
}

/** Throws UnsafeCallError for whatever is not a write of the canary's own: the counterpart of `assertReadOnly`. */
export function assertCanary({ method, path, body }: Pick<CanaryRequest, 'method' | 'path' | 'body'>): void {
  const [bare = '', search] = path.split('?', 2);
  const refuse = (why: string): never => {
    throw new UnsafeCallError(method, path, why);
  };
  const kind = (Object.keys(paths) as CanaryCall['kind'][]).find((one) => paths[one][0] === method && paths[one][1] === bare);
  if (kind === undefined) return refuse('it is none of the calls of the canary');
  if (search !== undefined && body !== undefined) refuse('its parameters are in two places');
  const fields = new URLSearchParams(search ?? body ?? '');
  for (const name of new Set(fields.keys())) if (fields.getAll(name).length > 1) refuse(`${name} is given twice`);
  if (!/^NACOS_EXPORTER_CANARY@@[\w.-]{1,200}$/.test(fields.get('serviceName') ?? '')) refuse('the service is not the canary\'s');
  if (fields.get('groupName') !== canaryGroup) refuse('the group is not the canary\'s');
  if ((fields.get('namespaceId') ?? '') === '') refuse('it names no namespace');
  if (kind === 'subscribe') return;
  if (!isCanaryAddress(fields.get('ip') ?? '', Number(fields.get('port')))) refuse('the address is not one of documentation');
  if (fields.get('ephemeral') !== 'true') refuse('the instance would outlive the exporter');
}

function isCanaryAddress(ip: string, port: number): boolean {
  const last = /^192\.0\.2\.(\d{1,3})$/.exec(ip)?.[1];
  return last !== undefined && Number(last) >= 1 && Number(last) <= 254 && Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** Throws where a beat found no such instance (20404; 1.1 tells no code). */
export function checkCanaryAnswer(kind: CanaryCall['kind'], text: string): void {
  if (kind !== 'beat') return;
  const code = /"code"\s*:\s*(\d+)/.exec(text)?.[1];
  if (code !== undefined && code !== '10200' && code !== '0') throw new NacosError('envelope', `code is ${code}, expected 10200`);
}

/** What a consumer would be shown of the canary's service. */
export interface CanaryShown {
  /** The address is listed, of whatever round. */
  readonly present: boolean;
  /** This very registration is. */
  readonly current: boolean;
}

/** The consumers' list of that one service, on one node. */
export function canaryShown(instance: CanaryInstance): Call<CanaryShown> {
  const api = 'canary_list';
  return {
    api,
    path: query(paths.subscribe[1], { ...namesOf(instance), healthyOnly: false }),
    // 1.1 answers so for a service that it does not know.
    accepts: (status) => status === 404,
    decode: (answer) => (answer.status === 404 ? { present: false, current: false } : shownIn(answer.json(), instance, `${api} body`)),
  };
}

/** Of a list, or of what is pushed. */
export function shownIn(payload: unknown, { ip, port, round }: CanaryInstance, at: string): CanaryShown {
  const hosts = listAt(fieldsAt(payload, at)['hosts'] ?? [], `${at}.hosts`).map((host, i) => fieldsAt(host, `${at}.hosts[${i}]`));
  const ours = hosts.filter((host) => host['ip'] === ip && host['port'] === port);
  return { present: ours.length > 0, current: ours.some(({ metadata }) => fieldsAt(metadata ?? {}, `${at}.metadata`)['round'] === round) };
}

/**
 * Which dialect a node speaks, in one to four requests: 3.x says so in the open, 1.x and 2.x in the console's state,
 * r-nacos by the name in its switches. Detection is per node, since an upgrade mixes versions in one cluster.
 */

import type { ServerState } from '../model.ts';
import type { NodeClient } from './client.ts';
import type { Dialect } from './dialects/dialect.ts';
import { bare, call, restResult } from './dialects/envelopes.ts';
import { selfVersion } from './dialects/members.ts';
import { rNacos, rNacosName } from './dialects/r-nacos.ts';
import { switchDomainName } from './dialects/switches.ts';
import { v1, v1Old } from './dialects/v1.ts';
import { v20 } from './dialects/v2-0.ts';
import { v22 } from './dialects/v2-2.ts';
import { v3, v3AdminOnly, v3Open, v3OpenWithoutMetrics } from './dialects/v3.ts';
import { NacosError } from './errors.ts';

export interface Detected {
  readonly dialect: Dialect;
  /** `version` is empty where the server tells none. */
  readonly state: ServerState;
}

export interface DialectOptions {
  /** 3.x: the admin API is closed to us. */
  readonly openOnly?: boolean;
  /** 3.x: v1's operator/metrics answers; the default. */
  readonly openMetrics?: boolean;
}

/** Where to log in while the dialect is not known yet: r-nacos with authentication on tells nothing without a token. */
export const loginBeforeDetection: readonly string[] = rNacos.login;

/** Undefined for a version before 1.0 or one that is none. What comes after 3.x is taken for 3.x. */
export function dialectFor(version: string, { openOnly = false, openMetrics = true }: DialectOptions = {}): Dialect | undefined {
  const match = /^v?(\d+)\.(\d+)(?![\d])/.exec(version.trim());
  if (match === null) return undefined;
  const major = Number(match[1]);
  const minor = Number(match[2]);
  if (major === 0) return undefined;
  if (major === 1) return minor < 4 ? v1Old : v1;
  if (major === 2) return minor < 2 ? v20 : v22;
  if (openOnly) return openMetrics ? v3Open : v3OpenWithoutMetrics;
  return openMetrics ? v3 : v3AdminOnly;
}

/**
 * Throws what the client throws where nobody answers. Where something answers that is not Nacos: `envelope`, naming
 * what it said; `auth` or `forbidden` where it may be Nacos but says nothing without other credentials.
 */
export async function detect(client: NodeClient, { hasCredentials }: { readonly hasCredentials: boolean }): Promise<Detected> {
  const modern = (await client.call(v3.liveness)).value;
  if (modern.state !== undefined) return detectV3(client, modern.state, hasCredentials);
  const classic = (await client.call(v1.liveness)).value;
  // A version nobody can parse (a build of one's own): 2.0's calls are those that 1.4 through 2.5 all answer.
  if (classic.state !== undefined) return { dialect: dialectFor(classic.state.version) ?? v20, state: classic.state };
  return detectBySwitches(client, [said(v3.liveness.path, modern.httpStatus), said(v1.liveness.path, classic.httpStatus)]);
}

async function detectV3(client: NodeClient, state: ServerState, hasCredentials: boolean): Promise<Detected> {
  const openMetrics = await answers(client, '/v1/ns/operator/metrics');
  const openOnly = !hasCredentials && !(await admits(client));
  return { dialect: pickV3(state.version, { openOnly, openMetrics }), state };
}

function pickV3(version: string, options: DialectOptions): Dialect {
  const dialect = dialectFor(version, options);
  return dialect?.api === 'v3' || dialect?.api === 'v3-open' ? dialect : dialectFor('3.0', options)!;
}

/** Whether the admin API answers without credentials: `nacos.core.auth.admin.enabled=false`. */
async function admits(client: NodeClient): Promise<boolean> {
  try {
    await client.call(v3.members!);
    return true;
  } catch (error) {
    if (error instanceof NacosError && isClosed(error)) return false;
    throw error;
  }
}

/** Whether a path exists; a 503 of a node that is DOWN counts as existing. */
async function answers(client: NodeClient, path: string): Promise<boolean> {
  const absent = [404, 410, 501];
  const probe = { api: 'operator_metrics', path, accepts: () => true, decode: ({ status }: { readonly status: number }) => status };
  try {
    return !absent.includes((await client.call(probe)).value);
  } catch (error) {
    if (error instanceof NacosError && error.httpStatus !== undefined) return !absent.includes(error.httpStatus);
    throw error;
  }
}

/** 1.0-2.5 without a console of their own on this port, and r-nacos, which has none. */
async function detectBySwitches(client: NodeClient, answered: readonly string[]): Promise<Detected> {
  const probe = call('switches', rNacos.liveness.path, bare, switchDomainName);
  let name: string;
  try {
    name = (await client.call(probe)).value;
  } catch (error) {
    throw error instanceof NacosError ? notNacos(error, answered, probe.path) : error;
  }
  if (name === rNacosName) return { dialect: rNacos, state: { version: '', mode: 'unknown' } };
  if (!name.includes('NACOS')) throw nothingKnown([...answered, `${probe.path} named itself ${JSON.stringify(name)}`]);
  const version = await versionOfSelf(client);
  return { dialect: dialectFor(version) ?? v1Old, state: { version, mode: 'unknown' } };
}

/** Empty on 1.0-1.2, which have no such endpoint. */
async function versionOfSelf(client: NodeClient): Promise<string> {
  try {
    return (await client.call(call('cluster_self', v1.raft!.path, restResult, selfVersion))).value;
  } catch (error) {
    if (error instanceof NacosError && error.httpStatus === 404) return '';
    throw error;
  }
}

/** No connection, a closed door and a broken gateway keep their own reasons; any other answer is not Nacos's. */
function notNacos(error: NacosError, answered: readonly string[], path: string): NacosError {
  const foreign = error.reason === 'empty' || error.reason === 'decode' || error.reason === 'envelope' || error.reason === 'gone'
    || (error.reason === 'status' && (error.httpStatus ?? 500) < 500) || error.httpStatus === 501;
  return foreign && !isClosed(error) ? nothingKnown([...answered, said(path, error.httpStatus ?? 200)], error) : error;
}

function nothingKnown(answered: readonly string[], cause?: NacosError): NacosError {
  return new NacosError('envelope', `no Nacos API here, check port and context path: ${answered.join(', ')}`, cause === undefined ? {} : { cause });
}

function isClosed(error: NacosError): boolean {
  return error.reason === 'auth' || error.reason === 'forbidden' || error.httpStatus === 401 || error.httpStatus === 403;
}

function said(path: string, status: number): string {
  return `${path} answered ${status}`;
}

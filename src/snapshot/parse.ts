/** Reads a snapshot again. Strict about what it knows and silent about keys it does not, which a later version may have added. */

import {
  failureReasons, memberStates, type ApiName, type FailureReason, type InstanceRecord, type Member, type MemberState, type Outcome, type ServerState,
  type ServiceContents,
} from '../model.ts';
import { snapshotFormat, type ClusterDocument, type NamespaceDocument, type NodeDocument, type SnapshotDocument } from './document.ts';

/** `code`: the text is no JSON, is something else than a snapshot, or has a field that is not what it must be. */
export class SnapshotError extends Error {
  readonly code: 'not_json' | 'wrong_format' | 'wrong_field';

  constructor(code: SnapshotError['code'], message: string) {
    super(message);
    this.name = 'SnapshotError';
    this.code = code;
  }
}

interface Fields {
  readonly [key: string]: unknown;
}

const apis: readonly ApiName[] = ['v1', 'v2.0', 'v2.2', 'v3', 'v3-open', 'r-nacos'];
const modes: readonly ServerState['mode'][] = ['cluster', 'standalone', 'unknown'];

/** Throws SnapshotError. The text is one string, so a document has 512 MB at most here. */
export function parseSnapshot(text: string): SnapshotDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SnapshotError('not_json', `not a snapshot: ${text.trim() === '' ? 'empty' : 'no JSON, or cut off'}`);
  }
  const body = isFields(value) ? value : {};
  if (body['format'] !== snapshotFormat) {
    throw new SnapshotError('wrong_format', `not a snapshot that this version reads: format is ${shown(body['format'])}, expected "${snapshotFormat}"`);
  }
  return {
    format: snapshotFormat,
    takenAt: timeAt(body, 'takenAt', ''),
    exporter: textAt(body, 'exporter', ''),
    clusters: listAt(body, 'clusters', '').map((row, i) => cluster(row, `clusters[${i}]`)),
    missing: listAt(body, 'missing', '').map((row, i) => (typeof row === 'string' ? row : refuse(`missing[${i}]`, 'a text', row))),
  };
}

function cluster(value: unknown, at: string): ClusterDocument {
  const fields = fieldsOf(value, at);
  return { name: textAt(fields, 'name', at), nodes: listAt(fields, 'nodes', at).map((row, i) => node(row, `${at}.nodes[${i}]`)) };
}

function node(value: unknown, at: string): NodeDocument {
  const fields = fieldsOf(value, at);
  const { version, api, mode, members } = fields;
  const outcomes = Object.entries(fieldsOf(fields['stages'], `${at}.stages`)).map(([stage, row]) => [stage, outcome(row, `${at}.stages.${stage}`)] as const);
  return {
    node: textAt(fields, 'node', at),
    configured: flagAt(fields, 'configured', at),
    up: flagAt(fields, 'up', at),
    ...(version === undefined ? {} : { version: typeof version === 'string' ? version : refuse(`${at}.version`, 'a text', version) }),
    ...(api === undefined ? {} : { api: oneOf(apis, api, `${at}.api`) }),
    ...(mode === undefined ? {} : { mode: oneOf(modes, mode, `${at}.mode`) }),
    ...(members === undefined ? {} : { members: listAt(fields, 'members', at).map((row, i) => member(row, `${at}.members[${i}]`)) }),
    stages: Object.fromEntries(outcomes),
    namespaces: listAt(fields, 'namespaces', at).map((row, i) => namespace(row, `${at}.namespaces[${i}]`)),
  };
}

function member(value: unknown, at: string): Member {
  const fields = fieldsOf(value, at);
  return {
    address: textAt(fields, 'address', at),
    state: oneOf<MemberState>(memberStates, fields['state'], `${at}.state`),
    ...(fields['version'] === undefined ? {} : { version: textAt(fields, 'version', at) }),
  };
}

function outcome(value: unknown, at: string): Outcome {
  const fields = fieldsOf(value, at);
  const status = oneOf(['ok', 'failed', 'unsupported', 'skipped'] as const, fields['status'], `${at}.status`);
  if (status !== 'failed') return { status };
  const { httpStatus, detail } = fields;
  return {
    status,
    reason: oneOf<FailureReason>(failureReasons, fields['reason'], `${at}.reason`),
    ...(httpStatus === undefined ? {} : { httpStatus: wholeAt(fields, 'httpStatus', at, 999) }),
    detail: typeof detail === 'string' ? detail : refuse(`${at}.detail`, 'a text', detail),
  };
}

function namespace(value: unknown, at: string): NamespaceDocument {
  const fields = fieldsOf(value, at);
  return {
    id: textAt(fields, 'id', at),
    ...(fields['name'] === undefined ? {} : { name: textAt(fields, 'name', at) }),
    ...(fields['readAt'] === undefined ? {} : { readAt: timeAt(fields, 'readAt', at) }),
    outcome: outcome(fields['outcome'], `${at}.outcome`),
    ...(fields['services'] === undefined ? {} : { services: listAt(fields, 'services', at).map((row, i) => service(row, `${at}.services[${i}]`)) }),
  };
}

function service(value: unknown, at: string): ServiceContents {
  const fields = fieldsOf(value, at);
  return {
    group: textAt(fields, 'group', at),
    name: textAt(fields, 'name', at),
    ...(fields['protectThreshold'] === undefined ? {} : { protectThreshold: numberAt(fields, 'protectThreshold', at) }),
    ...(fields['metadata'] === undefined ? {} : { metadata: metadataAt(fields, at) }),
    ...(fields['counted'] === undefined ? {} : { counted: wholeAt(fields, 'counted', at, 0x7fffffff) }),
    instances: listAt(fields, 'instances', at).map((row, i) => instance(row, `${at}.instances[${i}]`)),
  };
}

function instance(value: unknown, at: string): InstanceRecord {
  const fields = fieldsOf(value, at);
  const place = fields['cluster'];
  return {
    cluster: typeof place === 'string' ? place : refuse(`${at}.cluster`, 'a text', place),
    ip: textAt(fields, 'ip', at),
    port: wholeAt(fields, 'port', at, 65_535),
    ...(fields['ephemeral'] === undefined ? {} : { ephemeral: flagAt(fields, 'ephemeral', at) }),
    healthy: flagAt(fields, 'healthy', at),
    enabled: flagAt(fields, 'enabled', at),
    weight: numberAt(fields, 'weight', at),
    metadata: metadataAt(fields, at),
  };
}

function metadataAt(fields: Fields, at: string): Readonly<Record<string, string>> {
  const metadata = fieldsOf(fields['metadata'], `${at}.metadata`);
  for (const [key, value] of Object.entries(metadata)) if (typeof value !== 'string') refuse(`${at}.metadata.${key}`, 'a text', value);
  return metadata as Readonly<Record<string, string>>;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown, at: string): Fields {
  return isFields(value) ? value : refuse(at, 'an object', value);
}

function listAt(fields: Fields, key: string, at: string): readonly unknown[] {
  const value = fields[key];
  return Array.isArray(value) ? value : refuse(path(at, key), 'a list', value);
}

function textAt(fields: Fields, key: string, at: string): string {
  const value = fields[key];
  return typeof value === 'string' && value !== '' ? value : refuse(path(at, key), 'a text', value);
}

function timeAt(fields: Fields, key: string, at: string): string {
  const value = textAt(fields, key, at);
  return Number.isNaN(Date.parse(value)) ? refuse(path(at, key), 'a time such as 2026-01-31T12:00:00.000Z', value) : value;
}

function flagAt(fields: Fields, key: string, at: string): boolean {
  const value = fields[key];
  return typeof value === 'boolean' ? value : refuse(path(at, key), 'true or false', value);
}

function numberAt(fields: Fields, key: string, at: string): number {
  const value = fields[key];
  return typeof value === 'number' ? value : refuse(path(at, key), 'a number', value);
}

function wholeAt(fields: Fields, key: string, at: string, most: number): number {
  const value = numberAt(fields, key, at);
  return Number.isInteger(value) && value >= 0 && value <= most ? value : refuse(path(at, key), `a whole number up to ${most}`, value);
}

function oneOf<T extends string>(known: readonly T[], value: unknown, at: string): T {
  return known.find((one) => one === value) ?? refuse(at, `one of ${known.join(', ')}`, value);
}

const path = (at: string, key: string): string => (at === '' ? key : `${at}.${key}`);

function refuse(at: string, expected: string, value: unknown): never {
  throw new SnapshotError('wrong_field', `${at} is ${shown(value)}, expected ${expected}`);
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

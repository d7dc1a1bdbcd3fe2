/**
 * When a server last heard of those who have to beat. 1.x tells it of each instance (`lastBeat` in `catalog/instances`), from
 * 2.2 on of each client: `lastUpdatedTime` is the last beat of one that registers over HTTP (`ip:port#true`), while that of
 * one with a connection (`1700000000000_10.0.0.9_54321`) only tells when it last registered something, and is never read.
 * 2.0 and 2.1 tell neither.
 */

import { NacosError } from '../errors.ts';
import type { Answer, BeatSource, Call, ClientList, InstanceBeat, Registered } from './dialect.ts';
import { bare, result } from './envelopes.ts';
import { fieldsAt, listAt, oneLine, refuse, textAt, type Fields } from './fields.ts';
import { query } from './services.ts';

/** Of an instance that says nothing else (`Constants.DEFAULT_HEART_BEAT_TIMEOUT`, `DEFAULT_IP_DELETE_TIMEOUT`), milliseconds. */
export const usualLimits = { unhealthyAfter: 15_000, deleteAfter: 30_000 };

export interface BeatLimits {
  readonly unhealthyAfter: number;
  readonly deleteAfter: number;
}

/** The limits that an instance brings along in its metadata. */
export function limitsIn(metadata: Readonly<Record<string, unknown>>): BeatLimits {
  return {
    unhealthyAfter: whole(metadata['preserved.heart.beat.timeout']) ?? usualLimits.unhealthyAfter,
    deleteAfter: whole(metadata['preserved.ip.delete.timeout']) ?? usualLimits.deleteAfter,
  };
}

/** Servers take digits only, and the default for anything else. */
function whole(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

export const instanceBeatSource: BeatSource = {
  source: 'instance',
  page: (namespaceId, group, name, clusterName, pageNo, pageSize) => {
    const api = 'catalog_instances';
    const path = query('/v1/ns/catalog/instances', { serviceName: `${group}@@${name}`, clusterName, pageNo, pageSize, namespaceId });
    return {
      api, path, accepts: isMissing,
      decode: orGone<readonly InstanceBeat[]>(api, /(service|serivce|cluster) .* is not found!/s, [], (answer) => instanceBeats(...bare(answer, api))),
    };
  },
};

/** `root`: `/v2/ns/client` of 2.2-2.5, `/v3/admin/ns/client` of 3.x. */
export function clientBeatSource(root: string): BeatSource {
  const of = (path: string, address: string): string => query(`${root}${path}`, { clientId: `${address}#true` });
  return {
    source: 'client',
    list: (turn) => ({ api: 'clients', path: `${root}/list`, decode: (answer) => clients(answer, turn) }),
    lastBeat: (address) => {
      const api = 'client';
      return { api, path: of('', address), accepts: isMissing, decode: orGone<number | undefined>(api, noSuchClient, undefined, (answer) => lastUpdated(...result(answer, api))) };
    },
    registered: (address) => {
      const api = 'client_services';
      return {
        api, path: of('/publish/list', address), accepts: isMissing,
        decode: orGone<readonly Registered[]>(api, noSuchClient, [], (answer) => registrations(...result(answer, api))),
      };
    },
  };
}

const noSuchClient = /"code":\s*20004|not exist/;

const isMissing = (status: number): boolean => status === 404;

/** A 404 whose words say what is not there; any other one is a missing API. */
function orGone<T>(api: string, words: RegExp, gone: T, decode: (answer: Answer) => T): Call<T>['decode'] {
  return (answer) => {
    if (answer.status !== 404) return decode(answer);
    const text = answer.text();
    if (words.test(text)) return gone;
    throw new NacosError('status', `${api}: HTTP 404${text === '' ? '' : `: ${oneLine(text)}`}`, { httpStatus: 404 });
  };
}

/** Persistent instances keep the time of their registration, and those that are marked nobody expires. */
function instanceBeats(payload: unknown, at: string): readonly InstanceBeat[] {
  const beats: InstanceBeat[] = [];
  for (const [i, value] of listAt(fieldsAt(payload, at)['list'], `${at}.list`).entries()) {
    const where = `${at}.list[${i}]`;
    const row = fieldsAt(value, where);
    if (row['ephemeral'] !== true || row['marked'] === true) continue;
    const lastBeat = timeAt(row, 'lastBeat', where);
    const own = limitsIn(fieldsAt(row['metadata'] ?? {}, `${where}.metadata`));
    beats.push({
      address: `${textAt(row, 'ip', where)}:${String(row['port'])}`, lastBeat,
      unhealthyAfter: limitAt(row, 'instanceHeartBeatTimeOut') ?? own.unhealthyAfter, deleteAfter: limitAt(row, 'ipDeleteTimeout') ?? own.deleteAfter,
    });
  }
  return beats;
}

function limitAt(row: Fields, key: string): number | undefined {
  const value = row[key];
  return typeof value === 'number' && value > 0 ? value : undefined;
}

function timeAt(row: Fields, key: string, at: string): number {
  const value = row[key];
  if (typeof value !== 'number' || !(value >= 0)) throw refuse(`${at}.${key}`, 'a time', value);
  return value;
}

/** Characters up to which the whole list is parsed, some 40,000 ids; of a longer one so many places are looked at. */
const wholeList = 1_000_000;
const places = 4_096;

const beatingClient = /^([^#\s]+:\d{1,5})#true$/;

function clients(answer: Answer, turn: number): ClientList {
  const text = answer.text();
  if (text.length > wholeList && text.startsWith('{"code":0,')) return { addresses: someOf(text, turn), whole: false };
  const [payload, at] = result(answer, 'clients');
  const addresses: string[] = [];
  for (const id of listAt(payload, at)) {
    if (typeof id !== 'string') throw refuse(`${at} id`, 'a text', id);
    const address = beatingClient.exec(id)?.[1];
    if (address !== undefined) addresses.push(address);
  }
  return { addresses, whole: true };
}

/** Parsing a list of millions would hold up everything else: the ids at places spread over the text, moved by each turn. */
function someOf(text: string, turn: number): readonly string[] {
  const found = new Set<string>();
  const shift = (turn * 0.618_033_988_75) % 1;
  for (let i = 0; i < places; i++) {
    const begin = text.indexOf('","', Math.floor(((i + shift) * text.length) / places));
    const end = begin < 0 ? -1 : text.indexOf('"', begin + 3);
    const address = end < 0 ? undefined : beatingClient.exec(text.slice(begin + 3, end))?.[1];
    if (address !== undefined) found.add(address);
  }
  return [...found];
}

function lastUpdated(payload: unknown, at: string): number {
  return timeAt(fieldsAt(payload, at), 'lastUpdatedTime', at);
}

/** 2.x and 3.x name the fields differently: `namespace`, `group`, `registeredInstance.cluster`; `namespaceId`, `groupName`, `publisherInfo.clusterName`. */
function registrations(payload: unknown, at: string): readonly Registered[] {
  return listAt(payload, at).map((value, i): Registered => {
    const where = `${at}[${i}]`;
    const row = fieldsAt(value, where);
    const third = row['namespaceId'] !== undefined;
    const instance = fieldsAt(row[third ? 'publisherInfo' : 'registeredInstance'] ?? {}, where);
    const cluster = instance[third ? 'clusterName' : 'cluster'];
    return {
      namespace: textAt(row, third ? 'namespaceId' : 'namespace', where), group: textAt(row, third ? 'groupName' : 'group', where),
      service: textAt(row, 'serviceName', where), cluster: typeof cluster === 'string' && cluster !== '' ? cluster : 'DEFAULT',
    };
  });
}

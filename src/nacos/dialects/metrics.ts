/** `operator/metrics` of all generations: fields came and went, so a number that is not there stays absent. */

import type { NamingClients, OperatorMetrics } from '../../model.ts';
import { NacosError } from '../errors.ts';
import type { Call } from './dialect.ts';
import { bare } from './envelopes.ts';
import type { Fields } from './fields.ts';
import { fieldsAt, oneLine, refuse, textAt } from './fields.ts';

/**
 * The call on `/v1/ns`, where a filter answers 503 and a text for a node that is not UP (TrafficReviseFilter, all
 * versions): that text is the status, the JSON nearly always says UP.
 */
export function operatorMetrics(api: string, path: string): Call<OperatorMetrics> {
  return {
    api,
    path,
    accepts: (status) => status === 503,
    decode: (answer) => {
      if (answer.status === 503) return { status: refusedStatus(answer.text()) };
      return metrics(...bare(answer, api));
    },
  };
}

export function metrics(payload: unknown, at: string): OperatorMetrics {
  const body = fieldsAt(payload, at);
  const cpu = numberIn(body, 'cpu', at);
  const load = numberIn(body, 'load', at);
  const memory = numberIn(body, 'mem', at);
  const clients = clientsIn(body, at);
  const responsible = wholeIn(body, 'responsibleClientCount', at);
  const subscribers = wholeIn(body, 'subscribeCount', at);
  return {
    status: textAt(body, 'status', at),
    ...(isRatio(cpu) ? { cpu } : {}),
    ...(load !== undefined && load >= 0 ? { load1: load } : {}),
    ...(isRatio(memory) ? { memory } : {}),
    ...(clients === undefined ? {} : { clients }),
    ...(responsible === undefined ? {} : { responsibleClients: responsible }),
    ...(subscribers === undefined ? {} : { subscribers }),
  };
}

/** From 2.0.4 on: all three of them, or none. */
function clientsIn(body: Fields, at: string): NamingClients | undefined {
  const connection = wholeIn(body, 'connectionBasedClientCount', at);
  const ephemeral = wholeIn(body, 'ephemeralIpPortClientCount', at);
  const persistent = wholeIn(body, 'persistentIpPortClientCount', at);
  if (connection === undefined || ephemeral === undefined || persistent === undefined) return undefined;
  return { connection, ephemeral_ip_port: ephemeral, persistent_ip_port: persistent };
}

/** `server is DOWN now, please …` (1.x) or `server is DOWNnow, detailed …` (2.x, 3.x). */
function refusedStatus(text: string): string {
  const status = /^server is ([A-Z_]+?) ?now/.exec(text.trim())?.[1];
  if (status === undefined) throw new NacosError('status', `HTTP 503: ${oneLine(text)}`, { httpStatus: 503 });
  return status;
}

/** Below zero only where the server counts up and down (`subscribeCount`). */
function wholeIn(body: Fields, key: string, at: string): number | undefined {
  const value = numberIn(body, key, at);
  if (value !== undefined && !Number.isInteger(value)) throw refuse(`${at}.${key}`, 'a whole number', value);
  return value;
}

/** The JVM says -1 for a load it cannot tell and NaN for a cpu; NaN comes as a string (Jackson) or null (fastjson, 1.1). */
function numberIn(body: Fields, key: string, at: string): number | undefined {
  const value = body[key];
  if (value === undefined || value === null || value === 'NaN') return undefined;
  if (typeof value !== 'number') throw refuse(`${at}.${key}`, 'a number', value);
  return value;
}

function isRatio(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value <= 1;
}

/** Who is there and is it ready: decoders of the state and readiness endpoints. */

import type { Liveness, Readiness, ServerState } from '../../model.ts';
import { NacosError } from '../errors.ts';
import type { Answer, Call } from './dialect.ts';
import type { Envelope } from './envelopes.ts';
import type { Fields } from './fields.ts';
import { fieldsAt, oneLine } from './fields.ts';

/** An answer of any status is life; the state is read only where the body is one. */
export function livenessCall(api: string, path: string, envelope: Envelope, read: (body: Fields) => ServerState | undefined): Call<Liveness> {
  return {
    api,
    path,
    accepts: () => true,
    decode: (answer) => {
      const state = answer.status === 200 ? stateIn(answer, api, envelope, read) : undefined;
      return state === undefined ? { httpStatus: answer.status } : { httpStatus: answer.status, state };
    },
  };
}

function stateIn(answer: Answer, api: string, envelope: Envelope, read: (body: Fields) => ServerState | undefined): ServerState | undefined {
  try {
    const [payload, at] = envelope(answer, api);
    return read(fieldsAt(payload, at));
  } catch (error) {
    if (error instanceof NacosError) return undefined;
    throw error;
  }
}

/**
 * `{"version":"2.0.4","standalone_mode":"cluster",…}`, all values strings or null. The mode is `standalone_mode` up to 2.x
 * (recorded to 2.2.4) and `startup_mode` in 3.x and in the merged module states of some 2.x.
 */
export function serverState(body: Fields): ServerState | undefined {
  const mode = body['standalone_mode'] ?? body['startup_mode'];
  const version = body['version'];
  if (typeof version !== 'string' && typeof mode !== 'string') return undefined;
  return {
    version: typeof version === 'string' ? version : '',
    mode: mode === 'cluster' || mode === 'standalone' ? mode : 'unknown',
  };
}

/** 200 `OK`, or a text that names what is not ready, with 500 (Nacos) or 503 (r-nacos, and nodes that are DOWN). */
export function textReadiness(api: string, path: string): Call<Readiness> {
  return readinessCall(api, path, (answer) => {
    const text = answer.text().trim();
    if (text !== 'OK') throw new NacosError('envelope', `${api} body is "${oneLine(text)}", expected OK`);
    return { ready: true };
  });
}

/** A Result of code 0, or of code 30000 when not ready: with status 200 (3.0-3.1, the admin API) or 500 (the console's). */
export function resultReadiness(api: string, path: string): Call<Readiness> {
  return readinessCall(api, path, (answer) => {
    const body = fieldsAt(answer.json(), `${api} body`);
    if (body['code'] === 0) return { ready: true };
    if (body['code'] === 30_000) return notReady(answer);
    throw new NacosError('envelope', `${api} code is ${JSON.stringify(body['code']) ?? 'missing'}, expected 0 or 30000`);
  });
}

/** A refusal to work is an answer; `read` is given the others. */
function readinessCall(api: string, path: string, read: (answer: Answer) => Readiness): Call<Readiness> {
  return { api, path, accepts: refusesWork, decode: (answer) => (answer.status === 200 ? read(answer) : notReady(answer)) };
}

function refusesWork(status: number): boolean {
  return status === 500 || status === 503;
}

function notReady(answer: Answer): Readiness {
  return { ready: false, detail: reasonIn(answer) };
}

/** The text itself, or the message of a Result or of Spring's error page. */
function reasonIn(answer: Answer): string {
  const text = answer.text().trim();
  if (text === '' || text.startsWith('<')) return `HTTP ${answer.status}`;
  if (!text.startsWith('{')) return oneLine(text);
  try {
    const body = fieldsAt(answer.json(), 'body');
    for (const key of ['message', 'error']) {
      const value = body[key];
      if (typeof value === 'string' && value !== '') return oneLine(value);
    }
  } catch (error) {
    if (!(error instanceof NacosError)) throw error;
  }
  return `HTTP ${answer.status}`;
}

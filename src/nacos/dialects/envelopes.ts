/** The three wrappings of an answer: none, RestResult (success is code 200) and Result (success is code 0). */

import { NacosError } from '../errors.ts';
import type { Answer, Call } from './dialect.ts';
import { fieldsAt, oneLine } from './fields.ts';

/** Takes the payload out of an answer; the text it returns with it says where it was, for errors. */
export type Envelope = (answer: Answer, api: string) => readonly [payload: unknown, at: string];

/** `/v1/ns/*`, server state: the body itself. Its content type is no guide: r-nacos and some texts send JSON as text/plain. */
export function bare(answer: Answer, api: string): readonly [unknown, string] {
  return [answer.json(), `${api} body`];
}

/** `/v1/core/*`, `/v1/console/namespaces`: `{"code":200,"message":null,"data":…}`. */
export function restResult(answer: Answer, api: string): readonly [unknown, string] {
  return opened(answer, api, 200);
}

/** `/v2/core/cluster/*`, `/v3/*`: `{"code":0,"message":"success","data":…}`. */
export function result(answer: Answer, api: string): readonly [unknown, string] {
  return opened(answer, api, 0);
}

/** A call whose decoder sees the payload only. */
export function call<T>(api: string, path: string, envelope: Envelope, decode: (payload: unknown, at: string) => T): Call<T> {
  return { api, path, decode: (answer) => decode(...envelope(answer, api)) };
}

function opened(answer: Answer, api: string, success: number): readonly [unknown, string] {
  const body = fieldsAt(answer.json(), `${api} body`);
  if (body['code'] !== success) {
    const message = typeof body['message'] === 'string' ? `: ${oneLine(body['message'])}` : '';
    throw new NacosError('envelope', `${api} code is ${JSON.stringify(body['code']) ?? 'missing'}, expected ${success}${message}`);
  }
  if (body['data'] === undefined) throw new NacosError('envelope', `${api} data is missing`);
  return [body['data'], `${api} data`];
}

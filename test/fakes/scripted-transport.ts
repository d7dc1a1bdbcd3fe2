/** A transport without sockets: a function from request to answer, and a record of what was asked. */

import type { NacosError } from '../../src/nacos/errors.ts';
import type { Transport, WireRequest, WireResponse } from '../../src/nacos/transport.ts';

/** What the wire brings: a body (with status 200), a whole answer, or a failure. */
export type Scripted = string | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> } | NacosError;

export interface ScriptedTransport extends Transport {
  readonly requests: readonly WireRequest[];
  readonly closed: boolean;
}

export function scriptedTransport(script: (request: WireRequest, number: number) => Scripted | Promise<Scripted>): ScriptedTransport {
  const requests: WireRequest[] = [];
  let closed = false;
  return {
    requests,
    get closed() {
      return closed;
    },
    async request(request): Promise<WireResponse> {
      requests.push(request);
      const said = await script(request, requests.length);
      if (said instanceof Error) throw said;
      const { status, body = '', headers = {} } = typeof said === 'string' ? { status: 200, body: said } : said;
      return { status, headers, body: Buffer.from(body), headersMs: 3, durationMs: 5 };
    },
    async close() {
      closed = true;
    },
  };
}

/** The simulated cluster in place of sockets: answers come, late ones and missing ones too, in virtual time. */

import { NacosError } from '../../src/nacos/errors.ts';
import type { Transport, WireRequest, WireResponse } from '../../src/nacos/transport.ts';
import type { SimCluster, SimResponse } from '../../src/sim/index.ts';

export interface VirtualTransportOptions {
  readonly sim: SimCluster;
  /** Index of the node that answers a request for this path, with query; undefined where nobody listens. */
  readonly who: (path: string) => number | undefined;
  /** Resolves after so many virtual milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** May change an answer on its way; `path` is without context and query. */
  readonly filter: (path: string, response: SimResponse) => SimResponse;
  /** Told of every request and every end of one. */
  readonly onActivity: () => void;
}

/** What a healthy node takes to answer, milliseconds. */
const usualMs = 2;

export function createVirtualTransport(options: VirtualTransportOptions): Transport {
  const { sim, who, wait } = options;
  let closed = false;
  let close = (): void => undefined;
  const closing = new Promise<void>((resolve) => {
    close = resolve;
  });

  async function exchange(request: WireRequest): Promise<WireResponse> {
    const index = closed ? undefined : who(request.path);
    if (index === undefined) throw new NacosError('connect', 'nobody listens (ECONNREFUSED)');
    const { method, path, headers, body } = request;
    const raw = sim.handle(index, { method, path, headers, ...(body === undefined ? {} : { body }) });
    const answer = options.filter(path.slice(sim.context.length).replace(/\?.*$/, ''), raw);
    if (answer.fault === 'refused' || answer.fault === 'reset') throw new NacosError('connect', answer.fault);
    const delayMs = answer.fault === 'hang' ? Infinity : answer.delayMs ?? 0;
    if (delayMs > 0) await Promise.race([wait(Math.min(delayMs, request.timeoutMs)), closing]);
    if (closed) throw new NacosError('connect', 'closed meanwhile');
    if (delayMs > request.timeoutMs) throw new NacosError('timeout', `no answer within ${request.timeoutMs} ms`);
    if (answer.fault !== undefined) throw new NacosError('protocol', answer.fault);
    if (answer.body.length > request.maxBytes) throw new NacosError('too_large', `more than ${request.maxBytes} bytes`, { httpStatus: answer.status });
    const took = Math.max(usualMs, delayMs);
    return { status: answer.status, headers: answer.headers, body: answer.body, headersMs: took, durationMs: took };
  }

  return {
    async request(request) {
      options.onActivity();
      try {
        return await exchange(request);
      } finally {
        options.onActivity();
      }
    },
    async close() {
      closed = true;
      close();
    },
  };
}

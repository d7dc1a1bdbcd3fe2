/** A wire answer as decoders see it: body by need, never by its content type (Nacos serves JSON as text and as bytes). */

import type { Answer } from './dialects/dialect.ts';
import { NacosError } from './errors.ts';
import { oneLine } from './redact.ts';
import type { WireResponse } from './transport.ts';

export function toAnswer(response: WireResponse, secrets: () => readonly string[]): Answer {
  const { status } = response;
  const fail = (reason: 'empty' | 'decode', message: string): NacosError => new NacosError(reason, message, { httpStatus: status });

  const text = (): string => {
    const encoding = response.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') throw fail('decode', `body is ${oneLine(encoding)}, which was not asked for`);
    // 3.x: a filter that fails is only logged, and the client gets 200 with nothing.
    if (status === 200 && response.body.length === 0) throw fail('empty', 'HTTP 200 with an empty body');
    return response.body.toString('utf8');
  };

  return {
    status,
    header: (name) => response.headers[name],
    text,
    json() {
      const body = text();
      try {
        return JSON.parse(body) as unknown;
      } catch {
        // The parser's own message quotes the body.
        if (body.trim() === '') throw fail('empty', `HTTP ${status} with an empty body`);
        const kind = /^\s*</.test(body) ? 'HTML or XML' : 'no JSON';
        throw fail('decode', `body is ${kind} (${response.body.length} bytes): ${oneLine(body, secrets())}`);
      }
    },
  };
}

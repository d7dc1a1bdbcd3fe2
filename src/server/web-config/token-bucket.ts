/** The toolkit's rate limit: one bucket for all requests, whoever sends them. */

import type { WebRateLimit } from '../../config/web/web-config.ts';

export interface TokenBucket {
  /** Whether one more request may be answered now. */
  take(): boolean;
}

/** Full at first; one token comes back every `interval`. `now` is in milliseconds. */
export function createTokenBucket({ interval, burst }: WebRateLimit, now: () => number): TokenBucket {
  let tokens = burst;
  let at = now();
  return {
    take() {
      const time = now();
      tokens = Math.min(burst, tokens + Math.max(0, time - at) / interval);
      at = time;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

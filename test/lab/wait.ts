/** Waiting for something to become true, with a deadline and with what was last seen in the error. */

import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

/** Asks until `probe` returns something other than undefined; a probe that throws counts as "not yet". */
export async function until<T>(what: string, timeoutMs: number, probe: () => Promise<T | undefined> | T | undefined, everyMs = 250): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last = 'nothing seen';
  for (;;) {
    try {
      const seen = await probe();
      if (seen !== undefined) return seen;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() >= deadline) throw new Error(`${what}: not within ${timeoutMs} ms (${last})`);
    await sleep(everyMs);
  }
}

/** Rejects as soon as one fails, but only after all have ended: nothing is left starting behind the caller's back. */
export async function allSettledOrThrow<T>(tasks: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(tasks);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}

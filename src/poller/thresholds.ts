/** Reads protection thresholds of services whose flag leaves open whether one is set: a few a poll, each kept for an hour. */

import type { Agreement } from '../analysis/agreement.ts';
import { openQuestions, thresholdKey } from '../analysis/protection.ts';
import type { NodeReader } from './node-reader.ts';

export interface Thresholds {
  /** `namespace/group@@name` to threshold. */
  known(): ReadonlyMap<string, number>;
  /** Asks one node, of the first that can tell; a failure leaves the rest for the next poll. */
  read(readers: readonly NodeReader[], agreed: ReadonlyMap<string, Agreement>): Promise<void>;
}

const mostPerPoll = 20;
const keptMs = 3_600_000;

export function createThresholds(now: () => number): Thresholds {
  const thresholds = new Map<string, { readonly value: number; readonly at: number }>();
  return {
    known: () => new Map([...thresholds].map(([key, { value }]) => [key, value])),
    async read(readers, agreed) {
      for (const [key, { at }] of thresholds) if (now() - at > keptMs) thresholds.delete(key);
      const reader = readers.find((one) => one.dialect()?.protectThreshold !== undefined);
      const ask = reader?.dialect()?.protectThreshold;
      if (reader === undefined || ask === undefined) return;
      for (const { namespace, group, name } of openQuestions(agreed, thresholds, mostPerPoll)) {
        try {
          const { value } = await reader.client.call(ask(namespace, group, name));
          thresholds.set(thresholdKey(namespace, group, name), { value, at: now() });
        } catch {
          return;
        }
      }
    },
  };
}

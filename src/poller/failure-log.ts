/** What the log says of readings: a line when a failure begins or changes, and one when it is over; the metrics count the rest. */

import { stages, type NodeSnapshot } from '../model.ts';
import type { Attempts } from '../snapshot/attempt.ts';

export type Log = (data: object, message: string) => void;

export interface FailureLog {
  /** `before` is what was known of the node. */
  note(node: string, attempts: Attempts, before: NodeSnapshot | undefined): void;
  /** Of a configured name that cannot be told from a member which is read already: said once until it answers. */
  noteNameless(name: string, attempts: Attempts): void;
}

export function createFailureLog(cluster: string, log: { readonly info: Log; readonly warn: Log }): FailureLog {
  const nameless = new Set<string>();
  return {
    note(node, attempts, before) {
      for (const stage of stages) {
        const outcome = attempts[stage]?.outcome;
        const earlier = before?.stages[stage]?.outcome;
        if (outcome?.status === 'failed' && !(earlier?.status === 'failed' && earlier.reason === outcome.reason)) {
          log.warn({ cluster, node, stage, reason: outcome.reason, detail: outcome.detail }, 'reading failed');
        } else if (outcome?.status === 'ok' && earlier?.status === 'failed') {
          log.info({ cluster, node, stage }, 'reading works again');
        }
      }
    },
    noteNameless(name, attempts) {
      const outcome = attempts.liveness?.outcome;
      if (outcome?.status !== 'failed') nameless.delete(name);
      else if (!nameless.has(name)) {
        nameless.add(name);
        log.warn({ cluster, server: name, reason: outcome.reason, detail: outcome.detail }, 'configured server does not answer, and which member it is is not known');
      }
    },
  };
}

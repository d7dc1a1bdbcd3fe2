/** Looks at one node, again and again, until it shows the canary to consumers or shows it no more. */

import { canaryShown, type CanaryInstance, type CanaryShown } from '../../nacos/canary-calls.ts';
import type { CanaryClient } from '../../nacos/client.ts';
import { Stopped, type Patient } from '../patient.ts';

/** A node as the canary speaks to it. */
export interface CanaryNode {
  readonly node: string;
  readonly client: CanaryClient;
  /** Where packets to it would go. */
  readonly host: string;
  readonly port: number;
}

export interface RunDeps {
  readonly now: () => number;
  readonly patient: Patient;
  readonly namespace: string;
  /** Milliseconds for one request. */
  readonly timeoutMs: number;
  readonly isUp: (node: string) => boolean;
}

/** Nothing is waited for any longer: the last bucket ends here. */
export const limitMs = 30_000;
/** Between two looks at one node, from answer to question. */
const lookEveryMs = 150;
const lookTimeoutMs = 2_000;
/** Seconds until it is so; undefined where the limit came first, `unknown` where the node did not answer or went down. */
export async function look(
  deps: RunDeps, observer: CanaryNode, instance: CanaryInstance, from: number, wanted: (shown: CanaryShown) => boolean,
): Promise<number | undefined | 'unknown'> {
  const { now, patient } = deps;
  let answered = false;
  for (;;) {
    try {
      const { value } = await patient.orStop(observer.client.call(canaryShown(instance), { timeoutMs: Math.min(lookTimeoutMs, deps.timeoutMs) }));
      answered = true;
      if (wanted(value)) return Math.max(0, now() - from) / 1000;
    } catch (error) {
      if (error instanceof Stopped) throw error;
      answered = false;
    }
    if (!deps.isUp(observer.node)) return 'unknown';
    if (now() - from >= limitMs) return answered ? undefined : 'unknown';
    await patient.sleep(lookEveryMs);
  }
}


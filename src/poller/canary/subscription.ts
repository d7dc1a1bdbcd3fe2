/** A subscription to the canary at the responsible node, on 1.x: asked for before the registration, and kept up until it is told. */

import { shownIn, type CanaryInstance } from '../../nacos/canary-calls.ts';
import type { PushListener } from '../../nacos/push-listener.ts';
import { Stopped } from '../patient.ts';
import { limitMs, type CanaryNode, type RunDeps } from './look.ts';

/** A subscription lasts 10 s on 1.x. */
const subscribeEveryMs = 5_000;

export interface Subscription {
  /** Settles when the first request was answered. */
  readonly begun: Promise<void>;
  /** Seconds until this registration was pushed; undefined where it was not, `unknown` where nobody could subscribe. */
  pushed(from: number): Promise<number | undefined | 'unknown'>;
  /** Why nobody could subscribe. */
  trouble(): string | undefined;
  end(): void;
}

export function subscribe({ now, patient, timeoutMs }: RunDeps, listener: PushListener, owner: CanaryNode, instance: CanaryInstance): Subscription {
  let toldAt: number | undefined;
  let able = false;
  let trouble: string | undefined;
  let tell = (): void => undefined;
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const forget = listener.onPush((list) => {
    if (toldAt !== undefined || !shows(list, instance)) return;
    toldAt = now();
    tell();
  });

  async function ask(): Promise<void> {
    try {
      const clientIp = await patient.orStop(listener.addressTowards(owner.host, owner.port));
      await patient.orStop(owner.client.canary({ kind: 'subscribe', instance, clientIp, udpPort: listener.port }, { timeoutMs }));
      able = true;
    } catch (error) {
      if (error instanceof Stopped) throw error;
      trouble = error instanceof Error ? error.message : String(error);
    }
  }

  const begun = ask();
  return {
    begun,
    async pushed(from) {
      for (let left = limitMs; able && left > 0; left = limitMs - (now() - from)) {
        await Promise.race([told, patient.sleep(Math.min(subscribeEveryMs, left))]);
        if (toldAt !== undefined) break;
        await ask();
      }
      if (toldAt !== undefined) return Math.max(0, toldAt - from) / 1000;
      return able ? undefined : 'unknown';
    },
    trouble: () => (able ? undefined : trouble),
    end: () => void forget(),
  };
}

function shows(list: unknown, instance: CanaryInstance): boolean {
  try {
    return shownIn(list, instance, 'push').current;
  } catch {
    return false;
  }
}

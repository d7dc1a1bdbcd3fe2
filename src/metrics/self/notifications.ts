/** Counts what became of Alertmanager's calls, by chat channel; every result of a channel that is on is there from the start. */

import type { Registry } from 'prom-client';

import { notificationsTotal } from './families.ts';
import { createCounter } from './objects.ts';

const results = ['sent', 'failed', 'dropped'] as const;
export type NotificationResult = (typeof results)[number];

export interface NotificationMetrics {
  channels(on: readonly string[]): void;
  count(channel: string, result: NotificationResult): void;
}

export function createNotificationMetrics(registry: Registry): NotificationMetrics {
  const counter = createCounter(registry, notificationsTotal);
  let known: ReadonlySet<string> = new Set();
  return {
    channels(on) {
      for (const channel of known) if (!on.includes(channel)) for (const result of results) counter.remove({ channel, result });
      for (const channel of on) if (!known.has(channel)) for (const result of results) counter.inc({ channel, result }, 0);
      known = new Set(on);
    },
    count(channel, result) {
      // The last message of a channel may end after a reload has turned it off.
      if (known.has(channel)) counter.inc({ channel, result });
    },
  };
}

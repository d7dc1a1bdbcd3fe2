/**
 * A node's counters of the config center as counters that never fall. Gets and publishes are set back at midnight, one after
 * the other, so each is judged by itself; exceptions only with a new process.
 */

import { configExceptions, type ClusterSnapshot, type ConfigCenter, type ConfigException } from '../model.ts';
import { follow, restarted, type Followed } from './resets.ts';

export interface ConfigHistory {
  readonly gets?: Followed;
  readonly publishes?: Followed;
  readonly exceptions: { readonly [E in ConfigException]: Followed };
  /** The last reading: when, and when its process had started. */
  readonly at: number;
  readonly startedAt?: number;
}

/** Of nodes whose actuator is open; one that is closed, or gone, loses its history. */
export function trackConfig(before: ReadonlyMap<string, ConfigHistory>, next: ClusterSnapshot): ReadonlyMap<string, ConfigHistory> {
  const histories = new Map<string, ConfigHistory>();
  for (const { node, stages: { actuator } } of next.nodes) {
    const earlier = before.get(node);
    if (actuator === undefined || actuator.outcome.status === 'unsupported') continue;
    const { value, valueAt } = actuator;
    if (value?.config === undefined || valueAt === undefined || valueAt === earlier?.at) {
      if (earlier !== undefined) histories.set(node, earlier);
    } else {
      histories.set(node, step(earlier, value.config, valueAt, value.startedAt));
    }
  }
  return histories;
}

function step(earlier: ConfigHistory | undefined, config: ConfigCenter, at: number, startedAt: number | undefined): ConfigHistory {
  const started = startedAt === undefined ? {} : { startedAt };
  const anew = earlier !== undefined && restarted(earlier, started);
  const next = (before: Followed | undefined, now: number | undefined): Followed | undefined => (
    follow(before, now, anew || (before !== undefined && now !== undefined && now < before.mark))
  );
  const gets = next(earlier?.gets, config.gets);
  const publishes = next(earlier?.publishes, config.publishes);
  // The server has no counter of what never happened.
  const exceptions = configExceptions.map((reason) => [reason, next(earlier?.exceptions[reason], config.exceptions[reason] ?? 0)!] as const);
  return {
    ...(gets === undefined ? {} : { gets }),
    ...(publishes === undefined ? {} : { publishes }),
    exceptions: Object.fromEntries(exceptions) as Record<ConfigException, Followed>,
    at, ...started,
  };
}

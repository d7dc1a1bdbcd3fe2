/**
 * `actuator/prometheus`, on the server's own port under its context path in every version: 404 unless
 * `management.endpoints.web.exposure.include` opens it, and outside of Nacos's own authentication. Here is what the names
 * mean: `nacos_monitor{module="naming",name="totalPush"}` and its like, gauges that are counters until midnight.
 */

import { configExceptions, configQueues, type Actuator, type ConfigCenter, type ConfigException, type ConfigQueue, type PushTotals } from '../../model.ts';
import type { TextSample } from '../prometheus-text.ts';
import type { Call } from './dialect.ts';
import { isCount } from './fields.ts';
import { pushCost } from './push.ts';

/** Closed by the server, or by whoever stands before it: either way there is nothing to be read. */
const closedStatuses: ReadonlySet<number> = new Set([401, 403, 404, 405, 410, 501]);

export const actuator: Call<string> = {
  api: 'actuator', path: '/actuator/prometheus', anonymous: true,
  missing: (status) => closedStatuses.has(status),
  decode: (answer) => answer.text(),
};

export type ServerNumbers = Omit<Actuator, 'passed'>;

export interface NumbersGatherer {
  take(sample: TextSample): void;
  numbers(): ServerNumbers;
}

const queueNames: Readonly<Record<ConfigQueue, string>> = { dump: 'dumpTask', notify: 'notifyTask', notify_client: 'notifyClientTask' };

export function gatherNumbers(): NumbersGatherer {
  const naming = new Map<string, number>();
  const config = new Map<string, number>();
  const exceptions = new Map<string, number>();
  let startSeconds: number | undefined;

  return {
    take({ name, labels, value }) {
      if (name === 'process_start_time_seconds') {
        startSeconds = value;
      } else if (name === 'nacos_monitor' || name === 'nacos_exception_total') {
        const { module = '', name: what = '' } = Object.fromEntries(labels);
        const into = name === 'nacos_monitor' ? { naming, config }[module] : { config: exceptions }[module];
        into?.set(what, value);
      }
    },
    numbers() {
      const push = pushIn(naming);
      return {
        ...(startSeconds !== undefined && startSeconds > 0 ? { startedAt: Math.round(startSeconds * 1000) } : {}),
        ...(push === undefined ? {} : { push }),
        ...(config.size === 0 ? {} : { config: configIn(config, exceptions) }),
      };
    },
  };
}

function pushIn(naming: ReadonlyMap<string, number>): PushTotals | undefined {
  const total = naming.get('totalPush');
  const failed = naming.get('failedPush');
  if (!isCount(total) || !isCount(failed)) return undefined;
  return {
    total,
    // Read one after the other, and set back one after the other.
    failed: Math.min(total, failed),
    ...countIn(naming, 'emptyPush', 'empty'),
    ...countIn(naming, 'pushPendingTaskCount', 'pending'),
    cost: pushCost(naming.get('avgPushCost'), naming.get('maxPushCost')),
  };
}

function configIn(config: ReadonlyMap<string, number>, exceptions: ReadonlyMap<string, number>): ConfigCenter {
  const pending = configQueues.map((queue) => countIn(config, queueNames[queue], queue));
  const thrown = configExceptions.map((reason): { readonly [E in ConfigException]?: number } => countIn(exceptions, reason, reason));
  return {
    ...countIn(config, 'getConfig', 'gets'),
    ...countIn(config, 'publish', 'publishes'),
    ...countIn(config, 'longPolling', 'longPolls'),
    pending: Object.assign({}, ...pending) as ConfigCenter['pending'],
    exceptions: Object.assign({}, ...thrown) as ConfigCenter['exceptions'],
  };
}

/** The count under our name for it, where there is one; -1 stands for none. */
function countIn<K extends string>(values: ReadonlyMap<string, number>, name: string, as: K): { readonly [P in K]?: number } {
  const value = values.get(name);
  return (isCount(value) ? { [as]: value } : {}) as { readonly [P in K]?: number };
}

/** All clusters of the configuration: one poller each, on its own clock, so that a hanging cluster delays no other. */

import { Cron } from 'croner';
import type { ClusterConfig, Config } from '../config/config.ts';
import type { ClusterText } from '../metrics/cluster-text.ts';
import type { ClusterPoller } from './cluster-poller.ts';

export interface FleetDeps {
  readonly createPoller: (config: ClusterConfig, publish: (text: ClusterText) => void) => ClusterPoller;
  readonly log: { readonly info: (data: object, message: string) => void; readonly error: (data: object, message: string) => void };
  /** 0 to 1: spreads the first polls of many clusters. */
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly onText: (text: ClusterText) => void;
  readonly onGone: (cluster: string) => void;
}

export interface Fleet {
  /** Starts what is new, stops what is gone, leaves what is the same alone. */
  apply(config: Config): Promise<void>;
  pollers(): readonly ClusterPoller[];
  close(): Promise<void>;
}

interface Running {
  readonly config: ClusterConfig;
  readonly key: string;
  readonly poller: ClusterPoller;
  stop(): Promise<void>;
}

/** The first rounds of several clusters are spread over this long, milliseconds. */
const spreadMs = 2_000;

export function createFleet(deps: FleetDeps): Fleet {
  const running = new Map<string, Running>();

  function start(config: ClusterConfig, spread: boolean): Running {
    const poller = deps.createPoller(config, deps.onText);
    const jobs: Cron[] = [];
    let stopped = false;
    // The schedule ticks on whole seconds; clusters are spread between them.
    const delay = deps.random() * 900;
    const jittered = (run: () => Promise<void>) => async (): Promise<void> => {
      await deps.wait(delay);
      if (!stopped) await run();
    };
    const guard = (what: string) => (error: unknown) => deps.log.error({ cluster: config.name, error: String(error) }, `${what} failed`);
    const timer = setTimeout(() => {
      void (async () => {
        await poller.check().catch(guard('check'));
        if (stopped) return;
        jobs.push(every(config.poll.livenessInterval, jittered(() => poller.check()), guard('check')));
        await poller.poll().catch(guard('poll'));
        if (!stopped) jobs.push(every(config.poll.interval, jittered(() => poller.poll()), guard('poll')));
      })();
    }, spread ? deps.random() * spreadMs : 0);
    return {
      config, poller, key: JSON.stringify(config),
      async stop() {
        stopped = true;
        clearTimeout(timer);
        for (const job of jobs) job.stop();
        await poller.close();
        deps.onGone(config.name);
      },
    };
  }

  return {
    async apply(config) {
      const wanted = new Map(config.clusters.map((cluster) => [cluster.name, cluster]));
      for (const [name, cluster] of running) {
        if (JSON.stringify(wanted.get(name)) === cluster.key) continue;
        running.delete(name);
        await cluster.stop();
        deps.log.info({ cluster: name }, 'cluster stopped');
      }
      for (const [name, cluster] of wanted) {
        if (!running.has(name)) running.set(name, start(cluster, wanted.size > 1));
      }
    },
    pollers: () => [...running.values()].map((cluster) => cluster.poller),
    async close() {
      await Promise.all([...running.values()].map((cluster) => cluster.stop()));
      running.clear();
    },
  };
}

/** Runs at a fixed interval, never two at a time: a run that lasts longer skips the ticks it covers. */
function every(intervalMs: number, run: () => Promise<void>, onError: (error: unknown) => void): Cron {
  return new Cron('* * * * * *', { interval: Math.max(1, Math.round(intervalMs / 1000)), protect: true, catch: onError }, run);
}

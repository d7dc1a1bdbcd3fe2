/**
 * All clusters of the configuration: one poller each, on its own clock, so that a hanging cluster delays no other. A lazy
 * one (`expose: probe`) is polled from the first time that somebody asks until nobody has asked for a while.
 */

import { Cron } from 'croner';
import type { ClusterConfig, Config } from '../config/config.ts';
import type { ClusterText } from '../metrics/cluster-text.ts';
import type { ClusterPoller } from './cluster-poller.ts';

export interface FleetDeps {
  readonly createPoller: (config: ClusterConfig, publish: (text: ClusterText) => void) => ClusterPoller;
  readonly log: { readonly info: (data: object, message: string) => void; readonly error: (data: object, message: string) => void };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 0 to 1: spreads the first polls of many clusters. */
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly onText: (text: ClusterText) => void;
  /** A poller has ended: nothing follows of it. */
  readonly onGone: (poller: ClusterPoller) => void;
}

export interface Asked {
  readonly poller: ClusterPoller;
  /** Resolves once the first poll has ended and its text is out, or the poller was stopped. Never rejects. */
  readonly first: Promise<void>;
}

export interface Fleet {
  /**
   * Starts what is new, stops what is gone, starts anew what is read differently now, leaves the rest alone. The calls are
   * not to overlap. Resolves once all that was to be stopped has stopped; what is new does not wait for it.
   */
  apply(config: Config): Promise<void>;
  /** Those that run now. */
  pollers(): readonly ClusterPoller[];
  /** Starts the poller of a lazy cluster, or lets it run on. Undefined for a cluster that is not in the configuration. */
  ask(cluster: string): Asked | undefined;
  close(): Promise<void>;
}

interface Running {
  config: ClusterConfig;
  readonly key: string;
  readonly poller: ClusterPoller;
  readonly first: Promise<void>;
  /** When a lazy one was asked for last. */
  askedAt: number;
  stop(): Promise<void>;
}

/** The first rounds of several clusters are spread over this long, milliseconds. */
const spreadMs = 2_000;
/** A lazy poller that was not asked for stops after so long, or after four polls where they are rarer. Milliseconds. */
const idleMs = 10 * 60_000;

export function createFleet(deps: FleetDeps): Fleet {
  const running = new Map<string, Running>();
  /** A cluster's poller is not started before the one before it has ended: they would share its label sets. */
  const stopping = new Map<string, Promise<void>>();
  let wanted: ReadonlyMap<string, ClusterConfig> = new Map();
  let shard = '';
  let closed = false;

  function start(config: ClusterConfig, spread: boolean): void {
    const { name } = config;
    const poller = deps.createPoller(config, deps.onText);
    const jobs: Cron[] = [];
    let stopped = false;
    // The schedule ticks on whole seconds; clusters are spread between them.
    const delay = deps.random() * 900;
    const jittered = (run: () => Promise<void>) => async (): Promise<void> => {
      await deps.wait(delay);
      if (!stopped) await run();
    };
    const guard = (what: string) => (error: unknown) => deps.log.error({ cluster: name, error: String(error) }, `${what} failed`);
    async function check(): Promise<void> {
      if (isIdle(cluster)) {
        deps.log.info({ cluster: name }, 'nobody asks for the cluster any more');
        await retire(cluster);
      } else {
        await poller.check();
      }
    }
    async function begin(before: Promise<void> | undefined): Promise<void> {
      await before;
      if (spread) await deps.wait(deps.random() * spreadMs);
      if (stopped) return;
      await poller.check().catch(guard('check'));
      if (stopped) return;
      jobs.push(every(config.poll.livenessInterval, jittered(check), guard('check')));
      await poller.poll().catch(guard('poll'));
      if (!stopped) jobs.push(every(config.poll.interval, jittered(() => poller.poll()), guard('poll')));
    }
    const cluster: Running = {
      config, poller, key: keyOf(config), askedAt: deps.now(), first: begin(stopping.get(name)),
      async stop() {
        stopped = true;
        for (const job of jobs) job.stop();
        await poller.close();
        deps.onGone(poller);
      },
    };
    running.set(name, cluster);
  }

  /** What makes another poller of it. Which families are served, and where, does not. */
  function keyOf(config: ClusterConfig): string {
    return `${shard} ${JSON.stringify({ ...config, expose: undefined, metrics: undefined })}`;
  }

  function isIdle({ config, askedAt }: Running): boolean {
    return config.expose === 'probe' && deps.now() - askedAt >= Math.max(idleMs, 4 * config.poll.interval);
  }

  function retire(cluster: Running): Promise<void> {
    const { name } = cluster.config;
    running.delete(name);
    const ended = cluster.stop().finally(() => {
      if (stopping.get(name) === ended) stopping.delete(name);
    });
    stopping.set(name, ended);
    return ended;
  }

  return {
    async apply(config) {
      shard = `${config.shard.ordinal}/${config.shard.total}`;
      wanted = new Map(config.clusters.map((cluster) => [cluster.name, cluster]));
      const ended: Promise<void>[] = [];
      const restarted = new Set<string>();
      for (const [name, cluster] of running) {
        const next = wanted.get(name);
        if (next !== undefined && keyOf(next) === cluster.key) {
          if (next.expose !== cluster.config.expose) cluster.askedAt = deps.now();
          cluster.config = next;
          cluster.poller.serve(next.metrics);
          continue;
        }
        if (next !== undefined) restarted.add(name);
        ended.push(retire(cluster).then(() => deps.log.info({ cluster: name }, next === undefined ? 'cluster stopped' : 'cluster started anew')));
      }
      for (const [name, cluster] of wanted) {
        // A lazy one that ran is still asked for.
        if (!running.has(name) && (cluster.expose === 'metrics' || restarted.has(name))) start(cluster, wanted.size > 1);
      }
      await Promise.all(ended);
    },
    pollers: () => [...wanted.keys()].flatMap((name) => running.get(name)?.poller ?? []),
    ask(name) {
      const config = wanted.get(name);
      if (config === undefined || closed) return undefined;
      if (!running.has(name)) start(config, false);
      const cluster = running.get(name)!;
      cluster.askedAt = deps.now();
      return { poller: cluster.poller, first: cluster.first };
    },
    async close() {
      closed = true;
      await Promise.all([...[...running.values()].map(retire), ...stopping.values()]);
    },
  };
}

/** Runs at a fixed interval, never two at a time: a run that lasts longer skips the ticks it covers. */
function every(intervalMs: number, run: () => Promise<void>, onError: (error: unknown) => void): Cron {
  return new Cron('* * * * * *', { interval: Math.max(1, Math.round(intervalMs / 1000)), protect: true, catch: onError }, run);
}

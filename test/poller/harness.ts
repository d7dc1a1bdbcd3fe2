/**
 * The whole reading path over a simulated cluster: `play` lets time pass and runs checks and polls when they are due,
 * `value` and `samples` read what is published at that moment. Time is virtual throughout; with `sockets` the requests
 * go over real ones, and the clock stands still until they have been answered.
 */

import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Rules } from '../../src/analysis/contents/rules.ts';
import type { ClusterConfig, ServerAddress } from '../../src/config/config.ts';
import type { Share } from '../../src/config/shard.ts';
import type { ClusterText } from '../../src/metrics/cluster-text.ts';
import { connect, type ConnectOptions } from '../../src/nacos/connect.ts';
import type { CanaryClient, RequestObservation } from '../../src/nacos/client.ts';
import { createBudget } from '../../src/poller/budget.ts';
import { createClusterPoller, type ClusterPoller } from '../../src/poller/cluster-poller.ts';
import type { Intervals } from '../../src/poller/schedule.ts';
import { createCluster, listen, listensAt, virtualClock } from '../../src/sim/index.ts';
import type { ClusterOptions, Listening, SimCluster, SimResponse, VirtualClock } from '../../src/sim/index.ts';
import { assertNoDuplicates, everySample, samplesOf, type Labels, type Sample } from './published.ts';
import { configOf, fillSmall, type ConfigChanges } from './rig-config.ts';
import { listenVirtually } from './virtual-push.ts';
import { createVirtualTransport } from './virtual-transport.ts';

export { fillSmall, type ConfigChanges } from './rig-config.ts';

export interface RigOptions {
  /** One version a node; three times 2.2.4 unless told. */
  readonly versions?: readonly string[];
  readonly cluster?: Omit<ClusterOptions, 'versions' | 'clock'>;
  /** A cluster of one's own on the given clock, in place of the two above. */
  readonly build?: (clock: VirtualClock) => SimCluster;
  /** What is registered; `fillSmall` unless told. */
  readonly fill?: (sim: SimCluster) => void;
  /**
   * Addresses as configured, `host:port`; those of all nodes unless told. Over sockets, where ports are not known before,
   * `VIP` is the address behind which all answer, and `NODE0` that of the first node. */
  readonly servers?: readonly string[];
  /** Who answers at addresses that are not a node's own. A function is asked anew for every request. */
  readonly routes?: Readonly<Record<string, number | ((path: string) => number | undefined)>>;
  /** Ports of no node that take connections. */
  readonly closedPorts?: readonly number[];
  readonly config?: ConfigChanges;
  readonly rules?: Rules;
  /** Beats are read at every poll, as in the program; otherwise once, since they are most of what a small cluster is asked. */
  readonly beats?: boolean;
  /** What the exporter is called: with it the canary runs, where the configuration turns it on. */
  readonly canary?: string;
  /** Of stages that are wanted more often than configured. */
  readonly intervals?: Intervals;
  /** What of the cluster is read and served; all of it unless told. */
  readonly share?: Share;
  /** Bytes a second of contents reads of a large cluster. */
  readonly contentsRate?: number;
  /** Real sockets on loopback, with one address more behind which all nodes answer if `vip`. */
  readonly sockets?: boolean | { readonly vip: boolean };
}

export interface LogLine {
  readonly level: 'info' | 'warn';
  readonly message: string;
  readonly [key: string]: unknown;
}

export interface Rig {
  readonly sim: SimCluster;
  readonly clock: VirtualClock;
  readonly poller: ClusterPoller;
  readonly config: ClusterConfig;
  /** With sockets: where they listen. */
  readonly listening: Listening | undefined;
  readonly log: readonly LogLine[];
  readonly requests: readonly (RequestObservation & { readonly node: string; readonly at: number })[];
  /** Clients opened and not closed again. */
  clients(): number;
  /** Nodes whose request metrics were dropped. */
  readonly forgotten: readonly string[];
  readonly text: () => ClusterText | undefined;
  /** Lets so much time pass; one poll interval unless told. Checks and polls that are due at its end are included. */
  play(ms?: number): Promise<void>;
  /** Plays until `done` holds, and tells how long that took; throws after `atMostMs`. */
  playUntil(done: () => boolean, atMostMs: number): Promise<number>;
  /** The one sample with these labels, undefined where there is none; two are an error. */
  value(name: string, labels?: Labels): number | undefined;
  samples(name: string, labels?: Labels): readonly Sample[];
  /** Values of one label among the samples, sorted. */
  labelValues(name: string, label: string, labels?: Labels): readonly string[];
  everySample(): ReadonlyMap<string, number>;
  /** Address of a node. */
  node(index: number): string;
  /** Calls `look` at every text from now on; an error it throws fails the next `play`. */
  atEveryText(look: () => void): void;
  /** Members that the members lists name; undefined for all. */
  listOnly(indexes: readonly number[] | undefined): void;
  /** The poller neither checks nor polls until resumed, as if it hung. */
  hangPoller(hangs: boolean): void;
  close(): Promise<void>;
}

/** Turns of the event loop without a request after which nothing is under way but time. */
const quietTurns = 4;
/** Longer than any test. */
const beatsOnceMs = 1_000_000_000;
const membersPaths = new Set(['/v1/core/cluster/nodes', '/v3/admin/core/cluster/node/list']);

export async function openRig(options: RigOptions = {}): Promise<Rig> {
  const clock = virtualClock();
  const sim = options.build?.(clock) ?? createCluster({ ...options.cluster, versions: options.versions ?? ['2.2.4', '2.2.4', '2.2.4'], clock });
  if (options.build === undefined) (options.fill ?? fillSmall)(sim);
  const overSockets = options.sockets !== undefined && options.sockets !== false;
  const listening = overSockets ? await listen(sim, { vip: options.sockets !== true && options.sockets !== undefined && options.sockets.vip }) : undefined;
  const real = (server: string): string => (server === 'VIP' ? new URL(listening!.vip!).host : server.replace(/^NODE(\d)$/, (_, index) => sim.node(Number(index)).address));
  const config = configOf((options.servers ?? sim.nodes.map((node) => node.address)).map(real), sim.context, options.config ?? {});

  const log: LogLine[] = [];
  const requests: (RequestObservation & { node: string; at: number })[] = [];
  const forgotten: string[] = [];
  const looks: (() => void)[] = [];
  let text: ClusterText | undefined;
  let activity = 0;
  let clients = 0;
  let listed: ReadonlySet<string> | undefined;
  let hanging = false;
  let failure: unknown;
  /** When waits end, for moving the clock from one to the next. */
  const waits = new Set<number>();

  function waitVirtually(ms: number): Promise<void> {
    const due = clock.now() + ms;
    waits.add(due);
    return new Promise((resolve) => {
      clock.at(due, () => {
        waits.delete(due);
        activity += 1;
        resolve();
      });
    });
  }

  function whoAnswers(server: ServerAddress, path: string): number | undefined {
    const name = `${server.host}:${server.port}`;
    const route = options.routes?.[name];
    if (typeof route === 'function') return route(path);
    const index = route ?? sim.nodes.findIndex((node) => node.address === name);
    return index < 0 ? undefined : index;
  }

  function filter(path: string, response: SimResponse): SimResponse {
    if (listed === undefined || response.status !== 200 || !membersPaths.has(path)) return response;
    const body = JSON.parse(response.body.toString()) as { data: { address: string }[] };
    return { ...response, body: Buffer.from(JSON.stringify({ ...body, data: body.data.filter(({ address }) => listed!.has(address)) })) };
  }

  function counted(how: ConnectOptions): CanaryClient {
    const client = connect(how);
    clients += 1;
    return {
      call: client.call,
      canary: client.canary,
      close() {
        clients -= 1;
        return client.close();
      },
    };
  }

  const poller = createClusterPoller({
    config, now: clock.now, contentsBudget: createBudget(options.contentsRate ?? 4_000_000, clock.now),
    ...(options.rules === undefined ? {} : { rules: options.rules }),
    ...(options.share === undefined ? {} : { share: options.share }),
    intervals: { ...(options.beats === true ? {} : { beats: beatsOnceMs }), ...options.intervals },
    ...(options.canary === undefined ? {} : { canaryHost: { identity: options.canary, listen: () => Promise.resolve(listenVirtually(sim)) } }),
    wait: overSockets ? (ms) => sleep(ms, undefined, { ref: false }) : waitVirtually,
    // Whoever lets others have their turn is at work: time stands still.
    pause() {
      activity += 1;
      return nextTurn();
    },
    log: {
      info: (data, message) => void log.push({ level: 'info', message, ...data }),
      warn: (data, message) => void log.push({ level: 'warn', message, ...data }),
    },
    publish(published) {
      text = published;
      activity += 1;
      try {
        assertNoDuplicates(published);
        for (const look of looks) look();
      } catch (error) {
        failure ??= error;
      }
    },
    forgetNode: (node) => void forgotten.push(node),
    openPort: async (host, port) => listensAt(sim, host, port) && options.closedPorts?.includes(port) !== true,
    connect: (server, name, loginPaths) => counted({
      config, server, loginPaths, version: 'test', now: clock.now, secrets: { readFile: () => '', env: {} },
      onRequest: (observation) => void requests.push({ ...observation, node: name(), at: clock.now() }),
      ...(overSockets ? {} : {
        transport: createVirtualTransport({ sim, who: (path) => whoAnswers(server, path), wait: waitVirtually, filter, onActivity: () => void (activity += 1) }),
      }),
    }),
  });

  const { livenessInterval, interval } = config.poll;
  const started = clock.now();
  let nextCheck = started;
  let nextPoll = started;
  const running = new Set<Promise<void>>();
  let checking = false;
  let polling = false;

  function run(what: () => Promise<void>, done: () => void): void {
    const end = what().catch((error: unknown) => void (failure ??= error)).finally(() => {
      running.delete(end);
      done();
    });
    running.add(end);
  }

  /** Checks and polls never overlap their own kind, as the fleet's schedule has it. */
  function startWhatIsDue(): void {
    const now = clock.now();
    const first = now === started;
    const pollIsDue = now >= nextPoll;
    while (nextCheck <= now) nextCheck += livenessInterval;
    while (nextPoll <= now) nextPoll += interval;
    if (hanging) return;
    const poll = (): void => {
      if (!pollIsDue || polling) return;
      polling = true;
      run(poller.poll, () => void (polling = false));
    };
    if (checking) poll();
    else {
      checking = true;
      run(async () => {
        await poller.check();
        if (first) poll();
      }, () => void (checking = false));
      if (!first) poll();
    }
  }

  async function settle(): Promise<void> {
    if (overSockets) {
      while (running.size > 0) await Promise.all(running);
      await nextTurn();
      return;
    }
    for (let quiet = 0; quiet < quietTurns;) {
      const before = activity;
      await nextTurn();
      quiet = activity === before ? quiet + 1 : 0;
    }
  }

  async function advanceTo(end: number): Promise<void> {
    for (;;) {
      const next = Math.min(end, ...waits);
      clock.advance(next - clock.now());
      if (listening !== undefined) await listening.settled();
      if (next >= end) return;
      await settle();
    }
  }

  async function play(ms: number = interval): Promise<void> {
    const end = clock.now() + ms;
    while (Math.min(nextCheck, nextPoll) <= end) {
      await advanceTo(Math.min(nextCheck, nextPoll));
      await settle();
      startWhatIsDue();
      await settle();
    }
    await advanceTo(end);
    await settle();
    if (failure !== undefined) throw failure;
  }

  function samples(name: string, labels?: Labels): readonly Sample[] {
    return samplesOf(text, clock.now(), name, labels);
  }

  const rig: Rig = {
    sim, clock, poller, config, listening, log, requests, forgotten, play, samples,
    text: () => text,
    clients: () => clients,
    async playUntil(done, atMostMs) {
      const from = clock.now();
      while (!done()) {
        if (clock.now() - from >= atMostMs) throw new Error(`not within ${atMostMs} ms`);
        await play(livenessInterval);
      }
      return clock.now() - from;
    },
    value(name, labels) {
      const found = samples(name, labels);
      if (found.length > 1) throw new Error(`${name} ${JSON.stringify(labels ?? {})} is ambiguous: ${found.length} samples`);
      return found[0]?.value;
    },
    labelValues: (name, label, labels) => [...new Set(samples(name, labels).map((sample) => sample.labels.get(label) ?? ''))].toSorted(),
    everySample: () => everySample(text),
    node: (index) => sim.node(index).address,
    atEveryText: (look) => void looks.push(look),
    listOnly(indexes) {
      listed = indexes === undefined ? undefined : new Set(indexes.map((index) => sim.node(index).address));
    },
    hangPoller(hangs) {
      hanging = hangs;
    },
    async close() {
      await poller.close();
      sim.close();
      await listening?.close();
    },
  };
  await play(0);
  return rig;
}

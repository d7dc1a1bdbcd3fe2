/**
 * Reads one node's stages, one after another, never two at a time. Every outcome is data; nothing here throws. What a
 * reader remembers is what the next request depends on: dialect, due times, latency, and the last members, switches and
 * catalogs that it was told.
 */

import type { Limits, PollConfig } from '../config/config.ts';
import { median } from '../analysis/median.ts';
import type { HostPort } from '../analysis/member-address.ts';
import { allows, type AllowDeny } from '../analysis/names.ts';
import type { Actuator, Catalogs, Failure, Member, Namespace, SelfView, ServerState, Stage, StageValues, Switches } from '../model.ts';
import type { CanaryClient, Reply } from '../nacos/client.ts';
import { supportedStages, type Call, type Dialect } from '../nacos/dialects/dialect.ts';
import { MissingApi, NacosError, toFailure } from '../nacos/errors.ts';
import type { InternedNames } from '../nacos/service-names.ts';
import type { Attempt, Attempts } from '../snapshot/attempt.ts';
import { readActuator } from './actuator-reader.ts';
import { createBeatSampler, type BeatAsking, type Timed } from './beat-sampler.ts';
import { createConversation } from './conversation.ts';
import { createCountsReader, silentReasons } from './counts-reader.ts';
import { dueStages, intervalsOf, type Intervals, type Load } from './schedule.ts';
import { rowStages, stageReads, type Asking, type RowStage, type StageRead } from './stage-reads.ts';

export interface ReaderDeps {
  readonly client: CanaryClient;
  /** Where the node is called. */
  readonly server: HostPort;
  /** Whether a port takes connections. */
  readonly open: (door: HostPort) => Promise<boolean>;
  readonly hasCredentials: boolean;
  readonly poll: PollConfig;
  readonly limits: Limits;
  /** Which families are served now. */
  readonly metrics: () => AllowDeny;
  readonly now: () => number;
  /** In place of the configured ones, milliseconds. */
  readonly intervals: () => Intervals;
  /** 0 to 1: of the requests for beats, the part that a node gets now. */
  readonly beatShare?: (() => number) | undefined;
  /** The dictionary of a namespace, shared by all nodes of the cluster. */
  readonly namesOf: (namespace: string) => InternedNames;
  /** A turn of the event loop, of which each large answer gets one of its own. */
  readonly pause: () => Promise<void>;
}

/** What the cluster asks of a node beyond its own state. */
export interface PollRequest {
  /** Namespaces known to the cluster so far, to be joined with those the node itself lists. */
  readonly namespaces: readonly string[];
  readonly allows: (namespace: string) => boolean;
  /** Of those allowed: which are this shard's, and told of in detail. */
  readonly mine: (namespace: string) => boolean;
  /** The node's own address: an answer that comes from another one is another member's. */
  readonly address: string | undefined;
  /** Clusters of a service; the one that nearly all have where nothing is known of it. */
  readonly clustersOf: (namespace: string, group: string, name: string) => readonly string[];
}

export interface CheckResult {
  readonly attempts: Attempts;
  readonly answered: boolean;
  readonly responseMs?: number;
  readonly clockOffsetMs?: number;
}

export interface NodeReader {
  readonly client: CanaryClient;
  dialect(): Dialect | undefined;
  state(): ServerState | undefined;
  /** Of the stages that the node has, as far as it said. */
  intervals(): Partial<Record<Stage, number>>;
  /** Liveness and members: every few seconds. */
  check(): Promise<CheckResult>;
  /** Everything else that is due. */
  poll(request: PollRequest): Promise<Attempts>;
  /** Counts alone, out of turn. */
  counts(request: PollRequest): Promise<Attempts>;
  /** Resolves once nothing is asked any more. */
  close(): Promise<void>;
}

type PollStage = Exclude<Stage, 'liveness' | 'members' | 'contents'>;

/** An answer with any of these still came from a server over HTTP. */
const httpReasons: ReadonlySet<string> = new Set(['redirect', 'auth', 'forbidden', 'status', 'gone', 'empty', 'decode', 'envelope', 'too_large']);
const latenciesKept = 40;
/** Date is cut to whole seconds: half of one is the best guess at the rest. */
const halfSecond = 500;

export function createNodeReader(deps: ReaderDeps): NodeReader {
  const { client, poll, now } = deps;
  const lastAt = new Map<Stage, number>();
  const latencies: number[] = [];
  /** Stages whose API the server said it has not: asked for again as rarely as what seldom changes. */
  const missing = new Set<Stage>();
  const counts = createCountsReader(client, deps.namesOf, deps.limits, deps.pause);
  const talk = createConversation({
    client, hasCredentials: deps.hasCredentials, timeoutMs: poll.timeout, now, onChange: forget,
  });
  const beats = createBeatSampler(poll.interval, now, deps.beatShare);
  const underWay = new Set<Promise<unknown>>();
  let members: readonly Member[] = [];
  let switches: Switches | undefined;
  let catalogs: Catalogs = new Map();
  let silent = false;
  let load: Load = { serverMs: 0 };

  function forget(): void {
    lastAt.clear();
    missing.clear();
  }

  function intervalsNow(dialect: Dialect): Record<Stage, number> {
    const intervals = intervalsOf(dialect, poll, load, deps.intervals());
    for (const stage of missing) intervals[stage] = Math.max(intervals[stage], poll.rareInterval);
    return intervals;
  }

  async function tracked<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  }

  async function attempt<T>(read: () => Promise<T>): Promise<Attempt<T>> {
    const started = now();
    try {
      const value = await read();
      return { outcome: { status: 'ok' }, at: now(), durationMs: now() - started, value };
    } catch (error) {
      if (error instanceof MissingApi) return unsupported(now());
      return failed(toFailure(error), now(), now() - started);
    }
  }

  async function ask<T>(call: Call<T>): Promise<T> {
    try {
      return (await client.call(call)).value;
    } catch (error) {
      if (error instanceof NacosError && error.httpStatus !== undefined && call.missing?.(error.httpStatus) === true) throw new MissingApi(error.message);
      throw error;
    }
  }

  async function timed<T>(call: Call<T>): Promise<Timed<T>> {
    const { value, serverDate } = await client.call(call);
    return { value, serverNow: serverDate === undefined ? now() : serverDate + halfSecond };
  }

  async function check(): Promise<CheckResult> {
    const started = now();
    let reply: Reply<unknown> | undefined;
    /** It lives, but not even what it is could be found out. */
    let unknown: Failure | undefined;
    const liveness = await attempt<StageValues['liveness']>(async () => {
      try {
        const answer = await talk.live();
        reply = answer.reply;
        return answer.value;
      } catch (error) {
        const failure = toFailure(error);
        if (!httpReasons.has(failure.reason)) throw error;
        if (talk.dialect() === undefined) unknown = failure;
        return { httpStatus: failure.httpStatus ?? 200 };
      }
    });
    const answered = liveness.outcome.status === 'ok';
    silent = !answered;
    const attempts: Attempts = { liveness, ...(await checkMembers(answered, unknown)) };
    if (reply === undefined) return { attempts, answered };
    latencies.push(reply.headersMs);
    if (latencies.length > latenciesKept) latencies.shift();
    const offset = reply.serverDate === undefined ? undefined : reply.serverDate + halfSecond - (started + reply.headersMs / 2);
    return { attempts, answered, responseMs: reply.headersMs, ...(offset === undefined ? {} : { clockOffsetMs: offset }) };
  }

  async function checkMembers(answered: boolean, unknown: Failure | undefined): Promise<Attempts> {
    const dialect = talk.dialect();
    // The first thing that everybody is asked for: what stands in the way of all readings is told of this one.
    if (dialect === undefined) return unknown === undefined ? {} : { members: failed(unknown, now(), 0) };
    const call = dialect.members;
    if (call === undefined) return { members: unsupported(now()) };
    const made = answered ? await attempt(() => ask(call)) : skipped(now());
    members = made.value ?? members;
    return { members: made };
  }

  async function pollNode(request: PollRequest): Promise<Attempts> {
    const dialect = talk.dialect();
    return dialect === undefined ? {} : pollStages(dialect, request);
  }

  async function pollStages(dialect: Dialect, request: PollRequest): Promise<Attempts> {
    const due = dueStages(lastAt, intervalsNow(dialect), now(), poll.interval);
    let quiet = silent;
    let wrong: Failure | undefined;

    async function stage<S extends PollStage>(
      name: S, supported: boolean, read: () => Promise<Attempt<StageValues[S]>>,
    ): Promise<Attempt<StageValues[S]> | undefined> {
      if (!supported) return unsupported(now());
      if (!due.has(name)) return undefined;
      if (quiet) return skipped(now());
      lastAt.set(name, now());
      const made = wrong === undefined ? await read() : failed(wrong, now(), 0);
      if (made.outcome.status === 'unsupported') missing.add(name);
      else missing.delete(name);
      if (made.outcome.status !== 'failed') return made;
      const { reason, httpStatus } = made.outcome;
      if (silentReasons.has(reason)) quiet = true;
      // A list that is read seldom is asked for again soon.
      if (name === 'namespaces') lastAt.delete(name);
      if (reason === 'wrong_member') wrong = { reason, detail: made.outcome.detail };
      if (reason === 'gone' || httpStatus === 501 || httpStatus === 404) talk.doubt();
      return made;
    }

    const made: { [S in Stage]?: Attempt<unknown> } = {};
    const asking: Asking = {
      dialect, ask, actuator, self: () => self(dialect, request), seen: () => made.raft?.value as SelfView | undefined,
      server: deps.server, address: request.address, open: deps.open,
      beats,
      beatAsking: (): BeatAsking => ({
        dialect, timed, catalogs, members, allows: (namespace) => request.allows(namespace) && request.mine(namespace), clustersOf: request.clustersOf,
        address: request.address ?? (made.raft?.value as SelfView | undefined)?.address,
      }),
    };
    async function rows(names: readonly RowStage[]): Promise<void> {
      for (const name of names) {
        const row = stageReads[name] as StageRead<RowStage>;
        const disturbs = switches !== undefined && row.disturbs?.(switches) === true;
        // Once it does no more, it is not left for later.
        if (disturbs) lastAt.delete(name);
        const read = await stage(name, row.supported(dialect) && !disturbs, () => attempt(() => row.read(asking)));
        if (name === 'switches' && read?.value !== undefined) switches = read.value as Switches;
        if (read !== undefined) made[name] = read;
      }
    }

    await rows(rowStages.filter((name) => stageReads[name].last === undefined));
    noteLoad((made.metrics?.value as StageValues['metrics'] | undefined)?.cpu);
    const counted = await stage('counts', dialect.catalogPage !== undefined, () => readCounts(dialect, request, (made.namespaces?.value as StageValues['namespaces'] | undefined) ?? []));
    if (counted !== undefined) made.counts = counted;
    catalogs = counted?.value ?? catalogs;
    await rows(rowStages.filter((name) => stageReads[name].last));
    // Contents are read for all nodes together; here is only told where there are none.
    if (!supportedStages(dialect).has('contents')) made.contents = unsupported(now());
    return made as Attempts;
  }

  const actuator = (text: string): Promise<Actuator> => readActuator(text, {
    limit: deps.limits.actuatorSeries, serves: (family) => allows(deps.metrics(), family), pause: deps.pause,
  });

  /** The node's own entry, and proof of who answers. */
  async function self(dialect: Dialect, request: PollRequest): Promise<SelfView> {
    const view = await ask(dialect.raft!);
    if (request.address !== undefined && view.address !== undefined && view.address !== request.address) {
      throw new NacosError('wrong_member', `asked ${request.address}, and ${view.address} answered`);
    }
    return view;
  }

  async function readCounts(dialect: Dialect, request: PollRequest, listed: readonly Namespace[]): Promise<Attempt<StageValues['counts']>> {
    const started = now();
    const wanted = new Set([...request.namespaces, ...listed.map((namespace) => namespace.id)]);
    const read = await counts.read(dialect, [...wanted].filter(request.allows).toSorted());
    load = { ...load, serverMs: read.serverMs };
    // Whoever answered the last page must be who answered the first: behind a balancer that may change under us.
    const after = read.failure === undefined && dialect.raft !== undefined ? await attempt(() => self(dialect, request)) : undefined;
    if (after?.outcome.status === 'failed' && after.outcome.reason === 'wrong_member') return failed(after.outcome, now(), now() - started);
    const outcome = read.failure === undefined ? { status: 'ok' as const } : { status: 'failed' as const, ...read.failure };
    const empty = read.failure !== undefined && read.catalogs.size === 0;
    return { outcome, at: now(), durationMs: now() - started, ...(empty ? {} : { value: read.catalogs }) };
  }

  async function countsNow(request: PollRequest): Promise<Attempts> {
    const dialect = talk.dialect();
    if (dialect?.catalogPage === undefined || silent) return {};
    return { counts: await readCounts(dialect, request, []) };
  }

  function noteLoad(cpu: number | undefined): void {
    const latency = latencies.at(-1);
    const usual = median(latencies);
    const known = cpu ?? load.cpu;
    load = {
      serverMs: load.serverMs,
      ...(known === undefined ? {} : { cpu: known }),
      ...(latency === undefined || usual === undefined ? {} : { latencyMs: latency, medianLatencyMs: usual }),
    };
  }

  return {
    client,
    dialect: talk.dialect,
    state: talk.state,
    intervals: () => {
      const dialect = talk.dialect();
      if (dialect === undefined) return {};
      return Object.fromEntries(Object.entries(intervalsNow(dialect)).filter(([stage]) => !missing.has(stage as Stage)));
    },
    check: () => tracked(check()),
    poll: (request) => tracked(pollNode(request)),
    counts: (request) => tracked(countsNow(request)),
    async close() {
      await client.close();
      await Promise.all(underWay);
    },
  };
}

const unsupported = (at: number): Attempt<never> => ({ outcome: { status: 'unsupported' }, at, durationMs: 0 });
const skipped = (at: number): Attempt<never> => ({ outcome: { status: 'skipped' }, at, durationMs: 0 });
const failed = (failure: Failure, at: number, durationMs: number): Attempt<never> => ({ outcome: { ...failure, status: 'failed' }, at, durationMs });

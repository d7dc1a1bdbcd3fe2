/**
 * Polls one cluster on its own clock and holds the one mutable cell: snapshot, ledger and finished text, replaced in
 * one assignment. A node that hangs delays neither the others nor the cell: what is late is taken in when it comes.
 */

import type { ClusterConfig, ServerAddress } from '../config/config.ts';
import { wholeCluster, type Share } from '../config/shard.ts';
import { advance, emptyLedger, type Ledger } from '../analysis/ledger.ts';
import { allows, type AllowDeny } from '../analysis/names.ts';
import { namespacesOf } from '../analysis/consensus.ts';
import { isUnrest } from '../analysis/unrest.ts';
import { staleAfter, type Timing } from '../analysis/status.ts';
import type { ClusterText } from '../metrics/cluster-text.ts';
import { buildView, type ClusterView } from '../metrics/view.ts';
import { stages, type ClusterSnapshot, type Stage } from '../model.ts';
import type { CanaryClient, NodeClient } from '../nacos/client.ts';
import type { Dialect } from '../nacos/dialects/dialect.ts';
import type { OpenPort } from '../nacos/open-port.ts';
import { loginBeforeDetection } from '../nacos/detect.ts';
import { assemble, type NodeReport } from '../snapshot/assemble.ts';
import type { Rules } from '../analysis/contents/rules.ts';
import type { Budget } from './budget.ts';
import { createBurst } from './burst.ts';
import { createCanary, type CanaryHost } from './canary/canary.ts';
import { createClusterContents, type ClusterContents, type Known } from './cluster-contents.ts';
import { createConfigCheck } from './config-check.ts';
import { createDictionaries } from './dictionaries.ts';
import { createFailureLog, type Log } from './failure-log.ts';
import { createNodeReader, type NodeReader } from './node-reader.ts';
import { createPatient } from './patient.ts';
import { servedFamilies } from './publish.ts';
import { createPublisher, createSelector } from './publisher.ts';
import { createRoster, type Entry } from './roster.ts';
import { sharedIntervals } from './shared-stages.ts';
import type { Intervals } from './schedule.ts';
import { createThresholds } from './thresholds.ts';
import { createTurns } from './turns.ts';
import { createVisits, knownNamespaces } from './visits.ts';

export interface PollerDeps {
  readonly config: ClusterConfig;
  readonly now: () => number;
  /** Opens a client of one server; `loginPaths` are those of the dialect it turns out to speak. */
  readonly connect: (server: ServerAddress, name: () => string, loginPaths: () => readonly string[]) => CanaryClient;
  readonly openPort: OpenPort;
  readonly log: { readonly info: Log; readonly warn: Log };
  /** Called with every new text, and with undefined names of nodes that are gone. */
  readonly publish: (text: ClusterText) => void;
  readonly forgetNode: (node: string) => void;
  readonly pause: () => Promise<void>;
  /** Waits on the poller's clock. */
  readonly wait: (ms: number) => Promise<void>;
  /** Bytes of contents reads, shared by all clusters; without it contents are not read. */
  readonly contentsBudget?: Budget;
  readonly rules?: Rules;
  /** Of stages that are wanted more often, or less, than configured. */
  readonly intervals?: Intervals;
  /** 0 to 1: of the requests for beats, the part that each node gets; all unless told. */
  readonly beatShare?: () => number;
  /** What of it this process reads and serves; all of it unless told. */
  readonly share?: Share;
  /** Without it nothing is written, whatever the configuration says. */
  readonly canaryHost?: CanaryHost;
}

/** A node as it is spoken to now. */
export interface Peer {
  readonly node: string;
  /** Where it is called. */
  readonly server: ServerAddress;
  readonly client: NodeClient;
  /** Undefined while it has never answered. */
  readonly dialect: Dialect | undefined;
}

export interface ClusterPoller {
  readonly cluster: string;
  /** Liveness and members of every node, then a new text. */
  check(): Promise<void>;
  /** Everything else that is due. */
  poll(): Promise<void>;
  snapshot(): ClusterSnapshot;
  ledger(): Ledger;
  view(): ClusterView;
  /** The nodes, for reads beyond the poll. */
  peers(): readonly Peer[];
  /** True once a poll has completed, and its text is out. */
  polled(): boolean;
  /** From now on these families are served, and no others. */
  serve(metrics: AllowDeny): void;
  close(): Promise<void>;
}

export function createClusterPoller(deps: PollerDeps): ClusterPoller {
  const { config, now } = deps;
  const share = deps.share ?? wholeCluster;
  let { metrics } = config;
  let families = servedFamilies(metrics, share);
  const timing: Timing = { livenessInterval: config.poll.livenessInterval, timeout: config.poll.timeout, interval: config.poll.interval };
  const dictionaries = createDictionaries();
  const thresholds = createThresholds(now);
  // Rendering, comparing and decoding go on at the same time: each step of any of them is a turn of its own.
  const pause = createTurns(deps.pause);
  const select = createSelector(config.limits.services);
  let cell: Known = {
    snapshot: { cluster: config.name, at: now(), nodes: [], thresholds: new Map(), intervals: {} },
    ledger: emptyLedger(now()),
  };
  let committed = false;
  let polls = 0;
  let closed = false;

  const publisher = createPublisher({
    cluster: config.name, families: () => families, share, now, lifetime: staleAfter(timing.livenessInterval, timing), viewAt, publish: deps.publish, pause,
  });
  const roster = createRoster({ config, openReader, openProbe, onGone: deps.forgetNode });
  const visits = createVisits({
    config, share, now, roster, failures: createFailureLog(config.name, deps.log), snapshot: () => cell.snapshot,
    clustersOf: (namespace, group, name) => contents?.clustersOf(namespace, group, name) ?? ['DEFAULT'],
  });
  const patient = createPatient(deps.wait);
  const burst = createBurst<Entry>({
    now, patient, onError: warn('reading counts out of turn failed'), nodes: () => (intervalsWanted().counts === Infinity ? [] : roster.nodes().filter((entry) => isUp(entry) && entry.wrong === 0 && !entry.polling)),
    async read(entry) {
      const report = await visits.count(entry);
      if (report !== undefined) commit([report]);
    },
  });
  const contents: ClusterContents | undefined = deps.contentsBudget === undefined ? undefined : createClusterContents({
    cluster: config.name, share, poll: config.poll, shownKeys: config.metadataViews.keys, timing, now, wait: deps.wait, pause, namesOf: dictionaries.of, budget: deps.contentsBudget, rules: deps.rules,
    roster, visits, isUp, known: () => cell, commit, changed: publish, onError: warn('reading contents failed'),
  });

  const canary = deps.canaryHost === undefined || config.canary === undefined || !share.cluster ? undefined : createCanary({
    cluster: config.name, config: config.canary, host: deps.canaryHost, now, wait: deps.wait, timeoutMs: config.poll.timeout, log: deps.log,
    nodes: () => roster.nodes().filter((entry) => isUp(entry) && entry.wrong === 0).map((entry) => (
      { node: roster.nameOf(entry), client: entry.reader.client, host: entry.server.host, port: entry.server.port }
    )),
    snapshot: () => cell.snapshot, changed: publish,
  });

  const configCheck = config.configCheck === undefined ? undefined : createConfigCheck({
    cluster: config.name, config: config.configCheck, now, wait: deps.wait, timeoutMs: config.poll.timeout, log: deps.log,
    nodes: () => roster.nodes().filter((entry) => isUp(entry) && entry.wrong === 0).map((entry) => (
      { node: roster.nameOf(entry), client: entry.reader.client, dialect: entry.reader.dialect() }
    )),
    namespaces: () => namespacesOf(cell.snapshot).filter(share.namespace), changed: publish,
  });

  function warn(message: string): (error: unknown) => void {
    return (error) => deps.log.warn({ cluster: config.name, error: String(error) }, message);
  }

  function openReader(server: ServerAddress, name: () => string): NodeReader {
    const reader: NodeReader = createNodeReader({
      client: deps.connect(server, name, () => reader.dialect()?.login ?? loginBeforeDetection),
      server, open: ({ host, port }) => deps.openPort(host, port, config.poll.connectTimeout),
      hasCredentials: config.auth.user !== undefined || config.auth.identity !== undefined,
      poll: config.poll, limits: config.limits, metrics: () => metrics, now, intervals: intervalsWanted, beatShare: deps.beatShare, namesOf: dictionaries.of, pause,
    });
    return reader;
  }

  function intervalsWanted(): Intervals {
    return { ...deps.intervals, ...sharedIntervals(share, () => knownNamespaces(cell.snapshot).filter((namespace) => allows(config.namespaces, namespace))) };
  }

  function openProbe(server: ServerAddress, name: () => string, reader: NodeReader): NodeClient {
    return deps.connect(server, name, () => reader.dialect()?.login ?? loginBeforeDetection);
  }

  function commit(reports: readonly NodeReport[]): void {
    if (closed) return;
    const at = now();
    const snapshot = assemble(cell.snapshot, {
      at, reports, nodes: roster.nodes().map(roster.nameOf), intervals: intervalsInForce(),
      thresholds: thresholds.known(),
    });
    const ledger = advance(cell.ledger, committed ? cell.snapshot : undefined, snapshot, timing, deps.rules);
    const before = cell;
    cell = { snapshot, ledger };
    if (committed && isUnrest(before, cell)) burst.trigger();
    committed = true;
    publish();
  }

  function publish(): void {
    publisher.changed().catch(warn('series could not be made'));
  }

  function intervalsInForce(): ClusterSnapshot['intervals'] {
    const longest: { [S in Stage]?: number } = {};
    for (const entry of roster.nodes()) {
      for (const [stage, interval] of Object.entries(entry.reader.intervals()) as [Stage, number][]) longest[stage] = Math.max(longest[stage] ?? 0, interval);
    }
    const plain: { [S in Stage]?: number } = {
      liveness: config.poll.livenessInterval, members: config.poll.livenessInterval, namespaces: config.poll.rareInterval,
    };
    for (const stage of stages) longest[stage] ??= plain[stage] ?? config.poll.interval;
    if (contents !== undefined) longest.contents = contents.interval();
    return longest;
  }

  function viewAt(at: number): ClusterView {
    const compared = contents?.view();
    return buildView({
      metadataViews: config.metadataViews,
      snapshot: cell.snapshot, ledger: cell.ledger, now: at, timing,
      configuredNodes: roster.configuredNodes(), selection: select(cell.ledger.agreed),
      ...(compared === undefined ? {} : { contents: compared }),
      ...(canary === undefined ? {} : { canary: canary.view() }),
      ...(configCheck === undefined ? {} : { configCheck: configCheck.view() }),
    });
  }

  function isUp(entry: Entry): boolean {
    return cell.ledger.life.get(roster.nameOf(entry))?.up === true;
  }

  /** The members as the nodes name them; while none answers, the word of a balancer is all there is. */
  function membersNow(): readonly string[] {
    const fronted = visits.fronted();
    return roster.nodes().some(isUp) || fronted.length === 0 ? cell.ledger.membership.listed : fronted;
  }

  function idleEntries(): readonly Entry[] {
    const nodes = roster.nodes();
    return roster.entries().filter((entry) => !entry.checking && (entry.identity.kind !== 'member' || nodes.includes(entry)));
  }

  /** Runs a round: what is done within `grace` is taken in together, what is late by itself. */
  async function round(entries: readonly Entry[], read: (entry: Entry) => Promise<NodeReport | undefined>, grace: number): Promise<void> {
    const early: NodeReport[] = [];
    let over = false;
    await within(Promise.all(entries.map(async (entry) => {
      const result = await read(entry);
      if (result === undefined) return;
      if (over) commit([result]);
      else early.push(result);
    })), 'round failed', grace);
    over = true;
    commit(early);
    const members = membersNow();
    if (members.length > 0 && !closed) await roster.follow(members);
  }

  /** Waits for work that is not to hold up the schedule, but no longer than `grace`. */
  async function within(work: Promise<unknown> | undefined, failing: string, grace: number): Promise<void> {
    if (work === undefined) return;
    await Promise.race([work.catch(warn(failing)), deps.wait(grace)]);
  }

  return {
    cluster: config.name,
    async check() {
      const asked = idleEntries();
      const grace = Math.min(1000, config.poll.livenessInterval / 2);
      await round(asked, visits.check, grace);
      // Members that were named just now: the next poll shall know them.
      const found = idleEntries().filter((entry) => !asked.includes(entry));
      if (found.length > 0) await round(found, visits.check, grace);
      await within(contents?.confirm(), 'confirming failed', grace);
    },
    async poll() {
      const idle = roster.nodes().filter((entry) => !entry.polling);
      await round(idle, visits.poll, config.poll.interval / 2);
      await within(contents?.poll(), 'reading contents failed', config.poll.interval / 2);
      dictionaries.prune(cell.snapshot);
      await thresholds.read(roster.nodes().filter(isUp).map((entry) => entry.reader), new Map([...cell.ledger.agreed].filter(([namespace]) => share.namespace(namespace))));
      if (polls === 0) await publisher.changed().catch(warn('series could not be made'));
      if (polls === 0) deps.log.info({ cluster: config.name, nodes: cell.snapshot.nodes.map((node) => node.node) }, 'first poll completed');
      polls++;
      if (closed) return;
      canary?.start();
      configCheck?.start();
    },
    snapshot: () => cell.snapshot,
    ledger: () => cell.ledger,
    view: () => viewAt(now()),
    peers: () => roster.nodes().map((entry) => ({ node: roster.nameOf(entry), server: entry.server, client: entry.reader.client, dialect: entry.reader.dialect() })),
    polled: () => polls > 0,
    serve(next) {
      if (JSON.stringify(next) === JSON.stringify(metrics)) return;
      metrics = next;
      families = servedFamilies(metrics, share);
      publish();
    },
    async close() {
      closed = true;
      patient.stop();
      publisher.close();
      const ended = contents?.close();
      await configCheck?.stop();
      await canary?.stop();
      await roster.close();
      await ended;
    },
  };
}

/**
 * Polls one cluster on its own clock and holds the one mutable cell: snapshot, ledger and finished text, replaced in
 * one assignment. A node that hangs delays neither the others nor the cell: what is late is taken in when it comes.
 */

import type { ClusterConfig, ServerAddress } from '../config/config.ts';
import { namespacesOf, standing } from '../analysis/consensus.ts';
import { advance, emptyLedger, type Ledger } from '../analysis/ledger.ts';
import { allows } from '../analysis/names.ts';
import { isUnrest } from '../analysis/unrest.ts';
import { staleAfter, type Timing } from '../analysis/status.ts';
import type { ClusterText } from '../metrics/cluster-text.ts';
import { buildView, type ClusterView } from '../metrics/view.ts';
import { stages, type ClusterSnapshot, type NodeSnapshot, type Stage } from '../model.ts';
import type { NodeClient } from '../nacos/client.ts';
import { supportedStages, type Dialect } from '../nacos/dialects/dialect.ts';
import { loginBeforeDetection } from '../nacos/detect.ts';
import { assemble, type NodeReport } from '../snapshot/assemble.ts';
import type { Attempts } from '../snapshot/attempt.ts';
import type { Rules } from '../analysis/contents/rules.ts';
import type { Budget } from './budget.ts';
import { createBurst } from './burst.ts';
import { createContentsTier, type ContentsAttempt, type TierNode } from './contents-tier.ts';
import { createDictionaries } from './dictionaries.ts';
import { createFailureLog, type Log } from './failure-log.ts';
import { createHealthOwners } from './health-owners.ts';
import { createNodeReader, type NodeReader, type PollRequest } from './node-reader.ts';
import { createPatient } from './patient.ts';
import { createPublisher, createSelector } from './publisher.ts';
import { createRoster, type Entry } from './roster.ts';
import { createThresholds } from './thresholds.ts';

export interface PollerDeps {
  readonly config: ClusterConfig;
  readonly now: () => number;
  /** Opens a client of one server; `loginPaths` are those of the dialect it turns out to speak. */
  readonly connect: (server: ServerAddress, name: () => string, loginPaths: () => readonly string[]) => NodeClient;
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
}

/** A node as it is spoken to now. */
export interface Peer {
  readonly node: string;
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
  /** True once a poll has completed. */
  polled(): boolean;
  close(): Promise<void>;
}

/** Between two rounds of reads for verdicts, milliseconds. */
const lookPauseMs = 1_000;

export function createClusterPoller(deps: PollerDeps): ClusterPoller {
  const { config, now } = deps;
  const timing: Timing = { livenessInterval: config.poll.livenessInterval, timeout: config.poll.timeout, interval: config.poll.interval };
  const dictionaries = createDictionaries();
  const thresholds = createThresholds(now);
  const select = createSelector(config.limits.services);
  const contents = deps.contentsBudget === undefined ? undefined : createContentsTier({
    poll: config.poll, now, wait: deps.wait, pause: deps.pause, namesOf: dictionaries.of, budget: deps.contentsBudget,
    nodes: () => contentsNodes(), namespaces: () => namespacesOf(cell.snapshot), ledger: () => cell.ledger,
    healthOwner: createHealthOwners(() => voters(), dictionaries.of), report: reportContents, changed: () => void publisher.changed(),
    ...(deps.rules === undefined ? {} : { rules: deps.rules }),
  });
  let cell: { readonly snapshot: ClusterSnapshot; readonly ledger: Ledger } = {
    snapshot: { cluster: config.name, at: now(), nodes: [], thresholds: new Map(), intervals: {} },
    ledger: emptyLedger(now()),
  };
  let committed = false;
  let polls = 0;
  let closed = false;
  /** Members as the last answer from behind a balancer named them. */
  let fronted: readonly string[] = [];

  const failures = createFailureLog(config.name, deps.log);
  const publisher = createPublisher({
    cluster: config.name, metrics: config.metrics, now, lifetime: staleAfter(timing.livenessInterval, timing), viewAt, publish: deps.publish, pause: deps.pause,
  });
  const patient = createPatient(deps.wait);
  /** Counts that are read of an entry out of turn: a poll of it waits for their end. */
  const outOfTurn = new Map<Entry, Promise<void>>();
  const burst = createBurst<Entry>({
    now, patient, nodes: () => roster.nodes().filter((entry) => isUp(entry) && entry.wrong === 0 && !entry.polling),
    async read(entry) {
      const reading = countOutOfTurn(entry).finally(() => outOfTurn.delete(entry));
      outOfTurn.set(entry, reading);
      await reading;
    },
  });
  const roster = createRoster({ config, openReader, openProbe, onGone: deps.forgetNode });

  function openReader(server: ServerAddress, name: () => string): NodeReader {
    const reader: NodeReader = createNodeReader({
      client: deps.connect(server, name, () => reader.dialect()?.login ?? loginBeforeDetection),
      hasCredentials: config.auth.user !== undefined || config.auth.identity !== undefined,
      poll: config.poll, limits: config.limits, now, namesOf: dictionaries.of,
    });
    return reader;
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
    const ledger = advance(cell.ledger, committed ? cell.snapshot : undefined, snapshot, timing);
    const before = cell;
    cell = { snapshot, ledger };
    if (committed && isUnrest(before, cell)) burst.trigger();
    committed = true;
    publisher.changed().catch((error: unknown) => deps.log.warn({ cluster: config.name, error: String(error) }, 'series could not be made'));
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
      snapshot: cell.snapshot, ledger: cell.ledger, now: at, timing,
      configuredNodes: roster.configuredNodes(), selection: select(cell.ledger.agreed),
      ...(compared === undefined ? {} : { contents: compared }),
    });
  }

  /** While another member answers at the node's address, what was told of versions and times is that one's. */
  function report(entry: Entry, from: Omit<NodeReport, 'node' | 'configured'>): NodeReport {
    const { attempts } = from;
    const node = { node: roster.nameOf(entry), configured: entry.configured };
    if (entry.wrong > 0) return { ...node, attempts };
    const api = entry.reader.dialect()?.api;
    const state = entry.reader.state();
    return { ...node, ...(api === undefined ? {} : { api }), ...(state === undefined ? {} : { state }), ...from };
  }

  async function checkEntry(entry: Entry): Promise<NodeReport | undefined> {
    entry.checking = true;
    try {
      const { attempts: made, answered, responseMs, clockOffsetMs } = await entry.reader.check();
      if (answered) await roster.resolve(entry);
      if (entry.identity.kind === 'front') {
        fronted = made.members?.value?.map((member) => member.address) ?? fronted;
        return undefined;
      }
      if (answered && hasNewVersion(entry)) await roster.verify(entry);
      const attempts = entry.wrong > 0 ? strangersMembers(made, now()) : made;
      if (!noteFailures(entry, attempts)) return undefined;
      return report(entry, { attempts, ...(responseMs === undefined ? {} : { responseMs }), ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }) });
    } finally {
      entry.checking = false;
    }
  }

  /** An upgrade, or somebody else. */
  function hasNewVersion(entry: Entry): boolean {
    const known = cell.snapshot.nodes.find((node) => node.node === roster.nameOf(entry))?.state;
    return known !== undefined && known.version !== entry.reader.state()?.version;
  }

  async function pollEntry(entry: Entry): Promise<NodeReport | undefined> {
    entry.polling = true;
    try {
      await outOfTurn.get(entry);
      const attempts = await entry.reader.poll(pollRequest(entry));
      const raft = attempts.raft?.outcome;
      if (raft?.status === 'failed' && raft.reason === 'wrong_member') entry.wrong++;
      else if (raft?.status === 'ok') entry.wrong = 0;
      return noteFailures(entry, attempts) ? report(entry, { attempts }) : undefined;
    } finally {
      entry.polling = false;
    }
  }

  function pollRequest(entry: Entry): PollRequest {
    const address = entry.identity.kind === 'member' ? entry.identity.address : undefined;
    return { namespaces: knownNamespaces(), allows: (namespace) => allows(config.namespaces, namespace), address };
  }

  /** What failed here is for the next poll to tell. */
  async function countOutOfTurn(entry: Entry): Promise<void> {
    const attempts = await entry.reader.counts(pollRequest(entry));
    if (attempts.counts?.outcome.status === 'ok' && roster.nodes().includes(entry)) commit([report(entry, { attempts })]);
  }

  /** False where the entry is no node, or not any more: what it said is of no use. */
  function noteFailures(entry: Entry, attempts: Attempts): boolean {
    const node = roster.nameOf(entry);
    if (roster.nodes().includes(entry)) {
      failures.note(node, attempts, cell.snapshot.nodes.find((other) => other.node === node));
      return true;
    }
    if (entry.identity.kind === 'unknown') failures.noteNameless(node, attempts);
    return false;
  }

  /** Namespaces that some node lists. Where no list can be read, the lack of one takes no namespace away. */
  function knownNamespaces(): readonly string[] {
    const lists = cell.snapshot.nodes.flatMap((node) => node.stages.namespaces?.value ?? []).map((namespace) => namespace.id);
    const read = cell.snapshot.nodes.flatMap((node) => [...node.stages.counts?.value?.keys() ?? []]);
    return [...new Set(['public', ...(lists.length > 0 ? lists : read)])];
  }

  /** When the next read for a verdict is to come, and when the last one began. */
  let armedFor = Infinity;
  let lookedAt = 0;

  let votersOf: { readonly snapshot: ClusterSnapshot; readonly ledger: Ledger; readonly voters: readonly NodeSnapshot[] } | undefined;

  function voters(): readonly NodeSnapshot[] {
    if (votersOf?.snapshot !== cell.snapshot || votersOf.ledger !== cell.ledger) {
      votersOf = { ...cell, voters: cell.snapshot.nodes.filter((node) => standing(cell.ledger, node, cell.snapshot, timing) === 'votes') };
    }
    return votersOf.voters;
  }

  function isUp(entry: Entry): boolean {
    return cell.ledger.life.get(roster.nameOf(entry))?.up === true;
  }

  /** The members as the nodes name them; while none answers, the word of a balancer is all there is. */
  function membersNow(): readonly string[] {
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
    const all = entries.map(async (entry) => {
      const result = await read(entry);
      if (result === undefined) return;
      if (over) commit([result]);
      else early.push(result);
    });
    const done = Promise.all(all);
    done.catch((error: unknown) => deps.log.warn({ cluster: config.name, error: String(error) }, 'round failed'));
    await Promise.race([done, deps.wait(grace)]);
    over = true;
    commit(early);
    const members = membersNow();
    if (members.length > 0 && !closed) await roster.follow(members);
  }

  /** Nodes whose contents can be read: up, and of a version that has them. */
  function contentsNodes(): readonly TierNode[] {
    return roster.nodes().filter(isUp).flatMap((entry): TierNode[] => {
      const node = roster.nameOf(entry);
      const dialect = entry.reader.dialect();
      const snapshot = cell.snapshot.nodes.find((other) => other.node === node);
      if (dialect === undefined || snapshot === undefined || entry.wrong > 0) return [];
      if (!hasContents(dialect)) return [];
      return [{ node, client: entry.reader.client, dialect, snapshot, standing: standing(cell.ledger, snapshot, cell.snapshot, timing) }];
    });
  }

  /** A read of all contents ended; a node that could not be asked is told of too. */
  function reportContents(attempts: ReadonlyMap<string, ContentsAttempt>): void {
    commit(roster.nodes().flatMap((entry): NodeReport[] => {
      const attempt = attempts.get(roster.nameOf(entry));
      const read: Attempts = { contents: attempt ?? { outcome: { status: 'skipped' }, at: now(), durationMs: 0 } };
      if (attempt === undefined && (isUp(entry) || !hasContents(entry.reader.dialect()))) return [];
      return noteFailures(entry, read) ? [report(entry, { attempts: read })] : [];
    }));
  }

  /** What is suspected is read again when its time has come, and not only when the schedule comes round. */
  function armLook(): void {
    const due = contents?.nextLook();
    if (closed || due === undefined || due >= armedFor) return;
    armedFor = due;
    void (async () => {
      await deps.wait(Math.max(due - now(), lookedAt + lookPauseMs - now(), 0));
      if (armedFor !== due || closed) return;
      armedFor = Infinity;
      lookedAt = now();
      await contents?.confirm();
      armLook();
    })().catch((error: unknown) => deps.log.warn({ cluster: config.name, error: String(error) }, 'reading again failed'));
  }

  /** Waits for work that is not to hold up the schedule, but no longer than `grace`. */
  async function within(work: Promise<void> | undefined, what: string, grace: number): Promise<void> {
    if (work === undefined) return;
    const done = work.catch((error: unknown) => deps.log.warn({ cluster: config.name, error: String(error) }, `${what} failed`));
    await Promise.race([done, deps.wait(grace)]);
  }

  return {
    cluster: config.name,
    async check() {
      const asked = idleEntries();
      const grace = Math.min(1000, config.poll.livenessInterval / 2);
      await round(asked, checkEntry, grace);
      // Members that were named just now: the next poll shall know them.
      const found = idleEntries().filter((entry) => !asked.includes(entry));
      if (found.length > 0) await round(found, checkEntry, grace);
      await within(contents?.confirm(), 'confirming', grace);
    },
    async poll() {
      const idle = roster.nodes().filter((entry) => !entry.polling);
      await round(idle, pollEntry, config.poll.interval / 2);
      await within(contents?.poll().finally(armLook), 'reading contents', config.poll.interval / 2);
      dictionaries.prune(cell.snapshot);
      await thresholds.read(roster.nodes().filter(isUp).map((entry) => entry.reader), cell.ledger.agreed);
      if (polls === 0) deps.log.info({ cluster: config.name, nodes: cell.snapshot.nodes.map((node) => node.node) }, 'first poll completed');
      polls++;
    },
    snapshot: () => cell.snapshot,
    ledger: () => cell.ledger,
    view: () => viewAt(now()),
    peers: () => roster.nodes().map((entry) => ({ node: roster.nameOf(entry), client: entry.reader.client, dialect: entry.reader.dialect() })),
    polled: () => polls > 0,
    async close() {
      closed = true;
      patient.stop();
      publisher.close();
      const ended = contents?.close();
      await roster.close();
      await ended;
    },
  };
}

function hasContents(dialect: Dialect | undefined): boolean {
  return dialect !== undefined && supportedStages(dialect).has('contents');
}

/** A members list that came from another member says nothing of this node's view. */
function strangersMembers(attempts: Attempts, at: number): Attempts {
  if (attempts.members === undefined) return attempts;
  return { ...attempts, members: { outcome: { status: 'failed', reason: 'wrong_member', detail: 'another member answers at this address' }, at, durationMs: 0 } };
}

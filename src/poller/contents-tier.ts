/**
 * Contents of one cluster: when they are read, on which nodes, and what the cluster's view says of them. A small cluster is
 * read whole at every poll; a large one in a sweep of minutes, and what counts or verdicts ask for one by one meanwhile.
 * Never two sweeps at a time, nor two rounds of single reads.
 */

import type { Ledger } from '../analysis/ledger.ts';
import type { Goings } from '../analysis/contents/lingering.ts';
import { coverageSince } from '../analysis/contents/coverage.ts';
import type { Situation } from '../analysis/contents/observe.ts';
import { standardRules, type Rules } from '../analysis/contents/rules.ts';
import type { Change } from '../analysis/contents/shelf.ts';
import { churnAt, createChurnBook, keepNamespaces, keptEvents, recordChurn, type AgreedChange } from '../analysis/contents/churn-book.ts';
import { listDivergent, summarizeShelf } from '../analysis/contents/summary.ts';
import type { Standing } from '../analysis/consensus.ts';
import type { PollConfig } from '../config/config.ts';
import type { ContentsView } from '../metrics/view.ts';
import type { NodeSnapshot, StageValues } from '../model.ts';
import type { InternedNames } from '../nacos/service-names.ts';
import type { Attempt } from '../snapshot/attempt.ts';
import { createLanes, type Budget } from './budget.ts';
import { createContentsDesk, tellEphemeral } from './contents-desk.ts';
import { clustersOf, createContentsReading, walkBytes, type DeskNode } from './contents-reading.ts';
import { createContentsSweep } from './contents-sweep.ts';
import { createTargets } from './contents-targets.ts';
import { createCountsWatch } from './counts-watch.ts';
import { createPatient, Stopped } from './patient.ts';

export interface TierNode extends DeskNode {
  readonly snapshot: NodeSnapshot;
  readonly standing: Standing;
}

export type ContentsAttempt = Attempt<StageValues['contents']>;

export interface TierDeps {
  readonly poll: PollConfig;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly pause: () => Promise<void>;
  readonly namesOf: (namespace: string) => InternedNames;
  /** Of the process: its clusters share it. */
  readonly budget: Budget;
  /** Name under which the budget knows it. */
  readonly cluster: string;
  readonly nodes: () => readonly TierNode[];
  readonly namespaces: () => readonly string[];
  /** Which of them are this shard's: the others are not read. */
  readonly mine: (namespace: string) => boolean;
  readonly ledger: () => Ledger;
  readonly healthOwner: (namespace: string, service: number) => string | undefined;
  /** How a read of all contents ended, node by node. */
  readonly report: (attempts: ReadonlyMap<string, ContentsAttempt>) => void;
  /** Something was compared. */
  readonly changed: () => void;
  /** Of a sweep that nobody waits for. */
  readonly onError: (error: unknown) => void;
  readonly rules?: Rules;
  /** Metadata keys whose values are shown. */
  readonly shownKeys: readonly string[];
}

export interface ContentsTier {
  /** Starts what is due. Resolves at the end of what a poll of a small cluster reads; for a large one, once it is under way. */
  poll(): Promise<void>;
  /** Reads again what is due for a verdict. */
  confirm(): Promise<void>;
  /** When something is due next, milliseconds since the epoch. */
  nextLook(): number | undefined;
  /** Undefined before the first comparison. */
  view(): ContentsView | undefined;
  /** Clusters of a service that some node shows; undefined of one that was not read yet. */
  clustersOf(namespace: string, group: string, name: string): readonly string[] | undefined;
  /** Milliseconds from one read of all contents to the next. */
  interval(): number;
  /** Resolves once nothing is under way. */
  close(): Promise<void>;
}

const timeoutMs = 15_000;
/** Single reads of each node; one below what a node may be asked, since clocks round. */
const requestsPerSecond = 19;
/** Of a small cluster more services than this are read again all at once: one page costs less than twenty lists. */
const singlyAtMost = 20;
/** Bytes of a full read of one node up to which a cluster is small, and those of an instance. */
const smallBytes = 20_000_000;
const instanceBytes = 250;
/** Cursors begin beyond all that an earlier process can have given out: a reader of its events then learns that it missed some. */
const cursorsPerMs = 1_000;

export function createContentsTier(deps: TierDeps): ContentsTier {
  const { now, nodes, shownKeys } = deps;
  const namespaces = (): readonly string[] => deps.namespaces().filter(deps.mine);
  const rules = deps.rules ?? standardRules;
  const patient = createPatient(deps.wait);
  const churn = createChurnBook(now() * cursorsPerMs);
  let compared = false;
  let reading: Promise<void> | undefined;
  let confirming: Promise<void> | undefined;

  const spared = (): ReadonlySet<string> =>
    new Set([...deps.ledger().joining].filter(([, { since }]) => now() - since < rules.sparesJoiningMs).map(([node]) => node));
  const unsettled = (): number | undefined => deps.ledger().ownership.changes.at(-1);

  function goings(): Goings {
    const { departures, life } = deps.ledger();
    return { departures, startedAt: new Map([...life].flatMap(([node, { startedAt }]) => (startedAt === undefined ? [] : [[node, startedAt] as const]))) };
  }

  function situation(): Situation {
    const peers = nodes();
    return {
      versions: new Map(peers.map(({ node, snapshot }) => [node, snapshot.state?.version ?? ''])),
      voters: new Set(peers.filter(({ standing }) => standing === 'votes' || !rules.votersOnly).map(({ node }) => node)),
      spared: spared(), watchedSince: deps.ledger().startedAt, rules, goings: goings(),
      unsettled: deps.ledger().ownership.changes,
    };
  }

  /** What only a changed set of voters shows is no event: the nodes that voted before show it too, or it did not happen. */
  function onChanges(namespace: string, changes: readonly Change[]): void {
    const { names } = desk.shelves.get(namespace)!;
    const witnessed = changes.filter((change) => change.witnessed).map(({ service, before, after, at }): AgreedChange =>
      ({ namespace, group: names.groups[service]!, service: names.names[service]!, before, after, at }));
    recordChurn(churn, witnessed, now(), unsettled(), rules);
  }

  const tells = (of: readonly DeskNode[]): boolean => rules.kindsApart && tellEphemeral(of);
  const readings = createContentsReading({ now, tags: ['app_registry_tag'], shownKeys, timeoutMs, refusesTorn: rules.refusesTorn, pause: deps.pause });
  const desk = createContentsDesk({ now, reading: readings, namesOf: deps.namesOf, shownKeys, tells, pause: deps.pause, healthOwner: deps.healthOwner, situation, onChanges });
  const targets = createTargets({
    now, desk, reading: readings, tells, patient, pause: deps.pause, nodes, spared, lanes: createLanes(requestsPerSecond, now), counts: () => !isSmall(),
  });
  const watch = createCountsWatch({ now, desk, targets, nodes, pause: deps.pause });
  const sweeps = createContentsSweep({
    now, desk, patient, budget: deps.budget, nodes, namespaces, firstBytes: () => Math.min(walkBytes, bytesOf(deps.mine)) * nodes().length, goneFrom: watch.goneFrom,
    report(attempts) {
      keepNamespaces(churn, namespaces());
      compared = true;
      deps.report(attempts);
    },
  });

  /** Bytes of all contents, or of those that are this shard's, by the counts of the node that shows most; of nothing known, nothing. */
  function bytesOf(counted: (namespace: string) => boolean): number {
    const sizes = nodes().map(({ snapshot }) => {
      let instances = 0;
      for (const [namespace, catalog] of snapshot.stages.counts?.value ?? []) if (counted(namespace)) instances += catalog.totalInstances;
      return instances;
    });
    return Math.max(0, ...sizes) * instanceBytes;
  }

  /** Read whole at every poll: neither too much for its nodes, nor with all other clusters for this process. */
  function isSmall(): boolean {
    const demand = (bytesOf(deps.mine) * nodes().length * 1000) / deps.poll.interval;
    return deps.budget.fits(deps.cluster, demand) && bytesOf(() => true) <= smallBytes;
  }

  const interval = (): number => (isSmall() ? deps.poll.interval : Math.max(deps.poll.contentsInterval, sweeps.lastMs()));

  /** One at a time; what stops it early is being closed. */
  function begin(work: () => Promise<void>): Promise<void> {
    return work().catch((error: unknown) => {
      if (!(error instanceof Stopped)) throw error;
    });
  }

  function sweep(paced: boolean): Promise<void> {
    reading ??= begin(() => sweeps.run(paced)).finally(() => {
      reading = undefined;
    });
    return reading;
  }

  /** A small cluster read whole, for verdicts alone. */
  async function sweepAgain(): Promise<void> {
    await reading;
    for (const namespace of desk.shelves.keys()) await desk.sweep(nodes(), namespace, undefined, false);
    if (rules.asksForKind) await targets.askForKinds();
    deps.changed();
  }

  return {
    interval,
    nextLook: () => (rules.scheduled ? targets.nextLook() : undefined),
    async poll() {
      if (patient.stopped() || nodes().length === 0 || deps.namespaces().length === 0) return;
      if (isSmall()) return sweep(false);
      await watch.look();
      // Ticks come about every poll interval, so one half an interval early is due.
      if (now() - sweeps.startedAt() >= interval() - deps.poll.interval / 2) sweep(true).catch(deps.onError);
      deps.changed();
    },
    async confirm() {
      if (patient.stopped() || !rules.scheduled) return;
      confirming ??= begin(async () => {
        if (isSmall() && targets.waiting() > singlyAtMost) await sweepAgain();
        else if (await targets.round(!isSmall())) deps.changed();
      }).finally(() => {
        confirming = undefined;
      });
      await confirming;
    },
    view: () => (compared ? {
      churn: churnAt(churn, now(), rules), events: () => ({ events: keptEvents(churn), cursor: churn.cursor }), sampled: targets.sampled(), divergent: (most) => listDivergent(desk.shelves, most),
      namespaces: new Map([...desk.shelves].map(([namespace, shelf]) => [namespace, summarizeShelf(shelf)])),
      ...(shownKeys.length === 0 ? {} : { shown: new Map([...desk.shelves].map(([namespace, { names, shown }]) => [namespace, { names, services: shown }])) }),
      enabled: new Map([...desk.shelves].map(([namespace, shelf]) => [namespace, shelf.enabled])),
      coverage: new Map([...desk.shelves].map(([namespace, shelf]) => [namespace, coverageSince(shelf, now() - 2 * deps.poll.interval)])),
    } : undefined),
    clustersOf(namespace, group, name) {
      const shelf = desk.shelves.get(namespace);
      const service = shelf?.names.idOf(group, name);
      return shelf === undefined || service === undefined ? undefined : clustersOf(shelf, service);
    },
    async close() {
      deps.budget.leave(deps.cluster);
      patient.stop();
      await Promise.allSettled([reading, confirming]);
    },
  };
}

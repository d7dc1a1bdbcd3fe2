/** Contents of one cluster as part of its poll: which of its nodes are read, how a read is told of, and when to look again. */

import { namespacesOf, standing } from '../analysis/consensus.ts';
import type { Rules } from '../analysis/contents/rules.ts';
import type { Ledger } from '../analysis/ledger.ts';
import type { Timing } from '../analysis/status.ts';
import type { PollConfig } from '../config/config.ts';
import type { Share } from '../config/shard.ts';
import type { ContentsView } from '../metrics/view.ts';
import type { ClusterSnapshot, NodeSnapshot } from '../model.ts';
import { supportedStages, type Dialect } from '../nacos/dialects/dialect.ts';
import { NacosError } from '../nacos/errors.ts';
import type { InternedNames } from '../nacos/service-names.ts';
import type { NodeReport } from '../snapshot/assemble.ts';
import { createAlarm } from './alarm.ts';
import type { Budget } from './budget.ts';
import { createContentsTier, type ContentsAttempt, type TierNode } from './contents-tier.ts';
import { literalName } from './endpoints.ts';
import { createHealthOwners } from './health-owners.ts';
import type { Entry, Roster } from './roster.ts';
import type { Visits } from './visits.ts';

/** What is known of the cluster at a time. */
export interface Known {
  readonly snapshot: ClusterSnapshot;
  readonly ledger: Ledger;
}

export interface ClusterContentsDeps {
  readonly poll: PollConfig;
  /** Metadata keys whose values are shown. */
  readonly shownKeys: readonly string[];
  readonly timing: Timing;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly pause: () => Promise<void>;
  readonly namesOf: (namespace: string) => InternedNames;
  readonly budget: Budget;
  readonly cluster: string;
  readonly share: Share;
  readonly rules: Rules | undefined;
  readonly roster: Roster;
  readonly visits: Visits;
  readonly isUp: (entry: Entry) => boolean;
  readonly known: () => Known;
  readonly commit: (reports: readonly NodeReport[]) => void;
  /** Something was compared. */
  readonly changed: () => void;
  readonly onError: (error: unknown) => void;
}

export interface ClusterContents {
  /** Reads what is due; see `ContentsTier.poll`. */
  poll(): Promise<void>;
  /** Reads again what is due for a verdict. */
  confirm(): Promise<void>;
  view(): ContentsView | undefined;
  /** Clusters of a service that some node shows; undefined of one that was not read yet. */
  clustersOf(namespace: string, group: string, name: string): readonly string[] | undefined;
  /** Milliseconds from one read of all contents to the next. */
  interval(): number;
  close(): Promise<void>;
}

/** Between two rounds of reads for verdicts, milliseconds. */
const lookPauseMs = 1_000;

export function createClusterContents(deps: ClusterContentsDeps): ClusterContents {
  const { now, roster, visits, isUp, known, timing } = deps;
  const votersNow = createVoters(known, timing, deps.rules);
  const tier = createContentsTier({
    poll: deps.poll, shownKeys: deps.shownKeys, now, wait: deps.wait, pause: deps.pause, namesOf: deps.namesOf, budget: deps.budget,
    cluster: deps.cluster, nodes, namespaces: () => namespacesOf(known().snapshot), mine: deps.share.namespace, ledger: () => known().ledger,
    healthOwner: createHealthOwners(votersNow, deps.namesOf), report, changed: deps.changed, onError: deps.onError,
    ...(deps.rules === undefined ? {} : { rules: deps.rules }),
  });
  const alarm = createAlarm({ now, wait: deps.wait, due: tier.nextLook, ring: tier.confirm, pauseMs: lookPauseMs, onError: deps.onError });

  /** Nodes whose contents can be read: up, themselves, and of a version that has them. */
  function nodes(): readonly TierNode[] {
    const { snapshot, ledger } = known();
    return roster.nodes().filter(isUp).flatMap((entry): TierNode[] => {
      const name = roster.nameOf(entry);
      const dialect = entry.reader.dialect();
      const node = snapshot.nodes.find((other) => other.node === name);
      if (dialect === undefined || node === undefined || entry.wrong > 0 || !hasContents(dialect)) return [];
      const verify = isOwnName(entry) ? {} : { verify: () => verifyEntry(entry) };
      return [{ node: name, client: entry.reader.client, dialect, snapshot: node, standing: standing(ledger, node, snapshot, timing, deps.rules), ...verify }];
    });
  }

  /** A name may be another member's by now: what it shows is not this one's. */
  async function verifyEntry(entry: Entry): Promise<void> {
    await roster.verify(entry);
    if (entry.wrong > 0) throw new NacosError('wrong_member', `another member answers at ${literalName(entry.server)}`);
  }

  /** A read of all contents ended; a node that could not be asked is told of too. */
  function report(attempts: ReadonlyMap<string, ContentsAttempt>): void {
    deps.commit(roster.nodes().flatMap((entry): NodeReport[] => {
      const attempt = attempts.get(roster.nameOf(entry));
      if (attempt === undefined && (isUp(entry) || !hasContents(entry.reader.dialect()))) return [];
      const told = visits.told(entry, { contents: attempt ?? { outcome: { status: 'skipped' }, at: now(), durationMs: 0 } });
      return told === undefined ? [] : [told];
    }));
  }

  return {
    poll: () => tier.poll().finally(alarm.set),
    confirm: tier.confirm,
    view: tier.view,
    clustersOf: tier.clustersOf,
    interval: tier.interval,
    close() {
      alarm.close();
      return tier.close();
    },
  };
}

/** The voters of what is known now; the same array as long as nothing is new. */
function createVoters(known: () => Known, timing: Timing, rules: Rules | undefined): () => readonly NodeSnapshot[] {
  let of: Known | undefined;
  let voters: readonly NodeSnapshot[] = [];
  return () => {
    const { snapshot, ledger } = known();
    if (of?.snapshot !== snapshot || of.ledger !== ledger) {
      of = { snapshot, ledger };
      voters = snapshot.nodes.filter((node) => standing(ledger, node, snapshot, timing, rules) === 'votes');
    }
    return voters;
  };
}

/** Read at the address that is its name: whoever answers there is checked by every poll, and seldom somebody else. */
function isOwnName({ identity, server }: Entry): boolean {
  return identity.kind !== 'member' || identity.address === literalName(server);
}

function hasContents(dialect: Dialect | undefined): boolean {
  return dialect !== undefined && supportedStages(dialect).has('contents');
}

/** One visit to a node: what was read of it, by whom it was answered, and what of that may be told of the node. */

import { allows } from '../analysis/names.ts';
import type { ClusterConfig } from '../config/config.ts';
import type { Share } from '../config/shard.ts';
import type { ClusterSnapshot } from '../model.ts';
import type { NodeReport } from '../snapshot/assemble.ts';
import type { Attempts } from '../snapshot/attempt.ts';
import type { FailureLog } from './failure-log.ts';
import type { PollRequest } from './node-reader.ts';
import type { Entry, Roster } from './roster.ts';

export interface VisitDeps {
  readonly config: ClusterConfig;
  readonly share: Share;
  readonly now: () => number;
  readonly roster: Roster;
  readonly failures: FailureLog;
  /** What is known so far. */
  readonly snapshot: () => ClusterSnapshot;
  readonly clustersOf: PollRequest['clustersOf'];
}

/** Each returns undefined where what was said is of no use: of an entry that is no node, or not any more. */
export interface Visits {
  /** Liveness and members. */
  check(entry: Entry): Promise<NodeReport | undefined>;
  /** Everything else that is due. */
  poll(entry: Entry): Promise<NodeReport | undefined>;
  /** Counts alone, out of turn: a poll of the same node waits for their end. What fails is for the next poll to tell. */
  count(entry: Entry): Promise<NodeReport | undefined>;
  /** Of what was read elsewhere. */
  told(entry: Entry, attempts: Attempts): NodeReport | undefined;
  /** Members as the last answer from behind a balancer named them. */
  fronted(): readonly string[];
}

export function createVisits({ config, share, now, roster, failures, snapshot, clustersOf }: VisitDeps): Visits {
  const outOfTurn = new Map<Entry, Promise<unknown>>();
  let fronted: readonly string[] = [];

  const knownOf = (node: string): ClusterSnapshot['nodes'][number] | undefined => snapshot().nodes.find((other) => other.node === node);

  /** While another member answers at the node's address, what was told of versions and times is that one's. */
  function reportOf(entry: Entry, from: Omit<NodeReport, 'node' | 'configured'>): NodeReport {
    const { attempts } = from;
    const node = { node: roster.nameOf(entry), configured: entry.configured };
    if (entry.wrong > 0) return { ...node, attempts };
    const api = entry.reader.dialect()?.api;
    const state = entry.reader.state();
    return { ...node, ...(api === undefined ? {} : { api }), ...(state === undefined ? {} : { state }), ...from };
  }

  function note(entry: Entry, from: Omit<NodeReport, 'node' | 'configured'>): NodeReport | undefined {
    const node = roster.nameOf(entry);
    if (roster.nodes().includes(entry)) {
      failures.note(node, from.attempts, knownOf(node));
      return reportOf(entry, from);
    }
    if (entry.identity.kind === 'unknown') failures.noteNameless(node, from.attempts);
    return undefined;
  }

  /** An upgrade, or somebody else. */
  function hasNewVersion(entry: Entry): boolean {
    const known = knownOf(roster.nameOf(entry))?.state;
    return known !== undefined && known.version !== entry.reader.state()?.version;
  }

  function requestOf(entry: Entry): PollRequest {
    const address = entry.identity.kind === 'member' ? entry.identity.address : undefined;
    return { namespaces: knownNamespaces(snapshot()), allows: (namespace) => allows(config.namespaces, namespace), mine: share.namespace, address, clustersOf };
  }

  return {
    fronted: () => fronted,
    told: (entry, attempts) => note(entry, { attempts }),
    async check(entry) {
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
        return note(entry, { attempts, ...(responseMs === undefined ? {} : { responseMs }), ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }) });
      } finally {
        entry.checking = false;
      }
    },
    async poll(entry) {
      entry.polling = true;
      try {
        await outOfTurn.get(entry);
        const attempts = await entry.reader.poll(requestOf(entry));
        // Behind a balancer any one reading may happen to reach the right member.
        if (wasStranger(attempts)) entry.wrong++;
        else if (attempts.raft?.outcome.status === 'ok') entry.wrong = 0;
        return note(entry, { attempts });
      } finally {
        entry.polling = false;
      }
    },
    async count(entry) {
      const reading = entry.reader.counts(requestOf(entry)).finally(() => outOfTurn.delete(entry));
      outOfTurn.set(entry, reading);
      const attempts = await reading;
      return attempts.counts?.outcome.status === 'ok' && roster.nodes().includes(entry) ? reportOf(entry, { attempts }) : undefined;
    },
  };
}

function wasStranger(attempts: Attempts): boolean {
  return Object.values(attempts).some((attempt) => attempt?.outcome.status === 'failed' && attempt.outcome.reason === 'wrong_member');
}

/** Namespaces that some node lists. Where no list can be read, the lack of one takes no namespace away. */
export function knownNamespaces({ nodes }: ClusterSnapshot): readonly string[] {
  const lists = nodes.flatMap((node) => node.stages.namespaces?.value ?? []).map((namespace) => namespace.id);
  const read = nodes.flatMap((node) => [...node.stages.counts?.value?.keys() ?? []]);
  return [...new Set(['public', ...(lists.length > 0 ? lists : read)])];
}

/** A members list that came from another member says nothing of this node's view. */
function strangersMembers(attempts: Attempts, at: number): Attempts {
  if (attempts.members === undefined) return attempts;
  return { ...attempts, members: { outcome: { status: 'failed', reason: 'wrong_member', detail: 'another member answers at this address' }, at, durationMs: 0 } };
}

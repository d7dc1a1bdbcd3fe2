/**
 * What outlives a poll: who was restarted when, who stands still, what was agreed before, who led. Changed only by
 * `advance`, which is pure: the same ledger and the same two snapshots always give the same next ledger.
 */

import type { ClusterSnapshot, Stage } from '../model.ts';
import type { Agreement } from './agreement.ts';
import { agreeOnAll } from './consensus.ts';
import { standardRules, type Rules } from './contents/rules.ts';
import { trackConfig, type ConfigHistory } from './config-center.ts';
import { trackDepartures, type Departures } from './departures.ts';
import { noClientCounts, trackClientCounts, type ClientCounts } from './client-counts.ts';
import { countFailures, type FailureCounts } from './failures.ts';
import { trackSuccess } from './freshness.ts';
import { settleJoining, type Joining, type Movement } from './joining.ts';
import { trackLife, type Life } from './life.ts';
import { noLosses, trackLosses, type Losses } from './loss.ts';
import { trackMembership, type Membership } from './membership.ts';
import { trackOwnership, type Ownership } from './ownership.ts';
import { trackProtection } from './protection.ts';
import { trackLeaders, type RaftHistory } from './raft.ts';
import { trackPushes, type PushHistory } from './push.ts';
import type { Timing } from './status.ts';

export interface Ledger {
  readonly startedAt: number;
  readonly life: ReadonlyMap<string, Life>;
  readonly joining: ReadonlyMap<string, Joining>;
  readonly movement: ReadonlyMap<string, Movement>;
  readonly failures: ReadonlyMap<string, FailureCounts>;
  /** Stage to when all nodes that were up had completed it. */
  readonly lastSuccess: ReadonlyMap<Stage, number>;
  readonly membership: Membership;
  readonly raft: RaftHistory;
  readonly ownership: Ownership;
  /** Of nodes whose push counters were read. */
  readonly pushes: ReadonlyMap<string, PushHistory>;
  readonly clients: ClientCounts;
  /** Of nodes whose counters of the config center were read. */
  readonly configs: ReadonlyMap<string, ConfigHistory>;
  readonly departures: Departures;
  /** Namespace to what is agreed there. */
  readonly agreed: ReadonlyMap<string, Agreement>;
  readonly losses: Losses;
  /** Services known to have a protection threshold above 0, `namespace/group@@name`. */
  readonly protectable: ReadonlySet<string>;
  /** Namespace to the number of services whose protection is triggered. */
  readonly protectedServices: ReadonlyMap<string, number>;
}

export function emptyLedger(now: number): Ledger {
  return {
    startedAt: now, life: new Map(), joining: new Map(), movement: new Map(), failures: new Map(), lastSuccess: new Map(),
    membership: { listed: [], remembered: new Map() }, raft: { leaders: new Map(), changes: new Map() }, ownership: { changes: [] }, departures: [], pushes: new Map(), clients: noClientCounts,
    configs: new Map(),
    agreed: new Map(), losses: noLosses, protectable: new Set(), protectedServices: new Map(),
  };
}

/** The ledger after `next`, given the snapshot before it. Time is the snapshot's own. */
export function advance(ledger: Ledger, previous: ClusterSnapshot | undefined, next: ClusterSnapshot, timing: Timing, rules: Rules = standardRules): Ledger {
  const life = trackLife(ledger.life, next, ledger.startedAt, timing);
  const seen = { ...ledger, life, ...settleJoining({ ...ledger, life }, previous, next, timing) };
  const { agreed } = agreeOnAll(seen, next, timing, rules);
  const { protectable, triggered } = trackProtection(ledger.protectable, agreed, next.thresholds);
  const raft = trackLeaders(ledger.raft, next, life);
  return {
    ...seen,
    membership: trackMembership(ledger.membership, next, life),
    failures: countFailures(ledger.failures, previous, next),
    lastSuccess: trackSuccess(ledger.lastSuccess, next, life),
    raft,
    ownership: trackOwnership(ledger, { life, raft }, previous, next),
    pushes: trackPushes(ledger.pushes, next),
    clients: trackClientCounts(ledger.clients, seen, next, timing),
    configs: trackConfig(ledger.configs, next),
    departures: trackDepartures(ledger.departures, ledger.life, life, next.at),
    agreed,
    losses: trackLosses(ledger.losses, ledger.agreed, agreed, next.at, rules),
    protectable,
    protectedServices: triggered,
  };
}

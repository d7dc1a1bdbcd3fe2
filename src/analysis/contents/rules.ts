/**
 * Every choice by which contents are compared, voted on and confirmed, each with a name of its own. The product plays by
 * `standardRules`; a run of the scenario corpus that leaves out one of them has to fail.
 */

export type Field = 'healthy' | 'enabled' | 'weight' | 'metadata';

export interface Rules {
  // Comparison
  readonly fields: readonly Field[];
  readonly reportsMissing: boolean;
  readonly reportsSurplus: boolean;
  /** One address may be registered several times; otherwise it is there or it is not. */
  readonly countsDuplicates: boolean;
  /** The same address in two clusters of a service is two instances. */
  readonly clustersApart: boolean;
  /** So is one that is registered as ephemeral and as persistent, where all nodes tell which is which. */
  readonly kindsApart: boolean;
  /** A walk whose pages do not fit together brings nothing; otherwise what it did not meet is gone. */
  readonly refusesTorn: boolean;

  // Votes
  /** Only nodes that are up, fresh, complete and not frozen vote; otherwise all that were read do. */
  readonly votersOnly: boolean;
  /** Of these conditions, one by one: the counts are fresh. */
  readonly unreadAbstain: boolean;
  /** The node is not filling. */
  readonly joiningAbstain: boolean;
  /** No switch stops its counts. */
  readonly switchedOffAbstain: boolean;
  /** That switch stops no counts of 1.x. */
  readonly switchSpares1x: boolean;
  /** The counts do not stand still while those of the others move. */
  readonly stillAbstain: boolean;
  /** `majority`: more than half of the voters. */
  readonly quorum: 'majority' | 'any' | 'all';
  /** At an even split what was agreed before stands. */
  readonly tieKeepsEarlier: boolean;
  /** At an even split what is missing is measured against the union, and nothing is surplus. */
  readonly tieAgainstUnion: boolean;
  /** What one node alone holds exists: on 3.0 and 3.1 where it is ephemeral, on every version, or never. */
  readonly singleHolders: 'unreplicated' | 'always' | 'never';
  /** On 1.x the responsible node decides health. */
  readonly healthOwner: boolean;

  // Confirmation
  /** A difference has to last; otherwise the second read confirms. */
  readonly waits: boolean;
  /** All nodes were read within two seconds. */
  readonly together: boolean;
  /** The same way: with the same values. */
  readonly sameValues: boolean;
  /** Longer where Raft carries the change. */
  readonly waitsForRaft: boolean;
  /** Where lists do not tell whether an instance is persistent, a list of that one service is asked. */
  readonly asksForKind: boolean;
  /** Longer for health on 1.x. */
  readonly waitsForHealthOf1x: boolean;
  /** Shorter on 2.0.0-2.1.1. */
  readonly shorterUnverified: boolean;
  /** Longer after a change of ownership or a start. */
  readonly waitsForOwnership: boolean;
  /** And longest for health on 1.x, whose reporter starts after a minute. */
  readonly waitsForHealthReporter: boolean;
  /** What moves long after a difference was first seen excuses nothing. */
  readonly excusesEnd: boolean;
  /** Longer for a copy that an old connection holds. */
  readonly waitsForExpiry: boolean;
  /** Longer for what may be held through a client of a node that is gone. */
  readonly waitsForDeparted: boolean;
  /** Seen once more between first sight and verdict. */
  readonly looksBetween: boolean;
  /** The clock restarts where the instance was registered anew or changed meanwhile. */
  readonly sameRegistration: boolean;
  /** The clock restarts where the service changed meanwhile, on the node too, up to some reads in a row. */
  readonly restartsAmidChange: boolean;
  /** Nothing is confirmed of a node that joins, for so long; milliseconds. */
  readonly sparesJoiningMs: number;
  /** A verdict is read for when it falls due; otherwise the next poll brings it. */
  readonly scheduled: boolean;
  readonly readsUntilHealed: number;
  /** What comes back within so long keeps its beginning; milliseconds. */
  readonly remembersMs: number;
  /** What could not be read keeps its differences. */
  readonly keepsUnread: boolean;

  // Churn
  /** A change that only other voters show is none. */
  readonly witnesses: boolean;
  /** Only polls count: reads for a verdict bring no events. */
  readonly countsAtPolls: boolean;
  /** A changed identity tag is another life at the same address. */
  readonly tagsTell: boolean;
  /** Back with the same tag within so long is a flap; milliseconds. */
  readonly flapWindowMs: number;

  // Loss
  /** The baseline stands still while a loss lasts. */
  readonly baselineStands: boolean;
  /** Services that lost their last instance are remembered. */
  readonly remembersVanished: boolean;
}

export const standardRules: Rules = {
  fields: ['healthy', 'enabled', 'weight', 'metadata'], reportsMissing: true, reportsSurplus: true, countsDuplicates: true, clustersApart: true, kindsApart: true, refusesTorn: true,
  votersOnly: true, unreadAbstain: true, joiningAbstain: true, switchedOffAbstain: true, switchSpares1x: true, stillAbstain: true,
  quorum: 'majority', tieKeepsEarlier: true, tieAgainstUnion: true, singleHolders: 'unreplicated', healthOwner: true,
  waits: true, together: true, sameValues: true, waitsForRaft: true, asksForKind: true, waitsForHealthOf1x: true, shorterUnverified: true,
  waitsForOwnership: true, waitsForHealthReporter: true, excusesEnd: true, waitsForExpiry: true, waitsForDeparted: true,
  looksBetween: true, sameRegistration: true, restartsAmidChange: true, sparesJoiningMs: 600_000, scheduled: true, readsUntilHealed: 2, remembersMs: 120_000, keepsUnread: true,
  witnesses: true, countsAtPolls: true, tagsTell: true, flapWindowMs: 120_000,
  baselineStands: true, remembersVanished: true,
};

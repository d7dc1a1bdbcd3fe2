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

  // Votes
  /** Only nodes that are up, fresh, complete and not frozen vote; otherwise all that were read do. */
  readonly votersOnly: boolean;
  /** `majority`: more than half of the voters. */
  readonly quorum: 'majority' | 'any' | 'all';
  /** At an even split what was agreed before stands. */
  readonly tieKeepsEarlier: boolean;
  /** At an even split what is missing is measured against the union, and nothing is surplus. */
  readonly tieAgainstUnion: boolean;
  /** What one node of 3.0 or 3.1 alone holds exists. */
  readonly singleHolders: boolean;
  /** On 1.x the responsible node decides health. */
  readonly healthOwner: boolean;

  // Confirmation
  /** A difference has to last; otherwise the second read confirms. */
  readonly waits: boolean;
  /** Longer where Raft carries the change. */
  readonly waitsForRaft: boolean;
  /** Longer for health on 1.x. */
  readonly waitsForHealthOf1x: boolean;
  /** Shorter on 2.0.0-2.1.1. */
  readonly shorterUnverified: boolean;
  /** Longer after a change of ownership or a start. */
  readonly waitsForOwnership: boolean;
  /** Longer for a copy that an old connection holds. */
  readonly waitsForExpiry: boolean;
  /** Seen once more between first sight and verdict. */
  readonly looksBetween: boolean;
  /** The clock restarts where the instance was registered anew or changed meanwhile. */
  readonly sameRegistration: boolean;
  /** The clock restarts where the service changed meanwhile, on the node too, up to some reads in a row. */
  readonly restartsAmidChange: boolean;
  /** Nothing is confirmed of a node that joins. */
  readonly sparesJoining: boolean;
  /** A verdict is read for when it falls due; otherwise the next poll brings it. */
  readonly scheduled: boolean;
  readonly readsUntilHealed: number;
  /** What could not be read keeps its differences. */
  readonly keepsUnread: boolean;

  // Churn
  /** A change that only other voters show is none. */
  readonly witnesses: boolean;
  /** Only polls count: reads for a verdict bring no events. */
  readonly countsAtPolls: boolean;
}

export const standardRules: Rules = {
  fields: ['healthy', 'enabled', 'weight', 'metadata'], reportsMissing: true, reportsSurplus: true, countsDuplicates: true,
  votersOnly: true, quorum: 'majority', tieKeepsEarlier: true, tieAgainstUnion: true, singleHolders: true, healthOwner: true,
  waits: true, waitsForRaft: true, waitsForHealthOf1x: true, shorterUnverified: true, waitsForOwnership: true, waitsForExpiry: true,
  looksBetween: true, sameRegistration: true, restartsAmidChange: true, sparesJoining: true, scheduled: true, readsUntilHealed: 2, keepsUnread: true,
  witnesses: true, countsAtPolls: true,
};

/** Leaves out each rule of comparison, vote, confirmation, churn and loss in turn: the scenarios named must not all hold any more. */

import { standardRules, type Rules } from '../../src/analysis/contents/rules.ts';
import { corpus } from './all.ts';
import { play } from './play.ts';
import { columns } from './table.ts';

interface Mutation {
  readonly what: string;
  readonly change: Partial<Rules>;
  /** Scenarios that should notice, the likeliest first. */
  readonly noticedBy: readonly string[];
}

const without = (field: Rules['fields'][number]): Partial<Rules> => ({ fields: standardRules.fields.filter((other) => other !== field) });

export const mutations: readonly Mutation[] = [
  { what: 'health is not compared', change: without('healthy'), noticedBy: ['health-differs'] },
  { what: 'enabled is not compared', change: without('enabled'), noticedBy: ['disabled-on-one-node'] },
  { what: 'weight is not compared', change: without('weight'), noticedBy: ['weight-differs'] },
  { what: 'metadata are not compared', change: without('metadata'), noticedBy: ['metadata-differs'] },
  { what: 'missing instances are not told', change: { reportsMissing: false }, noticedBy: ['missing-instance'] },
  { what: 'surplus instances are not told', change: { reportsSurplus: false }, noticedBy: ['stale-instance'] },
  { what: 'an address counts once', change: { countsDuplicates: false }, noticedBy: ['twins-1.x', 'old-connection-stays'] },
  { what: 'clusters of a service are one', change: { clustersApart: false }, noticedBy: ['two-clusters'] },
  { what: 'ephemeral and persistent are one', change: { kindsApart: false }, noticedBy: ['twins'] },
  { what: 'torn pages are taken as they come', change: { refusesTorn: false }, noticedBy: ['torn-and-quiet', 'torn-everywhere'] },
  { what: 'every node votes', change: { votersOnly: false }, noticedBy: ['frozen-of-two', 'slow-join'] },
  { what: 'nodes without counts vote', change: { unreadAbstain: false }, noticedBy: ['uncounted-of-two'] },
  { what: 'nodes that fill vote', change: { joiningAbstain: false }, noticedBy: ['most-restart-at-once'] },
  { what: 'nodes whose counts are switched off vote', change: { switchedOffAbstain: false }, noticedBy: ['frozen-of-two'] },
  { what: 'that switch counts on 1.x too', change: { switchSpares1x: false }, noticedBy: ['push-off-1.x'] },
  { what: 'nodes that stand still vote', change: { stillAbstain: false }, noticedBy: ['still-of-two'] },
  { what: 'what any node holds is agreed', change: { quorum: 'any' }, noticedBy: ['stale-instance'] },
  { what: 'only what all hold is agreed', change: { quorum: 'all' }, noticedBy: ['missing-instance'] },
  { what: 'a tie forgets what was agreed', change: { tieKeepsEarlier: false }, noticedBy: ['two-nodes'] },
  { what: 'a tie is decided', change: { tieAgainstUnion: false }, noticedBy: ['two-nodes-new'] },
  { what: 'single holders are surplus', change: { singleHolders: 'never' }, noticedBy: ['single-holder'] },
  { what: 'single holders of every version exist', change: { singleHolders: 'always' }, noticedBy: ['stale-instance', 'swapped-contents'] },
  { what: 'health of 1.x by majority', change: { healthOwner: false }, noticedBy: ['owner-health-1.x'] },
  { what: 'the second read confirms', change: { waits: false }, noticedBy: ['late-instance'] },
  { what: 'nodes need not be read together', change: { together: false }, noticedBy: ['slow-and-flapping'] },
  { what: 'values may change', change: { sameValues: false }, noticedBy: ['restless-value'] },
  { what: 'no longer wait for Raft', change: { waitsForRaft: false }, noticedBy: ['late-edit', 'late-persistent'] },
  { what: 'nobody asks for the kind of an instance', change: { asksForKind: false }, noticedBy: ['late-persistent-2.2.4', 'late-persistent-1.4.1'] },
  { what: 'no longer wait for health of 1.x', change: { waitsForHealthOf1x: false }, noticedBy: ['late-health-1.x'] },
  { what: 'no shorter wait before 2.1.2', change: { shorterUnverified: false }, noticedBy: ['fast-polls-2.0'] },
  { what: 'no longer wait after a change of ownership', change: { waitsForOwnership: false }, noticedBy: ['late-after-restart'] },
  { what: 'health of 1.x waits no longer for that than others', change: { waitsForHealthReporter: false }, noticedBy: ['late-health-after-restart'] },
  { what: 'later changes of ownership excuse too', change: { excusesEnd: false }, noticedBy: ['elections-go-on'] },
  { what: 'no longer wait for clients of a node that went', change: { waitsForDeparted: false }, noticedBy: ['lingers-after-death', 'lingers-on-the-returned'] },
  { what: 'no longer wait for old connections', change: { waitsForExpiry: false }, noticedBy: ['old-connection'] },
  { what: 'no look between sight and verdict', change: { looksBetween: false }, noticedBy: ['late-again'] },
  { what: 'a new registration is the same difference', change: { sameRegistration: false }, noticedBy: ['re-registered-late'] },
  { what: 'changes of the service do not restart the clock', change: { restartsAmidChange: false }, noticedBy: ['late-amid-change', 'lag-under-load'] },
  { what: 'joining nodes are not spared', change: { sparesJoiningMs: 0 }, noticedBy: ['slow-join'] },
  { what: 'joining nodes are spared for good', change: { sparesJoiningMs: Infinity }, noticedBy: ['join-never-completes'] },
  { what: 'verdicts wait for a poll', change: { scheduled: false }, noticedBy: ['odd-polls'] },
  { what: 'one agreeing read heals', change: { readsUntilHealed: 1 }, noticedBy: ['relapse'] },
  { what: 'three agreeing reads heal', change: { readsUntilHealed: 3 }, noticedBy: ['missing-instance'] },
  { what: 'what comes back begins anew', change: { remembersMs: 0 }, noticedBy: ['relapse'] },
  { what: 'a failed read agrees', change: { keepsUnread: false }, noticedBy: ['failed-reads'] },
  { what: 'a change of voters is an event', change: { witnesses: false }, noticedBy: ['last-voter'] },
  { what: 'reads for verdicts count', change: { countsAtPolls: false }, noticedBy: ['dip-between-polls'] },
  { what: 'tags tell nothing', change: { tagsTell: false }, noticedBy: ['re-registration'] },
  { what: 'nothing flaps', change: { flapWindowMs: -1 }, noticedBy: ['back-late'] },
  { what: 'whatever returns flapped', change: { flapWindowMs: Infinity }, noticedBy: ['back-late'] },
  { what: 'the baseline sinks with the loss', change: { baselineStands: false }, noticedBy: ['mass-loss'] },
  { what: 'vanished services are forgotten', change: { remembersVanished: false }, noticedBy: ['scale-to-zero'] },
];

/** The scenario that notices, and how; undefined where none does. */
export async function notice({ change, noticedBy }: Mutation): Promise<{ readonly scenario: string; readonly fault: string } | undefined> {
  for (const name of noticedBy) {
    const scenario = corpus.find((one) => one.name === name);
    if (scenario === undefined) throw new Error(`no scenario ${name}`);
    const { faults } = await play(scenario, { rules: { ...standardRules, ...change } });
    if (faults.length > 0) return { scenario: name, fault: faults[0]! };
  }
  return undefined;
}

export async function mutationTable(chosen: readonly Mutation[] = mutations): Promise<{ readonly text: string; readonly unnoticed: readonly string[] }> {
  const rows: string[][] = [];
  const unnoticed: string[] = [];
  for (const mutation of chosen) {
    const noticed = await notice(mutation);
    if (noticed === undefined) unnoticed.push(mutation.what);
    rows.push([mutation.what, noticed?.scenario ?? 'NOBODY', noticed?.fault ?? '']);
  }
  return { text: `${columns([['left out', 'noticed by', 'how'], ...rows])}\n\n${chosen.length} mutations, ${unnoticed.length} unnoticed\n`, unnoticed };
}

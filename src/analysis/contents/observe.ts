/**
 * One service, seen on all nodes at about the same moment: what is agreed there, what is under suspicion and what is
 * confirmed. The pieces are in compare.ts, patience.ts and verdict.ts; here they are put together for one read.
 */

import { entriesOf, textOfEntries, type Entry } from './canonical.ts';
import { compareService, type Comparison, type Difference, type View } from './compare.ts';
import { holdsSingly, patience, type Kind } from './patience.ts';
import { standardRules, type Rules } from './rules.ts';
import { isConfirmed, judge, type Cases } from './verdict.ts';

/** What is known of the nodes at the time of a read. */
export interface Situation {
  /** Node to its version. */
  readonly versions: ReadonlyMap<string, string>;
  readonly voters: ReadonlySet<string>;
  /** Nodes of which nothing is confirmed yet: joining for less than ten minutes. */
  readonly spared: ReadonlySet<string>;
  /** When ownership last moved or a node came up. */
  readonly unsettledAt?: number;
  readonly rules?: Rules;
}

/** Texts of one service, node by node, and when the last of them was read. */
export interface Sight {
  readonly at: number;
  readonly texts: ReadonlyMap<string, string>;
  /** All nodes were read within two seconds: only then may anything be confirmed. */
  readonly together: boolean;
  /** Nodes that are there and could not be read. */
  readonly unread?: ReadonlySet<string>;
}

export interface Observed {
  readonly agreed: string;
  readonly tied: boolean;
  readonly cases: Cases;
  /** What each node showed. */
  readonly texts?: ReadonlyMap<string, string>;
}

export function observe(before: Observed | undefined, sight: Sight, situation: Situation, healthOwner: string | undefined): Observed {
  const rules = situation.rules ?? standardRules;
  const views = [...sight.texts].map(([node, text]): View => ({ node, text, votes: situation.voters.has(node) }));
  const versions = [...sight.texts.keys()].map((node) => situation.versions.get(node) ?? '');
  const comparison = compareService(views, {
    rules, singleHolders: rules.singleHolders && versions.length > 1 && versions.every(holdsSingly),
    ...(before === undefined ? {} : { earlier: before.agreed }),
    ...(healthOwner === undefined || !rules.healthOwner ? {} : { healthOwner }),
  });
  if (comparison.differences.length === 0 && (before === undefined || before.cases.size === 0)) return { agreed: comparison.agreed, tied: comparison.tied, cases: nothingWrong };
  const single = new Set(comparison.single.map((entry) => entry.key));
  const otherwise = views.filter((view) => view.text !== comparison.agreed);
  const registered = new Map([...otherwise.flatMap((view) => entriesOf(view.text)), ...entriesOf(comparison.agreed)].map((entry) => [entry.key, entry]));
  const kindFor = (difference: Difference): Kind => (single.has(difference.instance) ? 'instance' : kindOf(difference, sight, comparison.agreed));
  const cases = judge(before?.cases ?? nothingWrong, {
    at: sight.at,
    comparison,
    kindOf: kindFor,
    patienceOf: (difference, since) => patience({
      versions, kind: kindFor(difference), byRaft: difference.instance.endsWith('|p'), since, duplicate: isDuplicate(difference, comparison, views),
      ...(situation.unsettledAt === undefined ? {} : { unsettledAt: situation.unsettledAt }),
    }, rules),
    mayConfirm: (node) => sight.together && !(rules.sparesJoining && situation.spared.has(node)),
    causeOf: (difference) => (single.has(difference.instance) ? 'not_replicated' : undefined),
    registrationOf: ({ instance }) => registrationOf(registered.get(instance)),
    stirred: (node) => before?.texts !== undefined && before.agreed !== comparison.agreed && before.texts.get(node) !== sight.texts.get(node),
    unread: sight.unread ?? nobody,
  }, rules);
  const staying = new Set([...cases.values()].filter((one) => one.cause === 'not_replicated' && isConfirmed(one)).map((one) => one.difference.instance));
  const existing = comparison.single.filter((entry) => staying.has(entry.key));
  const agreed = existing.length === 0 ? comparison.agreed : textOfEntries([...entriesOf(comparison.agreed), ...existing]);
  return { agreed, tied: comparison.tied, cases, texts: sight.texts };
}

const nobody: ReadonlySet<string> = new Set();

const nothingWrong: Cases = new Map();

/** A node without any of a service's instances lacks the service. */
function kindOf(difference: Difference, sight: Sight, agreed: string): Kind {
  if (difference.what === 'conflict') return difference.field === 'healthy' ? 'health' : 'attributes';
  const shown = sight.texts.get(difference.node) ?? '';
  return (difference.what === 'missing' && shown === '') || (difference.what === 'surplus' && agreed === '') ? 'service' : 'instance';
}

/** Of a difference in how often an address is registered, not in whether it is. */
function isDuplicate({ what, node, instance }: Difference, comparison: Comparison, views: readonly View[]): boolean {
  const holds = (text: string): boolean => text.startsWith(`${instance}\t`) || text.includes(`\n${instance}\t`);
  if (what === 'conflict') return false;
  return what === 'missing' ? holds(views.find((view) => view.node === node)!.text) : holds(comparison.agreed);
}

/** All that a client or an operator may change, and not health, which servers find out. */
function registrationOf(entry: Entry | undefined): string {
  return entry === undefined ? '' : `${entry.enabled}\t${entry.weight}\t${entry.metadata}\t${entry.tag}`;
}

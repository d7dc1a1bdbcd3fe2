/**
 * One service, seen on all nodes at about the same moment: what is agreed there, what is under suspicion and what is
 * confirmed. The pieces are in compare.ts, patience.ts and verdict.ts; here they are put together for one read.
 */

import { entriesOf, textOfEntries, type Entry } from './canonical.ts';
import { compareService, type Difference, type View } from './compare.ts';
import type { Kinds } from './kinds.ts';
import { isSoonAfter, lingersUntil, type Goings } from './lingering.ts';
import { excuseFor, generationOf, holdsSingly, patience, type Kind } from './patience.ts';
import { standardRules, type Rules } from './rules.ts';
import { isConfirmed, judge, type Cases } from './verdict.ts';

/** What is known of the nodes at the time of a read. */
export interface Situation {
  /** Node to its version. */
  readonly versions: ReadonlyMap<string, string>;
  readonly voters: ReadonlySet<string>;
  /** Nodes of which nothing is confirmed yet: joining for less than ten minutes. */
  readonly spared: ReadonlySet<string>;
  /** When ownership moved or nodes came up, of the last minutes. */
  readonly unsettled?: readonly number[];
  /** Which nodes went and started lately. */
  readonly goings?: Goings;
  /** When the exporter began to watch. */
  readonly watchedSince?: number;
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
  /** What a list of this service alone told, where the texts do not tell persistent from ephemeral. */
  readonly kinds?: Kinds;
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
    rules, singleHolders: versions.length > 1 && (rules.singleHolders === 'always' || (rules.singleHolders === 'unreplicated' && versions.every(holdsSingly))),
    ...(before === undefined ? {} : { earlier: before.agreed }),
    ...(healthOwner === undefined || !rules.healthOwner ? {} : { healthOwner }),
  });
  if (comparison.differences.length === 0 && (before === undefined || before.cases.size === 0)) return { agreed: comparison.agreed, tied: comparison.tied, cases: nothingWrong };
  const single = new Set(comparison.single.map((entry) => entry.key));
  const numbers = numbersOf(sight.texts, comparison.agreed, before?.agreed ?? '');
  const otherwise = views.filter((view) => view.text !== comparison.agreed);
  const registered = new Map([...otherwise.flatMap((view) => entriesOf(view.text)), ...entriesOf(comparison.agreed)].map((entry) => [entry.key, entry]));
  const kindFor = (difference: Difference): Kind => (single.has(difference.instance) ? 'instance' : kindOf(difference, sight, comparison.agreed));
  const cases = judge(before?.cases ?? nothingWrong, {
    at: sight.at,
    comparison,
    kindOf: kindFor,
    patienceOf(difference, since, held) {
      const unsettledAt = excuseFor(since, situation.unsettled ?? [], rules);
      const lingers = lingering(difference, since, held, numbers, sight, situation);
      return patience({
        versions, kind: kindFor(difference), byRaft: isByRaft(difference, sight.kinds, rules) !== false, since, duplicate: isDuplicate(difference, numbers),
        ...(unsettledAt === undefined ? {} : { unsettledAt }), ...(situation.watchedSince === undefined ? {} : { watchedSince: situation.watchedSince }),
        ...(lingers === undefined ? {} : { lingersUntil: lingers }),
      }, rules);
    },
    asks: (difference) => kindFor(difference) !== 'attributes' && isByRaft(difference, sight.kinds, rules) === undefined,
    wasHeld: ({ what, instance }) => what !== 'conflict' && numbers.before.has(instance),
    mayConfirm: (node) => (sight.together || !rules.together) && !situation.spared.has(node),
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

/** Undefined where nothing has told yet: then it may be persistent. */
function isByRaft({ instance }: Difference, kinds: Kinds | undefined, rules: Rules): boolean | undefined {
  if (instance.endsWith('|p')) return true;
  if (instance.endsWith('|e') || kinds === undefined || !rules.asksForKind) return false;
  return kinds.get(instance);
}

/** Until when some nodes may still hold what others have dropped because a node went, through which it was registered. */
function lingering(difference: Difference, since: number, held: boolean, numbers: Numbers, { kinds }: Sight, situation: Situation): number | undefined {
  const { goings, versions, rules = standardRules } = situation;
  if (goings === undefined || goings.departures.length === 0 || difference.what === 'conflict') return undefined;
  const nodes = [...numbers.shown.keys()];
  if (nodes.every((node) => generationOf(versions.get(node) ?? '') === 'v1') || isByRaft(difference, kinds, rules) === true) return undefined;
  const count = (node: string): number => numbers.shown.get(node)!.get(difference.instance) ?? 0;
  const mine = count(difference.node);
  // Not held by all before, not held by all now, and seen long after: it came to exist since, and through another node.
  if (!held && !nodes.every((node) => count(node) > 0) && !isSoonAfter(since, goings.departures)) return undefined;
  return lingersUntil(nodes.filter((node) => (difference.what === 'missing' ? count(node) > mine : count(node) >= mine)), since, goings);
}

/** How often each instance is registered. */
interface Numbers {
  /** By node. */
  readonly shown: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly agreed: ReadonlyMap<string, number>;
  readonly before: ReadonlyMap<string, number>;
}

function numbersOf(texts: ReadonlyMap<string, string>, agreed: string, before: string): Numbers {
  const known = new Map<string, ReadonlyMap<string, number>>();
  const of = (text: string): ReadonlyMap<string, number> => {
    const numbers = known.get(text) ?? tally(text);
    known.set(text, numbers);
    return numbers;
  };
  return { shown: new Map([...texts].map(([node, text]) => [node, of(text)])), agreed: of(agreed), before: of(before) };
}

function tally(text: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const { key } of entriesOf(text)) numbers.set(key, (numbers.get(key) ?? 0) + 1);
  return numbers;
}

/** Of a difference in how often an address is registered, not in whether it is. */
function isDuplicate({ what, node, instance }: Difference, { shown, agreed }: Numbers): boolean {
  if (what === 'conflict') return false;
  return what === 'missing' ? shown.get(node)!.has(instance) : agreed.has(instance);
}

/** All that a client or an operator may change, and not health, which servers find out. */
function registrationOf(entry: Entry | undefined): string {
  return entry === undefined ? '' : `${entry.enabled}\t${entry.weight}\t${entry.metadata}\t${entry.tag}`;
}

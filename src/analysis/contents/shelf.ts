/**
 * What the nodes show of one namespace, service by service, and what was made of it. One text a service is held for all
 * nodes that agree; a node that differs holds its own. Changed page by page as a sweep goes on, hence mutable: the one
 * place besides the dictionary of names, for the same reason.
 */

import type { ServiceNames } from '../../model.ts';
import { carry, createAccount, type Account } from './account.ts';
import { enabledIn, entriesOf, nothing, type ShownKeys } from './canonical.ts';
import type { Kinds } from './kinds.ts';
import { createKnownTexts, type KnownTexts } from './known-texts.ts';
import { observe, type Observed, type Situation } from './observe.ts';
import { standardRules } from './rules.ts';
import { shareOf, type Share } from './share.ts';
import { tallyShown, type ShownTally } from './shown.ts';
import type { KnownValues } from './values.ts';
import { isConfirmed } from './verdict.ts';

interface NodeColumn {
  /** By the service's number; undefined where never read. */
  texts: (string | undefined)[];
  readAt: number[];
  /** When the oldest part of the last complete sweep was read; 0 before the first. */
  completeAt: number;
  /** Services that show something else than when they were last counted. */
  readonly moved: Set<number>;
}

export interface Shelf {
  readonly names: ServiceNames;
  readonly known: KnownTexts;
  readonly columns: Map<string, NodeColumn>;
  /** Agreed text by number; undefined before the first comparison. */
  readonly agreed: (string | undefined)[];
  /** Agreed instances that are enabled. */
  enabled: number;
  /** Services with something open: suspected, confirmed, or lately healed. */
  readonly open: Map<number, Open>;
  /** What these amount to. */
  readonly account: Account;
  /** Of services with something open, what a list of that service alone told. */
  readonly kinds: Map<number, Kinds>;
  /** Of services that differ in metadata, what their digests stand for. */
  readonly values: Map<number, KnownValues>;
  /** Who voted on a service the last time that it was compared; shared by all services compared under the same voters. */
  readonly voters: (ReadonlySet<string> | undefined)[];
  /** Metadata keys whose values are shown, and of services with agreed instances what these come to; none without keys. */
  readonly shownKeys: ShownKeys;
  readonly shown: Map<number, ShownTally>;
}

interface Open extends Observed {
  readonly share: Share;
}

/** A change of what is agreed on a service. */
export interface Change {
  readonly service: number;
  readonly before: string;
  readonly after: string;
  readonly at: number;
  /** A node that voted before and votes now shows the new state: it is no mere change of voters. */
  readonly witnessed: boolean;
}

/** Reads of one service this far apart may show two moments, milliseconds. */
const togetherMs = 2_000;
const nothingTold: Kinds = new Map();

export function createShelf(names: ServiceNames, shownKeys: ShownKeys = []): Shelf {
  return {
    names, known: createKnownTexts(), columns: new Map(), agreed: [], enabled: 0, open: new Map(), account: createAccount(), kinds: new Map(), values: new Map(),
    voters: [], shownKeys, shown: new Map(),
  };
}

export function put(shelf: Shelf, node: string, service: number, text: string, at: number): void {
  const column = columnOf(shelf, node);
  // The agreed string itself where it says the same, so that the copy just read can go.
  const agreed = shelf.agreed[service];
  // Nobody had heard of what a complete sweep did not meet: it is there anew.
  const shown = column.texts[service] ?? (column.completeAt > 0 ? nothing : undefined);
  if (shown !== undefined && shown !== text) column.moved.add(service);
  column.texts[service] = agreed === text ? agreed : text;
  column.readAt[service] = at;
}

/** A complete walk ended: what it did not meet is not there, unless a long walk may just have missed it. */
export function finishSweep(shelf: Shelf, node: string, startedAt: number, at: number, isGone: (service: number) => boolean = () => true): void {
  const column = columnOf(shelf, node);
  for (let service = 0; service < shelf.names.names.length; service++) {
    if ((column.readAt[service] ?? 0) >= startedAt || !isGone(service)) continue;
    if (column.texts[service] !== undefined && column.texts[service] !== nothing) column.moved.add(service);
    column.texts[service] = nothing;
    column.readAt[service] = at;
  }
  column.completeAt = startedAt;
}

/** Nodes that are gone take what they showed with them. */
export function keepNodes(shelf: Shelf, nodes: ReadonlySet<string>): void {
  for (const node of shelf.columns.keys()) if (!nodes.has(node)) shelf.columns.delete(node);
}

function columnOf(shelf: Shelf, node: string): NodeColumn {
  const known = shelf.columns.get(node);
  if (known !== undefined) return known;
  const column: NodeColumn = { texts: [], readAt: [], completeAt: 0, moved: new Set() };
  shelf.columns.set(node, column);
  return column;
}

/**
 * Compares one service on the given nodes as they were last read. Undefined where some of them was not read yet. Returns
 * the change of what is agreed, where there is one; the first agreement is none. A read between polls, for a verdict alone,
 * `counts` nothing: what is agreed there is compared with the next poll's.
 */
export function settleService(
  shelf: Shelf, service: number, nodes: readonly string[], situation: Situation, healthOwner: string | undefined, counts = true,
): Change | undefined {
  const texts = new Map<string, string>();
  let first = Infinity;
  let last = 0;
  for (const node of nodes) {
    const column = shelf.columns.get(node);
    const text = column?.texts[service];
    if (column === undefined || text === undefined) return undefined;
    texts.set(node, text);
    const at = column.readAt[service]!;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  if (texts.size === 0) return undefined;
  const rules = situation.rules ?? standardRules;
  const isNew = shelf.agreed[service] === undefined && nodes.some((node) => shelf.columns.get(node)!.moved.has(service));
  const before = isNew ? nothing : shelf.agreed[service];
  const earlier = shelf.open.get(service) ?? (before === undefined ? undefined : { agreed: before, tied: false, cases: new Map() });
  const unread = nodes.length === shelf.columns.size ? undefined : new Set([...shelf.columns.keys()].filter((node) => !texts.has(node)));
  const seen = observe(earlier, {
    at: last, texts, together: last - first <= togetherMs, kinds: shelf.kinds.get(service) ?? nothingTold, ...(unread === undefined ? {} : { unread }),
  }, situation, healthOwner);
  keep(shelf, service, seen);
  if (!counts && rules.countsAtPolls && before !== undefined) return undefined;
  const votedBefore = shelf.voters[service];
  shelf.voters[service] = votersAmong(situation.voters, texts);
  const moved = nodes.filter((node) => shelf.columns.get(node)!.moved.delete(service));
  if (seen.agreed === shelf.agreed[service]) return undefined;
  shelf.enabled += enabledIn(seen.agreed) - enabledIn(shelf.agreed[service] ?? nothing);
  shelf.agreed[service] = seen.agreed;
  if (shelf.shownKeys.length > 0) show(shelf, service, seen.agreed);
  for (const node of nodes) {
    const column = shelf.columns.get(node)!;
    if (column.texts[service] === seen.agreed) column.texts[service] = seen.agreed;
  }
  if (before === undefined || before === seen.agreed) return undefined;
  const witnessed = !rules.witnesses || moved.some((node) => situation.voters.has(node) && (votedBefore?.has(node) ?? isNew)) || establishes(before, seen);
  return { service, before, after: seen.agreed, at: last, witnessed };
}

function keep(shelf: Shelf, service: number, seen: Observed): void {
  const before = shelf.open.get(service)?.share;
  const share = seen.cases.size > 0 || seen.tied ? shareOf(seen.cases) : undefined;
  carry(shelf.account, service, before, share);
  if (share !== undefined) shelf.open.set(service, { ...seen, share });
  else {
    shelf.open.delete(service);
    shelf.kinds.delete(service);
    shelf.values.delete(service);
  }
}

function show(shelf: Shelf, service: number, agreed: string): void {
  if (agreed === nothing) shelf.shown.delete(service);
  else shelf.shown.set(service, tallyShown(agreed, shelf.shownKeys.length));
}

/** Whoever was not read has no vote this time; the shared set where all were. */
function votersAmong(voters: ReadonlySet<string>, read: ReadonlyMap<string, string>): ReadonlySet<string> {
  for (const node of voters) if (!read.has(node)) return new Set([...voters].filter((other) => read.has(other)));
  return voters;
}

/** What one node alone holds came to exist by lasting: nobody's text has moved. */
function establishes(counted: string, { cases }: Observed): boolean {
  const established = [...cases.values()].filter((one) => one.cause === 'not_replicated' && isConfirmed(one));
  if (established.length === 0) return false;
  const known = new Set(entriesOf(counted).map(({ key }) => key));
  return established.some(({ difference }) => !known.has(difference.instance));
}

/** Whether a comparison could bring anything new: some node shows another text than what is agreed, or something is open. */
export function isQuiet(shelf: Shelf, service: number, nodes: readonly string[]): boolean {
  const agreed = shelf.agreed[service];
  if (agreed === undefined || shelf.open.has(service)) return false;
  for (const node of nodes) {
    const text = shelf.columns.get(node)?.texts[service];
    if (text !== undefined && text !== agreed) return false;
  }
  return true;
}

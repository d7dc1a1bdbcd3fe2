/**
 * Nodes that are filling and nodes that stand still: neither may vote. A node that came up lacks what the others have
 * until it has been sent everything; a node whose counts stand still while the others move shows the past.
 */

import type { Catalogs, ClusterSnapshot, NodeSnapshot } from '../model.ts';
import { missingIn, type Agreement } from './agreement.ts';
import type { Life } from './life.ts';
import { freshCatalogs, isReady, type Timing } from './status.ts';

/** A filling node has no vote for at least this long, milliseconds: beats come back within it. */
const settleFor = (node: NodeSnapshot): number => (node.api === 'v1' ? 90_000 : 60_000);

/** A node that comes as close as this to the agreed number is complete: replication lag alone shows so much. */
const lagTolerance = 0.001;

/** At the exporter's own start, how long rising counts are taken for a node that fills. */
const startUpWindow = 90_000;

/** The others moved this often while a node's counts stood still: it is frozen, if it also differs from them. */
const movesUntilFrozen = 4;

export interface Joining {
  readonly since: number;
  /** Agreed instances that the node lacks; undefined before its first catalog. */
  readonly missing?: number;
}

export interface Movement {
  /** Digest of all of the node's counts. */
  readonly digest: number;
  readonly total: number;
  /** How often the majority of the others changed since this node last did. */
  readonly stood: number;
  /** Stands still, and shows something else than the others or than what is agreed. */
  readonly frozen: boolean;
}

interface Before {
  readonly startedAt: number;
  readonly life: ReadonlyMap<string, Life>;
  readonly joining: ReadonlyMap<string, Joining>;
  readonly movement: ReadonlyMap<string, Movement>;
  readonly agreed: ReadonlyMap<string, Agreement>;
}

export function settleJoining(
  before: Before, previous: ClusterSnapshot | undefined, next: ClusterSnapshot, timing: Timing,
): { readonly joining: ReadonlyMap<string, Joining>; readonly movement: ReadonlyMap<string, Movement> } {
  const catalogs = new Map(next.nodes.map((node) => [node.node, freshCatalogs(node, next.at, next.intervals.counts ?? timing.interval, timing)]));
  const movement = trackMovement(before, catalogs);
  const joining = new Map<string, Joining>();
  for (const node of next.nodes) {
    if (before.life.get(node.node)?.up !== true) continue;
    const entry = joins(before, node, previous, next, movement);
    if (entry === undefined) continue;
    const read = catalogs.get(node.node);
    const missing = read === undefined ? undefined : missingOf(before.agreed, read);
    const old = next.at - entry.since >= settleFor(node);
    if (old && missing !== undefined && missing <= tolerated(before, catalogs)) continue;
    joining.set(node.node, { since: entry.since, ...(missing === undefined ? {} : { missing }) });
  }
  return { joining, movement };
}

/** Since when the node is joining, or undefined where it is not. */
function joins(
  before: Before, node: NodeSnapshot, previous: ClusterSnapshot | undefined, next: ClusterSnapshot, movement: ReadonlyMap<string, Movement>,
): { readonly since: number } | undefined {
  const life = before.life.get(node.node);
  const running = before.joining.get(node.node);
  if (life?.startedAt !== undefined && (running === undefined || life.startedAt > running.since) && life.startedAt === next.at) return { since: next.at };
  if (running !== undefined) return running;
  const atStart = next.at - before.startedAt <= startUpWindow && life?.startedAt === undefined;
  if (!atStart) return undefined;
  const saysSo = previous === undefined && (isReady(node) === false || node.stages.raft?.value?.state === 'starting');
  return saysSo || isRising(before.movement, movement, node.node) ? { since: next.at } : undefined;
}

/** Below the fullest node, and more than last time: the node fills. */
function isRising(before: ReadonlyMap<string, Movement>, now: ReadonlyMap<string, Movement>, node: string): boolean {
  const mine = now.get(node);
  const earlier = before.get(node);
  if (mine === undefined || earlier === undefined || mine.total <= earlier.total) return false;
  const fullest = Math.max(...[...now.values()].map((other) => other.total));
  return mine.total < fullest * (1 - lagTolerance) && (fullest - mine.total) < (fullest - earlier.total) && fullest - mine.total > mine.total - earlier.total;
}

function trackMovement(before: Before, catalogs: ReadonlyMap<string, Catalogs | undefined>): ReadonlyMap<string, Movement> {
  const digests = new Map<string, { digest: number; total: number }>();
  for (const [node, read] of catalogs) if (read !== undefined) digests.set(node, digestOf(read));
  const moved = new Set([...digests].filter(([node, { digest }]) => before.movement.get(node)?.digest !== digest).map(([node]) => node));
  const movement = new Map<string, Movement>();
  for (const [node, { digest, total }] of digests) {
    const earlier = before.movement.get(node);
    const others = [...digests.keys()].filter((other) => other !== node && !before.joining.has(other));
    const othersMoved = others.filter((other) => moved.has(other) && before.movement.has(other)).length * 2 > others.length;
    const stood = moved.has(node) || earlier === undefined ? 0 : earlier.stood + (othersMoved ? 1 : 0);
    // At an even split what is agreed is what the still one shows: then it differs from the others.
    const alone = others.length > 0 && others.every((other) => digests.get(other)!.digest !== digest);
    movement.set(node, { digest, total, stood, frozen: stood >= movesUntilFrozen && (alone || differsFrom(before.agreed, catalogs.get(node)!)) });
  }
  return movement;
}

function digestOf(catalogs: Catalogs): { digest: number; total: number } {
  let digest = 0;
  let total = 0;
  for (const [, catalog] of catalogs) {
    digest = (Math.imul(digest, 31) + catalog.digest) | 0;
    total += catalog.totalInstances;
  }
  return { digest, total };
}

function differsFrom(agreed: ReadonlyMap<string, Agreement>, read: Catalogs): boolean {
  for (const [namespace, agreement] of agreed) {
    const catalog = read.get(namespace);
    if (catalog !== undefined && (missingIn(agreement, catalog) > 0 || catalog.totalInstances !== agreement.totalInstances)) return true;
  }
  return false;
}

export function missingOf(agreed: ReadonlyMap<string, Agreement>, read: Catalogs): number {
  let missing = 0;
  for (const [namespace, agreement] of agreed) {
    if (agreement.votes.length === 0) continue;
    const catalog = read.get(namespace);
    missing += catalog === undefined ? agreement.totalInstances : missingIn(agreement, catalog);
  }
  return missing;
}

/** What a complete node may lack: as much as the worst voter, or what replication lag alone shows. */
function tolerated(before: Before, catalogs: ReadonlyMap<string, Catalogs | undefined>): number {
  let agreedInstances = 0;
  const voters = new Set<string>();
  for (const agreement of before.agreed.values()) {
    agreedInstances += agreement.totalInstances;
    for (const vote of agreement.votes) voters.add(vote.node);
  }
  const worst = [...voters].map((node) => catalogs.get(node)).map((read) => (read === undefined ? 0 : missingOf(before.agreed, read)));
  return Math.max(Math.floor(agreedInstances * lagTolerance), ...worst);
}

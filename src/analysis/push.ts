/**
 * A node's push counters as counters that never fall: the server sets them back at midnight and with each start. They are
 * the witness of what no poll saw: every change that reached subscribers is in them, however short it was. Up to two sources
 * show the same counters, a little apart (1.x's actuator is up to 15 s late): each is followed by itself, what is known is the
 * most that either tells, and what one is behind is not counted again when it catches up.
 */

import type { ApiName, ClusterSnapshot, NodeSnapshot, PushTotals } from '../model.ts';
import { median } from './median.ts';
import { follow, restarted, type Followed } from './resets.ts';

const counters = ['total', 'failed', 'empty'] as const;
type Counter = (typeof counters)[number];
const sources = ['actuator', 'push'] as const;
type Source = (typeof sources)[number];

/** Since the exporter first read the node; `empty` only where it was ever told. */
interface PushCounts {
  readonly total: number;
  readonly failed: number;
  readonly empty?: number;
}

/** What one source told last, and how far it has counted. */
interface Told {
  readonly at: number;
  readonly startedAt?: number;
  readonly counters: { readonly [C in Counter]?: Followed };
}

export interface PushHistory extends PushCounts {
  readonly told: { readonly [S in Source]?: Told };
  /** When it was last read. */
  readonly at: number;
  /** Pushes and empty pushes a second between two readings, of the last ten minutes. */
  readonly rates: readonly PushRate[];
  /** At the last reading far more was pushed than usual, or far more of it empty. */
  readonly bursting: boolean;
}

interface PushRate {
  readonly at: number;
  readonly perSecond: number;
  readonly emptyPerSecond: number;
}

interface Read {
  readonly source: Source;
  readonly totals: PushTotals;
  readonly at: number;
  readonly startedAt?: number;
}

const windowMs = 600_000;
/** So many times the usual rate is a burst. */
const burstFactor = 5;
/** Fewer pushes than this between two readings are no burst, whatever is usual: a service or two that changed. */
const quietPushes = 20;
/** Readings after which it is known what is usual. */
const readingsUntilUsual = 4;
/** Total and failures are read one after the other: so many may have come between. */
const apart = 20;

/** Nodes that are gone from the snapshot lose their history. */
export function trackPushes(before: ReadonlyMap<string, PushHistory>, next: ClusterSnapshot): ReadonlyMap<string, PushHistory> {
  const histories = new Map<string, PushHistory>();
  for (const node of next.nodes) {
    const earlier = before.get(node.node);
    const read = newReadings(node, earlier);
    if (read.length > 0) histories.set(node.node, step(earlier, read, node.api));
    else if (earlier !== undefined) histories.set(node.node, earlier.bursting ? { ...earlier, bursting: false } : earlier);
  }
  return histories;
}

function newReadings({ stages: { push, actuator } }: NodeSnapshot, earlier: PushHistory | undefined): readonly Read[] {
  const read: Read[] = [];
  if (actuator?.value?.push !== undefined && actuator.valueAt !== undefined && actuator.valueAt !== earlier?.told.actuator?.at) {
    const { push: totals, startedAt } = actuator.value;
    read.push({ source: 'actuator', totals, at: actuator.valueAt, ...(startedAt === undefined ? {} : { startedAt }) });
  }
  if (push?.value !== undefined && push.valueAt !== undefined && push.valueAt !== earlier?.told.push?.at) {
    read.push({ source: 'push', totals: push.value, at: push.valueAt });
  }
  return read;
}

function step(earlier: PushHistory | undefined, read: readonly Read[], api: ApiName | undefined): PushHistory {
  const followed = read.map((one) => ({ one, counters: followAll(earlier?.told[one.source], one, api) }));
  const counts: { -readonly [C in Counter]?: number } = {};
  for (const counter of counters) {
    const known = [earlier?.[counter], ...followed.map((source) => source.counters[counter]?.counted)].filter((value) => value !== undefined);
    if (known.length > 0) counts[counter] = Math.max(...known);
  }
  const told: { [S in Source]?: Told } = { ...earlier?.told };
  for (const { one, counters: own } of followed) {
    const { source, at, startedAt } = one;
    told[source] = { at, ...(startedAt === undefined ? {} : { startedAt }), counters: agreeOn(counts, own, followed.map((other) => other.counters)) };
  }
  const at = Math.max(...read.map((one) => one.at));
  const { total = 0, failed = 0, empty } = counts;
  const now = { total, failed, ...(empty === undefined ? {} : { empty }) };
  return { ...now, told, at, ...unrest(earlier, now, at) };
}

/** The counters of one source by itself. */
function followAll(before: Told | undefined, { totals, startedAt }: Read, api: ApiName | undefined): Told['counters'] {
  const wasReset = before !== undefined && (restarted(before, startedAt === undefined ? {} : { startedAt }) || setBack(before.counters, totals, api));
  const now: { [C in Counter]?: Followed } = {};
  for (const counter of counters) {
    const own = before?.counters[counter];
    const value = totals[counter];
    // They are set back one after the other, the total first: what is above it, and did not fall, is still to come.
    const isToCome = value !== undefined && own !== undefined && value > totals.total && value >= own.mark;
    const next = follow(own, value, wasReset && !isToCome);
    if (next !== undefined) now[counter] = next;
  }
  return now;
}

/**
 * Whether any of them fell. Where a day's first interval brings more pushes than the whole day before, no total falls, but
 * what failed, was empty or succeeded may. 1.x counts what waits for its answer as failed, which falls as answers come.
 */
function setBack(before: Told['counters'], now: PushTotals, api: ApiName | undefined): boolean {
  const total = before.total?.mark ?? 0;
  const failed = before.failed?.mark ?? 0;
  const fell = now.total < total || (now.empty !== undefined && now.empty < (before.empty?.mark ?? 0));
  if (fell || api === 'v1') return fell;
  const succeeded = total - failed;
  const succeededNow = now.total - now.failed;
  return now.failed < failed || (succeededNow < succeeded / 2 && succeeded - succeededNow > apart);
}

/** What a source has counted, told by what is known of all: that much less as it is behind the one that is ahead. */
function agreeOn(counts: { readonly [C in Counter]?: number }, own: Told['counters'], all: readonly Told['counters'][]): Told['counters'] {
  const agreed: { [C in Counter]?: Followed } = {};
  for (const counter of counters) {
    const followed = own[counter];
    if (followed === undefined) continue;
    const ahead = Math.max(...all.map((other) => other[counter]?.mark ?? 0));
    agreed[counter] = { mark: followed.mark, counted: (counts[counter] ?? 0) - (ahead - followed.mark) };
  }
  return agreed;
}

/** Any empty push is worth a look where there are none as a rule: a service lost all its instances, if only for a moment. */
function unrest(earlier: PushHistory | undefined, now: PushCounts, at: number): Pick<PushHistory, 'rates' | 'bursting'> {
  if (earlier === undefined) return { rates: [], bursting: false };
  const pushed = now.total - earlier.total;
  const emptied = (now.empty ?? 0) - (earlier.empty ?? 0);
  const seconds = Math.max(1, at - earlier.at) / 1000;
  const rate: PushRate = { at, perSecond: pushed / seconds, emptyPerSecond: emptied / seconds };
  const recent = earlier.rates.filter((other) => at - other.at <= windowMs);
  const above = (of: (rate: PushRate) => number): boolean => of(rate) > burstFactor * (median(recent.map(of)) ?? 0);
  const usualKnown = recent.length >= readingsUntilUsual;
  const bursting = usualKnown && ((pushed >= quietPushes && above((one) => one.perSecond)) || (emptied > 0 && above((one) => one.emptyPerSecond)));
  return { rates: [...recent, rate], bursting };
}

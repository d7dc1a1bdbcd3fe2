/** What the canary has measured so far: histograms and counters that only grow, of the nodes that are there. */

export const runResults = ['success', 'register_failed', 'beat_failed', 'replication_timeout', 'push_timeout', 'cleanup_failed'] as const;
export type RunResult = (typeof runResults)[number];

/** Seconds; the contract's. */
export const canaryBounds: readonly number[] = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 15, 30];

export interface CanaryHistogram {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Another node, and the seconds until it showed it; undefined where it did not in time. */
export interface Sighting {
  readonly observer: string;
  readonly seconds: number | undefined;
}

/** One run: one node was responsible. */
export interface CanaryRun {
  readonly node: string;
  /** What failed first; undefined where the server's version takes no such registration. */
  readonly result: RunResult | undefined;
  /** Round trips, seconds. */
  readonly beats: readonly number[];
  /** Of nodes that answered meanwhile. */
  readonly replications: readonly Sighting[];
  /** The same, and the responsible node's own; only of those that had shown it. */
  readonly deregistrations: readonly Sighting[];
  /** Seconds until a subscriber was told; undefined where none was, or nobody subscribed. */
  readonly push: number | undefined;
}

export interface PairRecord {
  readonly replication: CanaryHistogram;
  readonly seen: number;
  readonly timeouts: number;
  readonly deregistration: CanaryHistogram;
}

export interface NodeRecord {
  readonly beats: CanaryHistogram;
  readonly push: CanaryHistogram;
  readonly runs: { readonly [R in RunResult]: number };
  readonly observers: ReadonlyMap<string, PairRecord>;
}

export interface CanaryLedger {
  readonly nodes: ReadonlyMap<string, NodeRecord>;
  /** Nodes whose last run found that their version takes no such registration. */
  readonly unsupported: ReadonlySet<string>;
}

export const emptyCanaryLedger: CanaryLedger = { nodes: new Map(), unsupported: new Set() };

export const emptyHistogram: CanaryHistogram = { bounds: canaryBounds, counts: Array.from({ length: canaryBounds.length + 1 }, () => 0), sum: 0 };

export const emptyPair: PairRecord = { replication: emptyHistogram, seen: 0, timeouts: 0, deregistration: emptyHistogram };

export const emptyNode: NodeRecord = {
  beats: emptyHistogram, push: emptyHistogram, observers: new Map(),
  runs: { success: 0, register_failed: 0, beat_failed: 0, replication_timeout: 0, push_timeout: 0, cleanup_failed: 0 },
};

export function noteRun(ledger: CanaryLedger, run: CanaryRun): CanaryLedger {
  const unsupported = new Set(ledger.unsupported);
  if (run.result === undefined) {
    unsupported.add(run.node);
    return { ...ledger, unsupported };
  }
  unsupported.delete(run.node);
  const before = ledger.nodes.get(run.node) ?? emptyNode;
  const observers = new Map(before.observers);
  for (const { observer, seconds } of run.replications) {
    const pair = observers.get(observer) ?? emptyPair;
    observers.set(observer, seconds === undefined
      ? { ...pair, timeouts: pair.timeouts + 1 }
      : { ...pair, seen: pair.seen + 1, replication: observed(pair.replication, seconds) });
  }
  for (const { observer, seconds } of run.deregistrations) {
    const pair = observers.get(observer) ?? emptyPair;
    if (seconds !== undefined) observers.set(observer, { ...pair, deregistration: observed(pair.deregistration, seconds) });
  }
  const after: NodeRecord = {
    beats: run.beats.reduce(observed, before.beats),
    push: run.push === undefined ? before.push : observed(before.push, run.push),
    runs: { ...before.runs, [run.result]: before.runs[run.result] + 1 },
    observers,
  };
  return { nodes: new Map(ledger.nodes).set(run.node, after), unsupported };
}

/** Without what is known of nodes that are gone. */
export function keepNodes(ledger: CanaryLedger, there: ReadonlySet<string>): CanaryLedger {
  const nodes = [...ledger.nodes].filter(([node]) => there.has(node)).map(([node, record]) => [
    node, { ...record, observers: new Map([...record.observers].filter(([observer]) => there.has(observer))) },
  ] as const);
  return { nodes: new Map(nodes), unsupported: new Set([...ledger.unsupported].filter((node) => there.has(node))) };
}

function observed(histogram: CanaryHistogram, seconds: number): CanaryHistogram {
  const at = histogram.bounds.findIndex((bound) => seconds <= bound);
  const bucket = at < 0 ? histogram.bounds.length : at;
  return { ...histogram, counts: histogram.counts.map((count, i) => (i === bucket ? count + 1 : count)), sum: histogram.sum + seconds };
}

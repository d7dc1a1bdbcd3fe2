/** One read of all contents of a cluster, namespace after namespace, and how it ended on each node. */

import type { ContentsTotals, Failure } from '../model.ts';
import type { Budget } from './budget.ts';
import type { ContentsDesk, Pacing } from './contents-desk.ts';
import type { ContentsAttempt, TierNode } from './contents-tier.ts';
import { silentReasons } from './counts-reader.ts';
import { Stopped, type Patient } from './patient.ts';

export interface SweepDeps {
  readonly now: () => number;
  readonly desk: ContentsDesk;
  readonly patient: Patient;
  readonly budget: Budget;
  readonly nodes: () => readonly TierNode[];
  readonly namespaces: () => readonly string[];
  /** About what the first page of every node will bring. */
  readonly firstBytes: () => number;
  readonly goneFrom: Pacing['goneFrom'];
  readonly report: (attempts: ReadonlyMap<string, ContentsAttempt>) => void;
}

export interface ContentsSweep {
  /** `paced`: within the budget, nodes side by side. Throws Stopped. */
  run(paced: boolean): Promise<void>;
  /** When the last one began; -Infinity before the first. */
  startedAt(): number;
  /** How long the last one took, milliseconds. */
  lastMs(): number;
}

export function createContentsSweep(deps: SweepDeps): ContentsSweep {
  const { now, desk, patient } = deps;
  let startedAt = -Infinity;
  let lastMs = 0;

  /** The first pages are paid for before they are asked for: the sweeps of many clusters come due together. */
  async function pace(): Promise<Pacing> {
    let paid = deps.firstBytes();
    await patient.sleep(deps.budget.take(paid));
    return {
      goneFrom: deps.goneFrom,
      pay(bytes) {
        const due = Math.max(0, bytes - paid);
        paid -= bytes - due;
        return patient.sleep(deps.budget.take(due));
      },
    };
  }

  return {
    startedAt: () => startedAt,
    lastMs: () => lastMs,
    async run(paced) {
      startedAt = now();
      const pacing = paced ? await pace() : undefined;
      const nodes = deps.nodes();
      const totals = new Map<string, Map<string, ContentsTotals>>(nodes.map(({ node }) => [node, new Map()]));
      const failures = new Map<string, Failure>();
      const ended = new Map<string, number>();
      desk.keepNamespaces(deps.namespaces());
      for (const namespace of deps.namespaces()) {
        // After a time-out the rest would only wait for the same one.
        const asked = nodes.filter(({ node }) => !silentReasons.has(failures.get(node)?.reason ?? ''));
        if (asked.length === 0) break;
        const swept = await desk.sweep(asked, namespace, pacing);
        for (const [node, found] of swept.totals) totals.get(node)!.set(namespace, found);
        for (const [node, failure] of swept.failures) failures.set(node, failure);
        for (const { node } of asked) ended.set(node, now());
      }
      if (patient.stopped()) throw new Stopped();
      if (paced) lastMs = now() - startedAt;
      deps.report(new Map(nodes.map(({ node }): [string, ContentsAttempt] => {
        const at = ended.get(node) ?? now();
        const failure = failures.get(node);
        const timing = { at, durationMs: at - startedAt };
        return [node, failure === undefined
          ? { ...timing, outcome: { status: 'ok' }, value: totals.get(node)! }
          : { ...timing, outcome: { status: 'failed', ...failure } }];
      })));
    },
  };
}

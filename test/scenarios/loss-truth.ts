/**
 * The truth of loss, from what settled nodes agree on at poll instants: the highest number of the last five minutes, which
 * stands still from a loss of 10 % on until 95 % is back, and the services that lost their last instance.
 */

import type { Rig } from '../poller/harness.ts';
import type { ChurnTruth } from './churn-truth.ts';

export interface LossTruth {
  look(now: number): void;
  /** By namespace. */
  baselines(): ReadonlyMap<string, number>;
  vanished(): ReadonlyMap<string, number>;
}

const windowMs = 300_000;

export function lossTruth(churn: ChurnTruth): LossTruth {
  const history = new Map<string, { readonly at: number; readonly total: number }[]>();
  const standing = new Map<string, number>();
  const baselines = new Map<string, number>();
  let before: ReadonlyMap<string, number> = new Map();
  const gone = new Set<string>();

  function step(namespace: string, total: number, now: number): void {
    const past = history.get(namespace) ?? [];
    past.push({ at: now, total });
    history.set(namespace, past);
    const stands = standing.get(namespace);
    if (stands !== undefined && total < 0.95 * stands) return;
    // After a loss that is made good the five minutes begin anew.
    if (stands !== undefined) history.set(namespace, [{ at: now, total }]);
    standing.delete(namespace);
    const highest = Math.max(...history.get(namespace)!.filter(({ at }) => now - at <= windowMs).map((one) => one.total));
    const reference = Math.max(highest, stands === undefined ? baselines.get(namespace) ?? 0 : 0);
    if (total <= 0.9 * reference) standing.set(namespace, reference);
    baselines.set(namespace, total <= 0.9 * reference ? reference : highest);
  }

  return {
    baselines: () => baselines,
    vanished() {
      const counts = new Map<string, number>([...history.keys()].map((namespace) => [namespace, 0]));
      for (const name of gone) counts.set(namespaceOf(name), counts.get(namespaceOf(name))! + 1);
      return counts;
    },
    look(now) {
      const numbers = churn.agreedNumbers();
      const totals = new Map<string, number>([...history.keys()].map((namespace) => [namespace, 0]));
      for (const [name, number] of numbers) {
        totals.set(namespaceOf(name), (totals.get(namespaceOf(name)) ?? 0) + number);
        gone.delete(name);
      }
      for (const name of before.keys()) if (!numbers.has(name)) gone.add(name);
      for (const [namespace, total] of totals) step(namespace, total, now);
      before = numbers;
    },
  };
}

const namespaceOf = (name: string): string => name.slice(0, name.indexOf('/'));

export function compareLosses(rig: Rig, truth: LossTruth): readonly string[] {
  const wrong: string[] = [];
  for (const [metric, right] of [['nacos_namespace_instances_baseline', truth.baselines()], ['nacos_vanished_services', truth.vanished()]] as const) {
    for (const [namespace, number] of right) {
      const said = rig.value(metric, { namespace_id: namespace });
      if (said !== number) wrong.push(`${metric} of ${namespace} says ${said}, truth ${number}`);
    }
  }
  return wrong;
}

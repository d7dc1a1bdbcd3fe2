/** An operator's script: it goes on only when a gate passes, and writes down what each of them said and how long it took. */

import type { LabNode } from '../lab/cluster.ts';
import { exporterOptions } from '../real/suite/stage.ts';
import { type GateRun, refusals, runGate } from '../lab/gate.ts';

export interface Script {
  /** Waits until all pass: gates that are asked at once spare each other's holding times. Throws what they refuse otherwise. */
  gates(...calls: readonly (readonly string[])[]): Promise<readonly GateRun[]>;
  /** Asks once, and takes any answer. */
  ask(...call: readonly string[]): Promise<GateRun>;
  /** Of all gates asked so far: call, exit code, seconds. */
  record(): readonly string[];
}

/** What a gate is given to pass. */
const patience = '6m';

export function startScript(nodes: readonly LabNode[]): Script {
  const { config } = exporterOptions(nodes, 'open');
  const record: string[] = [];

  async function ask(call: readonly string[]): Promise<GateRun> {
    const run = await runGate(config, call);
    record.push(`${run.call}: ${run.exit} after ${run.seconds} s`);
    return run;
  }

  return {
    record: () => record,
    ask: (...call) => ask(call),
    async gates(...calls) {
      const runs = await Promise.all(calls.map((call) => ask([...call, '--wait', patience])));
      const refused = runs.filter(({ exit }) => exit !== 0);
      if (refused.length > 0) throw new Error([...refused.flatMap(refusals), ...refused.map(({ progress }) => progress.slice(-1_500))].join('\n'));
      return runs;
    },
  };
}

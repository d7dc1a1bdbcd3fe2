/** Looks again and again until a gate is answered. Effects are handed in: the next look, the clock, the line of progress. */

import { isSettled, verdictOf, type Gate, type GateRequest, type Judgement, type Verdict } from './gate.ts';
import { append, type History } from './history.ts';
import type { Observation } from './observation.ts';
import { seconds } from './words.ts';

export interface RunDeps {
  readonly now: () => number;
  /** The first look at once, each further one when it is due. */
  readonly next: () => Promise<Observation>;
  /** One line, without its line break. */
  readonly progress: (line: string) => void;
}

export interface Run {
  readonly gate: string;
  readonly cluster: string;
  readonly node?: string;
  readonly verdict: Verdict;
  readonly judgement: Judgement;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** What rounds and holding times need, milliseconds. */
const ownMs = 90_000;
/** A line that says the same comes again after so long. */
const quietMs = 15_000;

/** `waitMs`: tries again until it passes, so long; otherwise it ends as soon as looking on would add nothing. */
export async function runGate(gate: Gate, request: GateRequest, waitMs: number, deps: RunDeps): Promise<Run> {
  const startedAt = deps.now();
  let history: History = { startedAt, observations: [] };
  let told = { words: '', at: -Infinity };
  for (;;) {
    const observation = await deps.next();
    history = append(history, observation);
    const judgement = gate.judge(history, request);
    const verdict = verdictOf(judgement);
    const endedAt = deps.now();
    const lasted = endedAt - startedAt;
    const over = lasted >= waitMs && (isSettled(judgement) || lasted >= Math.max(waitMs, ownMs));
    if (verdict === 'pass' || over) {
      return { gate: gate.name, cluster: observation.cluster, ...(request.node === undefined ? {} : { node: request.node }), verdict, judgement, startedAt, endedAt };
    }
    const words = progressOf(judgement);
    if (words === told.words && endedAt - told.at < quietMs) continue;
    told = { words, at: endedAt };
    deps.progress(`${seconds(lasted)}: ${words}`);
  }
}

function progressOf({ terms }: Judgement): string {
  const passed = terms.filter(({ state }) => state === 'pass').length;
  const open = terms.find(({ state }) => state === 'fail') ?? terms.find(({ state }) => state === 'unknown');
  return `${passed} of ${terms.length} terms pass; ${open!.term}${open!.node === undefined ? '' : ` ${open!.node}`}: ${open!.detail}`;
}

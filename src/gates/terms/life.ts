/** Whether nodes are there, and have been for long enough. */

import { fail, of, pass, unknown, type Term } from '../gate.ts';
import { heldSince, latest, type History } from '../history.ts';
import { nodeOf, type NodeSeen, type Observation } from '../observation.ts';
import { seconds } from '../words.ts';

/** A node's first minute: beats and clients come back, replication fills it. */
export const settledMs = 60_000;

/** That the node answers at all; `down`: what to say where it does not. */
export function answering({ node, answers, problem }: NodeSeen, down: 'fail' | 'unknown' = 'fail'): Term {
  const about = of('answers', node);
  if (answers === true) return pass(about, 'answers');
  if (answers === undefined) return unknown(about, problem ?? 'was not read yet', 'reading');
  return (down === 'fail' ? fail : unknown)(about, problem ?? 'does not answer');
}

/** Up and ready without a break, all the time that is asked for being watched: a node does not tell when it started. */
export function upFor(history: History, node: string, term = 'up'): Term {
  const about = of(term, node);
  const now = latest(history);
  const seen = nodeOf(now, node);
  if (seen?.answers === undefined) return unknown(about, seen?.problem ?? 'was not read yet', 'reading');
  if (!seen.answers) return fail(about, seen.problem ?? 'does not answer');
  if (seen.ready === false) return fail(about, 'is not ready');
  if (seen.ready === undefined) return unknown(about, 'does not tell yet whether it is ready', 'reading');
  const held = heldSince(history, (observation) => isWell(observation, node)) ?? now.at;
  const since = Math.max(held, seen.startedAt ?? 0);
  const lasted = now.at - since;
  return lasted >= settledMs ? pass(about, `up and ready for ${seconds(lasted)}`) : unknown(about, `up and ready, seen so for ${seconds(lasted)} of ${seconds(settledMs)}`, 'holding');
}

function isWell(observation: Observation, node: string): boolean {
  const seen = nodeOf(observation, node);
  return seen?.answers === true && seen.ready !== false;
}

export function joining({ node, joining: entry }: NodeSeen): Term {
  const about = of('joining', node);
  if (entry === undefined) return pass(about, 'is not joining');
  return fail(about, `is joining${entry.missing === undefined || entry.missing === 0 ? '' : `, lacks ${entry.missing} instances`}`);
}

/** A node by the name that an operator gave: what to say where there is none. */
export function known(observation: Observation, node: string): Term {
  if (nodeOf(observation, node) !== undefined) return pass(of('known', node), 'is a member');
  return unknown(of('known', node), `is no node of ${observation.cluster}; there are ${observation.nodes.map((other) => other.node).join(', ')}`);
}

export const others = ({ nodes }: Observation, node: string): readonly NodeSeen[] => nodes.filter((other) => other.node !== node);

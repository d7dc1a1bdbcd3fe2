/**
 * Whether the nodes hold the same. Nothing is said before every service was compared since the gate began, and nothing is
 * called the same before two rounds, far enough apart, found no confirmed difference. What comes and goes under churn is no
 * difference; what was suspected all that time is neither passed nor failed, but waited for.
 */

import type { ContentsSeen, NodeDifferences } from '../contents-seen.ts';
import { fail, of, pass, unknown, type Term } from '../gate.ts';
import { latest, runOf, type History } from '../history.ts';
import type { Observation } from '../observation.ts';
import { count, seconds } from '../words.ts';
import { joining } from './life.ts';

/** Between two rounds at least, milliseconds. */
export const apartMs = 15_000;

/** Which of a node's differences a gate minds: how many, and since when the oldest. */
export type Minding = (node: string, differences: NodeDifferences) => { readonly number: number; readonly since: number };

export const everything: Minding = (_, { services, since }) => ({ number: services, since });

/** Rows on what was compared. */
export function compared(history: History): readonly Term[] {
  const { at, contents, nodes } = latest(history);
  const gaps = contents.gaps.map(({ node, why, pending }) => unknown(of('compared', node), why, pending ? 'reading' : undefined));
  if (gaps.length > 0) return gaps;
  if (!isCompared(contents, history.startedAt)) return [unknown('compared', 'not every service was compared since the gate began', 'reading')];
  const excused = contents.excused === 0 ? '' : `; ${count(contents.excused, 'service')} of which health alone differs left out, as 1.1.x keeps a wrong one`;
  return [pass('compared', `every service on ${count(nodes.length, 'node')}, last ${seconds(at - contents.comparedAt!)} ago${excused}`)];
}

function isCompared(contents: ContentsSeen, startedAt: number): contents is ContentsSeen & { readonly comparedAt: number; readonly roundAt: number } {
  return contents.comparedAt !== undefined && contents.gaps.length === 0 && contents.comparedAt >= startedAt;
}

/** Rows on the differences that a gate minds, under a term of its own. */
export function undivided(history: History, minds: Minding = everything, term = 'divergence'): readonly Term[] {
  const now = latest(history);
  const { contents } = now;
  const confirmed = [...contents.confirmed].filter(([node, found]) => minds(node, found).number > 0);
  if (!isCompared(contents, history.startedAt)) {
    const sofar = confirmed.map(([node, found]) => unknown(of(term, node), `so far ${words(found)}`, 'reading'));
    const pending = contents.gaps.every((gap) => gap.pending) ? 'reading' : undefined;
    return [unknown(term, 'cannot be told before every service was compared', pending), ...sofar];
  }
  if (confirmed.length > 0) return confirmed.map(([node, found]) => fail(of(term, node), words(found)));
  const old = [...contents.suspected].filter(([node, found]) => {
    const { number, since } = minds(node, found);
    return number > 0 && now.at - since >= apartMs;
  });
  if (old.length > 0) return old.map(([node, found]) => unknown(of(term, node), `${words(found)}; suspected for ${seconds(now.at - minds(node, found).since)}, not confirmed`, 'reading'));
  const rounds = clearRounds(history, minds);
  const apart = rounds.at(-1)! - rounds[0]!;
  if (apart < apartMs) return [unknown(term, `no confirmed difference so far; a second look comes ${seconds(apartMs)} after the first`, 'reading')];
  return [pass(term, `no confirmed difference, in looks ${seconds(apart)} apart`)];
}

/** When the nodes were looked at, in the last unbroken run of looks without a confirmed difference. */
function clearRounds(history: History, minds: Minding): readonly number[] {
  const isClear = ({ contents }: Observation): boolean =>
    isCompared(contents, history.startedAt) && [...contents.confirmed].every(([node, found]) => minds(node, found).number === 0);
  return runOf(history, isClear).map(({ contents }) => contents.roundAt!);
}

function words({ services, missing, surplus, conflicting, examples }: NodeDifferences): string {
  const kinds = [
    ...(missing === 0 ? [] : [`${missing} missing`]), ...(surplus === 0 ? [] : [`${surplus} surplus`]), ...(conflicting === 0 ? [] : [`${conflicting} otherwise`]),
  ];
  return `differs in ${count(services, 'service')}: ${count(missing + surplus + conflicting, 'instance')}, ${kinds.join(', ')} (${examples.join('; ')})`;
}

/** What `consistent` asks, and every gate that includes it. */
export function consistency(history: History): readonly Term[] {
  const rows = latest(history).nodes.filter((node) => node.joining !== undefined).map(joining);
  return [...compared(history), ...(rows.length === 0 ? [pass('joining', 'no node is joining')] : rows), ...undivided(history)];
}

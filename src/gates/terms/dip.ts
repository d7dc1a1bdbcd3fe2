/**
 * Whether the dip after a node's start or stop is over: the agreed numbers are as high as they were, and do not rise any
 * more. On 1.x the beats bring instances back within seconds, on 2.x clients connect again.
 */

import type { Earlier } from '../earlier.ts';
import { fail, of, pass, unknown, type Term } from '../gate.ts';
import { asOf, latest, spans, type History } from '../history.ts';
import type { Numbers } from '../observation.ts';

/** Numbers of so long are looked at: what went before is a deployment's business. */
const lookBackMs = 120_000;
/** So long they must not have risen. */
const calmMs = 30_000;
/** Churn alone moves less than this. */
const tolerance = 0.01;

export function dipIsOver(history: History, before: Earlier | undefined): readonly Term[] {
  const now = latest(history);
  if (now.namespaces.size === 0) return [unknown('dip', 'no numbers are agreed yet', 'reading')];
  const rows = [...now.namespaces].flatMap(([namespace, numbers]): readonly Term[] => {
    if (numbers === undefined) return [unknown('dip', `${namespace}: no node votes on its numbers`, 'reading')];
    const then = before?.instances.get(namespace);
    if (then !== undefined && numbers.instances < then * (1 - tolerance)) return [fail('dip', `${namespace}: ${numbers.instances} instances, ${then} in ${before!.file}`)];
    return fields.flatMap((field) => dipOf(history, namespace, numbers, field));
  });
  const gone = [...before?.instances ?? []].filter(([namespace]) => !now.namespaces.has(namespace)).map(([namespace, then]) => fail('dip', `${namespace}: no instances, ${then} in ${before!.file}`));
  if (rows.length > 0 || gone.length > 0) return [...rows, ...gone];
  if (!spans(history, calmMs)) return [unknown(of('dip', undefined), `the numbers stand; watched for ${calmMs / 1000} s before they are called so`, 'holding')];
  return [pass('dip', `over: ${[...now.namespaces].map(([namespace, numbers]) => `${namespace} ${numbers!.instances} (${numbers!.healthy} healthy)`).join(', ')}`)];
}

const fields = ['instances', 'healthy'] as const;

function dipOf(history: History, namespace: string, numbers: Numbers, field: (typeof fields)[number]): readonly Term[] {
  const { at } = latest(history);
  const noun = field === 'instances' ? 'instances' : 'healthy instances';
  const seen = history.observations.filter((observation) => at - observation.at <= lookBackMs).map((observation) => observation.namespaces.get(namespace)?.[field] ?? 0);
  const high = Math.max(...seen);
  if (numbers[field] < high * (1 - tolerance)) return [fail('dip', `${namespace}: ${numbers[field]} ${noun}, ${high} within the last two minutes`)];
  const earlier = asOf(history, calmMs).namespaces.get(namespace)?.[field];
  if (earlier !== undefined && earlier < numbers[field] * (1 - tolerance)) return [unknown('dip', `${namespace}: ${noun} still rise, from ${earlier} to ${numbers[field]}`, 'reading')];
  return [];
}

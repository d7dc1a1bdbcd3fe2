/** `restored`: every instance of an earlier snapshot is back, or at most so many are not. */

import { fail, pass, unknown, type Gate } from './gate.ts';
import { missingSince } from './earlier.ts';
import { latest } from './history.ts';
import { count, some } from './words.ts';

export const restored: Gate = {
  name: 'restored',
  doc: 'Every instance of the earlier snapshot is back (same identity; a changed tag is a restart and counts as back), or at most N are missing; the missing are listed.',
  flags: ['before', 'allow'],
  required: ['before'],
  reads: { registrations: true },
  judge(history, { before, allow }) {
    const { present } = latest(history);
    if (present === undefined) return { terms: [unknown('read', 'no registration was read yet', 'reading')] };
    const warnings = before!.missing.map((sentence) => `${before!.file} is not complete: ${sentence}`);
    const gaps = present.gaps.map((sentence) => unknown('read', sentence));
    if (gaps.length > 0) return { terms: [...gaps, unknown('instances', 'cannot be told before every node was read')], warnings };
    const missing = missingSince(before!.registry, present.registry);
    const all = [...before!.instances.values()].reduce((sum, number) => sum + number, 0);
    const words = `${count(missing.length, 'instance')} of ${all} of ${before!.takenAt} missing${missing.length === 0 ? '' : `: ${some(missing)}`}`;
    return {
      terms: [pass('read', 'every registration on every node'), missing.length <= allow ? pass('instances', `${words}${allow === 0 ? '' : `, ${allow} allowed`}`) : fail('instances', `${words}${allow === 0 ? '' : `, ${allow} allowed`}`)],
      missing, warnings,
    };
  },
};

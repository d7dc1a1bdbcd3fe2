/** Which version each node runs. */

import { fail, of, pass, unknown, type Term } from '../gate.ts';
import type { Observation } from '../observation.ts';
import { isVersion } from '../versions.ts';
import { count } from '../words.ts';

/** Every node the wanted version, or all the same one. */
export function sameVersion({ nodes }: Observation, wanted?: string): readonly Term[] {
  const known = nodes.flatMap(({ version }) => version ?? []);
  const usual = wanted ?? [...new Set(known)].toSorted((a, b) => known.filter((one) => one === b).length - known.filter((one) => one === a).length)[0];
  const rows = nodes.flatMap(({ node, version, answers, problem, api }): readonly Term[] => {
    const about = of('version', node);
    if (answers === false) return [unknown(about, problem ?? 'does not answer')];
    if (version === undefined) return [unknown(about, problem ?? (api === undefined ? 'was not read yet' : 'does not tell its version'), api === undefined ? 'reading' : undefined)];
    if (wanted === undefined ? version === usual : isVersion(version, wanted)) return [];
    return [fail(about, `runs ${version}, ${wanted === undefined ? `most others ${usual!}` : `not ${wanted}`}`)];
  });
  if (rows.length > 0) return rows;
  return nodes.length === 0 ? [unknown('version', 'no node was read yet', 'reading')] : [pass('version', `${count(nodes.length, 'node')} of ${[...new Set(known)].join(', ')}`)];
}

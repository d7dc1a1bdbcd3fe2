/**
 * `/v1/cs/health`: what the config module last saw of its database, as a text, always with status 200. 1.x-2.5; 3.x has closed
 * it (410) and offers nothing in its place. A server that runs naming alone has no such path.
 *
 * The word that the text begins with is not the database's alone: a cluster without an address server, hence every one with a
 * `cluster.conf`, says `DOWN:address server down. ` for good (seen: 2.0.4). Which part is down is told by the sentences after
 * it, and beside such a complaint a slave that is down is not mentioned.
 */

import type { DatabaseState } from '../../model.ts';
import type { Answer, Call } from './dialect.ts';
import { oneLine, refuse } from './fields.ts';

/** The first that fits (config HealthController). */
const states: readonly (readonly [RegExp, DatabaseState])[] = [
  [/^UP$/, 'up'],
  [/^WARN:slave db\b/, 'slave_down'],
  [/^DOWN:master db\b/, 'master_down'],
  [/^DOWN:(address server down\.|server ip .* is not in the serverList)/, 'up'],
];

export const databaseHealth: Call<DatabaseState> = {
  api: 'config_health',
  path: '/v1/cs/health',
  missing: (status) => status === 404,
  decode: databaseState,
};

function databaseState(answer: Answer): DatabaseState {
  const text = oneLine(answer.text());
  const state = states.find(([words]) => words.test(text))?.[1];
  if (state === undefined) throw refuse('config_health body', 'UP, WARN or DOWN and why', text);
  return state;
}

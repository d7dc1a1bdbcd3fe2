/** Whether enough nodes stay when one stops. */

import { fail, pass, type Term } from '../gate.ts';
import type { Observation } from '../observation.ts';
import { memberNames } from './members.ts';

/** The members as they are listed now: a node that is stopped stays one until the configuration lets it go. */
export function quorumWithout(observation: Observation, node: string, allowed: boolean): Term {
  const members = memberNames(observation);
  const needed = Math.floor(members.length / 2) + 1;
  const stay = members.filter((member) => member !== node && observation.nodes.some((other) => other.node === member && other.answers === true)).length;
  const words = `${stay} of ${members.length} nodes stay, ${needed} ${needed === 1 ? 'is' : 'are'} needed for a quorum`;
  if (stay >= needed) return pass('quorum', words);
  if (members.length <= 2 && allowed) return pass('quorum', `${words}: raft groups stand still until it is back, as allowed`);
  return fail('quorum', members.length <= 2 ? `${words}: raft groups stand still until it is back; --allow-quorum-loss accepts that` : words);
}

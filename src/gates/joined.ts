/** `joined`: a new node is a full member. */

import { fail, of, pass, unknown, type Gate, type Term } from './gate.ts';
import { latest } from './history.ts';
import { nodeOf, type NodeSeen, type Observation } from './observation.ts';
import { known, others } from './terms/life.ts';
import { inGroups } from './terms/raft.ts';
import { isBack } from './terms/return.ts';

export const joined: Gate = {
  name: 'joined',
  doc: 'NODE is UP in all views and in every raft group, its switches equal those of the others, and `node-back`.',
  takesNode: true,
  flags: ['version', 'before'],
  reads: { polls: true, contents: true, upgrade: true },
  judge(history, request) {
    const now = latest(history);
    const seen = nodeOf(now, request.node!);
    if (seen === undefined) return { terms: [known(now, request.node!)] };
    const { terms, ...rest } = isBack(history, request);
    return { terms: [...terms, ...inGroups(now, now.nodes, seen.node, 'all'), ...equalSwitches(now, seen)], ...rest };
  },
};

/** A switch set at run time, such as double write, starts with its default on a new node. */
function equalSwitches(now: Observation, { node, switches, problem }: NodeSeen): readonly Term[] {
  const about = of('switches', node);
  if (switches.state === 'unread') return [unknown(about, problem ?? 'its switches were not read yet', 'reading')];
  if (switches.state === 'failed') return [unknown(about, `its switches could not be read: ${switches.reason}`)];
  if (switches.state === 'unsupported') return [unknown(about, 'its switches cannot be read')];
  const own = switches.value.enabled;
  const wrong = others(now, node).flatMap((other): readonly Term[] => {
    if (other.switches.state !== 'told') return [unknown(of('switches', other.node), 'its switches could not be read', other.switches.state === 'unread' && other.answers !== false ? 'reading' : undefined)];
    const { enabled } = other.switches.value;
    return Object.keys(own).filter((name) => enabled[name] !== undefined && enabled[name] !== own[name])
      .map((name) => fail(about, `${name} is ${String(own[name])}, on ${other.node} ${String(enabled[name])}`));
  });
  return wrong.length > 0 ? wrong : [pass(about, 'equal to those of the others')];
}

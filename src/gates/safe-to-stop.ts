/** `safe-to-stop`: the others can do without the node. */

import { fail, of, pass, unknown, type Gate, type GateRequest, type Term } from './gate.ts';
import { latest } from './history.ts';
import { nodeOf, type Observation } from './observation.ts';
import { compared, undivided, type Minding } from './terms/consistency.ts';
import { joining, known, others, upFor } from './terms/life.ts';
import { quorumWithout } from './terms/quorum.ts';
import { ledBy } from './terms/raft.ts';

export const safeToStop: Gate = {
  name: 'safe-to-stop',
  doc: 'Every other node is up for at least 60 s, is not joining and lacks none of NODE\'s instances; NODE does not lead while nodes remain to be stopped after it (`--remaining`); a quorum stays.',
  takesNode: true,
  flags: ['remaining', 'allow-quorum-loss'],
  reads: { polls: true, contents: true },
  judge(history, request) {
    const now = latest(history);
    const node = request.node!;
    if (nodeOf(now, node) === undefined) return { terms: [known(now, node)] };
    const stay = others(now, node);
    return {
      terms: [
        ...stay.map((other) => upFor(history, other.node)), ...stay.map(joining), ...compared(history), ...undivided(history, lostWith(node), 'holds'),
        leader(now, request), quorumWithout(now, node, request.allowQuorumLoss),
      ],
      warnings: unasked(now, request),
    };
  },
};

/** What would be gone with the node: what others lack, and what it alone holds. What it lacks itself does not matter. */
export const lostWith = (node: string): Minding => (other, { missing, surplus, presenceSince }) => ({ number: other === node ? surplus : missing, since: presenceSince });

function leader(now: Observation, { node, remaining }: GateRequest): Term {
  const about = of('leader', node);
  const after = remaining.filter((other) => other !== node);
  if (after.length === 0) return pass(about, 'no node remains to be stopped after it');
  const led = ledBy(nodeOf(now, node!));
  if (led === undefined) return unknown(about, 'does not tell whether it leads', nodeOf(now, node!)?.raft.state === 'unread' ? 'reading' : undefined);
  return led.length === 0 ? pass(about, 'does not lead') : fail(about, `leads ${led.join(', ')}, and ${after.join(', ')} ${after.length === 1 ? 'is' : 'are'} still to be stopped: the leader goes last`);
}

function unasked(now: Observation, { node, remaining }: GateRequest): readonly string[] {
  const led = ledBy(nodeOf(now, node!)) ?? [];
  const strangers = remaining.filter((other) => nodeOf(now, other) === undefined);
  if (strangers.length > 0) return [`--remaining names ${strangers.join(', ')}, which the cluster does not have`];
  return remaining.length === 0 && led.length > 0 ? [`${node!} leads ${led.join(', ')}: name the nodes still to be stopped with --remaining, for the leader goes last`] : [];
}

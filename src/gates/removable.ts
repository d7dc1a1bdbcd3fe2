/** `removable`: nobody is connected to the node any more, and the others can do without it for good. */

import { fail, of, pass, unknown, type Gate, type Term } from './gate.ts';
import { latest } from './history.ts';
import { nodeOf, type NodeSeen } from './observation.ts';
import { lostWith } from './safe-to-stop.ts';
import { compared, undivided } from './terms/consistency.ts';
import { joining, known, others } from './terms/life.ts';
import { quorumWithout } from './terms/quorum.ts';
import { ledBy } from './terms/raft.ts';
import { is1x } from './versions.ts';
import { count } from './words.ts';

export const removable: Gate = {
  name: 'removable',
  doc: 'NODE has no connections of clients (from 2.0 on; 1.x cannot tell) and leads no raft group, the others lack none of its instances, and a quorum stays.',
  takesNode: true,
  flags: ['allow-quorum-loss'],
  reads: { polls: true, contents: true, connections: true },
  judge(history, request) {
    const now = latest(history);
    const node = nodeOf(now, request.node!);
    if (node === undefined) return { terms: [known(now, request.node!)] };
    return {
      terms: [
        clients(node), leads(node), ...others(now, node.node).map(joining), ...compared(history), ...undivided(history, lostWith(node.node), 'holds'),
        quorumWithout(now, node.node, request.allowQuorumLoss),
      ],
    };
  },
};

function clients({ node, version, connections, answers, problem }: NodeSeen): Term {
  const about = of('connections', node);
  if (answers === false) return unknown(about, problem ?? 'does not answer');
  if (connections.state === 'told') {
    const { sdk, versions } = connections.value;
    if (sdk === 0) return pass(about, 'no client is connected');
    const kinds = Object.entries(versions).map(([name, number]) => `${name}: ${number}`).join(', ');
    return fail(about, `${count(sdk, 'client')} connected (${kinds}); an operator moves them to the other nodes, see "Draining a node" in docs/gates.md`);
  }
  if (is1x(version)) return unknown(about, `${version!} has no connections to count: clients come by HTTP, and go on with another node`);
  if (connections.state === 'failed') return unknown(about, `its connections could not be read: ${connections.reason}`);
  if (connections.state === 'unsupported') return unknown(about, 'does not tell its connections');
  return unknown(about, problem ?? 'its connections were not read yet', 'reading');
}

function leads(node: NodeSeen): Term {
  const about = of('leader', node.node);
  const led = ledBy(node);
  if (led === undefined) return unknown(about, 'does not tell whether it leads', node.raft.state === 'unread' && node.answers !== false ? 'reading' : undefined);
  return led.length === 0 ? pass(about, 'leads no raft group') : fail(about, `leads ${led.join(', ')}: remove another node first, or move the leader`);
}

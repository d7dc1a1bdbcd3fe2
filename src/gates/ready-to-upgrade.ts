/** `ready-to-upgrade`: nothing is wrong or under way, so that whatever is seen later comes from the upgrade. */

import { pass, unknown, type Gate, type GateRequest, type Term } from './gate.ts';
import { latest, type History } from './history.ts';
import type { Observation } from './observation.ts';
import { consistency } from './terms/consistency.ts';
import { answering } from './terms/life.ts';
import { identicalLists, upInViews } from './terms/members.ts';
import { ledBy, oneLeaderEach } from './terms/raft.ts';
import { sameVersion } from './terms/versions.ts';
import { is1x, isFrom3, numberOf } from './versions.ts';
import { seconds } from './words.ts';

const calmMs = 60_000;

export const readyToUpgrade: Gate = {
  name: 'ready-to-upgrade',
  doc: 'All nodes run the same version, member lists are identical and UP in all views, every raft group has one leader in one term, `consistent`, and nobody else became responsible for 60 s. Prints the order in which to stop the nodes, the leader last, and writes a snapshot.',
  flags: ['to', 'out'],
  reads: { polls: true, contents: true },
  writesSnapshot: true,
  judge(history, request) {
    const now = latest(history);
    return {
      terms: [
        ...now.nodes.map((node) => answering(node)), ...sameVersion(now), ...identicalLists(now), ...upInViews(now), ...oneLeaderEach(now),
        ...consistency(history), calm(history),
      ],
      warnings: warningsOf(now, request),
      stopOrder: stopOrder(now),
    };
  },
};

/** Nothing that the exporter has not watched counts as calm. */
function calm(history: History): Term {
  const { at, ownershipAt } = latest(history);
  const since = Math.max(history.observations[0]!.at, ownershipAt ?? 0);
  const lasted = at - since;
  if (lasted >= calmMs) return pass('ownership', `no change of ownership for ${seconds(lasted)}`);
  const moved = ownershipAt !== undefined && ownershipAt > history.observations[0]!.at;
  return unknown('ownership', `${moved ? `ownership changed ${seconds(lasted)} ago` : `no change of ownership in the ${seconds(lasted)} that were watched`}; ${seconds(calmMs)} are asked for`, 'holding');
}

/** Followers first; whoever leads most groups last. */
export function stopOrder({ nodes }: Observation): readonly string[] {
  return nodes.map((node) => ({ node: node.node, leads: ledBy(node)?.length ?? 0 })).toSorted((a, b) => a.leads - b.leads).map(({ node }) => node);
}

function warningsOf({ nodes }: Observation, { to, hasCredentials }: GateRequest): readonly string[] {
  const number = numberOf(to);
  return [
    ...(isFrom3(to) && !hasCredentials ? ['3.x shows members, raft and contents to an administrator only, and no credentials are configured: the gates after the upgrade could not tell'] : []),
    ...(number !== undefined && number >= 20_200 && nodes.some(({ version }) => is1x(version)) ? [`${to!} has no double write: from 1.x go to 2.0 or 2.1 first`] : []),
    ...(new Set(nodes.flatMap((node) => ledBy(node) ?? []).map((group) => nodes.find((node) => ledBy(node)?.includes(group))!.node)).size > 1 ? ['several nodes lead raft groups: look again who leads before each stop'] : []),
  ];
}

/** What every member thinks of every other: each node reports to one peer every 2 s, in turn, and remembers how that went. */

import type { MemberState } from './model.ts';
import type { NodeState, PeerOpinion, World } from './world.ts';
import { reachable } from './world.ts';

export const reportPeriodMs = 2000;
/** `nacos.core.member.fail-access-cnt`: more failures than this in a row mean DOWN. */
const toleratedFailures = 3;

export function freshOpinion(world: World, peer: NodeState, known: boolean): PeerOpinion {
  return {
    state: 'UP',
    failures: 0,
    version: known ? peer.traits.version : undefined,
    refreshedAt: world.clock.now(),
    forced: undefined,
  };
}

/** Round `round` of reports, of all running nodes. */
export function report(world: World, round: number): void {
  const count = world.nodes.length;
  if (count < 2) return;
  for (const node of world.nodes) {
    if (!node.running) continue;
    const peer = world.nodes[(node.index + 1 + (round % (count - 1))) % count]!;
    if (node.unlisted.has(peer.index)) continue;
    reportTo(world, node, peer);
  }
}

function reportTo(world: World, node: NodeState, peer: NodeState): void {
  const opinion = node.peers.get(peer.index)!;
  if (!reachable(world, node.index, peer.index)) {
    opinion.failures += 1;
    // A refused connection is final at once where reports are plain HTTP; over gRPC it is one failure more.
    const refused = !peer.running && !node.traits.grpcReports;
    opinion.state = refused || opinion.failures > toleratedFailures ? 'DOWN' : 'SUSPICIOUS';
    return;
  }
  opinion.failures = 0;
  opinion.state = 'UP';
  const back = peer.peers.get(node.index)!;
  back.version = node.traits.version;
  back.refreshedAt = world.clock.now();
  if (back.state !== 'UP' && node.self === 'UP') {
    back.state = 'UP';
    back.failures = 0;
  }
}

export function stateSeen(observer: NodeState, member: NodeState): MemberState {
  if (observer.index === member.index) return observer.self;
  const opinion = observer.peers.get(member.index)!;
  return opinion.forced ?? opinion.state;
}

/** Members that an observer counts for ownership: UP and SUSPICIOUS ones, by address. */
export function healthyMembers(world: World, observer: NodeState): readonly NodeState[] {
  return world.nodes
    .filter((member) => !observer.unlisted.has(member.index))
    .filter((member) => member.index === observer.index || ['UP', 'SUSPICIOUS'].includes(stateSeen(observer, member)))
    .toSorted((a, b) => (`${a.ip}:${a.port}` < `${b.ip}:${b.port}` ? -1 : 1));
}

/** Index of the node that `observer` holds responsible for something with this Java hash. */
export function ownerOf(world: World, observer: NodeState, hash: number): number {
  const members = healthyMembers(world, observer);
  return members[Math.abs(hash % 0x7fff_ffff) % members.length]?.index ?? observer.index;
}

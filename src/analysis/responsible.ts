/**
 * Which node decides the health of a service on 1.x: Distro maps the grouped service name onto the sorted list of
 * members it believes in (naming/core/DistroMapper, all 1.x versions). The other nodes learn of it late, 1.1.x never.
 * From 2.0 on the same is done with clients, by `ip:port`.
 */

import type { Member, NodeSnapshot, ServiceNames } from '../model.ts';
import type { Vote } from './agreement.ts';
import { majority } from './membership.ts';

/** For a service's number, the index of the vote whose health is the truth; undefined where the version replicates health. */
export function ownerByService(
  names: ServiceNames, votes: readonly Vote[], voters: readonly NodeSnapshot[],
): ((service: number) => number | undefined) | undefined {
  const owner = ownerNode(names, voters);
  if (owner === undefined) return undefined;
  const voteOf = new Map(votes.map((vote, index) => [vote.node, index]));
  return (service) => voteOf.get(owner(service));
}

/** For a service's number, the member responsible for it, voter or not; undefined where the version replicates health. */
export function ownerNode(names: ServiceNames, voters: readonly NodeSnapshot[]): ((service: number) => string) | undefined {
  if (voters.length < 2 || voters.some((node) => node.api !== 'v1')) return undefined;
  const servers = healthyServers(voters);
  if (servers.length === 0) return undefined;
  const hashes = names.javaHashes();
  return (service) => servers[distroIndex(hashes[service]!, servers.length)]!;
}

/** Members UP or SUSPICIOUS in a majority of the views, in the order in which Distro sorts them; none where no view is known. */
export function healthyServers(voters: readonly NodeSnapshot[]): readonly string[] {
  const lists = voters.flatMap((node) => {
    const members = node.stages.members?.value;
    return members === undefined ? [] : [owners(members)];
  });
  return majority(lists);
}

/** Members that own a share, as one node sees them, sorted as Distro sorts them. */
export function owners(members: readonly Member[]): readonly string[] {
  return members.filter((member) => member.state === 'up' || member.state === 'suspicious').map((member) => member.address).toSorted();
}

/** Java's String.hashCode. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/** `abs(hashCode % Integer.MAX_VALUE) % servers`, as Java computes it. */
export function distroIndex(hash: number, servers: number): number {
  return Math.abs(hash % 0x7fffffff) % servers;
}

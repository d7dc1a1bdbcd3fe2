/**
 * When a node may be used. Its own readiness is not enough: in a cluster with embedded storage it says 200 before the
 * raft groups have leaders, and until then writes of namespaces and persistent instances fail. On 1.4 and 2.0 it also
 * says so while the node still speaks an older version's protocols, and what is written then can be lost.
 */

import { identity } from './home.ts';
import { plainHttp, plainHttpOk } from './http.ts';
import type { Release } from './versions.ts';

export interface NodeAddress {
  /** `ip:port` as members write it. */
  readonly address: string;
  readonly url: string;
  readonly consoleUrl: string;
}

export async function isReady(release: Release, node: NodeAddress): Promise<boolean> {
  if (release.generation === 3) {
    // The server's readiness answers 200 in both cases; the code in the body tells.
    const server = await plainHttp(`${node.url}/v3/admin/core/state/readiness`);
    const console = await plainHttp(`${node.consoleUrl}/v3/console/health/readiness`);
    return console.status === 200 && server.status === 200 && (JSON.parse(server.body) as { code: number }).code === 0;
  }
  const metrics = await plainHttp(`${node.url}/v1/ns/operator/metrics`);
  const readiness = await plainHttp(`${node.url}/v1/console/health/readiness`);
  return readiness.status === 200 && metrics.body.includes('"UP"');
}

interface Member {
  readonly address: string;
  readonly state: string;
  readonly extendInfo: { readonly raftMetaData?: { readonly metaDataMap?: Readonly<Record<string, { readonly leader?: string }>> } };
}

const asPeer = { headers: { [identity.key]: identity.value } };

async function membersOf(release: Release, node: NodeAddress): Promise<readonly Member[]> {
  const path = release.generation === 3 ? '/v3/admin/core/cluster/node/list' : '/v1/core/cluster/nodes';
  return (JSON.parse(await plainHttpOk(`${node.url}${path}`, asPeer)) as { data: Member[] }).data;
}

/** What still keeps the node from being a full member of a cluster with these raft groups; undefined if nothing does. */
export async function clusterFault(
  release: Release, raftGroups: readonly string[], node: NodeAddress, expected: number,
): Promise<string | undefined> {
  const members = await membersOf(release, node);
  const up = members.filter((member) => member.state === 'UP').length;
  if (up < expected) return `sees ${up} of ${expected} members UP`;
  const groups = members.find((member) => member.address === node.address)?.extendInfo.raftMetaData?.metaDataMap ?? {};
  const leaderless = raftGroups.filter((group) => !groups[group]?.leader);
  return leaderless.length > 0 ? `no leader of ${leaderless.join(', ')}` : undefined;
}

/** Who owns what by the node's word: the members that it counts, and the leaders of its raft groups. As text, to be compared. */
export async function ownersBy(release: Release, node: NodeAddress): Promise<string> {
  const members = await membersOf(release, node);
  const counted = members.filter(({ state }) => state === 'UP' || state === 'SUSPICIOUS').map(({ address }) => address);
  const groups = members.find(({ address }) => address === node.address)?.extendInfo.raftMetaData?.metaDataMap ?? {};
  return [...counted, ...Object.entries(groups).map(([group, { leader = '' }]) => `${group} ${leader}`)].toSorted().join(', ');
}

/** What a node of a cluster that has only its own version still does as an older one; undefined if nothing. */
export async function olderHabit(release: Release, node: NodeAddress): Promise<string | undefined> {
  if (release.generation === 3) return undefined;
  // Until every member has told its version, persistent instances go through the raft of 1.3; it then stops and answers 500,
  // and what it held is on one node only.
  const oldRaft = await plainHttp(`${node.url}/v1/ns/raft/state`);
  if (oldRaft.status < 500) return 'the raft of 1.3 still runs';
  if (release.generation === 1) return undefined;
  const upgrade = await plainHttpOk(`${node.url}/v1/ns/upgrade/ops/metrics?json=true`);
  return (JSON.parse(upgrade) as { upgraded: boolean }).upgraded ? undefined : 'the registry of 1.x still serves';
}

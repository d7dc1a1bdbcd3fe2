/** Member lists, and a node's own entry, as each generation prints them. */

import { stateSeen } from '../members.ts';
import type { NodeState } from '../world.ts';
import { addressOfNode, isStandalone, raftAddressOf } from '../world.ts';
import { beliefsOf } from '../raft.ts';
import { readyToUpgrade } from '../upgrading.ts';
import { versionNumber } from '../versions.ts';
import type { Exchange, SimResponse } from './exchange.ts';
import { json, restResult, result } from './exchange.ts';

function raftMetaData(exchange: Exchange, member: NodeState): unknown {
  const { world } = exchange;
  const groups = beliefsOf(world, member);
  if (groups.length === 0) return undefined;
  return {
    metaDataMap: Object.fromEntries(groups.map(([group, belief]) => [group, {
      leader: raftAddressOf(world.nodes[belief.leader]!),
      raftGroupMember: world.nodes.filter(({ index }) => !world.outsideRaft.has(index)).map(raftAddressOf),
      term: belief.term,
    }])),
  };
}

/** A peer is what it last reported; one that never did has neither version nor time. */
function extendInfo(exchange: Exchange, member: NodeState): Record<string, unknown> {
  const { node, world } = exchange;
  const peer = node.peers.get(member.index);
  const version = peer === undefined ? member.traits.version : peer.version;
  const info: Record<string, unknown> = {};
  if (version !== undefined && versionNumber(version) >= 30_000) info['supportGrayModel'] = true;
  // Of itself: its last raft event, hence none where there is no raft; of a peer: its last report.
  const raft = version === undefined ? undefined : raftMetaData(exchange, member);
  if (version !== undefined && (raft !== undefined || !isStandalone(world) || node.traits.number < 20_000)) {
    info['lastRefreshTime'] = peer === undefined ? member.startedAt : peer.refreshedAt;
  }
  if (raft !== undefined) info['raftMetaData'] = raft;
  info['raftPort'] = String(member.port - 1000);
  const ready = readyToUpgrade(world, member);
  if (version !== undefined && ready !== undefined && versionNumber(version) >= 20_000) info['readyToUpgrade'] = ready;
  if (version !== undefined) info['version'] = version;
  return info;
}

function abilities(node: NodeState, member: NodeState): unknown {
  const knows = member.traits.number >= 20_000;
  return {
    remoteAbility: { supportRemoteConnection: knows, ...(node.traits.number >= 20_200 ? { grpcReportEnabled: knows } : {}) },
    configAbility: { supportRemoteMetrics: false },
    namingAbility: { supportJraft: knows },
  };
}

export function memberOf(exchange: Exchange, member: NodeState): Record<string, unknown> {
  const { node } = exchange;
  const { number } = node.traits;
  return {
    ip: member.ip,
    port: member.port,
    state: stateSeen(node, member),
    extendInfo: extendInfo(exchange, member),
    address: addressOfNode(member),
    failAccessCnt: node.peers.get(member.index)?.failures ?? 0,
    ...(number >= 20_000 ? { abilities: abilities(node, member) } : {}),
    ...(number >= 30_000 ? { grpcReportEnabled: true } : {}),
  };
}

/** `keyword`, `address` and `state` filter, as the servers do. */
function members(exchange: Exchange): readonly Record<string, unknown>[] {
  const { node, query, world } = exchange;
  const keyword = query.get('keyword') ?? query.get('address') ?? '';
  const state = (query.get('state') ?? '').toUpperCase();
  return world.nodes
    .filter((member) => !node.unlisted.has(member.index))
    .filter((member) => addressOfNode(member).includes(keyword))
    .map((member) => memberOf(exchange, member))
    .filter((member) => state === '' || member['state'] === state);
}

export const nodesV1 = (exchange: Exchange): SimResponse => restResult(exchange, members(exchange));
export const selfV1 = (exchange: Exchange): SimResponse => restResult(exchange, memberOf(exchange, exchange.node));
export const healthV1 = (exchange: Exchange): SimResponse => restResult(exchange, exchange.node.self);
export const nodesV2 = (exchange: Exchange): SimResponse => result(exchange, members(exchange));
export const selfV2 = (exchange: Exchange): SimResponse => result(exchange, memberOf(exchange, exchange.node));
export const servers = (exchange: Exchange): SimResponse => json(exchange, { servers: members(exchange) });

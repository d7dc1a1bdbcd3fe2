/**
 * Which of a node's ports can be reached from here. HTTP is tried where the configuration has it; the others where members
 * and clients find them, below the member's own address, and hence not before that is known: behind a balancer they would be
 * anybody's.
 */

import { hostPortOf, raftOffset, type HostPort } from '../analysis/member-address.ts';
import type { OpenPorts, PortName, SelfView } from '../model.ts';

export interface Whereabouts {
  /** As configured, or as the members list has it. */
  readonly server: HostPort;
  /** The member's own `ip:port`, once known. */
  readonly address: string | undefined;
  /** The node's own entry; absent where it was not read. */
  readonly self: SelfView | undefined;
}

/** gRPC listens this far above HTTP, for clients and for members; raft says where it listens, by default 1000 below. */
const offsets: Readonly<Record<Exclude<PortName, 'http'>, number>> = { grpc_sdk: 1000, grpc_cluster: 1001, raft: raftOffset };

/** All at the same time: what drops packets instead of refusing them costs one connect time-out, not one a port. */
export async function readPorts(names: readonly PortName[], where: Whereabouts, open: (door: HostPort) => Promise<boolean>): Promise<OpenPorts> {
  const tried = await Promise.all(names.map(async (name) => {
    const door = doorOf(name, where);
    return door === undefined ? [] : [[name, await open(door)] as const];
  }));
  return Object.fromEntries(tried.flat());
}

/** Undefined where there is nothing to try. */
export function doorOf(name: PortName, { server, address, self }: Whereabouts): HostPort | undefined {
  if (name === 'http') return { host: server.host, port: server.port };
  if (address === undefined) return undefined;
  // A standalone node that is in no group has not started raft.
  if (name === 'raft' && self?.raft.length === 0) return undefined;
  if (name === 'raft' && self?.raftAddress !== undefined) return hostPortOf(self.raftAddress);
  return hostPortOf(address, offsets[name]);
}

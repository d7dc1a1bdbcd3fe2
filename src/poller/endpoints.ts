/**
 * Who answers at a configured address. A name or forwarded port is called by its member's own address; an address
 * behind which several members answer (a VIP) serves discovery only, since its answers are of nobody in particular.
 */

import { hostPortOf } from '../analysis/member-address.ts';
import type { ServerAddress } from '../config/config.ts';
import type { NodeClient } from '../nacos/client.ts';
import type { Dialect } from '../nacos/dialects/dialect.ts';

export type Identity =
  | { readonly kind: 'unknown' }
  /** One member; `address` is its own. */
  | { readonly kind: 'member'; readonly address: string }
  /** Several members, or a version that cannot tell: `front` is never read as a node. */
  | { readonly kind: 'front' };

/** Fresh connections that must all reach the same member before an address counts as that member's. */
const probes = 4;

export const literalName = (server: ServerAddress): string => `${server.host}:${server.port}`;

/** An IP address stands for itself; a name may turn out to be any member's. */
export const isAddress = ({ host }: ServerAddress): boolean => /^[\d.]+$|^\[/.test(host);

/** Asks who answers. Where the address is the member's own there is nothing more to ask. Throws what the calls throw. */
export async function identify(
  server: ServerAddress, client: NodeClient, dialect: Dialect, connect: () => NodeClient,
): Promise<Identity> {
  if (dialect.raft === undefined) return { kind: 'member', address: literalName(server) };
  const first = (await client.call(dialect.raft)).value.address;
  if (first === undefined) return { kind: 'member', address: literalName(server) };
  if (first === literalName(server)) return { kind: 'member', address: first };
  for (let i = 1; i < probes; i++) {
    const probe = connect();
    try {
      if ((await probe.call(dialect.raft)).value.address !== first) return { kind: 'front' };
    } finally {
      await probe.close();
    }
  }
  return { kind: 'member', address: first };
}

/** `ip:port` of a members list as an address to connect to, with the scheme and context of a configured server. */
export function memberAddress(member: string, like: ServerAddress): ServerAddress | undefined {
  const at = hostPortOf(member);
  return at === undefined ? undefined : { ...like, ...at };
}

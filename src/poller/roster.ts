/** The nodes that are read now: configured addresses, and the members that a majority lists. One reader a member. */

import type { ClusterConfig, ServerAddress } from '../config/config.ts';
import type { NodeClient } from '../nacos/client.ts';
import { identify, isAddress, literalName, memberAddress, type Identity } from './endpoints.ts';
import type { NodeReader } from './node-reader.ts';

export interface Entry {
  readonly server: ServerAddress;
  readonly configured: boolean;
  readonly reader: NodeReader;
  identity: Identity;
  /** A check or a poll of this node is under way: it is not asked twice. */
  checking: boolean;
  polling: boolean;
  /** Answers in a row that came from another member. */
  wrong: number;
}

export interface RosterDeps {
  readonly config: ClusterConfig;
  readonly openReader: (server: ServerAddress, name: () => string) => NodeReader;
  /** A client of its own, with fresh connections, to ask once who answers. */
  readonly openProbe: (server: ServerAddress, name: () => string, reader: NodeReader) => NodeClient;
  /** Called once nothing is asked of the node under this name any more. */
  readonly onGone: (node: string) => void;
}

export interface Roster {
  readonly entries: () => readonly Entry[];
  /** Entries that are nodes: each member once. */
  readonly nodes: () => readonly Entry[];
  readonly nameOf: (entry: Entry) => string;
  readonly configuredNodes: () => number;
  /** Finds out who answers at an entry; keeps the earlier knowledge where that fails. */
  readonly resolve: (entry: Entry) => Promise<void>;
  /** Asks a member of which something unexpected was seen whether it is still itself. */
  readonly verify: (entry: Entry) => Promise<void>;
  /** Opens readers for listed members that nobody reads yet, and closes those of members that are gone. */
  readonly follow: (listed: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** So many answers of another member in a row make an address a front. */
const wrongUntilFront = 2;

export function createRoster(deps: RosterDeps): Roster {
  const { config } = deps;
  let entries: Entry[] = config.servers.map((server) => open(server, true));

  function open(server: ServerAddress, configured: boolean): Entry {
    const entry: Entry = {
      server, configured, identity: { kind: 'unknown' }, checking: false, polling: false, wrong: 0,
      reader: deps.openReader(server, () => nameOf(entry)),
    };
    return entry;
  }

  function nameOf(entry: Entry): string {
    return entry.identity.kind === 'member' ? entry.identity.address : literalName(entry.server);
  }

  function nodes(): readonly Entry[] {
    const byName = new Map<string, Entry>();
    const nameless = unclaimed() ? (entry: Entry): boolean => isNameless(entry) : (): boolean => false;
    for (const entry of entries) {
      if (entry.identity.kind !== 'front' && !nameless(entry) && !byName.has(nameOf(entry))) byName.set(nameOf(entry), entry);
    }
    return [...byName.values()];
  }

  /** Some member was found that no configured entry is known to be. */
  function unclaimed(): boolean {
    const claimed = new Set(entries.filter((entry) => entry.configured).map(nameOf));
    return entries.some((entry) => !entry.configured && !claimed.has(nameOf(entry)));
  }

  /** Might be a member that is read under its own address already: never shown beside it. */
  function isNameless({ configured, identity, reader, server }: Entry): boolean {
    return configured && identity.kind === 'unknown' && (!isAddress(server) || reader.dialect() !== undefined);
  }

  async function resolve(entry: Entry): Promise<void> {
    const { identity, server } = entry;
    if (identity.kind === 'front') return;
    // Whoever answers at a member's own address: the entry stays that member's, and strangers' answers are refused.
    if (identity.kind === 'member' && (entry.wrong < wrongUntilFront || identity.address === literalName(server))) return;
    const dialect = entry.reader.dialect();
    if (dialect === undefined) return;
    const before = nameOf(entry);
    try {
      entry.identity = await identify(server, entry.reader.client, dialect, () => deps.openProbe(server, () => nameOf(entry), entry.reader));
      entry.wrong = 0;
    } catch {
      // Not told yet (a 403, a node that is starting): asked again at the next check.
    }
    if (nameOf(entry) !== before || entry.identity.kind === 'front') deps.onGone(before);
  }

  async function verify(entry: Entry): Promise<void> {
    const ask = entry.reader.dialect()?.raft;
    if (entry.identity.kind !== 'member' || ask === undefined) return;
    try {
      const { address } = (await entry.reader.client.call(ask)).value;
      if (address !== undefined && address !== entry.identity.address) entry.wrong = Math.max(1, entry.wrong);
    } catch {
      // Not told: the next poll asks again.
    }
  }

  async function follow(listed: readonly string[]): Promise<void> {
    const like = config.servers[0];
    if (!config.discover || like === undefined) return;
    const wanted = new Set(listed);
    const claimed = new Set(entries.filter((entry) => entry.configured && entry.identity.kind !== 'front').map(nameOf));
    const gone = entries.filter((entry) => !entry.configured && (!wanted.has(nameOf(entry)) || claimed.has(nameOf(entry))));
    entries = entries.filter((entry) => !gone.includes(entry));
    const known = new Set(entries.filter((entry) => entry.identity.kind !== 'front').map(nameOf));
    for (const member of listed) {
      const server = known.has(member) ? undefined : memberAddress(member, like);
      if (server === undefined) continue;
      const entry = open(server, false);
      entry.identity = { kind: 'member', address: member };
      entries = [...entries, entry];
    }
    await Promise.all(gone.map(async (entry) => {
      await entry.reader.close();
      if (!claimed.has(nameOf(entry))) deps.onGone(nameOf(entry));
    }));
  }

  return {
    entries: () => entries,
    nodes,
    nameOf,
    configuredNodes: () => new Set(entries.filter((entry) => entry.configured && entry.identity.kind !== 'front').map(nameOf)).size,
    resolve,
    verify,
    follow,
    close: async () => {
      await Promise.all(entries.map((entry) => entry.reader.close()));
    },
  };
}

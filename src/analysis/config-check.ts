/**
 * Which nodes serve other configurations than the database has. At every look what is stored is read after what the nodes serve;
 * a difference is confirmed by a later look at which that has not changed meanwhile. Contents never come here, MD5s do.
 */

import type { ConfigKey, ServedConfig, StoredConfig } from '../model.ts';

/** One look at one configuration. */
export interface ConfigLook extends ConfigKey {
  readonly namespace: string;
  /** Undefined where it is not stored any more. */
  readonly stored: string | undefined;
  /** Of the nodes that answered. */
  readonly served: ReadonlyMap<string, ServedConfig>;
}

interface Difference {
  /** MD5 of what the node serves; undefined where it serves nothing. */
  readonly md5: string | undefined;
  /** When it was first seen, the stored MD5 being what it is. */
  readonly since: number;
  readonly confirmed: boolean;
}

/** A configuration on which some node differs, or seems to. */
export interface Followed extends StoredConfig {
  readonly namespace: string;
  readonly lookedAt: number;
  /** By node; never empty. */
  readonly differences: ReadonlyMap<string, Difference>;
}

export interface ConfigLedger {
  /** Those looked at longest ago come first. */
  readonly followed: ReadonlyMap<string, Followed>;
  /** Namespace to the nodes that answered for every configuration of its last complete rotation. */
  readonly complete: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface DivergentConfig extends ConfigKey {
  readonly namespace: string;
  readonly node: string;
  readonly what: 'content' | 'missing';
  readonly since: number;
}

/** Between two looks at what differs, and the least between the first and the confirming one; milliseconds. */
export const lookAgainMs = 30_000;
/** Divergent configurations that are told one by one. */
const mostTold = 100;

export const emptyConfigLedger: ConfigLedger = { followed: new Map(), complete: new Map() };

/** No configuration's name holds a blank. */
const keyOf = (namespace: string, { group, dataId }: ConfigKey): string => `${namespace} ${group} ${dataId}`;

export function isFollowed(ledger: ConfigLedger, namespace: string, config: ConfigKey): boolean {
  return ledger.followed.has(keyOf(namespace, config));
}

/** The one that has waited longest for another look, if any has waited long enough. */
export function dueForLook(ledger: ConfigLedger, now: number): Followed | undefined {
  for (const first of ledger.followed.values()) return now - first.lookedAt >= lookAgainMs ? first : undefined;
  return undefined;
}

export function noteLook(ledger: ConfigLedger, look: ConfigLook, now: number): ConfigLedger {
  const key = keyOf(look.namespace, look);
  const before = ledger.followed.get(key);
  const differences = look.stored === undefined ? new Map<string, Difference>() : differing(before, look.stored, look.served, now);
  if (before === undefined && differences.size === 0) return ledger;
  const followed = new Map(ledger.followed);
  followed.delete(key);
  if (look.stored !== undefined && differences.size > 0) {
    const { namespace, group, dataId, stored } = look;
    followed.set(key, { namespace, group, dataId, md5: stored, lookedAt: now, differences });
  }
  return { ...ledger, followed };
}

/** A look that brought nothing, since what is stored could not be read: tried again in its turn. */
export function postpone(ledger: ConfigLedger, config: Followed, now: number): ConfigLedger {
  const key = keyOf(config.namespace, config);
  const followed = new Map(ledger.followed);
  followed.delete(key);
  followed.set(key, { ...config, lookedAt: now });
  return { ...ledger, followed };
}

/** The rotation has come to the end of a namespace; without nodes nothing is known of it any more. */
export function noteRotation(ledger: ConfigLedger, namespace: string, nodes: ReadonlySet<string>): ConfigLedger {
  const complete = new Map(ledger.complete);
  if (nodes.size === 0) complete.delete(namespace);
  else complete.set(namespace, new Set(nodes));
  return { ...ledger, complete };
}

/** Without namespaces that are gone, and without nodes that are down: unreachable is not divergent. */
export function keepConfigs(ledger: ConfigLedger, namespaces: ReadonlySet<string>, up: ReadonlySet<string>): ConfigLedger {
  const complete = new Map<string, ReadonlySet<string>>();
  for (const [namespace, nodes] of ledger.complete) {
    const left = new Set([...nodes].filter((node) => up.has(node)));
    if (namespaces.has(namespace) && left.size > 0) complete.set(namespace, left);
  }
  const followed = new Map<string, Followed>();
  for (const [key, config] of ledger.followed) {
    const differences = new Map([...config.differences].filter(([node]) => up.has(node)));
    if (namespaces.has(config.namespace) && differences.size > 0) followed.set(key, { ...config, differences });
  }
  return { followed, complete };
}

/** Namespace to each node that is known there, and how many configurations it serves otherwise. */
export function divergentItems(ledger: ConfigLedger): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const counts = new Map([...ledger.complete].map(([namespace, nodes]) => [namespace, new Map([...nodes].map((node) => [node, 0]))]));
  for (const { namespace, differences } of ledger.followed.values()) {
    const ofNamespace = counts.get(namespace);
    for (const [node, { confirmed }] of differences) {
      const count = ofNamespace?.get(node);
      if (confirmed && count !== undefined) ofNamespace!.set(node, count + 1);
    }
  }
  return counts;
}

/** Confirmed ones, those looked at longest ago first. */
export function divergentConfigs(ledger: ConfigLedger, most: number = mostTold): readonly DivergentConfig[] {
  const told: DivergentConfig[] = [];
  for (const config of ledger.followed.values()) {
    told.push(...divergentIn(config));
    if (told.length >= most) break;
  }
  return told.slice(0, most);
}

/** What this look has confirmed. */
export function confirmedBy(before: ConfigLedger, after: ConfigLedger, { namespace, group, dataId }: ConfigLook): readonly DivergentConfig[] {
  const key = keyOf(namespace, { group, dataId });
  const earlier = before.followed.get(key)?.differences;
  const config = after.followed.get(key);
  return config === undefined ? [] : divergentIn(config).filter(({ node }) => earlier?.get(node)?.confirmed !== true);
}

function divergentIn({ namespace, group, dataId, differences }: Followed): readonly DivergentConfig[] {
  return [...differences].flatMap(([node, { md5, since, confirmed }]): readonly DivergentConfig[] => (
    confirmed ? [{ namespace, group, dataId, node, what: md5 === undefined ? 'missing' : 'content', since }] : []
  ));
}

function differing(before: Followed | undefined, stored: string, served: ReadonlyMap<string, ServedConfig>, now: number): ReadonlyMap<string, Difference> {
  const unchanged = before?.md5 === stored;
  // Of a node that did not answer nothing new is known.
  const differences = new Map([...before?.differences ?? []].map(([node, known]) => [node, unchanged || known.confirmed ? known : { ...known, since: now }]));
  for (const [node, config] of served) {
    if (config.kind === 'incomparable') continue;
    const md5 = config.kind === 'content' ? config.md5 : undefined;
    if (md5 === stored) differences.delete(node);
    else differences.set(node, again(before?.differences.get(node), md5, unchanged, now));
  }
  return differences;
}

/** A node that serves the same as ever has not caught up, whatever is stored by now; one that moved may be on its way. */
function again(earlier: Difference | undefined, md5: string | undefined, unchanged: boolean, now: number): Difference {
  if (earlier?.confirmed === true && (unchanged || earlier.md5 === md5)) return { ...earlier, md5 };
  if (earlier === undefined || !unchanged) return { md5, since: now, confirmed: false };
  return { md5, since: earlier.since, confirmed: now - earlier.since >= lookAgainMs };
}

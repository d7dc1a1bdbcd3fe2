/** The switch of a 2.0 or 2.1 node from the 1.x store to its own, which waits for all members to be 2.x and ready. */

import type { NodeState, World } from './world.ts';
import { isStandalone } from './world.ts';
import { versionNumber } from './versions.ts';
import { patch } from './view.ts';

/** From all members being ready to `upgraded`: about 25 s after the last start of a rolling upgrade from 1.4.1 to 2.0.4. */
export const upgradeMs = 10_000;
const gaugeMs = 15_000;

/** Every member is known to be 2.0 or newer: `isAll20XVersion`. */
export function allAre2x(world: World, node: NodeState): boolean {
  if (node.upgrade.claimsAll2x) return true;
  const peers = [...node.peers].filter(([index]) => !node.unlisted.has(index));
  return peers.every(([, peer]) => peer.version !== undefined && versionNumber(peer.version) >= 20_000) || isStandalone(world);
}

/** Every 5 s, as `UpgradeJudgement` does. */
export function judgeUpgrade(world: World, node: NodeState): void {
  if (!node.running || node.traits.generation !== 'v2.0') return;
  const { upgrade } = node;
  if (!allAre2x(world, node)) {
    upgrade.readySince = undefined;
    upgrade.upgraded = false;
    return;
  }
  const now = world.clock.now();
  if (upgrade.upgraded || !world.nodes.every((member) => node.unlisted.has(member.index) || readyToUpgrade(world, member) === true)) return;
  upgrade.readySince ??= now;
  if (now - upgrade.readySince >= upgradeMs) upgrade.upgraded = true;
}

/** Double write was closed: the node serves its own store from now on, whatever that lacks. */
export function forceUpgrade(world: World, node: NodeState): void {
  if (!node.running || node.traits.generation !== 'v2.0') return;
  for (const name of node.upgrade.v2Missing) {
    const [namespace = '', grouped = ''] = name.split('##');
    const entry = world.store.namespaces.get(namespace)?.byName.get(grouped);
    if (entry !== undefined) patch(node.view, entry, (old) => ({ ...old, absent: true }));
  }
  Object.assign(node.upgrade, { upgraded: true, pendingTasks: 0, v1Missing: [], v2Missing: [] });
}

/** 2.0 and 2.1 answer catalogs from the 1.x store until they are upgraded. */
export function servesOldStore(node: NodeState): boolean {
  return node.traits.generation === 'v1' || (node.traits.generation === 'v2.0' && !node.upgrade.upgraded);
}

/** `readyToUpgrade` of a member: measured on 2.0 and 2.1, hard-coded from 2.2 on, unknown to 1.x. */
export function readyToUpgrade(world: World, node: NodeState): boolean | undefined {
  if (node.traits.generation === 'v1') return undefined;
  if (node.traits.generation !== 'v2.0' || node.upgrade.upgraded) return true;
  // Both stores' gauges are compared, of which one is refreshed every 15 s only.
  if (node.view.filled < 1 || world.clock.now() - node.startedAt < gaugeMs) return false;
  return node.upgrade.pendingTasks === 0 && node.upgrade.v1Missing.length === 0 && node.upgrade.v2Missing.length === 0;
}

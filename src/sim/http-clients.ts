/**
 * Instances that clients register over HTTP and keep alive themselves: each change arrives at the node that is responsible,
 * the others hear of it as of any other, and who stops beating turns unhealthy and is deleted.
 */

import { register, rewrite } from './changes.ts';
import { altered } from './lists.ts';
import { ownerOf } from './members.ts';
import type { Registration, Selector } from './model.ts';
import { canonicalNamespace } from './model.ts';
import { javaHash } from './random.ts';
import { select } from './select.ts';
import type { NodeState, World } from './world.ts';
import { reachable } from './world.ts';

/** What a client says of its instance. */
export type Client = Registration & { readonly namespace: string; readonly group: string };

/** How often a server looks for clients that are silent. */
const checkMs = 5000;

const keyOf = ({ namespace, group, service, ip, port }: Client): string => `${canonicalNamespace(namespace)}##${group}@@${service}#${ip}:${port}`;

const exactly = ({ namespace, group, service, ip, port }: Client): Selector => ({ namespace, group, service, ip, port, ephemeral: true });

/** Index of the node that gets what `node` is sent: on 1.x by the service's name, later by the address. Throws where it is away. */
function responsible(world: World, node: NodeState, { group, service, ip, port }: Client): number {
  const owner = ownerOf(world, node, javaHash(node.traits.number < 20_000 ? `${group}@@${service}` : `${ip}:${port}`));
  if (owner !== node.index && !reachable(world, node.index, owner)) throw new Error('java.net.ConnectException: Connection refused (Connection refused)');
  return owner;
}

export function enrol(world: World, node: NodeState, client: Client): void {
  const owner = responsible(world, node, client);
  register(world, [{ ...client, ephemeral: true, via: 'http' }], owner);
  const key = keyOf(client);
  const isNew = !world.beats.has(key);
  world.beats.set(key, world.clock.now());
  if (isNew) watch(world, client);
}

/** False where there is no such instance. */
export function beat(world: World, node: NodeState, client: Client): boolean {
  const owner = responsible(world, node, client);
  if (!isThere(world, client)) return false;
  world.beats.set(keyOf(client), world.clock.now());
  rewrite(world, { ...exactly(client), healthy: false }, (instance) => altered(instance, { healthy: true, changedAt: world.clock.now() }), owner);
  return true;
}

export function leave(world: World, node: NodeState, client: Client): void {
  const owner = responsible(world, node, client);
  world.beats.delete(keyOf(client));
  rewrite(world, exactly(client), () => undefined, owner);
}

function isThere(world: World, client: Client): boolean {
  return select(world.store, world.random, exactly(client)).some(({ instances }) => instances.length > 0);
}

function watch(world: World, client: Client): void {
  world.clock.at(world.clock.now() + checkMs, () => {
    const last = world.beats.get(keyOf(client));
    if (last === undefined) return;
    const silentMs = world.clock.now() - last;
    const limit = (name: string, otherwise: number): number => Number(client.metadata?.[name] ?? otherwise);
    if (silentMs > limit('preserved.ip.delete.timeout', 30_000)) {
      world.beats.delete(keyOf(client));
      rewrite(world, exactly(client), () => undefined);
      return;
    }
    if (silentMs > limit('preserved.heart.beat.timeout', 15_000)) {
      rewrite(world, { ...exactly(client), healthy: true }, (instance) => altered(instance, { healthy: false, changedAt: last }));
    }
    watch(world, client);
  });
}

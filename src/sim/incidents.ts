/** Changes that take time, as clients and servers make them: silence, restarts, remaps of ownership, churn. */

import { beatKey } from './beats.ts';
import { instanceOf, register, rewrite, rewriteSelected, serviceOf, snapshot } from './changes.ts';
import { altered } from './lists.ts';
import { ownerOf } from './members.ts';
import { withChanged } from './patch.ts';
import { matchesService, select } from './select.ts';
import { patch } from './view.ts';
import { pick } from './random.ts';
import type { Registration, Selector } from './model.ts';
import { instanceKey } from './model.ts';
import type { World } from './world.ts';

/** Servers' defaults for HTTP clients: unhealthy 15 s after the last beat, gone after 30 s, looked at every 5 s. */
const unhealthyAfterMs = 15_000;
const deletedAfterMs = 30_000;
const beatMs = 5000;

const exactly = (registration: Registration): Selector => ({
  namespace: registration.namespace ?? 'public',
  group: registration.group ?? 'DEFAULT_GROUP',
  service: registration.service,
  ip: registration.ip,
  port: registration.port,
  ...(registration.cluster === undefined ? {} : { cluster: registration.cluster }),
});

/** In groups by service and of a few hundred: scripts that stagger thousands of steps keep the list of timers short. */
function staggered(world: World, all: readonly Registration[], overMs: number, step: (some: readonly Registration[]) => void): void {
  const slots = new Map<number, Registration[]>();
  for (const registration of all) {
    const slot = Math.floor(world.random() * Math.max(1, overMs / 100)) * 100;
    const list = slots.get(slot);
    if (list === undefined) slots.set(slot, [registration]);
    else list.push(registration);
  }
  for (const [slot, some] of slots) world.clock.at(world.clock.now() + slot, () => step(some));
}

/** Returns how many there are. */
export function stopBeats(world: World, clients: readonly Registration[]): number {
  for (const one of clients) world.silent.set(beatKey(serviceOf(one), instanceOf(one, 0)), world.clock.now());
  return clients.length;
}

/** The clients die without a word. HTTP ones turn unhealthy, then vanish; a gRPC connection is seen to break at once. */
export function silence(world: World, selector: Selector): number {
  const dead = snapshot(world, { ...selector, ephemeral: true });
  const start = world.clock.now();
  stopBeats(world, dead);
  const mark = (some: readonly Registration[]): void => {
    for (const one of some) rewrite(world, exactly(one), (instance) => altered(instance, { healthy: false, changedAt: start }));
  };
  const remove = (some: readonly Registration[]): void => {
    for (const one of some) rewrite(world, exactly(one), (instance) => (instance.healthy ? instance : undefined));
  };
  for (const one of dead) if (one.via === 'grpc') rewrite(world, exactly(one), () => undefined);
  const http = dead.filter((one) => one.via !== 'grpc');
  world.clock.at(start + unhealthyAfterMs, () => staggered(world, http, beatMs, mark));
  world.clock.at(start + deletedAfterMs, () => staggered(world, http, beatMs, remove));
  return dead.length;
}

/** The same addresses come back as new processes: another identity tag, deregistered for `downMs` unless 0. */
export function restartInstances(world: World, selector: Selector, options: { readonly downMs?: number; readonly tag?: string } = {}): number {
  const tag = options.tag ?? 'app_registry_tag';
  const all = snapshot(world, selector);
  const reborn = all.map((one) => ({ ...one, healthy: true, metadata: { ...one.metadata, [tag]: String(world.clock.now()) } }));
  const downMs = options.downMs ?? 0;
  if (downMs > 0) {
    for (const one of all) rewrite(world, exactly(one), () => undefined);
    world.clock.at(world.clock.now() + downMs, () => register(world, reborn));
  } else register(world, reborn);
  return all.length;
}

/**
 * The dip of a remap: ephemeral HTTP instances whose responsible node changed expire at the new one and come back with
 * their next beat, each gone for at most `goneMs`, staggered over `overMs`.
 */
export function remapDip(world: World, selector: Selector, options: { readonly goneMs?: number; readonly overMs?: number } = {}): number {
  const affected = snapshot(world, { ...selector, ephemeral: true });
  const goneMs = options.goneMs ?? beatMs;
  staggered(world, affected, options.overMs ?? 10_000, (some) => {
    for (const one of some) rewrite(world, exactly(one), () => undefined);
    world.clock.at(world.clock.now() + 500 + world.random() * Math.max(0, goneMs - 500), () => register(world, some));
  });
  return affected.length;
}

/** With `ownerOnly`, every node but the one responsible keeps the old health, as peers do in 1.1.x. */
export function setHealth(world: World, selector: Selector, healthy: boolean, ownerOnly: boolean): number {
  const selected = select(world.store, world.random, selector);
  if (ownerOnly) {
    for (const { entry, instances } of selected) {
      const owner = ownerOf(world, world.nodes[0]!, entry.hash);
      for (const node of world.nodes) {
        if (node.index === owner) continue;
        patch(node.view, entry, (old) => instances.reduce((sum, one) => withChanged(sum, [instanceKey(one)], { healthy: one.healthy }), old));
      }
    }
  }
  const now = world.clock.now();
  return rewriteSelected(world, selected, (instance) => altered(instance, { healthy, changedAt: now }));
}

/** Guesses before all instances are listed: a large cluster must not be walked for one of them. */
const guesses = 40;

function anyOf(world: World, selector: Selector): Registration | undefined {
  const namespaces = [...world.store.namespaces.values()].filter(({ services }) => services.length > 0);
  for (let guess = 0; guess < guesses && namespaces.length > 0; guess += 1) {
    const entry = pick(world.random, pick(world.random, namespaces).services);
    if (!matchesService(entry, selector)) continue;
    const { namespace, group, service } = entry;
    const [found] = snapshot(world, { ...selector, namespace, group, service, share: 0.3, limit: 1 });
    if (found !== undefined) return found;
  }
  return snapshot(world, { ...selector, limit: 1 })[0];
}

/** Everyday life: one instance leaves, one restarts, one joins, in turn. */
export function churnOnce(world: World, pool: Registration[], selector: Selector): void {
  if (pool.length > 0 && world.random() < 0.5) {
    register(world, pool.splice(0, 1).map((one) => ({ ...one, healthy: true, metadata: { ...one.metadata, app_registry_tag: String(world.clock.now()) } })));
    return;
  }
  const one = anyOf(world, { ephemeral: true, ...selector });
  if (one === undefined) return;
  if (world.random() < 0.3) {
    rewrite(world, exactly(one), () => undefined);
    pool.push(one);
  } else restartInstances(world, exactly(one), { downMs: 3000 });
}

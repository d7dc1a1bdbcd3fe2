/** Who beats, and when it last did: every 5 s, at a moment of its own, until a script makes it stop. */

import { ownerOf } from './members.ts';
import type { ServiceId, SimInstance } from './model.ts';
import { instanceKey } from './model.ts';
import { javaHash } from './random.ts';
import type { NodeState, World } from './world.ts';

const periodMs = 5_000;

export const beatKey = ({ namespace, group, service }: ServiceId, instance: Parameters<typeof instanceKey>[0]): string =>
  `${namespace}##${group}@@${service}##${instanceKey(instance)}`;

/** When the servers last heard of it, by the clock of this one; one that is unhealthy has been silent since it became so. */
export function lastHeard(world: World, node: NodeState, service: ServiceId, instance: SimInstance): number {
  if (!instance.healthy) return instance.changedAt + node.skewMs;
  const now = world.silent.get(beatKey(service, instance)) ?? world.clock.now();
  const phase = (javaHash(`${instance.ip}:${instance.port}`) >>> 0) % periodMs;
  const last = Math.floor((now - phase) / periodMs) * periodMs + phase;
  return Math.max(instance.changedAt, last) + node.skewMs;
}

/** `lastBeat` of 1.x: of an instance that another node is responsible for, what the last change of the service told. */
export function lastBeatOn(world: World, node: NodeState, service: ServiceId, instance: SimInstance): number {
  const owner = ownerOf(world, node, javaHash(`${service.group}@@${service.service}`));
  return instance.ephemeral && owner === node.index ? lastHeard(world, node, service, instance) : instance.changedAt;
}

/** Clients of 1.x that asked to be pushed the changes of a service: told by UDP a second after each, for as long as they ask again. */

import { emptyList, toArray } from './lists.ts';
import type { ServiceEntry, ServiceVersion } from './model.ts';
import type { NodeState, World } from './world.ts';

export interface Subscriber {
  readonly node: NodeState;
  /** `namespace##group@@service`. */
  readonly service: string;
  readonly ip: string;
  readonly port: number;
  /** When it is forgotten. */
  readonly until: number;
}

const lastsMs = 10_000;
const pushDelayMs = 1000;

export function subscribe(world: World, who: Omit<Subscriber, 'until'>): void {
  const others = world.pushed.filter((one) => one.node !== who.node || one.service !== who.service || one.port !== who.port || one.ip !== who.ip);
  world.pushed = [...others, { ...who, until: world.clock.now() + lastsMs }];
}

/** A service changed at this node, or the change has reached it. */
export function pushChange(world: World, node: NodeState, entry: ServiceEntry, list: () => string): void {
  const service = `${entry.namespace}##${entry.group}@@${entry.service}`;
  if (!world.pushed.some((one) => one.node === node && one.service === service)) return;
  world.clock.at(world.clock.now() + pushDelayMs, () => {
    const now = world.clock.now();
    world.pushed = world.pushed.filter(({ until }) => until > now);
    if (!node.running || node.switches.get('pushEnabled') === false) return;
    for (const one of world.pushed) {
      if (one.node === node && one.service === service) world.onPush(one.ip, one.port, JSON.stringify({ type: 'dom', data: list(), lastRefTime: now }));
    }
  });
}

/** As much of a list as clients read of it. */
export function pushedList(version: ServiceVersion | undefined): string {
  const hosts = toArray(version?.instances ?? emptyList).filter(({ enabled }) => enabled);
  return JSON.stringify({ hosts: hosts.map(({ ip, port, weight, healthy, metadata }) => ({ ip, port, weight, healthy, metadata })) });
}

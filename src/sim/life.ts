/** A node's life: it stops, its port closes, peers notice; it starts, empty at first, and fills while replication runs. */

import { freshOpinion } from './members.ts';
import { freshConfig } from './config-center.ts';
import { freshPush } from './push.ts';
import { electionMs, settleRaft } from './raft.ts';
import type { NodeState, World } from './world.ts';
import { traitsOf } from './versions.ts';
import { forgetAll, setFilled } from './view.ts';

export interface StartOptions {
  /** Another release than before. */
  readonly version?: string;
  /** Until the port opens. */
  readonly bootMs?: number;
  /** From the open port on: member state STARTING, 503 on naming paths, not ready. */
  readonly startingMs?: number;
  /** From there on: answers, but knows no instance. */
  readonly emptyMs?: number;
  /** From empty to complete. */
  readonly fillMs?: number;
  /** Replication stops at this part for good (a snapshot too large to arrive); 1 otherwise. */
  readonly fillTo?: number;
}

/** Longest step of a filling node, milliseconds. */
const fillStepMs = 500;

export function stopNode(world: World, node: NodeState): void {
  node.life += 1;
  if (!node.running) return;
  node.running = false;
  for (const listener of world.lifeListeners) listener(node.index, false);
  world.clock.at(world.clock.now() + electionMs, () => settleRaft(world));
}

export function startNode(world: World, node: NodeState, options: StartOptions = {}): void {
  if (node.running) return;
  const { clock } = world;
  node.life += 1;
  const { life } = node;
  /** A later start or stop makes this one's steps void. */
  const stillThis = (): boolean => node.life === life;
  const open = (): void => {
    if (!stillThis()) return;
    becomeFresh(world, node, options.version);
    node.running = true;
    for (const listener of world.lifeListeners) listener(node.index, true);
    const up = (): void => {
      if (!stillThis()) return;
      node.self = 'UP';
      node.status = undefined;
      node.notReady = undefined;
      settleRaft(world);
      fill(world, node, options, stillThis);
    };
    if ((options.startingMs ?? 0) > 0) {
      node.self = 'STARTING';
      node.status = 'STARTING';
      node.notReady = 'Naming is not in readiness';
      setFilled(node.view, 0);
      clock.at(clock.now() + options.startingMs!, up);
    } else up();
  };
  if ((options.bootMs ?? 0) > 0) clock.at(clock.now() + options.bootMs!, open);
  else open();
}

function becomeFresh(world: World, node: NodeState, version: string | undefined): void {
  const now = world.clock.now();
  if (version !== undefined) node.traits = traitsOf(version);
  node.startedAt = now;
  node.self = 'UP';
  node.status = undefined;
  node.notReady = undefined;
  Object.assign(node.push, freshPush(now));
  Object.assign(node.config, freshConfig(now));
  node.raft.clear();
  if (node.sdkClients !== undefined) node.sdkClients = { ...node.sdkClients, count: 0 };
  node.gauge = { at: 0, services: 0 };
  node.upgrade.readySince = undefined;
  node.upgrade.upgraded = false;
  node.upgrade.claimsAll2x = false;
  for (const peer of world.nodes) if (peer !== node) node.peers.set(peer.index, freshOpinion(world, peer, peer.running));
  forgetAll(node.view);
}

function fill(world: World, node: NodeState, options: StartOptions, stillThis: () => boolean): void {
  const { clock } = world;
  const emptyMs = options.emptyMs ?? 1000;
  const fillMs = options.fillMs ?? 5000;
  const goal = options.fillTo ?? 1;
  if (emptyMs + fillMs <= 0) {
    setFilled(node.view, goal);
    return;
  }
  setFilled(node.view, 0);
  const start = clock.now() + emptyMs;
  const step = Math.max(50, Math.min(fillStepMs, fillMs / 10));
  const advance = (): void => {
    if (!stillThis()) return;
    const part = fillMs <= 0 ? 1 : Math.min(1, (clock.now() - start + step) / fillMs);
    setFilled(node.view, Math.min(goal, part));
    if (part < 1) clock.at(clock.now() + step, advance);
  };
  clock.at(start, advance);
}

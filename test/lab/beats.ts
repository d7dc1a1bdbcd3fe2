/** Clients that stay alive: each instance beats every 5 s to some node, and to the next one if that one fails. */

import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabNode } from './cluster.ts';
import { beat, type Instance } from './registry.ts';

export interface Beating {
  /** Beats that no node took, each with what the last node said. */
  lost(): readonly string[];
  stop(): Promise<void>;
}

const periodMs = 5_000;

export function keepBeating(nodes: readonly LabNode[], instances: readonly Instance[]): Beating {
  const stopping = new AbortController();
  setMaxListeners(instances.length, stopping.signal);
  const lost: string[] = [];

  async function beatAnywhere(instance: Instance, first: number): Promise<void> {
    let reason = 'no node runs';
    for (let k = 0; k < nodes.length; k++) {
      const node = nodes[(first + k) % nodes.length]!;
      try {
        if (node.pid !== undefined) return await beat(node, instance);
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
    lost.push(`${new Date().toISOString()} ${instance.service} ${instance.ip}: ${reason}`);
  }

  /** False when it is time to end. */
  async function pause(ms: number): Promise<boolean> {
    return sleep(ms, true, { signal: stopping.signal }).catch(() => false);
  }

  const loops = instances.map(async (instance, index) => {
    let due = Date.now() + (index * periodMs) / instances.length;
    for (let round = 0; await pause(Math.max(0, due - Date.now())); round++) {
      await beatAnywhere(instance, index + round);
      due = Math.max(due + periodMs, Date.now());
    }
  });
  return {
    lost: () => lost,
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

/** Clients that stay alive: each instance beats every 5 s to some node, and to the next one if that one fails. */

import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCatalog } from './catalog.ts';
import type { LabNode } from './cluster.ts';
import { beat, type Instance, register } from './registry.ts';

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

  const loops = instances.map(async (instance, index) => {
    let due = Date.now() + (index * periodMs) / instances.length;
    for (let round = 0; await pause(Math.max(0, due - Date.now()), stopping.signal); round++) {
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

/** False when it is time to end. */
async function pause(ms: number, stopping: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal: stopping }).catch(() => false);
}

/**
 * An instance that is not to beat, registered again once no node shows it any more: 2.0.4 and 3.1.0 were seen to drop one for
 * good about three minutes after it came, whatever its own time-outs, unless a node had been restarted meanwhile.
 */
export function keepRegistered(nodes: readonly LabNode[], instance: Instance): Pick<Beating, 'stop'> {
  const stopping = new AbortController();

  async function isGone(): Promise<boolean> {
    const looks = await Promise.allSettled(nodes.filter(({ pid }) => pid !== undefined).map((node) => readCatalog(node, instance.namespace)));
    const shown = looks.flatMap((look) => (look.status === 'rejected' ? [] : [look.value.rows.some((row) => row.name === instance.service && row.instances > 0)]));
    return shown.length > 1 && !shown.includes(true);
  }

  async function restore(): Promise<void> {
    if (!(await isGone()) || !(await pause(periodMs, stopping.signal)) || !(await isGone())) return;
    process.stdout.write(`${new Date().toISOString()} the servers have lost ${instance.service} ${instance.ip}: registered again\n`);
    await register(nodes.find(({ pid }) => pid !== undefined)!, instance);
  }

  const loop = (async () => {
    while (await pause(periodMs, stopping.signal)) await restore().catch(() => undefined);
  })();
  return {
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}

/** Starts the simulated cluster of `sim-server.ts`, and speaks to it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import type { SimOrder } from './sim-server.ts';

export interface SimProcess {
  readonly urls: readonly string[];
  /** Returns how many instances the last node has lost. */
  lose(order: SimOrder): Promise<number>;
  stop(): Promise<void>;
}

export async function startSim(services: number, instances: number): Promise<SimProcess> {
  const server = new URL('sim-server.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', server, String(services), String(instances)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  return {
    urls: JSON.parse(line) as string[],
    async lose(order) {
      child.send(order);
      const [lost] = (await once(child, 'message')) as [number];
      return lost;
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Simulated clusters on sockets and programs that poll them, closed in the opposite order at the end of each test. */

import { afterEach, vi } from 'vitest';
import { createCluster, listen, type ClusterOptions, type Listening, type SimCluster } from '../../src/sim/index.ts';
import { startProgram, type Program, type ProgramOptions } from '../program/program.ts';

// Whole programs over sockets, some with a Prometheus beside them: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

export interface Simulated {
  readonly sim: SimCluster;
  readonly listening: Listening;
  /** Requests that its nodes have answered so far. */
  asked(): number;
}

export async function cluster(options: Partial<ClusterOptions> = {}, services = 20): Promise<Simulated> {
  const sim = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], ...options });
  sim.bulk({ services, instances: 4, name: (i) => `svc-${i}` });
  const listening = await listen(sim);
  open.push(async () => {
    sim.close();
    await listening.close();
  });
  return { sim, listening, asked: () => sim.nodes.reduce((sum, node) => sum + [...node.requests.values()].reduce((all, one) => all + one, 0), 0) };
}

export async function program(options: ProgramOptions): Promise<Program> {
  const started = await startProgram(options);
  open.push(started.stop);
  return started;
}

/** An entry of `clusters`; `more` as flow pairs, `expose: probe, poll: {interval: 1s}`. */
export const entry = (name: string, urls: readonly string[], more = ''): string => `  - {name: ${name}, servers: [${urls.map((url) => `"${url}"`).join(', ')}]${more === '' ? '' : `, ${more}`}}\n`;

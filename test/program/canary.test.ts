/** The canary of the whole program, over real sockets: it ends with the program and with a reload. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canaryGroup } from '../../src/nacos/canary-calls.ts';
import { createCluster, listen, type Listening, type SimCluster } from '../../src/sim/index.ts';
import { configOf, startProgram, until, type Program } from './program.ts';

let sim: SimCluster;
let listening: Listening;
let running: Program | undefined;

beforeEach(async () => {
  // So slow that a run is under way whenever one looks.
  sim = createCluster({ versions: ['2.2.4', '2.2.4'], replicationMs: 20_000, namespaces: [{ id: 'probes', name: 'probes' }] });
  listening = await listen(sim);
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  sim.close();
  await listening.close();
});

const withCanary = (): string => configOf('c', listening.urls, 'canary: {enabled: true, namespace: probes}');
const registered = (): readonly string[] => sim.snapshot({ namespace: 'probes', group: canaryGroup }).map(({ service }) => service);

async function start(): Promise<Program> {
  running = await startProgram({ config: withCanary() });
  await until('a canary', async () => (registered().length === 1 ? true : undefined));
  return running;
}

describe('serve', () => {
  it('names it after the host, and deregisters it before it ends', async () => {
    const program = await start();
    expect(registered()[0]).toMatch(/^host\.127\.0\.0\.1-\d+/);
    expect((await program.page('/metrics')).body).toContain('nacos_canary_runs_total{');
    running = undefined;
    expect(await program.stop()).toBe(0);
    expect(registered()).toEqual([]);
  });

  it('deregisters it when a reload turns it off', async () => {
    const program = await start();
    program.files.set('exporter.yaml', configOf('c', listening.urls));
    program.hangUp();
    await until('no canary', async () => (registered().length === 0 ? true : undefined));
    expect((await program.page('/config')).body).not.toContain('canary');
  });
});

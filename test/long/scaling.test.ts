/** A rolling restart, an expansion and a contraction of a real 2.0.4 cluster, by a script that only goes on when the gates pass: nothing is lost. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabCluster, startCluster } from '../lab/cluster.ts';
import { type RunningExporter, startExporter } from '../lab/exporter.ts';
import { seriesOf, sumOf } from '../lab/exposition.ts';
import { refusals } from '../lab/gate.ts';
import { plainHttpOk } from '../lab/http.ts';
import { turnSwitch } from '../lab/registry.ts';
import { missing, skipWithReason } from '../lab/tools.ts';
import { until } from '../lab/wait.ts';
import { exporterOptions } from '../real/suite/stage.ts';
import { drive, type Flock, flock } from './flock.ts';
import { type Script, startScript } from './script.ts';

describe.skipIf(skipWithReason('growing and shrinking 2.0.4', missing()))('a cluster of 2.0.4 that grows and shrinks', () => {
  let cluster: LabCluster;
  let exporter: RunningExporter;
  let herd: Flock;
  let script: Script;
  const address = (index: number): string => cluster.nodes[index]!.address;

  beforeAll(async () => {
    cluster = await startCluster({ version: '2.0.4', nodes: 2, spare: 1 });
    herd = await drive(cluster);
    exporter = await startExporter(exporterOptions(cluster.nodes.slice(0, 2), 'open'));
    script = startScript(cluster.nodes.slice(0, 2));
  }, 900_000);
  afterAll(async () => {
    process.stderr.write(`${script?.record().join('\n')}\n`);
    await exporter?.stop();
    await herd?.stop();
    await cluster?.stop();
  });

  async function nothingLost(nodes: number): Promise<void> {
    await until('every instance on every node', 60_000, async () => {
      const scrape = await exporter.scrape();
      expect(seriesOf(scrape, 'nacos_instances', { namespace_id: 'public' }).map(({ value }) => value)).toEqual(Array.from({ length: nodes }, () => flock.length));
      expect(sumOf(scrape, 'nacos_divergent_services')).toBe(0);
      return true;
    }, 2_000);
  }

  it('takes a third node once double write is off everywhere', async () => {
    const early = await script.ask('listed', address(2));
    expect({ exit: early.exit, says: refusals(early).join('\n') }).toEqual({ exit: 1, says: expect.stringContaining('double') });
    await plainHttpOk(`${cluster.nodes[0]!.url}/v1/ns/operator/switches`, { method: 'PUT', form: { entry: 'doubleWriteEnabled', value: 'false' } });
    await script.gates(['double-write-off']);
    await cluster.configure([0, 1, 2]);
    await script.gates(['listed', address(2)]);
    await cluster.start(2);
    // A new node has the default: it writes twice until it is told not to.
    await turnSwitch(cluster.nodes[2]!, 'doubleWriteEnabled', false);
    await script.gates(['joined', address(2)]);
    await nothingLost(3);
  });

  it('does not let a node go while another one is frozen, and says which', async () => {
    await turnSwitch(cluster.nodes[1]!, 'pushEnabled', false);
    const refused = await script.ask('joined', address(1));
    await turnSwitch(cluster.nodes[1]!, 'pushEnabled', true);
    expect({ exit: refused.exit, says: refusals(refused).join('\n') }).toEqual({ exit: 1, says: expect.stringContaining('pushEnabled') });
  });

  it('refuses to stop a node while another is down, and says so', async () => {
    await cluster.kill(2);
    const refused = await script.ask('safe-to-stop', address(1));
    expect({ exit: refused.exit, says: refusals(refused).join('\n') }).toEqual({ exit: 1, says: expect.stringContaining(address(2)) });
    await cluster.start(2);
    await turnSwitch(cluster.nodes[2]!, 'doubleWriteEnabled', false);
    await script.gates(['node-back', address(2)]);
  });

  it.each([1, 0])('restarts node %i once it may be stopped, and goes on once it is back', async (index) => {
    const [safe] = await script.gates(['safe-to-stop', address(index)]);
    expect(safe!.exit).toBe(0);
    await cluster.shutdown(index);
    await cluster.start(index);
    await turnSwitch(cluster.nodes[index]!, 'doubleWriteEnabled', false);
    await script.gates(['node-back', address(index)]);
    await nothingLost(3);
  });

  it('lets the third node go: stopped first, then left out of the configuration', async () => {
    await script.gates(['removable', address(2)]);
    await cluster.shutdown(2);
    const early = await script.ask('removed', address(2));
    expect({ exit: early.exit, says: refusals(early).join('\n') }).toEqual({ exit: 1, says: expect.stringContaining(address(2)) });
    await cluster.configure([0, 1]);
    await script.gates(['removed', address(2)], ['consistent']);
    await nothingLost(2);
    expect(sumOf(await exporter.scrape(), 'nacos_vanished_services')).toBe(0);
  });
});

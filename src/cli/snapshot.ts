/** `nacos-exporter snapshot`: one poll with contents as JSON, for `diff`, for the gates, and to register everything again. */

import type { Config } from '../config/config.ts';
import { parseCommandLine, type CommandSyntax } from '../config/flags.ts';
import { formatIssue } from '../config/issues.ts';
import { loadConfig } from '../config/load.ts';
import { readFailure } from '../config/secret.ts';
import { registryOnly } from '../poller/schedule.ts';
import { snapshotFormat } from '../snapshot/document.ts';
import { clusterLines, compareText, firstLine, lastLines } from '../snapshot/write.ts';
import type { Machine } from './machine.ts';
import { openPoller } from './pollers.ts';
import { openReplacement, type LineOutput } from './replacement.ts';
import { takeCluster, type TakenCluster } from './snapshot-cluster.ts';

export const snapshotSyntax: CommandSyntax = {
  flags: [{
    name: 'out', kind: 'text',
    doc: 'File to write, replaced in one step once all is read; for its owner only, since metadata may hold secrets. Standard output unless told.',
  }],
};

/** Exit code: 0 complete, 1 something could not be read (the rest is written), 2 nothing was written. */
export async function snapshot(
  argv: readonly string[], machine: Machine, openFile: (path: string) => Promise<LineOutput> = openReplacement,
): Promise<number> {
  const loaded = loadConfig({ argv, env: machine.env, readFile: machine.readFile, syntax: snapshotSyntax });
  for (const warning of loaded.warnings) machine.printError(`warning: ${formatIssue(warning)}`);
  if ('errors' in loaded) {
    for (const error of loaded.errors) machine.printError(formatIssue(error));
    return 2;
  }
  const path = parseCommandLine(argv, snapshotSyntax).values.get('out')?.[0];
  let output: LineOutput | undefined;
  try {
    output = path === undefined ? printed(machine) : await openFile(path);
    const missing = await writeSnapshot(loaded.config, machine, output);
    await output.commit();
    for (const sentence of missing) machine.printError(`missing: ${sentence}`);
    return missing.length === 0 ? 0 : 1;
  } catch (error) {
    await output?.discard().catch(() => undefined);
    if (path === undefined || typeof (error as { readonly syscall?: unknown }).syscall !== 'string') throw error;
    machine.printError(`cannot write "${path}": ${readFailure(error)}`);
    return 2;
  }
}

/** Cluster by cluster: what has been written is not held any longer. Returns what could not be read, one sentence each. */
export async function writeSnapshot(config: Config, machine: Machine, output: LineOutput): Promise<readonly string[]> {
  await output.write(firstLine({ format: snapshotFormat, takenAt: new Date(machine.now()).toISOString(), exporter: machine.build.version }));
  const clusters = config.clusters.toSorted((a, b) => compareText(a.name, b.name));
  const missing: string[] = [];
  for (const [i, cluster] of clusters.entries()) {
    const taken = await take(cluster, machine);
    missing.push(...taken.missing);
    for (const line of clusterLines(taken.cluster, i === clusters.length - 1)) await output.write(line);
  }
  for (const line of lastLines(missing)) await output.write(line);
  return missing;
}

async function take(config: Config['clusters'][number], machine: Machine): Promise<TakenCluster> {
  const poller = openPoller({
    config, machine, intervals: registryOnly,
    // A snapshot waits for whoever is late, and tells what failed once, at the end.
    wait: () => new Promise(() => {}),
    log: { info: () => {}, warn: () => {} },
    publish: () => {}, forgetNode: () => {}, onRequest: () => {},
  });
  try {
    return await takeCluster(config, poller, machine.now);
  } finally {
    await poller.close();
  }
}

/** Characters after which others may run. */
const printedAtOnce = 1 << 20;

function printed(machine: Machine): LineOutput {
  let size = 0;
  return {
    async write(line) {
      machine.print(line);
      size += line.length;
      if (size < printedAtOnce) return;
      size = 0;
      await machine.pause();
    },
    commit: async () => {},
    discard: async () => {},
  };
}

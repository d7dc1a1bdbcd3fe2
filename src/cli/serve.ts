/** `nacos-exporter serve`: polls and serves until it is told to stop. */

import { formatIssue } from '../config/issues.ts';
import { loadConfig, type LoadResult } from '../config/load.ts';
import { createLogger } from '../log.ts';
import { startExporter } from './exporter.ts';
import type { Machine } from './machine.ts';

export async function serve(argv: readonly string[], machine: Machine): Promise<number> {
  const load = (): LoadResult => loadConfig({ argv, env: machine.env, readFile: machine.readFile });
  const loaded = load();
  for (const warning of loaded.warnings) machine.printError(`warning: ${formatIssue(warning)}`);
  if ('errors' in loaded) {
    for (const error of loaded.errors) machine.printError(formatIssue(error));
    return 1;
  }
  const log = createLogger(loaded.config.log, machine.printError);
  const exporter = await startExporter({ loaded, load, log, machine });
  log.info({ version: machine.build.version, address: exporter.address, clusters: loaded.config.clusters.map((cluster) => cluster.name) }, 'listening');
  const signal = await machine.untilStopped(() => void exporter.reload());
  log.info({ signal }, 'stopping');
  await exporter.stop();
  return 0;
}

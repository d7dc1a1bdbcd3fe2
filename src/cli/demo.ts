/**
 * `nacos-exporter demo`: the real program against the embedded simulated cluster that plays a scripted incident. The
 * only place that knows the simulation; what it starts is read over real sockets like any other cluster.
 */

import { parseCommandLine, type CommandSyntax } from '../config/flags.ts';
import { formatIssue } from '../config/issues.ts';
import { loadConfig, type LoadResult } from '../config/load.ts';
import { createLogger } from '../log.ts';
import { listen, listensAt, scenarioNamed, scenarios } from '../sim/index.ts';
import { startExporter } from './exporter.ts';
import type { Machine } from './machine.ts';

export const demoSyntax: CommandSyntax = {
  flags: [{ name: 'scenario', kind: 'text', doc: `Incident to play: ${scenarios.map(({ name }) => name).join(', ')}; steady unless told.` }],
};

/** Short, so that an incident shows while one watches; flags and environment still win. */
const demoIntervals = { interval: 5_000, livenessInterval: 2_000 };

export async function demo(argv: readonly string[], machine: Machine): Promise<number> {
  const line = parseCommandLine(argv, demoSyntax);
  const name = line.values.get('scenario')?.[0] ?? 'steady';
  const scenario = scenarioNamed(name);
  if (line.issues.length > 0 || scenario === undefined) {
    for (const issue of line.issues) machine.printError(formatIssue(issue));
    if (scenario === undefined) machine.printError(`--scenario: unknown scenario "${name}"; known: ${scenarios.map((known) => known.name).join(', ')}`);
    return 2;
  }
  const cluster = scenario.build();
  const listening = await listen(cluster, {});
  try {
    const load = (): LoadResult => demoConfig(argv, listening.urls, machine);
    const loaded = load();
    if ('errors' in loaded) {
      for (const error of loaded.errors) machine.printError(formatIssue(error));
      return 2;
    }
    const log = createLogger(loaded.config.log, machine.printError);
    // The simulation answers over HTTP alone: which other ports its nodes would have open, it knows.
    const openPort: Machine['openPort'] = async (host, port) => listensAt(cluster, host, port);
    const exporter = await startExporter({ loaded, load, log, machine: { ...machine, openPort } });
    const host = exporter.address.replace(/^\[::\]|^0\.0\.0\.0/, '127.0.0.1');
    for (const text of [
      `scenario ${scenario.name}: ${scenario.description}`,
      `simulated Nacos nodes: ${listening.urls.join('  ')}`,
      `open http://${host}/ for the nodes, http://${host}${loaded.config.web.telemetryPath} for the series`,
      'other scenarios: npm run demo -- --scenario NAME; stop with Ctrl-C',
    ]) machine.print(text);
    await machine.untilStopped(() => void exporter.reload());
    await exporter.stop();
    return 0;
  } finally {
    cluster.close();
    await listening.close();
  }
}

function demoConfig(argv: readonly string[], servers: readonly string[], machine: Machine): LoadResult {
  const loaded = loadConfig({
    argv: [...argv, `--nacos.server=${servers.join(',')}`], env: machine.env, readFile: machine.readFile, syntax: demoSyntax,
  });
  if ('errors' in loaded) return loaded;
  const asked = argv.some((word) => word.startsWith('--poll.interval')) || machine.env['NACOS_EXPORTER_POLL_INTERVAL'] !== undefined;
  const clusters = loaded.config.clusters.map((cluster) => ({
    ...cluster, name: 'demo', poll: asked ? cluster.poll : { ...cluster.poll, ...demoIntervals },
  }));
  return { ...loaded, config: { ...loaded.config, clusters } };
}

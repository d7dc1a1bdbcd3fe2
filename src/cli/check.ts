/**
 * `nacos-exporter check GATE`: whether a step of an upgrade, an expansion, a contraction or a rollback may be taken. The answer
 * on standard output, progress on standard error. Exit 0 pass, 1 fail, 2 could not tell.
 */

import { SnapshotLacks } from '../analysis/contents/snapshot-registry.ts';
import { allows } from '../analysis/names.ts';
import type { ClusterConfig, Config } from '../config/config.ts';
import { formatIssue } from '../config/issues.ts';
import { loadConfig } from '../config/load.ts';
import { readFailure } from '../config/secret.ts';
import { earlierOf, type Earlier } from '../gates/earlier.ts';
import { exitCodes, unknown, type GateRequest } from '../gates/gate.ts';
import { jsonOf, tableOf } from '../gates/report.ts';
import { runGate, type Run } from '../gates/runner.ts';
import type { SnapshotDocument } from '../snapshot/document.ts';
import { parseSnapshot } from '../snapshot/parse.ts';
import { checkSyntax, parseCheck, type CheckArguments } from './check-arguments.ts';
import { openLooks } from './gate-looks.ts';
import type { Machine } from './machine.ts';
import { openReplacement } from './replacement.ts';
import { writeSnapshot } from './snapshot.ts';

export { checkSyntax } from './check-arguments.ts';

/** Thrown with one line for people; exit 2. */
class CheckError extends Error {}

const couldNotTell = exitCodes.unknown;

export async function check(argv: readonly string[], machine: Machine): Promise<number> {
  const parsed = parseCheck(argv);
  if ('mistakes' in parsed) {
    for (const line of parsed.mistakes) machine.printError(line);
    return couldNotTell;
  }
  const loaded = loadConfig({ argv, env: machine.env, readFile: machine.readFile, syntax: checkSyntax });
  for (const warning of loaded.warnings) machine.printError(`warning: ${formatIssue(warning)}`);
  if ('errors' in loaded) {
    for (const error of loaded.errors) machine.printError(formatIssue(error));
    return couldNotTell;
  }
  // Sockets and timers between two looks keep nothing alive by themselves.
  const alive = setInterval(() => {}, 60_000);
  try {
    return await checkCluster(parsed, loaded.config, machine);
  } catch (error) {
    if (!(error instanceof CheckError)) machine.printError(`nacos-exporter: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
    else machine.printError(error.message);
    return couldNotTell;
  } finally {
    clearInterval(alive);
  }
}

async function checkCluster(args: CheckArguments, config: Config, machine: Machine): Promise<number> {
  const cluster = chosen(config, args.cluster);
  const only = { ...config, clusters: [cluster] };
  const request = requestOf(args, cluster, machine);
  const looks = openLooks({
    config: cluster, reads: args.gate.reads, request, machine, contentsRate: config.contentsRate, takeSnapshot: () => snapshotNow(only, machine),
  });
  let run: Run;
  try {
    run = withWarnings(request, args, await runGate(args.gate, request, args.waitMs, { now: machine.now, next: looks.next, progress: (line) => machine.printError(line) }));
  } finally {
    await looks.close();
  }
  const kept = args.gate.writesSnapshot === true && run.verdict === 'pass' ? await keepSnapshot(only, args.out, run, machine) : { run };
  if (args.json) machine.print(jsonOf(kept.run, kept.path));
  else for (const line of tableOf(kept.run, kept.path)) machine.print(line);
  return exitCodes[kept.run.verdict];
}

/** What every gate that reads contents has to say of a configuration that hides some. */
function withWarnings({ filtersNamespaces }: GateRequest, { gate: { reads } }: CheckArguments, run: Run): Run {
  if (!filtersNamespaces || (reads.contents !== true && reads.registrations !== true)) return run;
  const warnings = [...run.judgement.warnings ?? [], 'the configuration leaves namespaces out: what is in them was neither read nor compared'];
  return { ...run, judgement: { ...run.judgement, warnings } };
}

function chosen({ clusters }: Config, name: string | undefined): ClusterConfig {
  const names = clusters.map((cluster) => cluster.name).join(', ');
  if (name === undefined && clusters.length > 1) throw new CheckError(`several clusters are configured: choose one with --nacos.cluster (${names})`);
  const found = name === undefined ? clusters[0] : clusters.find((cluster) => cluster.name === name);
  if (found === undefined) throw new CheckError(`no cluster ${name ?? ''}; configured: ${names}`);
  return found;
}

function requestOf(args: CheckArguments, { name, auth, namespaces }: ClusterConfig, machine: Machine): GateRequest {
  const { gate: _, cluster: _cluster, json: _json, waitMs: _wait, out: _out, before, ...rest } = args;
  return {
    ...rest,
    ...(before === undefined ? {} : { before: readEarlier(before, name, (id) => allows(namespaces, id), machine) }),
    hasCredentials: auth.user !== undefined || auth.identity !== undefined,
    filtersNamespaces: namespaces.allow.length + namespaces.deny.length > 0,
  };
}

function readEarlier(file: string, cluster: string, allowed: (namespace: string) => boolean, machine: Machine): Earlier {
  let text: string;
  try {
    text = machine.readFile(file);
  } catch (error) {
    throw new CheckError(`cannot read "${file}": ${readFailure(error)}`);
  }
  try {
    return earlierOf(parseSnapshot(text), cluster, file, allowed);
  } catch (error) {
    const isLack = error instanceof SnapshotLacks;
    throw new CheckError(`${file}: ${isLack || error instanceof Error ? error.message : String(error)}`);
  }
}

async function snapshotNow(config: Config, machine: Machine): Promise<SnapshotDocument> {
  const lines: string[] = [];
  await writeSnapshot(config, machine, { write: async (line) => void lines.push(line), commit: async () => {}, discard: async () => {} });
  return parseSnapshot(lines.join('\n'));
}

/** A snapshot that lacks something is no base to go back to: then the gate could not tell. */
async function keepSnapshot(config: Config, out: string | undefined, run: Run, machine: Machine): Promise<{ readonly run: Run; readonly path?: string }> {
  const time = new Date(machine.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const path = out ?? `nacos-${config.clusters[0]!.name.replaceAll(/[^\w.-]/g, '_')}-${time}.json`;
  machine.printError(`writing a snapshot to ${path}`);
  const fail = (detail: string): { readonly run: Run } => (
    { run: { ...run, verdict: 'unknown', judgement: { ...run.judgement, terms: [...run.judgement.terms, unknown('snapshot', detail)] } } }
  );
  try {
    const output = await openReplacement(path);
    try {
      const missing = await writeSnapshot(config, machine, output);
      await output.commit();
      return missing.length === 0 ? { run, path } : { ...fail(`${path} is not complete: ${missing.join('; ')}`), path };
    } catch (error) {
      await output.discard().catch(() => undefined);
      throw error;
    }
  } catch (error) {
    if (typeof (error as { readonly syscall?: unknown }).syscall !== 'string') throw error;
    return fail(`cannot write "${path}": ${readFailure(error)}`);
  }
}

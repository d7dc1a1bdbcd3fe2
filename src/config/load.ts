/** Defaults < file < environment < flags, to one effective configuration or to every mistake at once. Pure but for `readFile`. */

import { createHash } from 'node:crypto';
import { assembleCluster, assembleGlobal, type ClusterInput } from './assemble.ts';
import { checkAcross, checkInline, checkOverridden, checkReadable, checkSources, isWarning, type Report } from './checks.ts';
import type { Config } from './config.ts';
import { parseCommandLine, type CommandSyntax } from './flags.ts';
import { issueAt, sortIssues, type ConfigIssue } from './issues.ts';
import { environmentLayer, fileLayer, flagLayer, type Environment, type FileLayer } from './layers.ts';
import { effectiveYaml } from './mask.ts';
import { readFailure } from './secret.ts';
import { given, overlay, type Setting, type Settings } from './settings.ts';
import { loadWebConfig } from './web/load.ts';

export interface LoadInput {
  /** Without the program and the command's own words. */
  readonly argv: readonly string[];
  readonly env: Environment;
  /** Synchronous; throws as `node:fs` does. */
  readFile(path: string): string;
  readonly syntax?: CommandSyntax;
  /** False for commands that bring a cluster of their own or need none. */
  readonly clustersRequired?: boolean;
}

export interface Loaded {
  readonly config: Config;
  readonly warnings: readonly ConfigIssue[];
  /** 48 bits, exact as a number; changes with the effective configuration, not with its wording. */
  readonly hash: number;
  readonly file?: string;
}

export interface LoadFailure {
  readonly errors: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
}

export type LoadResult = Loaded | LoadFailure;

const nothing: Settings = new Map<string, Setting>();

export function loadConfig(input: LoadInput): LoadResult {
  const issues: ConfigIssue[] = [];
  const report: Report = (origin, code, message) => issues.push(issueAt(origin, code, message));

  const line = parseCommandLine(input.argv, input.syntax);
  const flags = flagLayer(line.values);
  const environment = environmentLayer(input.env);
  const outside = overlay(environment.settings, flags.settings);
  const name = given(outside, 'config.file');
  const file = readConfigFile(name, outside.get('config.file'), input, report);
  issues.push(...line.issues, ...flags.issues, ...environment.issues, ...file.issues);

  for (const layer of [file.settings, environment.settings, flags.settings, ...file.clusters.map((cluster) => cluster.settings)]) {
    checkSources(layer, report);
    checkInline(layer, report);
  }

  const top = overlay(file.settings, outside);
  const globals = assembleGlobal(top, input, report);
  const webConfig = top.get('web.config_file');
  if (webConfig !== undefined && checkReadable(webConfig, input, report) !== undefined) {
    const web = loadWebConfig(String(webConfig.value), input.readFile);
    if ('errors' in web) issues.push(...web.errors);
  }

  const inputs = clusterInputs(file, top, report);
  const clusters = inputs.map((cluster) => assembleCluster(cluster, input, report));
  checkAcross(clusters.map((cluster, i) => ({ ...cluster, settings: inputs[i]!.settings })), report);
  if (clusters.length === 0 && !file.clustersUnknown && input.clustersRequired !== false) {
    report({ path: 'clusters', ...(name === undefined ? {} : { file: name }) }, 'no_cluster',
      'no cluster to watch; give --nacos.server=http://HOST:8848, or a file by --config.file with a list of clusters');
  }

  const all = sortIssues(issues);
  const warnings = all.filter(isWarning);
  if (warnings.length < all.length) return { errors: all.filter((issue) => !isWarning(issue)), warnings };
  const config: Config = { ...globals, clusters };
  return { config, warnings, hash: hashOf(config), ...(name === undefined ? {} : { file: name }) };
}

function readConfigFile(name: string | undefined, setting: Setting | undefined, input: LoadInput, report: Report): FileLayer {
  // A bad --config.file is reported where it was parsed; that there are no clusters does not follow from it.
  const empty: FileLayer = { settings: nothing, clusters: [], issues: [], clustersUnknown: setting !== undefined };
  if (name === undefined || setting === undefined) return empty;
  try {
    return fileLayer(name, input.readFile(name));
  } catch (error) {
    report(setting.origin, 'file_unreadable', `cannot read "${name}": ${readFailure(error)}`);
    return empty;
  }
}

function clusterInputs(file: FileLayer, top: Settings, report: Report): readonly ClusterInput[] {
  const servers = top.get('servers');
  if (file.clusters.length > 0) {
    if (servers !== undefined) {
      report(servers.origin, 'clusters_and_servers', 'the file lists clusters as well; give servers in one place only');
    }
    const defaults = new Map([...top].filter(([key]) => key !== 'servers'));
    return file.clusters.map(({ settings, origin }) => {
      checkOverridden(defaults, settings, report);
      return { settings: overlay(defaults, settings), own: settings, origin };
    });
  }
  if (servers === undefined) return [];
  const own: Settings = new Map([['name', { value: 'default', origin: servers.origin, broken: false, items: [] }], ['servers', servers]]);
  return [{ settings: overlay(top, own), own, origin: servers.origin }];
}

/** Of the masked text: a hash of a secret would help to guess it. */
function hashOf(config: Config): number {
  return Number.parseInt(createHash('sha256').update(effectiveYaml(config)).digest('hex').slice(0, 12), 16);
}

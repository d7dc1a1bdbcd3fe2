/** What a reload does to the configuration in force: a good one replaces it, a bad one leaves it and is remembered. */

import type { Config } from './config.ts';
import type { ConfigIssue } from './issues.ts';
import type { Loaded, LoadResult } from './load.ts';

export interface ConfigState {
  readonly config: Config;
  readonly hash: number;
  /** Of the configuration in force. */
  readonly warnings: readonly ConfigIssue[];
  readonly lastReloadSuccessful: boolean;
  /** Milliseconds since the epoch. */
  readonly lastReloadSuccessAt: number;
  /** Why the last reload failed; empty after a good one. */
  readonly errors: readonly ConfigIssue[];
}

export function startState(loaded: Loaded, now: number): ConfigState {
  const { config, hash, warnings } = loaded;
  return { config, hash, warnings, lastReloadSuccessful: true, lastReloadSuccessAt: now, errors: [] };
}

export function afterReload(previous: ConfigState, result: LoadResult, now: number): ConfigState {
  if ('config' in result) return startState(result, now);
  return { ...previous, lastReloadSuccessful: false, errors: result.errors };
}

/** Keys that are read once, at the start, and have another value now. */
export function takesRestart({ web, log }: Config, next: Config): readonly string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['web.listen_address', web.listenAddress, next.web.listenAddress], ['web.telemetry_path', web.telemetryPath, next.web.telemetryPath],
    ['web.config_file', web.configFile, next.web.configFile], ['log.level', log.level, next.log.level], ['log.format', log.format, next.log.format],
  ];
  return pairs.filter(([, before, now]) => before !== now).map(([key]) => key);
}

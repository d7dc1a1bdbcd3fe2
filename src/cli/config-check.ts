/** `nacos-exporter config check`: every mistake with its place, or how much there is to watch. */

import { formatIssue, type ConfigIssue } from '../config/issues.ts';
import { loadConfig, type LoadInput } from '../config/load.ts';

export interface ConfigCheckDeps extends LoadInput {
  /** One line of the report, without its line break. */
  print(line: string): void;
}

/** Exit code: 0 valid, 1 not. Warnings do not make a configuration invalid. */
export function configCheck(deps: ConfigCheckDeps): 0 | 1 {
  const result = loadConfig(deps);
  const lines = (prefix: string, issues: readonly ConfigIssue[]) => issues.forEach((issue) => deps.print(prefix + formatIssue(issue)));
  if ('errors' in result) {
    lines('', result.errors);
    lines('warning: ', result.warnings);
    deps.print(`configuration is not valid: ${count(result.errors.length, 'mistake')}`);
    return 1;
  }
  lines('warning: ', result.warnings);
  const { clusters } = result.config;
  const servers = clusters.reduce((sum, cluster) => sum + cluster.servers.length, 0);
  deps.print(`configuration is valid: ${count(clusters.length, 'cluster')}, ${count(servers, 'server')}`);
  return 0;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

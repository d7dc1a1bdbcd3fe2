/**
 * Options that are understood and whose part of the program is not there yet. Refused rather than ignored: two
 * shards that both poll everything are no shards.
 */

import type { Config } from './config.ts';
import { issueAt, type ConfigIssue } from './issues.ts';
import { loadConfig, type LoadInput, type LoadResult } from './load.ts';

/** What `serve` can do with a configuration, or every mistake in it. */
export function loadAvailable(input: LoadInput): LoadResult {
  const loaded = loadConfig(input);
  if ('errors' in loaded) return loaded;
  const errors = unavailable(loaded.config);
  return errors.length === 0 ? loaded : { errors, warnings: loaded.warnings };
}

function unavailable({ shard, clusters }: Config): readonly ConfigIssue[] {
  const refuse = (path: string, message: string): ConfigIssue => issueAt({ path }, 'not_available', message);
  return [
    ...(shard.total === 1 ? [] : [refuse('shard.total', 'dividing clusters among shards is not available yet; give each exporter clusters of its own')]),
    ...clusters.flatMap(({ name, expose }) => (expose === 'metrics' ? [] : [refuse(`clusters.${name}.expose`, 'probe is not available yet; use metrics')])),
  ];
}

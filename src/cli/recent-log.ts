/** The last lines that were logged of each cluster, for who asks why its series are what they are. */

import type { Logger } from '../log.ts';

export interface RecentLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  /** What was logged with it, without the cluster. */
  readonly data: object;
}

export type ClusterLog = { readonly [L in RecentLine['level']]: (data: object, message: string) => void };

export interface RecentLog {
  /** Logs, and remembers. */
  readonly log: ClusterLog;
  /** Oldest first. */
  of(cluster: string): readonly RecentLine[];
  forget(cluster: string): void;
}

const most = 50;

export function createRecentLog(log: Logger, now: () => number): RecentLog {
  const lines = new Map<string, RecentLine[]>();

  function logging(level: RecentLine['level']) {
    return (data: object, message: string): void => {
      log[level](data, message);
      const { cluster, ...rest } = data as { readonly cluster?: string };
      if (cluster === undefined) return;
      const known = lines.get(cluster) ?? [];
      lines.set(cluster, [...known.slice(1 - most), { at: now(), level, message, data: rest }]);
    };
  }

  return {
    log: { info: logging('info'), warn: logging('warn'), error: logging('error') },
    of: (cluster) => lines.get(cluster) ?? [],
    forget: (cluster) => void lines.delete(cluster),
  };
}

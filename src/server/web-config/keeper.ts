/**
 * The web configuration in force. It is looked at whenever it matters, at a handshake or a request, and read again when it
 * or a file that it names is another one than before. One that holds a mistake leaves the one before in force.
 */

import { statSync } from 'node:fs';

import { formatIssue, issueAt, type ConfigIssue } from '../../config/issues.ts';
import { loadWebConfig, type WebLoadResult } from '../../config/web/load.ts';
import type { WebConfig } from '../../config/web/web-config.ts';

export interface KeeperDeps {
  /** Absent: plain HTTP without authentication. */
  readonly path: string | undefined;
  /** Throws as `node:fs` does. */
  readFile(path: string): string;
  /** Changes when the file does; undefined where there is none. */
  markOf(path: string): string | undefined;
  readonly log: { info(data: object, message: string): void; error(data: object, message: string): void };
}

export interface Keeper {
  /** Never throws. The same object as long as nothing has changed. */
  current(): WebConfig;
  /** Reads anew, from another path if that has changed; the mistakes for which it was refused. */
  reload(path: string | undefined): readonly ConfigIssue[];
}

export const openWeb: WebConfig = { headers: new Map(), users: new Map(), files: [] };

/** Throws where the file cannot be used: nobody who asks for TLS is served without. */
export function createKeeper({ path: firstPath, readFile, markOf, log }: KeeperDeps): Keeper {
  let path = firstPath;
  let config = openWeb;
  let marks: ReadonlyMap<string, string | undefined> = new Map();

  /** Marks are taken before anything is read: what changes while it is read is read again. */
  function load(from: string, known: readonly string[]): WebLoadResult {
    const before = new Map([from, ...known].map((file) => [file, markOf(file)]));
    const result = loadWebConfig(from, readFile);
    const files = 'config' in result ? result.config.files : result.files;
    marks = new Map(files.map((file) => [file, before.has(file) ? before.get(file) : markOf(file)]));
    return result;
  }

  function adopt(from: string | undefined): readonly ConfigIssue[] {
    const result: WebLoadResult = from === undefined ? { config: openWeb } : load(from, [...marks.keys()]);
    if ('errors' in result) return result.errors;
    if ((result.config.tls === undefined) !== (config.tls === undefined)) {
      const change = config.tls === undefined ? 'TLS cannot be turned on' : 'TLS cannot be turned off';
      return [issueAt({ path: 'tls_server_config', ...(from === undefined ? {} : { file: from }) }, 'bad_tls', `${change} while the program runs; start it anew`)];
    }
    config = result.config;
    if (from === undefined) marks = new Map();
    return [];
  }

  if (path !== undefined) {
    const first = load(path, []);
    if ('errors' in first) throw new Error(first.errors.map(formatIssue).join('\n'));
    config = first.config;
  }

  return {
    current() {
      if (path === undefined || [...marks].every(([file, mark]) => markOf(file) === mark)) return config;
      const errors = adopt(path);
      if (errors.length === 0) log.info({ file: path }, 'web configuration read again');
      else log.error({ errors: errors.map(formatIssue) }, 'web configuration not read again: the one before stays in force');
      return config;
    },
    reload(next) {
      const errors = adopt(next);
      if (errors.length === 0) path = next;
      // Marks are those of the refused file: the one in force is to be watched on.
      else if (path !== next) marks = new Map(config.files.map((file) => [file, markOf(file)]));
      return errors;
    },
  };
}

/** Links are followed: Kubernetes changes a secret by turning a link. */
export function fileMark(path: string): string | undefined {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return undefined;
  }
}

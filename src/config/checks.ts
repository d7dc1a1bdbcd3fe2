/** Checks across keys, clusters and files. Each reports at the place of the value that has to change. */

import type { Secret, ServerAddress } from './config.ts';
import { parseHookUrl } from './hook-url.ts';
import type { ConfigIssue, IssueCode, Origin } from './issues.ts';
import { secretKeys, sourcesOf, type OptionKey } from './options.ts';
import { readFailure, trySecret, type SecretSources } from './secret.ts';
import { given, inForce, sourceOf, type Setting, type Settings } from './settings.ts';
import { formatDuration } from './units.ts';

export type Report = (origin: Origin, code: IssueCode, message: string) => void;

/** Issues that do not keep a configuration from being used. */
const warningCodes: ReadonlySet<IssueCode> = new Set<IssueCode>([
  'secret_in_file', 'shared_server', 'insecure_tls', 'unused_tls', 'overridden_flag', 'unknown_variable',
]);

export const isWarning = (issue: ConfigIssue): boolean => warningCodes.has(issue.code);

const nodeKey = (server: ServerAddress): string => `${server.host.toLowerCase()}:${server.port}`;

/** The servers without repetitions: one node is one host and port, whatever its scheme and context. */
export function checkServers(settings: Settings, report: Report): readonly ServerAddress[] {
  const setting = settings.get('servers');
  const seen = new Map<string, ServerAddress>();
  for (const [i, server] of (given(settings, 'servers') ?? []).entries()) {
    const key = nodeKey(server);
    if (seen.has(key)) report(setting?.items[i] ?? setting!.origin, 'duplicate_server', `${key} is already a server of this cluster`);
    else seen.set(key, server);
  }
  return [...seen.values()];
}

export interface NamedCluster {
  readonly name: string;
  readonly servers: readonly ServerAddress[];
  readonly settings: Settings;
}

/** Names must differ; a node in two clusters is polled twice, which may be meant. */
export function checkAcross(clusters: readonly NamedCluster[], report: Report): void {
  const names = new Map<string, Origin>();
  const owners = new Map<string, string>();
  for (const { name, servers, settings } of clusters) {
    const origin = settings.get('name')?.origin;
    const first = names.get(name);
    if (first !== undefined && origin !== undefined) {
      report(origin, 'duplicate_name', `the name "${name}" is taken by ${first.path}${first.line === undefined ? '' : ` in line ${first.line}`}`);
    } else if (name !== '' && origin !== undefined) {
      names.set(name, origin);
    }
    for (const server of servers) {
      const key = nodeKey(server);
      const owner = owners.get(key);
      const place = settings.get('servers')!.origin;
      if (owner !== undefined) report(place, 'shared_server', `${key} is also a server of cluster "${owner}", so it is polled twice`);
      else owners.set(key, name);
    }
  }
}

export function checkOrder(
  settings: Settings,
  key: OptionKey & `poll.${string}`,
  order: 'at most' | 'at least',
  boundKey: OptionKey & `poll.${string}`,
  report: Report,
): void {
  const setting = settings.get(key);
  const boundSetting = settings.get(boundKey);
  const value = given(settings, key);
  if (setting === undefined || value === undefined || boundSetting?.broken === true) return;
  const bound = inForce(settings, boundKey);
  if (order === 'at most' ? value <= bound : value >= bound) return;
  const where = boundSetting === undefined ? `the default of ${boundKey}` : boundSetting.origin.path;
  report(setting.origin, 'out_of_range', `${formatDuration(value)} must be ${order} ${formatDuration(bound)}, ${where}`);
}

/** Within one layer a secret has one source; between layers the upper one replaces the lower. */
export function checkSources(settings: Settings, report: Report): void {
  for (const secret of secretKeys) {
    const [first, ...more] = sourcesOf(secret).filter((key) => settings.get(key)?.broken === false);
    for (const key of more) report(settings.get(key)!.origin, 'secret_conflict', `${settings.get(first!)!.origin.path} is given as well; keep one of them`);
  }
}

/** Warns of every secret written out, also of one that another layer replaces. */
export function checkInline(settings: Settings, report: Report): void {
  for (const key of secretKeys) {
    const setting = settings.get(key);
    if (setting?.broken === false) {
      const name = key.split('.').at(-1);
      report(setting.origin, 'secret_in_file', `a secret is written into the configuration; better keep it in a file (${name}_file) or a variable (${name}_env)`);
    }
  }
}

export function checkSecret(secret: Secret, key: string, origin: Origin, sources: SecretSources, report: Report): void {
  const result = trySecret(secret, sources);
  if ('mistake' in result) report(origin, result.mistake.code, result.mistake.message);
  else if (key === 'auth.identity.value' && !/^[\t\u0020-\u007e]+$/.test(result.value)) {
    report(origin, 'secret_unreadable', 'the value holds a line break or a character that no header may carry');
  } else if (/^relay\..*\.url$/.test(key)) {
    const url = parseHookUrl(result.value);
    if ('mistake' in url) report(origin, url.mistake.code, url.mistake.message);
  }
}

export function checkReadable(setting: Setting, sources: SecretSources, report: Report): string | undefined {
  if (typeof setting.value !== 'string') return undefined;
  try {
    return sources.readFile(setting.value);
  } catch (error) {
    report(setting.origin, 'file_unreadable', `cannot read "${setting.value}": ${readFailure(error)}`);
    return undefined;
  }
}

export function checkPem(setting: Setting, sources: SecretSources, report: Report): void {
  const text = checkReadable(setting, sources, report);
  if (text !== undefined && !text.includes('-----BEGIN ')) report(setting.origin, 'bad_pem', `"${String(setting.value)}" holds no PEM data`);
}

export function checkTlsUse(own: Settings, servers: readonly ServerAddress[], report: Report): void {
  const setting = [...own].find(([key]) => key.startsWith('tls.'))?.[1];
  if (setting === undefined || servers.length === 0 || servers.some((server) => server.scheme === 'https')) return;
  report(setting.origin, 'unused_tls', 'no server of this cluster is https, so its tls settings have no effect');
}

/** A flag sets the key of the top level; a cluster's own key is more specific. Nobody should have to find that out. */
export function checkOverridden(top: Settings, own: Settings, report: Report): void {
  for (const [key, setting] of top) {
    if (setting.origin.file !== undefined) continue;
    const secret = secretKeys.find((name) => (sourcesOf(name) as readonly string[]).includes(key));
    const mine = secret === undefined ? own.get(key) : sourceOf(own, secret)?.setting;
    if (mine !== undefined) report(setting.origin, 'overridden_flag', `has no effect on a cluster with a setting of its own, ${mine.origin.path}`);
  }
}

/** From settings to the effective configuration, with the checks that need more than one key. */

import type { AuthConfig, CanaryConfig, ClusterConfig, Config, PollConfig, RelayChannel, RelayConfig, Secret, TlsConfig } from './config.ts';
import { checkOrder, checkPem, checkSecret, checkServers, checkTlsUse, type Report } from './checks.ts';
import type { Origin } from './issues.ts';
import type { SecretKey } from './options.ts';
import type { SecretSources } from './secret.ts';
import { given, inForce, sourceOf, type Settings } from './settings.ts';

export interface ClusterInput {
  /** The cluster's own settings over the defaults of the top level. */
  readonly settings: Settings;
  /** Those written in its own entry. */
  readonly own: Settings;
  readonly origin: Origin;
}

export function assembleGlobal(settings: Settings, sources: SecretSources, report: Report): Omit<Config, 'clusters'> {
  const shard = { ordinal: inForce(settings, 'shard.ordinal'), total: inForce(settings, 'shard.total') };
  const place = settings.get('shard.ordinal') ?? settings.get('shard.total');
  if (shard.ordinal >= shard.total && place !== undefined && !isBroken(settings, 'shard.ordinal', 'shard.total')) {
    report(place.origin, 'out_of_range', `shard ${shard.ordinal} does not exist among ${shard.total}; shards count from 0`);
  }
  const configFile = given(settings, 'web.config_file');
  return {
    web: {
      listenAddress: inForce(settings, 'web.listen_address'),
      telemetryPath: inForce(settings, 'web.telemetry_path'),
      ...(configFile === undefined ? {} : { configFile }),
      lifecycle: inForce(settings, 'web.lifecycle'),
    },
    log: { level: inForce(settings, 'log.level'), format: inForce(settings, 'log.format') },
    shard,
    contentsRate: inForce(settings, 'limits.contents_rate'),
    relay: assembleRelay(settings, sources, report),
  };
}

const isBroken = (settings: Settings, ...keys: readonly string[]): boolean => keys.some((key) => settings.get(key)?.broken === true);

export function assembleCluster({ settings, own, origin }: ClusterInput, sources: SecretSources, report: Report): ClusterConfig {
  const missing = (key: string) => report({ ...origin, path: `${origin.path}.${key}` }, 'missing_key', `the cluster needs ${key}`);
  if (!settings.has('name')) missing('name');
  if (!settings.has('servers')) missing('servers');
  const servers = checkServers(settings, report);
  const tls = assembleTls(settings, sources, report);
  const canary = assembleCanary(settings, report);
  checkTlsUse(own, servers, report);
  return {
    name: given(settings, 'name') ?? '',
    servers,
    discover: inForce(settings, 'discover'),
    auth: assembleAuth(settings, sources, report),
    ...(tls === undefined ? {} : { tls }),
    namespaces: { allow: inForce(settings, 'namespaces.allow'), deny: inForce(settings, 'namespaces.deny') },
    poll: assemblePoll(settings, report),
    ...(canary === undefined ? {} : { canary }),
    ...(inForce(settings, 'config_check.enabled') ? { configCheck: { requestsPerMinute: inForce(settings, 'config_check.requests_per_minute') } } : {}),
    metrics: { allow: inForce(settings, 'metrics.allow'), deny: inForce(settings, 'metrics.deny') },
    metadataViews: { keys: [...new Set(inForce(settings, 'metadata_views.keys'))], valuesPerKey: inForce(settings, 'metadata_views.values_per_key') },
    limits: {
      services: inForce(settings, 'limits.services'),
      responseBytes: inForce(settings, 'limits.response_size'),
      actuatorSeries: inForce(settings, 'limits.actuator_series'),
      pageRows: inForce(settings, 'limits.page_rows'),
    },
    expose: inForce(settings, 'expose'),
  };
}

function assembleAuth(settings: Settings, sources: SecretSources, report: Report): AuthConfig {
  const username = given(settings, 'auth.username');
  const password = assembleSecret(settings, 'auth.password', sources, report);
  pair(settings, 'auth.username', 'auth.password', report,
    'a username without a password; add password_file, password_env or password', 'a password without a username; add username');
  const key = given(settings, 'auth.identity.key');
  const value = assembleSecret(settings, 'auth.identity.value', sources, report);
  pair(settings, 'auth.identity.key', 'auth.identity.value', report,
    'an identity key without a value; add value_file, value_env or value', 'an identity value without its key; add key');
  return {
    ...(username === undefined || password === undefined ? {} : { user: { username, password } }),
    ...(key === undefined || value === undefined ? {} : { identity: { key, value } }),
  };
}

/** Reports the half of a pair that stands alone, at its own place. */
function pair(settings: Settings, name: string, secret: SecretKey, report: Report, withoutSecret: string, withoutName: string): void {
  const left = settings.get(name);
  const right = sourceOf(settings, secret)?.setting;
  if (left !== undefined && right === undefined && !left.broken) report(left.origin, 'incomplete_auth', withoutSecret);
  if (right !== undefined && left === undefined && !right.broken) report(right.origin, 'incomplete_auth', withoutName);
}

function assembleRelay(settings: Settings, sources: SecretSources, report: Report): RelayConfig {
  const channel = (urlKey: SecretKey, secretKey?: SecretKey): RelayChannel | undefined => {
    const url = assembleSecret(settings, urlKey, sources, report);
    const secret = secretKey === undefined ? undefined : assembleSecret(settings, secretKey, sources, report);
    const lonely = secretKey === undefined || sourceOf(settings, urlKey) !== undefined ? undefined : sourceOf(settings, secretKey)?.setting;
    if (lonely?.broken === false) report(lonely.origin, 'incomplete_relay', 'a signing key without the address of its bot; add url_file, url_env or url');
    return url === undefined ? undefined : { url, ...(secret === undefined ? {} : { secret }) };
  };
  const [feishu, dingtalk, wecom] = [channel('relay.feishu.url', 'relay.feishu.secret'), channel('relay.dingtalk.url', 'relay.dingtalk.secret'), channel('relay.wecom.url')];
  const externalUrl = given(settings, 'relay.external_url');
  return {
    language: inForce(settings, 'relay.language'),
    ...(externalUrl === undefined ? {} : { externalUrl }),
    ...(feishu === undefined ? {} : { feishu }),
    ...(dingtalk === undefined ? {} : { dingtalk }),
    ...(wecom === undefined ? {} : { wecom }),
  };
}

function assembleSecret(settings: Settings, key: SecretKey, sources: SecretSources, report: Report): Secret | undefined {
  const source = sourceOf(settings, key);
  if (source === undefined || typeof source.setting.value !== 'string') return undefined;
  const { value } = source.setting;
  const secret: Secret = source.key.endsWith('_file')
    ? { from: 'file', path: value }
    : source.key.endsWith('_env') ? { from: 'env', name: value } : { from: 'value', value };
  checkSecret(secret, key, source.setting.origin, sources, report);
  return secret;
}

function assembleTls(settings: Settings, sources: SecretSources, report: Report): TlsConfig | undefined {
  if (![...settings.keys()].some((key) => key.startsWith('tls.'))) return undefined;
  const [caFile, certFile, keyFile] = (['tls.ca_file', 'tls.cert_file', 'tls.key_file'] as const).map((key) => {
    const setting = settings.get(key);
    if (setting !== undefined) checkPem(setting, sources, report);
    return given(settings, key);
  });
  const [cert, key] = [settings.get('tls.cert_file'), settings.get('tls.key_file')];
  if (cert !== undefined && key === undefined) report(cert.origin, 'incomplete_tls', 'a client certificate without its key; add key_file');
  if (key !== undefined && cert === undefined) report(key.origin, 'incomplete_tls', 'a key without its client certificate; add cert_file');
  const serverName = given(settings, 'tls.server_name');
  const insecureSkipVerify = inForce(settings, 'tls.insecure_skip_verify');
  if (insecureSkipVerify) report(settings.get('tls.insecure_skip_verify')!.origin, 'insecure_tls', 'server certificates are not verified');
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(serverName === undefined ? {} : { serverName }),
    insecureSkipVerify,
  };
}

/** Nobody shall find instances where they were not asked for: whoever turns it on names the place. */
function assembleCanary(settings: Settings, report: Report): CanaryConfig | undefined {
  if (!inForce(settings, 'canary.enabled')) return undefined;
  const namespace = given(settings, 'canary.namespace');
  const identity = given(settings, 'canary.identity');
  if (!settings.has('canary.namespace')) report(settings.get('canary.enabled')!.origin, 'missing_key', 'the canary needs canary.namespace, the namespace that it may write to');
  return {
    namespace: namespace ?? '',
    interval: inForce(settings, 'canary.interval'),
    ...(identity === undefined ? {} : { identity }),
    push: inForce(settings, 'canary.push'),
  };
}

/** A default gives way to a bound that was written; what was written and breaks a bound is a mistake. */
function assemblePoll(settings: Settings, report: Report): PollConfig {
  const interval = inForce(settings, 'poll.interval');
  const timeout = inForce(settings, 'poll.timeout');
  checkOrder(settings, 'poll.liveness_interval', 'at most', 'poll.interval', report);
  checkOrder(settings, 'poll.slow_interval', 'at least', 'poll.interval', report);
  checkOrder(settings, 'poll.rare_interval', 'at least', 'poll.interval', report);
  checkOrder(settings, 'poll.contents_interval', 'at least', 'poll.interval', report);
  checkOrder(settings, 'poll.connect_timeout', 'at most', 'poll.timeout', report);
  return {
    interval,
    livenessInterval: Math.min(inForce(settings, 'poll.liveness_interval'), interval),
    slowInterval: Math.max(inForce(settings, 'poll.slow_interval'), interval),
    rareInterval: Math.max(inForce(settings, 'poll.rare_interval'), interval),
    contentsInterval: Math.max(inForce(settings, 'poll.contents_interval'), interval),
    connectTimeout: Math.min(inForce(settings, 'poll.connect_timeout'), timeout),
    timeout,
  };
}

/** The effective configuration as a file of the same schema, which loads to the same configuration; secrets are masked. */

import { stringify } from 'yaml';
import { formatServer } from './address.ts';
import type { AuthConfig, CanaryConfig, ClusterConfig, Config, RelayChannel, RelayConfig, Secret, TlsConfig } from './config.ts';
import { formatDuration, formatSize } from './units.ts';

export const masked = '<secret>';

/** Long lines stay whole, and what two clusters share stands with each. */
const asWritten = { lineWidth: 0, aliasDuplicateObjects: false };

export function effectiveYaml(config: Config): string {
  return stringify({
    web: { listen_address: config.web.listenAddress, telemetry_path: config.web.telemetryPath, ...optional('config_file', config.web.configFile), lifecycle: config.web.lifecycle },
    log: config.log,
    shard: config.shard,
    limits: { contents_rate: formatSize(config.contentsRate) },
    relay: relayOf(config.relay),
    clusters: config.clusters.map(clusterOf),
  }, asWritten);
}

/** One entry of `clusters`. */
export function clusterYaml(cluster: ClusterConfig): string {
  return stringify(clusterOf(cluster), asWritten);
}

function optional<T>(key: string, value: T | undefined): Readonly<Record<string, T>> {
  return value === undefined ? {} : { [key]: value };
}

/** A path or a variable's name is no secret; the value is. */
function secretOf(key: string, secret: Secret): Readonly<Record<string, string>> {
  switch (secret.from) {
    case 'file': return { [`${key}_file`]: secret.path };
    case 'env': return { [`${key}_env`]: secret.name };
    case 'value': return { [key]: masked };
  }
}

function authOf({ user, identity }: AuthConfig) {
  return {
    ...(user === undefined ? {} : { username: user.username, ...secretOf('password', user.password) }),
    ...(identity === undefined ? {} : { identity: { key: identity.key, ...secretOf('value', identity.value) } }),
  };
}

function relayOf({ language, externalUrl, feishu, dingtalk, wecom }: RelayConfig) {
  const channelOf = (name: string, channel: RelayChannel | undefined) =>
    optional(name, channel === undefined ? undefined : { ...secretOf('url', channel.url), ...(channel.secret === undefined ? {} : secretOf('secret', channel.secret)) });
  return { language, ...optional('external_url', externalUrl), ...channelOf('feishu', feishu), ...channelOf('dingtalk', dingtalk), ...channelOf('wecom', wecom) };
}

function tlsOf(tls: TlsConfig) {
  return {
    ...optional('ca_file', tls.caFile),
    ...optional('cert_file', tls.certFile),
    ...optional('key_file', tls.keyFile),
    ...optional('server_name', tls.serverName),
    insecure_skip_verify: tls.insecureSkipVerify,
  };
}

function canaryOf(canary: CanaryConfig | undefined) {
  if (canary === undefined) return undefined;
  const { namespace, interval, identity, push } = canary;
  return { enabled: true, namespace, interval: formatDuration(interval), ...optional('identity', identity), push };
}

function clusterOf(cluster: ClusterConfig) {
  return {
    name: cluster.name,
    servers: cluster.servers.map(formatServer),
    discover: cluster.discover,
    expose: cluster.expose,
    ...(cluster.auth.user === undefined && cluster.auth.identity === undefined ? {} : { auth: authOf(cluster.auth) }),
    ...(cluster.tls === undefined ? {} : { tls: tlsOf(cluster.tls) }),
    namespaces: cluster.namespaces,
    poll: {
      interval: formatDuration(cluster.poll.interval),
      liveness_interval: formatDuration(cluster.poll.livenessInterval),
      slow_interval: formatDuration(cluster.poll.slowInterval),
      rare_interval: formatDuration(cluster.poll.rareInterval),
      contents_interval: formatDuration(cluster.poll.contentsInterval),
      connect_timeout: formatDuration(cluster.poll.connectTimeout),
      timeout: formatDuration(cluster.poll.timeout),
    },
    ...optional('canary', canaryOf(cluster.canary)),
    ...optional('config_check', cluster.configCheck === undefined ? undefined : { enabled: true, requests_per_minute: cluster.configCheck.requestsPerMinute }),
    metrics: cluster.metrics,
    metadata_views: { keys: cluster.metadataViews.keys, values_per_key: cluster.metadataViews.valuesPerKey },
    limits: { services: cluster.limits.services, response_size: formatSize(cluster.limits.responseBytes), actuator_series: cluster.limits.actuatorSeries, page_rows: cluster.limits.pageRows },
  };
}

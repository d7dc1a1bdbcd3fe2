/** The one table of options. Flags, environment, defaults, validation and the reference all come from its rows. */

import {
  boolean, choice, clusterName, duration, familyPatterns, headerName, identity, integer, listenAddress, metadataKeys, namespaceId, namespacePatterns,
  ordinal, path, servers, size, text, urlPath, variableName, webUrl, type OptionType,
} from './types.ts';

/**
 * Where the key may stand: on the command line and in the environment only; at the top level; in an entry of `clusters`;
 * or both, the top level being the default for every cluster.
 */
export type Scope = 'invocation' | 'global' | 'cluster' | 'both';

export interface Option<K extends string = string, T = unknown> {
  /** Path in the file, inside `clusters[]` for cluster keys. */
  readonly key: K;
  readonly scope: Scope;
  readonly type: OptionType<T>;
  /** Without the dashes. */
  readonly flag?: string;
  /** Only where it does not follow from the flag. */
  readonly variable?: string;
  readonly repeatable?: boolean;
  /** As the file would write it. */
  readonly default?: string | number | boolean | readonly string[];
  /** Shown in the annotated example where there is no default. */
  readonly example?: string;
  /** The value itself is a secret: never printed, and its variable is read at the moment of use. */
  readonly secret?: boolean;
  readonly doc: string;
}

const option = <const K extends string, T>(row: Option<K, T>): Option<K, T> => row;

export const options = [
  option({ key: 'config.file', scope: 'invocation', type: path(), flag: 'config.file', doc: 'Configuration file to read.' }),

  option({ key: 'web.listen_address', scope: 'global', type: listenAddress(), flag: 'web.listen-address', default: ':18848', doc: 'Address to listen on.' }),
  option({ key: 'web.telemetry_path', scope: 'global', type: urlPath(), flag: 'web.telemetry-path', default: '/metrics', doc: 'Path that serves the metrics.' }),
  option({ key: 'web.config_file', scope: 'global', type: path(), flag: 'web.config.file', example: 'web.yml', doc: 'File with TLS and basic auth for our own listener, in the format of the Prometheus exporter-toolkit. Read again when it or a file it names changes.' }),
  option({ key: 'web.lifecycle', scope: 'global', type: choice('protected', 'anyone', 'off'), flag: 'web.lifecycle', default: 'protected', doc: 'Who may POST to `/-/reload`. `protected`: with basic auth or verified client certificates whoever is let in, without them only this host itself; `anyone` whoever reaches the port; `off` nobody.' }),

  option({ key: 'log.level', scope: 'global', type: choice('trace', 'debug', 'info', 'warn', 'error'), flag: 'log.level', default: 'info', doc: 'Least severe level to log.' }),
  option({ key: 'log.format', scope: 'global', type: choice('logfmt', 'json'), flag: 'log.format', default: 'logfmt', doc: 'Form of the log lines.' }),

  option({ key: 'shard.ordinal', scope: 'global', type: ordinal(), flag: 'shard', default: 0, doc: 'Number of this shard, from 0; below `shard.total`. Or the name of a pod of a StatefulSet, which ends in it: `nacos-exporter-3` is shard 3.' }),
  option({ key: 'shard.total', scope: 'global', type: integer(1, 10_000), flag: 'total-shards', default: 1, doc: 'How many exporters of this configuration share the work: each polls and serves the clusters and namespaces that fall to its number.' }),

  option({ key: 'name', scope: 'cluster', type: clusterName(), example: 'production', doc: 'Value of the label `nacos_cluster` and target of `/probe`; unique. Servers given by flag form the cluster `default`.' }),
  option({ key: 'servers', scope: 'cluster', type: servers(), flag: 'nacos.server', repeatable: true, example: '[http://nacos-1:8848, http://nacos-2:8848, http://nacos-3:8848]', doc: 'Nodes of the cluster. `host:port` alone means http; without a port it is 8848, without a path the context is `/nacos`, and a bare trailing `/` is the root context.' }),
  option({ key: 'discover', scope: 'both', type: boolean(), default: true, doc: 'Also watch the members that the nodes themselves name.' }),
  option({ key: 'expose', scope: 'both', type: choice('metrics', 'probe'), default: 'metrics', doc: '`metrics` serves the cluster on the telemetry path; `probe` polls it only while `/probe?target=NAME` asks, and serves it only there: from the first time on until nobody has asked for 10 minutes, or for four polls where they are rarer.' }),

  option({ key: 'auth.username', scope: 'both', type: text(), flag: 'nacos.username', example: 'monitor', doc: 'Nacos user to log in as; needs a password.' }),
  option({ key: 'auth.password_file', scope: 'both', type: path(), flag: 'nacos.password-file', example: '/etc/nacos-exporter/password', doc: 'File that holds the password; one trailing line break is dropped. Read again at every log-in.' }),
  option({ key: 'auth.password_env', scope: 'both', type: variableName(), example: 'NACOS_PASSWORD', doc: 'Environment variable that holds the password.' }),
  option({ key: 'auth.password', scope: 'both', type: text(), variable: 'NACOS_EXPORTER_NACOS_PASSWORD', secret: true, example: 'secret', doc: 'The password itself; in the file it brings a warning.' }),
  option({ key: 'auth.identity.key', scope: 'both', type: headerName(), example: 'serverIdentity', doc: 'Header of the server identity (`nacos.core.auth.server.identity.key`); needs a value.' }),
  option({ key: 'auth.identity.value_file', scope: 'both', type: path(), example: '/etc/nacos-exporter/identity', doc: 'File that holds the value of the identity header.' }),
  option({ key: 'auth.identity.value_env', scope: 'both', type: variableName(), example: 'NACOS_IDENTITY', doc: 'Environment variable that holds the value of the identity header.' }),
  option({ key: 'auth.identity.value', scope: 'both', type: text(), secret: true, example: 'secret', doc: 'The value of the identity header itself; brings a warning.' }),

  option({ key: 'tls.ca_file', scope: 'both', type: path(), example: '/etc/nacos-exporter/ca.pem', doc: 'PEM file of the authorities that may sign the certificates of https servers; without it the system\'s.' }),
  option({ key: 'tls.cert_file', scope: 'both', type: path(), example: '/etc/nacos-exporter/client.pem', doc: 'PEM file of our client certificate; needs `tls.key_file`.' }),
  option({ key: 'tls.key_file', scope: 'both', type: path(), example: '/etc/nacos-exporter/client.key', doc: 'PEM file of the client certificate\'s key.' }),
  option({ key: 'tls.server_name', scope: 'both', type: text(), example: 'nacos.example.org', doc: 'Name expected in the servers\' certificates instead of the host of the address.' }),
  option({ key: 'tls.insecure_skip_verify', scope: 'both', type: boolean(), default: false, doc: 'Accept any server certificate; brings a warning.' }),

  option({ key: 'namespaces.allow', scope: 'both', type: namespacePatterns(), default: [], doc: 'Ids of the namespaces to watch; an empty list allows all. The one without an id is called `public`.' }),
  option({ key: 'namespaces.deny', scope: 'both', type: namespacePatterns(), default: [], doc: 'Ids of namespaces to leave out; stronger than `namespaces.allow`.' }),

  option({ key: 'poll.interval', scope: 'both', type: duration('1s', '1h'), flag: 'poll.interval', default: '15s', doc: 'Time from poll to poll.' }),
  option({ key: 'poll.liveness_interval', scope: 'both', type: duration('1s', '1h'), default: '5s', doc: 'Time between two checks whether a node lives; at most `poll.interval`, which is also its default when that is shorter.' }),
  option({ key: 'poll.slow_interval', scope: 'both', type: duration('1s', '24h'), default: '1m', doc: 'For readings during which older servers walk all their services, and for what is no hurry: the state of the database, and which ports are open; at least `poll.interval`, which is also its default when that is longer.' }),
  option({ key: 'poll.rare_interval', scope: 'both', type: duration('1s', '24h'), default: '5m', doc: 'For what seldom changes, such as the list of namespaces, or is a long answer, such as connections and the state of an upgrade; at least `poll.interval`, which is also its default when that is longer.' }),
  option({ key: 'poll.contents_interval', scope: 'both', type: duration('1s', '24h'), default: '5m', doc: 'From one read of all instances of a large cluster to the next, where the budget allows it; a small cluster is read at every poll. At least `poll.interval`, which is also its default when that is longer.' }),
  option({ key: 'poll.connect_timeout', scope: 'both', type: duration('100ms', '1m'), default: '2s', doc: 'Time for a connection to come about; at most `poll.timeout`, which is also its default when that is shorter.' }),
  option({ key: 'poll.timeout', scope: 'both', type: duration('100ms', '5m'), default: '5s', doc: 'Time for one whole request.' }),

  option({ key: 'canary.enabled', scope: 'both', type: boolean(), default: false, doc: 'Register, beat and deregister an ephemeral instance of the exporter\'s own at each node in turn; needs `canary.namespace` and a user who may write there.' }),
  option({ key: 'canary.namespace', scope: 'both', type: namespaceId(), example: 'monitoring', doc: 'Id of the namespace that the canary writes to; the one without an id is called `public`.' }),
  option({ key: 'canary.interval', scope: 'both', type: duration('10s', '1h'), default: '1m', doc: 'From the beginning of one round over all nodes to the next; a round that lasts longer delays the next.' }),
  option({ key: 'canary.identity', scope: 'both', type: identity(), example: 'exporter-1', doc: 'Part of the names of its services; must differ between the exporters of a cluster. The name of the host unless given.' }),
  option({ key: 'canary.push', scope: 'both', type: boolean(), default: true, doc: 'On 1.x also subscribe to the canary, and be pushed its changes by UDP: the nodes must reach the exporter at any port.' }),

  option({ key: 'config_check.enabled', scope: 'both', type: boolean(), default: false, doc: 'Compare what each node serves to clients of the config center with what the database has, item by item; needs a user who may read the configurations.' }),
  option({ key: 'config_check.requests_per_minute', scope: 'both', type: integer(1, 6000), default: 60, doc: 'Requests that this may take a minute, to all nodes of a cluster together; log-ins not counted.' }),

  option({ key: 'metrics.allow', scope: 'both', type: familyPatterns(), default: [], doc: 'Metric families to serve; an empty list allows all.' }),
  option({ key: 'metrics.deny', scope: 'both', type: familyPatterns(), default: [], doc: 'Metric families to leave out; stronger than `metrics.allow`.' }),

  option({ key: 'metadata_views.keys', scope: 'both', type: metadataKeys(), default: [], doc: 'Metadata keys whose values get series by service, such as `version` while a gray release is under way; each costs a series for every value of every service.' }),
  option({ key: 'metadata_views.values_per_key', scope: 'both', type: integer(1, 1000), default: 20, doc: 'Values of a key that get series of their own in one service, the most frequent ones; the rest are summed up as `other`.' }),

  option({ key: 'limits.services', scope: 'both', type: integer(0, 1_000_000), default: 20_000, doc: 'Services per cluster that get series of their own; what is left out is counted in `nacos_exporter_series_dropped`.' }),
  option({ key: 'limits.response_size', scope: 'both', type: size('64KB', '1GB'), default: '64MB', doc: 'Largest answer of a server that is read.' }),
  option({ key: 'limits.contents_rate', scope: 'global', type: size('64KB', '1GB'), default: '4MB', doc: 'Bytes a second that reading the instances of large clusters may take, all clusters of this process together; at the top level only.' }),
  option({ key: 'limits.actuator_series', scope: 'both', type: integer(0, 100_000), default: 500, doc: 'Series per node that are passed through from its actuator endpoint; what is left out is counted in `nacos_exporter_series_dropped`. 0 passes none.' }),
  option({ key: 'limits.page_rows', scope: 'both', type: integer(10, 100_000), default: 20_000, doc: 'Services asked for in one page of a catalog.' }),

  option({ key: 'relay.language', scope: 'global', type: choice('en', 'zh'), default: 'en', doc: 'Language of the words around an alert\'s own texts.' }),
  option({ key: 'relay.external_url', scope: 'global', type: webUrl(), example: 'https://nacos-exporter.example.org', doc: 'Where people\'s browsers reach this exporter; every message then links its divergence page.' }),
  option({ key: 'relay.feishu.url_file', scope: 'global', type: path(), example: '/etc/nacos-exporter/feishu-url', doc: 'File that holds the address of the Feishu or Lark bot, which is a secret; read again for every message. Any source of it turns on `/alertmanager/feishu`.' }),
  option({ key: 'relay.feishu.url_env', scope: 'global', type: variableName(), example: 'FEISHU_URL', doc: 'Environment variable that holds the address of the Feishu or Lark bot.' }),
  option({ key: 'relay.feishu.url', scope: 'global', type: text(), variable: 'NACOS_EXPORTER_RELAY_FEISHU_URL', secret: true, example: 'https://open.feishu.cn/open-apis/bot/v2/hook/TOKEN', doc: 'The address of the Feishu or Lark bot itself; in the file it brings a warning.' }),
  option({ key: 'relay.feishu.secret_file', scope: 'global', type: path(), example: '/etc/nacos-exporter/feishu-secret', doc: 'File that holds the key that Feishu or Lark messages are signed with; without one they are not signed.' }),
  option({ key: 'relay.feishu.secret_env', scope: 'global', type: variableName(), example: 'FEISHU_SECRET', doc: 'Environment variable that holds the key of Feishu or Lark messages.' }),
  option({ key: 'relay.feishu.secret', scope: 'global', type: text(), variable: 'NACOS_EXPORTER_RELAY_FEISHU_SECRET', secret: true, example: 'secret', doc: 'The key of Feishu or Lark messages itself; in the file it brings a warning.' }),
  option({ key: 'relay.dingtalk.url_file', scope: 'global', type: path(), example: '/etc/nacos-exporter/dingtalk-url', doc: 'File that holds the address of the DingTalk bot, which is a secret; read again for every message. Any source of it turns on `/alertmanager/dingtalk`.' }),
  option({ key: 'relay.dingtalk.url_env', scope: 'global', type: variableName(), example: 'DINGTALK_URL', doc: 'Environment variable that holds the address of the DingTalk bot.' }),
  option({ key: 'relay.dingtalk.url', scope: 'global', type: text(), variable: 'NACOS_EXPORTER_RELAY_DINGTALK_URL', secret: true, example: 'https://oapi.dingtalk.com/robot/send?access_token=TOKEN', doc: 'The address of the DingTalk bot itself; in the file it brings a warning.' }),
  option({ key: 'relay.dingtalk.secret_file', scope: 'global', type: path(), example: '/etc/nacos-exporter/dingtalk-secret', doc: 'File that holds the key that DingTalk messages are signed with; without one they are not signed.' }),
  option({ key: 'relay.dingtalk.secret_env', scope: 'global', type: variableName(), example: 'DINGTALK_SECRET', doc: 'Environment variable that holds the key of DingTalk messages.' }),
  option({ key: 'relay.dingtalk.secret', scope: 'global', type: text(), variable: 'NACOS_EXPORTER_RELAY_DINGTALK_SECRET', secret: true, example: 'secret', doc: 'The key of DingTalk messages itself; in the file it brings a warning.' }),
  option({ key: 'relay.wecom.url_file', scope: 'global', type: path(), example: '/etc/nacos-exporter/wecom-url', doc: 'File that holds the address of the WeCom bot, which is a secret; read again for every message. Any source of it turns on `/alertmanager/wecom`.' }),
  option({ key: 'relay.wecom.url_env', scope: 'global', type: variableName(), example: 'WECOM_URL', doc: 'Environment variable that holds the address of the WeCom bot.' }),
  option({ key: 'relay.wecom.url', scope: 'global', type: text(), variable: 'NACOS_EXPORTER_RELAY_WECOM_URL', secret: true, example: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=KEY', doc: 'The address of the WeCom bot itself; in the file it brings a warning.' }),
] as const;

export type OptionKey = (typeof options)[number]['key'];
export type OptionValue<K extends OptionKey> = Extract<(typeof options)[number], { readonly key: K }> extends Option<K, infer T> ? T : never;

export const optionOf: ReadonlyMap<string, Option> = new Map<string, Option>(options.map((row) => [row.key, row]));

export const variablePrefix = 'NACOS_EXPORTER_';

/** `web.listen-address` becomes `NACOS_EXPORTER_WEB_LISTEN_ADDRESS`. */
export function variableOf(row: Option): string | undefined {
  if (row.variable !== undefined) return row.variable;
  return row.flag === undefined ? undefined : variablePrefix + row.flag.toUpperCase().replaceAll(/[.-]/g, '_');
}

/** Secrets by the key of their value; each has the sources `_file` and `_env` beside it. */
export const secretKeys = [
  'auth.password', 'auth.identity.value', 'relay.feishu.url', 'relay.feishu.secret', 'relay.dingtalk.url', 'relay.dingtalk.secret', 'relay.wecom.url',
] as const;
export type SecretKey = (typeof secretKeys)[number];

export function sourcesOf(secret: SecretKey) {
  return [`${secret}_file`, `${secret}_env`, secret] as const;
}

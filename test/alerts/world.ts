/**
 * A healthy world as Prometheus scrapes it every 15 s: clusters of three nodes, each watched by one or two exporters, on
 * which no alert but the watchdog fires. A case changes a few series of it.
 */

export const stepSeconds = 15;

export type Labels = Readonly<Record<string, string>>;
/** A value, or where it starts and what it gains with every scrape, or absent; and for how long (`5m`), the last to the end. */
export type Segment = readonly [value: number | readonly [from: number, gain: number] | null, lasts?: string];

export interface Series {
  readonly name: string;
  readonly labels: Labels;
  values: readonly Segment[];
}

export interface WorldOptions {
  readonly clusters?: readonly string[];
  readonly instances?: readonly string[];
  readonly version?: string;
  /** Seconds between two scrapes. */
  readonly step?: number;
}

export const nodes = ['10.0.0.1:8848', '10.0.0.2:8848', '10.0.0.3:8848'] as const;
export const [a, b, c] = nodes;
export const job = 'nacos-exporter';

export interface World {
  readonly series: Series[];
  /** Replaces the values of every series of this name that has these labels, of cluster prod unless they name another. */
  set(name: string, labels: Labels, ...values: readonly Segment[]): void;
  /** A new series, as every exporter of the cluster shows it. */
  add(name: string, labels: Labels, ...values: readonly Segment[]): void;
  remove(name: string, labels: Labels): void;
}

export function secondsOf(duration: string): number {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
  return [...duration.matchAll(/(\d+)([smhd])/g)].reduce((sum, [, number, unit]) => sum + Number(number) * units[unit!]!, 0);
}

export function healthyWorld({ clusters = ['prod'], instances = ['exporter-1:18848'], version = '2.4.3', step = stepSeconds }: WorldOptions = {}): World {
  const series: Series[] = [];
  const everywhere = (name: string, labels: Labels, values: readonly Segment[]): void => {
    for (const instance of instances) series.push({ name, labels: { ...labels, job, instance }, values });
  };
  for (const cluster of clusters) for (const [name, labels, ...values] of clusterSeries(version, step)) everywhere(name, { nacos_cluster: cluster, ...labels }, values);
  for (const [name, labels, ...values] of exporterSeries) everywhere(name, labels, values);
  const chosen = (name: string, labels: Labels): readonly Series[] => {
    const wanted = name.startsWith('nacos_exporter_') || name === 'up' || labels['nacos_cluster'] !== undefined ? labels : { nacos_cluster: 'prod', ...labels };
    return series.filter((one) => one.name === name && Object.entries(wanted).every(([label, text]) => one.labels[label] === text));
  };
  return {
    series,
    set(name, labels, ...values) {
      const found = chosen(name, labels);
      if (found.length === 0) throw new Error(`no series ${name}${JSON.stringify(labels)} in the healthy world`);
      for (const one of found) one.values = values;
    },
    add(name, labels, ...values) {
      everywhere(name, labels['nacos_cluster'] === undefined && !name.startsWith('nacos_exporter_') ? { nacos_cluster: 'prod', ...labels } : labels, values);
    },
    remove(name, labels) {
      for (const one of chosen(name, labels)) series.splice(series.indexOf(one), 1);
    },
  };
}

type Row = readonly [name: string, labels: Labels, ...values: readonly Segment[]];

const exporterSeries: readonly Row[] = [
  ['up', {}, [1]],
  ['nacos_exporter_build_info', { version: '0.1.0', revision: 'r', node_version: 'v20' }, [1]],
  ['nacos_exporter_config_last_reload_successful', {}, [1]],
  ['nacos_exporter_shard_ordinal', {}, [0]],
  ['nacos_exporter_total_shards', {}, [1]],
  ...['sent', 'failed', 'dropped'].map((result): Row => ['nacos_exporter_notifications_total', { channel: 'feishu', result }, [0]]),
];

function clusterSeries(version: string, step: number): readonly Row[] {
  const ns = { namespace_id: 'public' };
  return [
    ['nacos_up', {}, [1]],
    ['nacos_cluster_nodes', { source: 'configured' }, [3]],
    ['nacos_cluster_nodes', { source: 'discovered' }, [3]],
    ['nacos_cluster_nodes_expected', {}, [3]],
    ['nacos_client_counts_consistent', {}, [1]],
    ['nacos_raft_leaders', { raft_group: 'naming_persistent_service' }, [1]],
    ['nacos_raft_claimed_leaders', { raft_group: 'naming_persistent_service' }, [1]],
    ['nacos_raft_leader_changes_total', { raft_group: 'naming_persistent_service' }, [0]],
    ...nodes.flatMap((nacos_node) => nodeSeries({ nacos_node }, version)),
    ...nodes.flatMap((observer) => nodes.map((nacos_node): Row => ['nacos_member_state', { observer, nacos_node, state: 'up' }, [1]])),
    ['nacos_agreement_nodes', ns, [3]],
    ['nacos_namespace_services', ns, [600]],
    ['nacos_namespace_instances', ns, [1000]],
    ['nacos_namespace_instances_baseline', ns, [1000]],
    ['nacos_namespace_instances_healthy', ns, [1000]],
    ['nacos_namespace_protected_services', ns, [0]],
    ['nacos_vanished_services', ns, [0]],
    ['nacos_service_protection_triggered', { ...ns, group_name: 'DEFAULT_GROUP', service_name: 'orders' }, [0]],
    ...['service', 'instance', 'health', 'attributes'].map((kind): Row => ['nacos_divergent_services', { ...ns, kind }, [0]]),
    ['nacos_metadata_overridden_instances', ns, [0]],
    ['nacos_instances_flapping', ns, [0]],
    ...['ownership', 'other'].map((cause): Row => ['nacos_instances_flapped_total', { ...ns, cause }, [0]]),
    ['nacos_services_emptied_total', ns, [0]],
    ...['unhealthy', 'delete'].map((limit): Row => ['nacos_beat_overdue_instances', { ...ns, limit }, [0]]),
    ['nacos_poll_last_success_timestamp_seconds', { stage: 'counts' }, [[0, step]]],
    ['nacos_poll_last_success_timestamp_seconds', { stage: 'connections' }, [[0, step]]],
    ['nacos_poll_interval_seconds', { stage: 'counts' }, [15]],
    ['nacos_poll_interval_seconds', { stage: 'connections' }, [300]],
    ['nacos_exporter_series_dropped', { family: 'nacos_service_instances' }, [0]],
  ];
}

function nodeSeries(node: { readonly nacos_node: string }, version: string): readonly Row[] {
  const ns = { ...node, namespace_id: 'public' };
  const observer = node.nacos_node === a ? b : a;
  const histogram = (name: string, labels: Labels): readonly Row[] =>
    ['0.05', '1', '2', '5', '8', '+Inf'].map((le): Row => [`${name}_bucket`, { ...labels, le }, [[0, 1]]]);
  return [
    ['nacos_node_up', node, [1]],
    ['nacos_node_ready', node, [1]],
    ['nacos_node_joining', node, [0]],
    ['nacos_node_info', { ...node, version, api: version.startsWith('1') ? 'v1' : 'v2', mode: 'cluster' }, [1]],
    ['nacos_node_clock_offset_seconds', node, [0.2]],
    ['nacos_node_database_state', { ...node, state: 'up' }, [1]],
    ['nacos_node_database_state', { ...node, state: 'slave_down' }, [0]],
    ['nacos_node_database_state', { ...node, state: 'master_down' }, [0]],
    ['nacos_switch_enabled', { ...node, switch: 'pushEnabled' }, [1]],
    ['nacos_switch_enabled', { ...node, switch: 'doubleWriteEnabled' }, [0]],
    ['nacos_connections', { ...node, source: 'sdk' }, [200]],
    ['nacos_connections', { ...node, source: 'cluster' }, [4]],
    ['nacos_subscribers', node, [500]],
    ['nacos_instances', ns, [1000]],
    ['nacos_node_missing_instances', ns, [0]],
    ['nacos_config_divergent_items', ns, [0]],
    ['nacos_push_total', node, [[0, 10]]],
    ['nacos_push_failures_total', node, [0]],
    ['nacos_push_empty_total', node, [0]],
    ['nacos_push_cost_seconds', { ...node, stat: 'avg' }, [0.02]],
    ['nacos_config_exceptions_total', { ...node, reason: 'db' }, [0]],
    ['nacos_canary_runs_total', { ...node, result: 'success' }, [[0, 1]]],
    ['nacos_canary_runs_total', { ...node, result: 'beat_failed' }, [0]],
    ['nacos_canary_replications_total', { ...node, observer, result: 'timeout' }, [0]],
    ...histogram('nacos_canary_beat_seconds', node),
    ...histogram('nacos_canary_replication_seconds', { ...node, observer }),
    ['nacos_poll_success', { ...node, stage: 'counts' }, [1]],
    ['nacos_poll_supported', { ...node, stage: 'push' }, [1]],
    ['nacos_poll_supported', { ...node, stage: 'beats' }, [1]],
    ['nacos_poll_failures_total', { ...node, stage: 'counts', reason: 'auth' }, [0]],
    ['nacos_poll_failures_total', { ...node, stage: 'counts', reason: 'timeout' }, [0]],
  ];
}

/** In promtool's notation; what goes absent leaves a stale marker, as a scrape that lacks a series does. */
export function notation(values: readonly Segment[], horizon: string, step = stepSeconds): string {
  const total = secondsOf(horizon) / step + 1;
  const parts: string[] = [];
  let used = 0;
  for (const [what, lasts] of values) {
    const count = lasts === undefined ? total - used : Math.min(secondsOf(lasts) / step, total - used);
    if (count <= 0) break;
    if (what === null) {
      if (used > 0) parts.push('stale');
      const rest = count - (used > 0 ? 1 : 0);
      if (rest > 0) parts.push(`_x${rest}`);
    } else {
      const [from, gain] = typeof what === 'number' ? [what, 0] : what;
      parts.push(count === 1 ? String(from) : `${from}${gain < 0 ? '' : '+'}${gain}x${count - 1}`);
    }
    used += count;
  }
  return parts.join(' ');
}

/**
 * The exporter's own families, declared like those of the catalogue so that the reference covers them. The first kind
 * are prom-client objects, updated where something happens; the second are projections of what is being served.
 */

import { defineFor } from '../family.ts';
import type { FamilyHeader } from '../text.ts';

export interface SelfFamily<L extends readonly string[] = readonly string[]> extends FamilyHeader {
  readonly labels: L;
  /** Upper bounds of a histogram, ascending, without infinity. */
  readonly buckets?: readonly number[];
}

export const requestsTotal = {
  name: 'nacos_exporter_requests_total',
  help: 'HTTP requests sent to Nacos, by API and HTTP status; code is "none" where no answer came.',
  type: 'counter',
  labels: ['nacos_cluster', 'nacos_node', 'api', 'code'],
} as const satisfies SelfFamily;

export const pollBytes = {
  name: 'nacos_poll_bytes_total',
  help: 'Bytes of the bodies that a node answered with.',
  type: 'counter',
  labels: ['nacos_cluster', 'nacos_node'],
} as const satisfies SelfFamily;

export const requestDuration = {
  name: 'nacos_exporter_request_duration_seconds',
  help: 'Time from sending a request to Nacos to the last byte of its answer, failed requests included.',
  type: 'histogram',
  labels: ['nacos_cluster', 'api'],
  buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
} as const satisfies SelfFamily;

export const notificationsTotal = {
  name: 'nacos_exporter_notifications_total',
  help: 'Calls of Alertmanager for a chat channel: confirmed by its service, not delivered in time, or turned away (limits of the service, unreadable payload). Alertmanager repeats what was not delivered, so one message may count several times.',
  type: 'counter',
  labels: ['channel', 'result'],
} as const satisfies SelfFamily;

export const buildInfo = {
  name: 'nacos_exporter_build_info',
  help: 'Always 1; the labels tell which build runs on which Node.js.',
  type: 'gauge',
  labels: ['version', 'revision', 'node_version'],
} as const satisfies SelfFamily;

export const reloadSuccessful = {
  name: 'nacos_exporter_config_last_reload_successful',
  help: 'Whether the last attempt to load the configuration succeeded.',
  type: 'gauge',
  labels: [],
} as const satisfies SelfFamily;

export const reloadTime = {
  name: 'nacos_exporter_config_last_reload_success_timestamp_seconds',
  help: 'When the configuration in force was loaded.',
  type: 'gauge',
  labels: [],
} as const satisfies SelfFamily;

export const configHash = {
  name: 'nacos_exporter_config_hash',
  help: 'Hash of the configuration in force, as a number: replicas of one configuration show the same.',
  type: 'gauge',
  labels: [],
} as const satisfies SelfFamily;

export const shardOrdinal = {
  name: 'nacos_exporter_shard_ordinal',
  help: 'Number of this shard, from 0.',
  type: 'gauge',
  labels: [],
} as const satisfies SelfFamily;

export const totalShards = {
  name: 'nacos_exporter_total_shards',
  help: 'Number of shards that share the clusters between them.',
  type: 'gauge',
  labels: [],
} as const satisfies SelfFamily;

/** What is served of one cluster. */
export interface ServedCluster {
  readonly cluster: string;
  readonly families: ReadonlyMap<string, { readonly samples: number }>;
  /** Family name to series that a limit left out. */
  readonly dropped: ReadonlyMap<string, number>;
}

const define = defineFor<readonly ServedCluster[]>();

export const series = define({
  name: 'nacos_exporter_series',
  help: 'Series that /metrics serves of a cluster, by family.',
  type: 'gauge',
  labels: ['nacos_cluster', 'family'],
  rows(served, emit) {
    for (const { cluster, families } of served) {
      for (const [family, { samples }] of families) if (samples > 0) emit(samples, cluster, family);
    }
  },
});

export const seriesDropped = define({
  name: 'nacos_exporter_series_dropped',
  help: 'Series that a limit left out of a cluster, by family; absent for a family without a limit.',
  type: 'gauge',
  labels: ['nacos_cluster', 'family'],
  rows(served, emit) {
    for (const { cluster, dropped } of served) for (const [family, count] of dropped) emit(count, cluster, family);
  },
});

export const servedFamilies = [series, seriesDropped] as const;

/** All families of this folder, for the reference. */
export const selfFamilies = [
  requestsTotal, requestDuration, pollBytes, notificationsTotal, buildInfo, reloadSuccessful, reloadTime, configHash, shardOrdinal, totalShards, ...servedFamilies,
] as const;

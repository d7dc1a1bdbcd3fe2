/** The exporter's own metrics: a prom-client registry behind the few calls that the program makes. */

import { Registry } from 'prom-client';

import type { TextFormat } from '../text.ts';
import { buildInfo, configHash, reloadSuccessful, reloadTime, shardOrdinal, totalShards } from './families.ts';
import { createGauge } from './objects.ts';
import { createProcessMetrics } from './process.ts';
import { createNotificationMetrics, type NotificationResult } from './notifications.ts';
import { createRequestMetrics, type ObservedRequest } from './requests.ts';
import { registryText, type Keep } from './registry-text.ts';

export interface ShardNumbers {
  readonly ordinal: number;
  readonly total: number;
}

export interface SelfOptions {
  readonly build: { readonly version: string; readonly revision: string; readonly nodeVersion: string };
  readonly shard: ShardNumbers;
  /** Clusters whose requests are told of by `clusterText` alone; none unless told. Asked anew after every change. */
  readonly apart?: (cluster: string) => boolean;
  /** prom-client's metrics of the process and of Node.js, which observe the whole process from then on. */
  readonly processMetrics: boolean;
}

export interface SelfMetrics {
  observeRequest(cluster: string, node: string, request: ObservedRequest): void;
  /** A configuration is in force. `at` is milliseconds since the epoch, `hash` a whole number below 2^53. */
  configLoaded(at: number, hash: number, shard?: ShardNumbers): void;
  /** A reload failed; the configuration before it stays in force. */
  configRejected(): void;
  /** Which channels of the chat relay are on: their counters exist from then on, those of others go. */
  relayChannels(channels: readonly string[]): void;
  notified(channel: string, result: NotificationResult): void;
  /** Drop the series of what has gone; call after its last request has ended. */
  forgetCluster(cluster: string): void;
  forgetNode(cluster: string, node: string): void;
  /** HELP, TYPE and samples as of now, without the `# EOF` of OpenMetrics. */
  text(format: TextFormat): Promise<string>;
  /** Likewise, of the requests to one cluster and nothing else. */
  clusterText(cluster: string, format: TextFormat): Promise<string>;
}

export function createSelfMetrics(options: SelfOptions): SelfMetrics {
  const registry = new Registry();
  const requests = createRequestMetrics(registry);
  const notifications = createNotificationMetrics(registry);
  const { version, revision, nodeVersion } = options.build;
  createGauge(registry, buildInfo).set({ version, revision, node_version: nodeVersion }, 1);
  const ordinal = createGauge(registry, shardOrdinal);
  const total = createGauge(registry, totalShards);
  ordinal.set(options.shard.ordinal);
  total.set(options.shard.total);
  const successful = createGauge(registry, reloadSuccessful);
  const time = createGauge(registry, reloadTime);
  const hashGauge = createGauge(registry, configHash);
  const processText = options.processMetrics ? createProcessMetrics() : async () => '';
  /** Text of `registry`, kept until something in it changes. */
  const texts = new Map<string, Promise<string>>();

  /** All changes of `registry` go through here. */
  function changing<A extends readonly unknown[]>(change: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      texts.clear();
      change(...args);
    };
  }

  function eventText(format: TextFormat, cluster?: string): Promise<string> {
    const key = `${format} ${cluster ?? ''}`;
    let text = texts.get(key);
    if (text === undefined) {
      const keep: Keep = ({ nacos_cluster: of }) => (cluster === undefined ? of === undefined || options.apart?.(String(of)) !== true : of === cluster);
      text = registryText(registry, format, keep);
      texts.set(key, text);
      text.catch(() => texts.delete(key));
    }
    return text;
  }

  return {
    observeRequest: changing(requests.observe),
    forgetCluster: changing(requests.forgetCluster),
    forgetNode: changing(requests.forgetNode),
    clusterText: (cluster, format) => eventText(format, cluster),
    configLoaded: changing((at: number, hash: number, shard: ShardNumbers = options.shard) => {
      ordinal.set(shard.ordinal);
      total.set(shard.total);
      successful.set(1);
      time.set(at / 1000);
      hashGauge.set(hash);
    }),
    relayChannels: changing(notifications.channels),
    notified: changing(notifications.count),
    configRejected: changing(() => successful.set(0)),
    async text(format) {
      const [events, process] = await Promise.all([eventText(format), processText(format)]);
      return events + process;
    },
  };
}

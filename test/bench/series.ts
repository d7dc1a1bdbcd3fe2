/** 200,000 series with the labels of a large registry, and the exporter's own metrics as they look after a while. */

import type { AnyFamily } from '../../src/metrics/family.ts';
import { defineFor } from '../../src/metrics/family.ts';
import { createSelfMetrics, type SelfMetrics } from '../../src/metrics/self/self-metrics.ts';

export interface BenchView {
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly groups: readonly string[];
  readonly services: readonly string[];
  /** Per service, changed by `changeValues`. */
  readonly instances: Int32Array;
}

const services = 100_000;
const define = defineFor<BenchView>();

function perService(name: string, help: string, share: number): AnyFamily<BenchView> {
  return define({
    name, help, type: 'gauge', labels: ['nacos_cluster', 'namespace_id', 'group_name', 'service_name'],
    rows({ cluster, namespaces, groups, services: names, instances }, emit) {
      for (let at = 0; at < names.length; at++) {
        const namespace = namespaces[Math.floor((at * namespaces.length) / names.length)]!;
        emit(Math.floor(instances[at]! * share), cluster, namespace, groups[at % groups.length]!, names[at]!);
      }
    },
  });
}

export const benchFamilies: readonly AnyFamily<BenchView>[] = [
  define({
    name: 'nacos_namespace_instances', help: 'Instances agreed by the nodes.', type: 'gauge', labels: ['nacos_cluster', 'namespace_id'],
    rows({ cluster, namespaces, instances }, emit) {
      for (const [at, namespace] of namespaces.entries()) emit(instances[at]!, cluster, namespace);
    },
  }),
  perService('nacos_service_instances', 'Instances of a service agreed by the nodes.', 1),
  perService('nacos_service_instances_healthy', 'Healthy instances of a service agreed by the nodes.', 0.9),
];

/** Strings come from JSON, as they do in the program: flat, and each service's name a string of its own. */
export function createView(): BenchView {
  const parts = ['trade', 'account', 'inventory', 'payment', 'logistics', 'gateway', 'marketing'];
  const names = Array.from({ length: services }, (_, at) => `com.example.${parts[at % parts.length]}.api.Service${at}`);
  const view = {
    cluster: 'production', groups: ['DEFAULT_GROUP', 'SEATA_GROUP', 'DUBBO_GROUP'], services: names,
    namespaces: Array.from({ length: 20 }, (_, at) => `5f0c2a9e-7d1b-4c3e-9a8f-${String(at).padStart(12, '0')}`),
  };
  return { ...(JSON.parse(JSON.stringify(view)) as typeof view), instances: new Int32Array(services) };
}

/** Another value for every service, most of one or two digits. */
export function changeValues(view: BenchView, round: number): void {
  for (let at = 0; at < view.instances.length; at++) view.instances[at] = 1 + ((at * 31 + round * 17) % 40);
}

/** Three nodes, eight APIs, some failures. */
export function createBenchSelf(): SelfMetrics {
  const self = createSelfMetrics({
    build: { version: '0.0.0', revision: 'bench', nodeVersion: process.version }, shard: { ordinal: 0, total: 1 }, processMetrics: true,
  });
  self.configLoaded(1, 1);
  for (const node of ['10.0.0.1:8848', '10.0.0.2:8848', '10.0.0.3:8848']) {
    for (const api of ['liveness', 'readiness', 'members', 'raft', 'switches', 'metrics', 'namespaces', 'counts']) {
      for (const code of ['200', '503', 'none']) self.observeRequest('production', node, { api, code, durationMs: 12, bytes: 2000 });
    }
  }
  return self;
}

/** Counts the requests to Nacos; remembers which label sets exist, so that those of a node that is gone can go too. */

import type { Registry } from 'prom-client';

import { pollBytes, requestDuration, requestsTotal } from './families.ts';
import { createCounter, createHistogram } from './objects.ts';

/** One finished HTTP exchange. */
export interface ObservedRequest {
  readonly api: string;
  /** HTTP status, or `none`. */
  readonly code: string;
  readonly durationMs: number;
  /** Of the answer's body. */
  readonly bytes: number;
}

export interface RequestMetrics {
  observe(cluster: string, node: string, request: ObservedRequest): void;
  forgetCluster(cluster: string): void;
  forgetNode(cluster: string, node: string): void;
}

interface Known {
  /** Node to the (api, code) pairs counted for it. */
  readonly nodes: Map<string, Map<string, readonly [api: string, code: string]>>;
  readonly apis: Set<string>;
}

export function createRequestMetrics(registry: Registry): RequestMetrics {
  const counter = createCounter(registry, requestsTotal);
  const histogram = createHistogram(registry, requestDuration);
  const received = createCounter(registry, pollBytes);
  const clusters = new Map<string, Known>();

  function observe(cluster: string, node: string, { api, code, durationMs, bytes }: ObservedRequest): void {
    counter.inc({ nacos_cluster: cluster, nacos_node: node, api, code });
    histogram.observe({ nacos_cluster: cluster, api }, durationMs / 1000);
    received.inc({ nacos_cluster: cluster, nacos_node: node }, bytes);
    const known = upsert(clusters, cluster, () => ({ nodes: new Map(), apis: new Set<string>() }));
    known.apis.add(api);
    upsert(known.nodes, node, () => new Map<string, readonly [string, string]>()).set(`${code} ${api}`, [api, code]);
  }

  function forgetNode(cluster: string, node: string): void {
    const nodes = clusters.get(cluster)?.nodes;
    for (const [api, code] of nodes?.get(node)?.values() ?? []) {
      counter.remove({ nacos_cluster: cluster, nacos_node: node, api, code });
    }
    received.remove({ nacos_cluster: cluster, nacos_node: node });
    nodes?.delete(node);
  }

  function forgetCluster(cluster: string): void {
    const known = clusters.get(cluster);
    if (known === undefined) return;
    for (const node of known.nodes.keys()) forgetNode(cluster, node);
    for (const api of known.apis) histogram.remove({ nacos_cluster: cluster, api });
    clusters.delete(cluster);
  }

  return { observe, forgetCluster, forgetNode };
}

function upsert<K, T>(map: Map<K, T>, key: K, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

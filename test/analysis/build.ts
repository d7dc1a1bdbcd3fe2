/** Short ways to say what nodes show: counts by service name, readings, snapshots. */

import type { Catalog, ClusterSnapshot, NodeSnapshot, Reading, Readings } from '../../src/model.ts';
import { createServiceNames, type InternedNames } from '../../src/nacos/service-names.ts';
import type { Timing } from '../../src/analysis/status.ts';

export const timing: Timing = { livenessInterval: 5_000, timeout: 5_000, interval: 15_000 };

/** Service name to instances, or to [instances, healthy]. */
export type Counts = Readonly<Record<string, number | readonly [number, number]>>;

export function dictionary(namespace = 'public'): InternedNames {
  return createServiceNames(namespace);
}

export function catalog(names: InternedNames, counts: Counts, triggered: readonly string[] = []): Catalog {
  const ids = Object.keys(counts).map((name) => names.intern('DEFAULT_GROUP', name));
  const size = names.names.length;
  const instances = new Int32Array(size).fill(-1);
  const healthy = new Int32Array(size).fill(-1);
  const flags = new Uint8Array(size);
  let digest = 0;
  Object.entries(counts).forEach(([name, count], i) => {
    const [all, well] = typeof count === 'number' ? [count, count] : count;
    instances[ids[i]!] = all;
    healthy[ids[i]!] = well;
    flags[ids[i]!] = triggered.includes(name) ? 1 : 0;
    digest = (digest + Math.imul(ids[i]! + 1, 31 + all * 17 + well)) | 0;
  });
  const rows = [...instances].filter((count) => count >= 0);
  return {
    names, instances, healthy, triggered: flags, services: rows.length, empty: rows.filter((count) => count === 0).length,
    totalInstances: rows.reduce((sum, count) => sum + count, 0), totalHealthy: [...healthy].filter((count) => count >= 0).reduce((sum, count) => sum + count, 0), digest,
  };
}

export function ok<T>(value: T, at: number): Reading<T> {
  return { outcome: { status: 'ok' }, at, valueAt: at, durationMs: 1, failures: 0, value };
}

export function failing<T>(at: number, failures: number, reason: 'connect' | 'timeout' = 'connect', value?: T): Reading<T> {
  return {
    outcome: { status: 'failed', reason, detail: reason }, at, durationMs: 1, failures,
    ...(value === undefined ? {} : { value, valueAt: at - 5_000 * failures }),
  };
}

export function node(name: string, at: number, stages: Readings, api: NodeSnapshot['api'] = 'v2.0'): NodeSnapshot {
  return { node: name, configured: true, api: api!, stages: { liveness: ok({ httpStatus: 200 }, at), ...stages } };
}

export function snapshot(at: number, nodes: readonly NodeSnapshot[]): ClusterSnapshot {
  return { cluster: 'c', at, nodes, thresholds: new Map(), intervals: { counts: 15_000 } };
}

/** A node that shows these counts in `public`, read at `at`. */
export function showing(name: string, at: number, names: InternedNames, counts: Counts, extra: Readings = {}, api?: NodeSnapshot['api']): NodeSnapshot {
  return node(name, at, { counts: ok(new Map([['public', catalog(names, counts)]]), at), ...extra }, api ?? 'v2.0');
}

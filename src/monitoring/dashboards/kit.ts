/** What a dashboard is made with: queries bound to its variables, and the user's limits. */

import { allowed, passedPrefix } from '../../metrics/passed/allowed.ts';
import { declaredLabels, matchersOf } from '../pack.ts';
import { foreign, queriesOf, within, type MetricName, type Queries, type Scope, type Selector, type Where } from '../promql.ts';
import type { Limits } from '../thresholds.ts';
import type { Values } from '../values.ts';

type Allowed = (typeof allowed)[number];
type PassedName = Exclude<Allowed, { type: 'summary' }>['name'] | `${Extract<Allowed, { type: 'summary' }>['name']}_${'sum' | 'count'}`;

/** Labels of the series that the dashboards name of a node's own: those that every version which has the series gives it. */
const passedLabels = {
  process_cpu_usage: [], jvm_memory_used_bytes: ['area', 'id'], jvm_memory_max_bytes: ['area', 'id'],
  jvm_buffer_memory_used_bytes: ['id'], jvm_gc_pause_seconds_sum: ['action', 'cause'], jvm_gc_pause_seconds_max: ['action', 'cause'],
  jvm_threads_live_threads: [], process_start_time_seconds: [],
} as const satisfies { readonly [N in PassedName]?: readonly string[] };

type UsedName = keyof typeof passedLabels;
type PassedLabels<N extends UsedName> = 'nacos_cluster' | 'nacos_node' | (typeof passedLabels)[N][number] | 'job' | 'instance';

/** Labels of a node's own series by their full name. */
export const passedSeries: ReadonlyMap<string, readonly string[]> =
  new Map(Object.entries(passedLabels).map(([name, labels]) => [passedPrefix + name, ['nacos_cluster', 'nacos_node', ...labels]]));

/** Metrics of the exporter's process that prom-client brings along. */
const processLabels = {
  process_resident_memory_bytes: [], process_cpu_seconds_total: [], nodejs_eventloop_lag_p99_seconds: [], nodejs_heap_size_used_bytes: [], process_start_time_seconds: [],
} as const;

export const processSeries: readonly string[] = Object.keys(processLabels);

const alertLabels = ['alertname', 'alertstate', 'severity', 'nacos_cluster'] as const;

export interface DashboardKit {
  readonly values: Values;
  readonly limits: Limits;
  /** Bound to every variable of the dashboard. */
  readonly q: Queries;
  /** Bound to its clusters alone: what is said of a cluster must not depend on which nodes are looked at. */
  readonly whole: Queries;
  /** A node's own series, from its actuator endpoint. */
  passed<N extends UsedName>(name: N, where?: Where<PassedLabels<N>>): Selector<PassedLabels<N>>;
  /** The exporter's process. */
  process(name: keyof typeof processLabels): Selector<'job' | 'instance'>;
  /** What Prometheus itself records of this pack's alerts. */
  alerts(where?: Where<(typeof alertLabels)[number]>): Selector<(typeof alertLabels)[number]>;
}

export function kitFor(values: Values, scope: Scope): DashboardKit {
  const matchers = matchersOf(values);
  const labelsOf = (name: MetricName): readonly string[] => declaredLabels.get(name) ?? [];
  const cluster = within(scope, ['nacos_cluster']);
  return {
    values, limits: values.limits,
    q: queriesOf({ matchers, job: values.job, scope }, labelsOf),
    whole: queriesOf({ matchers, job: values.job, scope: cluster }, labelsOf),
    passed: (name, where = {}) => {
      const labels = [...passedSeries.get(passedPrefix + name)!, 'job', 'instance'];
      return foreign<string>(passedPrefix + name, labels, { ...within(scope, labels), ...where as Where<string> }, matchers) as Selector<never>;
    },
    process: (name) => foreign(name, ['job', 'instance'], { job: values.job }, matchers),
    // An alert has the labels that its expression leaves, and those of the user's values; the selector's are not among them.
    alerts: (where = {}) => foreign('ALERTS', alertLabels, { alertname: { like: 'Nacos.+' }, alertstate: 'firing', ...cluster, ...where }, []),
  };
}

/** A name that stands in a query of Grafana's own. */
export const rateInterval = '$__rate_interval';

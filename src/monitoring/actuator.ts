/**
 * A smaller set for those who scrape nothing but Nacos's own actuator endpoint, one job a cluster. Its traps:
 * - totalPush, failedPush and emptyPush are gauges that only rise and are set to 0 at midnight (and by anybody who reads
 *   push/state with reset=true): increase() takes the fall for a restart of a counter, which is right here.
 * - avgPushCost and maxPushCost are -1 where nothing was pushed lately, and wiped every minute or few.
 * - ipCount is counted up and down by events and drifts, even below zero; it is a hint, never proof.
 * - longConnection stands under several modules (since 2.3.1): their sum counts connections twice.
 * - leaderStatus has not been set since 2.2, nor are nacos_exception_total's "disk" and "leaderSendBeatFailed": a rule on
 *   them never fires. 3.0.0 and 3.2.1 have no endpoint at all.
 */

import { and, by, calc, calcPer, foreign, max, over, range, scalarLeft, unless, type Expr, type Match, type Selector } from './promql.ts';
import { alert, percent, value, type Kit, type RuleGroup } from './rules.ts';

type MonitorName =
  | 'ipCount' | 'totalPush' | 'failedPush' | 'emptyPush' | 'avgPushCost' | 'pushPendingTaskCount' | 'longConnection' | 'notifyTask' | 'dumpTask';

const target = ['job', 'instance'] as const;
type TargetLabel = (typeof target)[number];

export interface ActuatorSource {
  /** Regular expression of the jobs. */
  readonly job: string;
  readonly matchers: readonly string[];
}

export function actuatorAlerts({ job, matchers }: ActuatorSource, limits: Kit['limits']): RuleGroup {
  const up = foreign('up', target, { job: { like: job } }, matchers);
  const select = (name: string, labels: readonly string[], where: Readonly<Record<string, Match>>): Selector<TargetLabel> =>
    foreign(name, [...target, ...labels] as readonly string[], { ...where, job: { like: job } }, matchers) as Selector<TargetLabel>;
  const monitor = (name: MonitorName): Selector<TargetLabel> => select('nacos_monitor', ['module', 'name'], { name });
  const gauge = (name: MonitorName): Expr<TargetLabel> => max(target, monitor(name));
  const rise = (name: MonitorName, window: string): Expr<TargetLabel> => max(target, over('increase', range(monitor(name), window)));
  const instances = calc(gauge('ipCount'), '>=', 0);
  const most = by('max', ['job'], instances);
  const { NacosActuatorInstancesDropped: dropped, NacosActuatorNodeShort: short, NacosActuatorConnectionsDropped: connections } = limits;
  const before = by('max', ['job'], max(target, over('max_over_time', range(monitor('ipCount'), dropped.window))));
  const connected = max(target, over('max_over_time', range(monitor('longConnection'), connections.window)));
  return {
    name: 'nacos-actuator', title: "Nacos's own actuator endpoint", records: [],
    alerts: [
      alert({
        alert: 'NacosActuatorNodeDown', runbook: 'NacosNodeDown', for: limits.NacosActuatorNodeDown.for,
        meaning: 'The actuator endpoint of a node cannot be scraped: the node is down, or its version has no such endpoint.',
        expr: calc(max(target, up), '==', 0),
        texts: (l) => ({
          summary: `Actuator of Nacos node ${l.instance} (${l.job}) cannot be scraped`,
          description: `${l.instance} (${l.job}) has not answered a scrape of its actuator endpoint for ${limits.NacosActuatorNodeDown.for}: the node is down, the endpoint is not exposed, or the version (3.0.0, 3.2.1) has none.`,
        }),
      }),
      alert({
        alert: 'NacosActuatorMetricsMissing', runbook: 'NacosSignalUnavailable', for: limits.NacosActuatorMetricsMissing.for,
        meaning: "A scrape works and brings none of Nacos's own metrics.",
        expr: unless(calc(max(target, up), '==', 1), max(target, select('nacos_monitor', ['module', 'name'], {}))),
        texts: (l) => ({
          summary: `Nacos node ${l.instance} (${l.job}) exports no metrics of Nacos`,
          description: `${l.instance} (${l.job}) answers scrapes without a single nacos_monitor series: no rule on this endpoint can fire. An upgrade may have taken them away.`,
        }),
      }),
      alert({
        alert: 'NacosActuatorCountsBroken', runbook: 'NacosSignalUnavailable', severity: 'info', for: limits.NacosActuatorCountsBroken.for,
        meaning: "A node's instance counter has drifted below zero.",
        expr: calc(gauge('ipCount'), '<', 0),
        texts: (l) => ({
          summary: `Instance counter of Nacos node ${l.instance} (${l.job}) is broken`,
          description: `ipCount of ${l.instance} (${l.job}) is ${value.count}: it drifted and stays wrong until the node restarts. Rules that compare it leave this node out.`,
        }),
      }),
      alert({
        alert: 'NacosActuatorInstancesDropped', runbook: 'NacosMassDeregistration', severity: 'critical',
        meaning: `All nodes show at least ${percent(dropped.share)} fewer instances than some node did within ${dropped.window}.`,
        expr: and(calc(calc(calc(before, '-', most), '/', before), '>=', dropped.share), calc(before, '>=', dropped.min_instances)),
        texts: (l) => ({
          summary: `${value.percent} of the instances in Nacos (${l.job}) are gone`,
          description: `Every node of ${l.job} counts at least ${value.percent} fewer instances than within the last ${dropped.window}. The counter may have drifted: compare the console of each node. This alert resolves after ${dropped.window} even if nothing comes back.`,
        }),
      }),
      alert({
        alert: 'NacosActuatorNodeShort', runbook: 'NacosNodeMissingInstances', for: short.for,
        meaning: `A node counts more than ${percent(short.share)} fewer instances than another of its job.`,
        expr: and(calc(scalarLeft(1, '-', calcPer(instances, '/', most)), '>', short.share), calc(most, '>=', short.min_instances)),
        texts: (l) => ({
          summary: `Nacos node ${l.instance} (${l.job}) counts ${value.percent} fewer instances than another`,
          description: `${l.instance} (${l.job}) has counted ${value.percent} fewer instances than the node with most for ${short.for}: it may lack data, or one of the counters has drifted. Compare the catalogs of both nodes.`,
        }),
      }),
      alert({
        alert: 'NacosActuatorPushFailureRateHigh', runbook: 'NacosPushFailureRateHigh', for: limits.NacosActuatorPushFailureRateHigh.for,
        meaning: `More than ${percent(limits.NacosActuatorPushFailureRateHigh.share)} of the pushes of a node fail.`,
        expr: and(
          calc(calc(rise('failedPush', '5m'), '/', rise('totalPush', '5m')), '>', limits.NacosActuatorPushFailureRateHigh.share),
          calc(rise('totalPush', '5m'), '>', limits.NacosActuatorPushFailureRateHigh.min_pushes),
        ),
        texts: (l) => ({
          summary: `${value.percent} of the pushes of Nacos node ${l.instance} (${l.job}) fail`,
          description: `${value.percent} of the pushes of ${l.instance} (${l.job}) failed within 5 min. Subscribers learn of changes only at their next query.`,
        }),
      }),
      alert({
        alert: 'NacosActuatorPushSlow', runbook: 'NacosPushSlow',
        meaning: `A push takes more than ${limits.NacosActuatorPushSlow.milliseconds} ms on average.`,
        expr: calc(max(target, over('max_over_time', range(monitor('avgPushCost'), '5m'))), '>', limits.NacosActuatorPushSlow.milliseconds),
        texts: (l) => ({
          summary: `Pushes of Nacos node ${l.instance} (${l.job}) take ${value.count} ms`,
          description: `A push of ${l.instance} (${l.job}) took ${value.count} ms on average at some time within 5 min. Consumers learn of changes late.`,
        }),
      }),
      alert({
        alert: 'NacosActuatorPushQueueGrowing', runbook: 'NacosPushSlow', for: limits.NacosActuatorPushQueueGrowing.for,
        meaning: 'Pushes of a node pile up (2.2 and later).',
        expr: calc(gauge('pushPendingTaskCount'), '>', limits.NacosActuatorPushQueueGrowing.tasks),
        texts: (l) => ({
          summary: `${value.count} pushes wait on Nacos node ${l.instance} (${l.job})`,
          description: `${value.count} pushes wait on ${l.instance} (${l.job}), too many for ${limits.NacosActuatorPushQueueGrowing.for}: its network or its direct memory is exhausted. Such nodes have been seen to lose instances.`,
        }),
      }),
      alert({
        alert: 'NacosActuatorEmptyPush', runbook: 'NacosEmptyPush',
        meaning: 'Subscribers are told of no provider (2.2 and later).',
        expr: calc(rise('emptyPush', '5m'), '>', limits.NacosActuatorEmptyPush.pushes),
        texts: (l) => ({
          summary: `Nacos node ${l.instance} (${l.job}) tells subscribers that there is no provider`,
          description: `${value.count} empty pushes left ${l.instance} (${l.job}) within 5 min. If no service was taken down on purpose, its instances were gone for a moment.`,
        }),
      }),
      alert({
        alert: 'NacosActuatorConnectionsDropped', runbook: 'NacosConnectionsDropped',
        meaning: `A node that could be scraped throughout lost more than ${percent(connections.share)} of its connections.`,
        expr: and(and(
          calc(calc(calc(connected, '-', gauge('longConnection')), '/', connected), '>', connections.share),
          calc(connected, '>=', connections.min_connections),
        ), calc(max(target, over('min_over_time', range(up, '10m'))), '==', 1)),
        texts: (l) => ({
          summary: `Nacos node ${l.instance} (${l.job}) lost ${value.percent} of its connections`,
          description: `${l.instance} (${l.job}) lost ${value.percent} of its connections within ${connections.window} although it stayed up: a proxy or a network was reset, or clients were moved.`,
        }),
      }),
      alert({
        alert: 'NacosActuatorDatabaseFailing', runbook: 'NacosConfigCenterFailing', for: limits.NacosActuatorDatabaseFailing.for,
        meaning: 'A node keeps failing on its database.',
        expr: calc(max(target, over('increase', range(select('nacos_exception_total', ['module', 'name'], { name: 'db' }), limits.NacosActuatorDatabaseFailing.window))), '>', 0),
        texts: (l) => ({
          summary: `Database exceptions on Nacos node ${l.instance} (${l.job})`,
          description: `${l.instance} (${l.job}) had ${value.count} database exceptions within ${limits.NacosActuatorDatabaseFailing.window}, and goes on. Publishing configurations fails.`,
        }),
      }),
      alert({
        alert: 'NacosActuatorConfigQueueGrowing', runbook: 'NacosConfigDivergence', for: limits.NacosActuatorConfigQueueGrowing.for,
        meaning: 'Changes of configurations pile up on a node.',
        expr: calc(max(target, select('nacos_monitor', ['module', 'name'], { name: ['dumpTask', 'notifyTask'] })), '>', limits.NacosActuatorConfigQueueGrowing.tasks),
        texts: (l) => ({
          summary: `${value.count} changes of configurations wait on Nacos node ${l.instance} (${l.job})`,
          description: `${value.count} changes of configurations have waited on ${l.instance} (${l.job}) for ${limits.NacosActuatorConfigQueueGrowing.for}: it serves, or lets others serve, old ones.`,
        }),
      }),
    ],
  };
}

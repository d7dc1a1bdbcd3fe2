/** The exporter itself: an alert that cannot fire because nothing is measured must not look like health. */

import { cluster, node, nodeUp } from '../expressions.ts';
import { absent, ago, and, by, calc, constant, copied, countValues, marked, max, now, or, over, range, scalarLeft, unless, type Expr } from '../promql.ts';
import { alert, value, wordsBy, type Kit, type RuleGroup } from '../rules.ts';

export function exporterAlerts({ q, limits }: Kit): RuleGroup {
  const { NacosAuthenticationFailing: authentication, NacosNotificationsFailing: notifications } = limits;
  return {
    name: 'nacos-exporter', title: 'Exporter', records: [],
    alerts: [
      alert({
        alert: 'NacosExporterDown', severity: 'critical', for: limits.NacosExporterDown.for,
        meaning: 'An exporter cannot be scraped, or there is none.',
        expr: or(calc(q.up(), '==', 0), absent(q.metric('nacos_exporter_build_info')), []),
        texts: (_, maybe) => ({
          summary: maybe('instance', 'Nacos exporter ', ' cannot be scraped', 'No Nacos exporter is scraped'),
          description: `${maybe('instance', 'Prometheus has not been able to scrape ', ` for ${limits.NacosExporterDown.for}.`, `Prometheus has had no series of any Nacos exporter for ${limits.NacosExporterDown.for}.`)} What this exporter alone watches is not watched: no other alert of this pack can fire for it.`,
        }),
      }),
      alert({
        alert: 'NacosPollStale', severity: 'critical', for: limits.NacosPollStale.for,
        meaning: `A stage has not been read for ${limits.NacosPollStale.intervals} of its intervals, or never.`,
        expr: pollStale({ q, limits }),
        texts: (l) => ({
          summary: `Stage ${l.stage} of Nacos cluster ${l.nacos_cluster} is not read any more`,
          description: `${l.stage} of ${l.nacos_cluster} {{ if eq $value 0.0 }}has not been read once since the exporter started{{ else }}was last read completely ${value.duration} ago{{ end }}: alerts and panels that rest on it show the past, or nothing.`,
        }),
      }),
      alert({
        alert: 'NacosPollFailing', for: limits.NacosPollFailing.for,
        meaning: 'A stage of a node that is up cannot be read.',
        expr: unless(calc(max([...node, 'stage'], q.metric('nacos_poll_success')), '==', 0), calc(nodeUp(q), '==', 0)),
        texts: (l) => ({
          summary: `Stage ${l.stage} of Nacos node ${l.nacos_node} of ${l.nacos_cluster} cannot be read`,
          description: `${l.nacos_node} of ${l.nacos_cluster} answers, but ${l.stage} has not been readable for ${limits.NacosPollFailing.for}. nacos_poll_failures_total tells the reason, the exporter's log the request.`,
        }),
      }),
      alert({
        alert: 'NacosAuthenticationFailing',
        meaning: 'A node refuses the exporter: wrong credentials or missing permissions.',
        expr: calc(
          by('sum', node, max([...node, 'stage', 'reason'], over('increase', range(q.metric('nacos_poll_failures_total', { reason: ['auth', 'forbidden'] }), authentication.window)))),
          '>=', authentication.failures,
        ),
        texts: (l) => ({
          summary: `Nacos node ${l.nacos_node} of ${l.nacos_cluster} refuses the exporter`,
          description: `${l.nacos_node} of ${l.nacos_cluster} refused ${value.count} readings within ${authentication.window} (401 or 403): the password changed, the token secret differs between nodes, or the user lacks a permission.`,
        }),
      }),
      alert({
        alert: 'NacosSignalUnavailable', severity: 'info', for: limits.NacosSignalUnavailable.for,
        meaning: 'A signal is off or not supported: the alerts that rest on it cannot fire.',
        expr: signalUnavailable({ q, limits }),
        texts: (l) => ({
          summary: `Signal ${l.signal} of Nacos cluster ${l.nacos_cluster} is not available`,
          description: `${wordsBy(l.signal, {
            push: `No node of ${l.nacos_cluster} tells its push counters: NacosPushFailureRateHigh, NacosPushSlow and NacosEmptyPush cannot fire.`,
            beats: `No node of ${l.nacos_cluster} tells the age of beats: NacosBeatsOverdue cannot fire.`,
            canary: `The canary is off for ${l.nacos_cluster}: NacosCanaryFailing, NacosBeatSlow and NacosReplicationSlow cannot fire.`,
            config_divergence: `Configurations of ${l.nacos_cluster} are not compared: NacosConfigDivergence cannot fire.`,
          })} Their silence is not health.`,
        }),
      }),
      alert({
        alert: 'NacosSeriesDropped', severity: 'info', for: limits.NacosSeriesDropped.for,
        meaning: 'A limit left out series.',
        expr: calc(max(['nacos_cluster', 'family'], q.metric('nacos_exporter_series_dropped')), '>', 0),
        texts: (l) => ({
          summary: `${value.count} series of ${l.family} of Nacos cluster ${l.nacos_cluster} are left out`,
          description: `A limit of the exporter left out ${value.count} series of ${l.family} of ${l.nacos_cluster}. Totals of namespaces are complete; single services may be missing from panels.`,
        }),
      }),
      alert({
        alert: 'NacosShardMissing', for: limits.NacosShardMissing.for,
        meaning: 'Fewer shards of the exporter run than there should be.',
        expr: calc(
          by('count', ['job'], countValues('shard', ['job'], q.metric('nacos_exporter_shard_ordinal'))), '<',
          max(['job'], q.metric('nacos_exporter_total_shards')),
        ),
        texts: (l) => ({
          summary: `A shard of the Nacos exporter (job ${l.job}) is missing`,
          description: `Only ${value.count} different shards of job ${l.job} are scraped, fewer than nacos_exporter_total_shards says. The clusters of the missing ones are not watched.`,
        }),
      }),
      alert({
        alert: 'NacosNotificationsFailing',
        meaning: 'The chat relay could not deliver notifications.',
        expr: calc(max(['channel', 'result'], over('increase', range(q.metric('nacos_exporter_notifications_total', { result: ['failed', 'dropped'] }), notifications.window))), '>', 0),
        texts: (l) => ({
          summary: `Notifications to ${l.channel} are lost`,
          description: `${value.count} notifications to ${l.channel} were lost within ${notifications.window} (${l.result}), although each is tried several times. Somebody was not told of an alert: look at Alertmanager.`,
        }),
      }),
      alert({
        alert: 'NacosConfigReloadFailed', for: limits.NacosConfigReloadFailed.for,
        meaning: 'The configuration of an exporter could not be loaded; the old one is in force.',
        expr: calc(max(['job', 'instance'], q.metric('nacos_exporter_config_last_reload_successful')), '==', 0),
        texts: (l) => ({
          summary: `Nacos exporter ${l.instance} could not reload its configuration`,
          description: `The last reload of ${l.instance} (job ${l.job}) failed; it goes on with the configuration from before. "nacos-exporter config check" prints every mistake.`,
        }),
      }),
      alert({
        alert: 'NacosWatchdog', severity: 'info',
        meaning: 'Always fires: whoever stops receiving it has lost the way from Prometheus to the people.',
        expr: constant(1),
        texts: () => ({
          summary: 'Alerting for Nacos works',
          description: 'This alert always fires. Route it to something that speaks up when it stops arriving.',
        }),
      }),
    ],
  };
}

/** Value: seconds since the last complete reading, 0 where there was none. A cluster that is down is told by its own alert. */
function pollStale({ q, limits: { NacosPollStale: limit } }: Kit): Expr<'nacos_cluster' | 'stage'> {
  const labels = ['nacos_cluster', 'stage'] as const;
  const last = q.metric('nacos_poll_last_success_timestamp_seconds');
  const stale = calc(scalarLeft(now, '-', calc(max(labels, last), '>', 0)), '>', scalarLeft(limit.intervals, '*', max(labels, q.metric('nacos_poll_interval_seconds'))));
  const never = and(calc(max(labels, last), '==', 0), calc(max(labels, ago(last, limit.first_within)), '==', 0));
  return unless(or(stale, never), calc(max(cluster, q.metric('nacos_up')), '==', 0));
}

function signalUnavailable({ q }: Kit): Expr<'nacos_cluster' | 'signal'> {
  const stages = calc(max(['nacos_cluster', 'stage'], q.metric('nacos_poll_supported', { stage: ['push', 'beats'] })), '==', 0);
  const reachable = calc(max(cluster, q.metric('nacos_up')), '==', 1);
  const canary = unless(reachable, max(cluster, q.metric('nacos_canary_runs_total')));
  const configs = unless(reachable, max(cluster, q.metric('nacos_config_divergent_items')));
  return or(or(
    max(['nacos_cluster', 'signal'], copied(stages, 'stage', 'signal')),
    marked(canary, 'signal', 'canary'),
  ), marked(configs, 'signal', 'config_divergence'));
}

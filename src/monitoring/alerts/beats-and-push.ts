/** The ways in and out: beats, what the canary measures, pushes to subscribers, the config center. */

import { emptyPushes, cluster, namespace, node, nodesOf1x, orZero, pushFailureShare } from '../expressions.ts';
import { and, by, calc, histogramQuantile, marked, max, or, over, range, scalarLeft, unless, type Expr } from '../promql.ts';
import { alert, percent, value, wordsBy, type Kit, type RuleGroup } from '../rules.ts';

export function beatAndPushAlerts({ q, limits }: Kit): RuleGroup {
  const { NacosCanaryFailing: canary, NacosBeatSlow: beat, NacosReplicationSlow: replication, NacosPushSlow: slow, NacosEmptyPush: empty } = limits;
  const observed = [...node, 'observer'] as const;
  const runs = (where: Parameters<typeof q.metric<'nacos_canary_runs_total'>>[1]) =>
    by('sum', node, max([...node, 'result'], over('increase', range(q.metric('nacos_canary_runs_total', where), canary.window))));
  return {
    name: 'nacos-beats-and-push', title: 'Beats and push', records: [],
    alerts: [
      alert({
        alert: 'NacosBeatsOverdue', for: limits.NacosBeatsOverdue.for, divergence: true,
        meaning: 'Instances without a beat for longer than the limit for deletion are still there.',
        expr: calc(max(namespace, q.metric('nacos_beat_overdue_instances', { limit: 'delete' })), '>', 0),
        texts: (l) => ({
          summary: `${value.count} instances of Nacos cluster ${l.nacos_cluster} should have been deleted`,
          description: `${value.count} of the sampled instances of namespace ${l.namespace_id} of ${l.nacos_cluster} have sent no beat for longer than the limit for deletion and are still listed. Consumers call processes that are gone.`,
        }),
      }),
      alert({
        alert: 'NacosCanaryFailing',
        meaning: `More than ${percent(canary.share)} of the canary's runs on a node fail.`,
        expr: calc(calc(runs({ result: { not: 'success' } }), '/', runs({})), '>', canary.share),
        texts: (l) => ({
          summary: `Canary fails on Nacos node ${l.nacos_node} of ${l.nacos_cluster}`,
          description: `${value.percent} of the canary's runs on ${l.nacos_node} of ${l.nacos_cluster} failed within ${canary.window}: an instance that registers, beats or leaves there is not served as it should be.`,
        }),
      }),
      alert({
        alert: 'NacosBeatSlow', for: beat.for,
        meaning: `The 99th percentile of the canary's beats is above ${beat.seconds} s.`,
        expr: calc(histogramQuantile(0.99, max([...node, 'le'], over('rate', range(q.buckets('nacos_canary_beat_seconds'), beat.window)))), '>', beat.seconds),
        texts: (l) => ({
          summary: `Beats to Nacos node ${l.nacos_node} of ${l.nacos_cluster} take ${value.duration}`,
          description: `The 99th percentile of the canary's beats to ${l.nacos_node} of ${l.nacos_cluster} has been ${value.duration} for ${beat.for}. Beats that time out make healthy instances disappear.`,
        }),
      }),
      alert({
        alert: 'NacosReplicationSlow', for: replication.for,
        meaning: `What is registered on one node takes more than ${replication.seconds} s to another, or does not arrive.`,
        expr: or(
          marked(calc(max(observed, over('increase', range(q.metric('nacos_canary_replications_total', { result: 'timeout' }), replication.window))), '>', 0), 'signal', 'timeout'),
          marked(calc(histogramQuantile(0.99, max([...observed, 'le'], over('rate', range(q.buckets('nacos_canary_replication_seconds'), replication.window)))), '>', replication.seconds), 'signal', 'slow'),
          observed,
        ),
        texts: (l) => ({
          summary: `Replication from ${l.nacos_node} to ${l.observer} of Nacos cluster ${l.nacos_cluster} is slow`,
          description: `${wordsBy(l.signal, {
            timeout: `${value.count} registrations of the canary on ${l.nacos_node} were not seen on ${l.observer} of ${l.nacos_cluster} in time within ${replication.window}.`,
            slow: `The 99th percentile of the time until a registration on ${l.nacos_node} is seen on ${l.observer} of ${l.nacos_cluster} is ${value.duration}.`,
          })} Other instances take as long: consumers call old addresses.`,
        }),
      }),
      pushFailureRateHigh({ q, limits }),
      alert({
        alert: 'NacosPushSlow',
        meaning: `A push to subscribers takes more than ${slow.seconds} s on average.`,
        expr: calc(max(node, over('max_over_time', range(q.metric('nacos_push_cost_seconds', { stat: 'avg' }), slow.window))), '>', slow.seconds),
        texts: (l) => ({
          summary: `Pushes of Nacos node ${l.nacos_node} of ${l.nacos_cluster} take ${value.duration}`,
          description: `A push of ${l.nacos_node} of ${l.nacos_cluster} took ${value.duration} on average at some time within ${slow.window}. Consumers learn of changes late; look at the queue of pushes and at the network to the subscribers.`,
        }),
      }),
      alert({
        alert: 'NacosEmptyPush',
        meaning: 'Subscribers are told of no provider, and no service was emptied that would explain it.',
        expr: calc(emptyPushes(q, empty.window), '>', scalarLeft(empty.pushes, '*', calc(emptied({ q, limits }), '+', 1))),
        texts: (l) => ({
          summary: `Nacos cluster ${l.nacos_cluster} tells subscribers that there is no provider`,
          description: `${value.count} empty pushes left the nodes of ${l.nacos_cluster} within ${empty.window}, more than services without instances explain. Clients without protection against empty lists (namingPushEmptyProtection) drop their providers.`,
        }),
      }),
      alert({
        alert: 'NacosConfigCenterFailing', for: limits.NacosConfigCenterFailing.for,
        meaning: 'The config center of a node keeps failing on its database.',
        expr: calc(max(node, over('increase', range(q.metric('nacos_config_exceptions_total', { reason: 'db' }), limits.NacosConfigCenterFailing.window))), '>', 0),
        texts: (l) => ({
          summary: `Config center of Nacos node ${l.nacos_node} of ${l.nacos_cluster} fails`,
          description: `The config center of ${l.nacos_node} of ${l.nacos_cluster} had ${value.count} database exceptions within ${limits.NacosConfigCenterFailing.window}, and goes on. Publishing fails; what is read comes from the node's own cache.`,
        }),
      }),
    ],
  };
}

/** Services that were emptied within the window: 0 where contents are not compared. */
function emptied({ q, limits: { NacosEmptyPush: limit } }: Kit): Expr<'nacos_cluster'> {
  return orZero(by('sum', cluster, max(namespace, over('increase', range(q.metric('nacos_services_emptied_total'), limit.window)))), emptyPushes(q, limit.window));
}

function pushFailureRateHigh({ q, limits: { NacosPushFailureRateHigh: limit } }: Kit) {
  const share = pushFailureShare(q, limit.window);
  const old = nodesOf1x(q);
  const high = or(unless(calc(share, '>', limit.share), old), and(calc(share, '>', limit.share_v1), old));
  return alert({
    alert: 'NacosPushFailureRateHigh', for: limit.for,
    meaning: `More than ${percent(limit.share)} of more than ${limit.min_pushes} pushes of a node fail (${percent(limit.share_v1)} on 1.x).`,
    expr: and(high, calc(max(node, over('increase', range(q.metric('nacos_push_total'), limit.window))), '>', limit.min_pushes)),
    texts: (l) => ({
      summary: `${value.percent} of the pushes of Nacos node ${l.nacos_node} of ${l.nacos_cluster} fail`,
      description: `${value.percent} of the pushes of ${l.nacos_node} of ${l.nacos_cluster} failed within ${limit.window}. Subscribers learn of changes only at their next query, or not at all.`,
    }),
  });
}

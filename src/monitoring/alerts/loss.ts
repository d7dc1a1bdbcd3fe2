/** Loss: instances that are gone, unhealthy or coming and going. Each rests on numbers that the nodes agree on. */

import { cluster, emptyPushes, enoughVoters, lossShare, memberChange, namespace, node, nodesOf1x, orZero, unhealthyShare } from '../expressions.ts';
import { and, by, calc, clampMin, marked, max, or, over, quantileOverTime, range, scalarLeft, subquery, type Expr } from '../promql.ts';
import { alert, percent, value, wordsBy, type Kit, type RuleGroup } from '../rules.ts';

export function lossAlerts({ q, limits }: Kit): RuleGroup {
  const baseline = max(namespace, q.metric('nacos_namespace_instances_baseline'));
  const { NacosMassDeregistration: mass, NacosMassUnhealthy: unhealthy } = limits;
  // What is back within a beat or two was a dip: NacosTemporaryDeregistration tells of it.
  // A subquery is evaluated at multiples of its step: it would not know yet what has just come, and the baseline does.
  const atBest = max(namespace, over('max_over_time', range(q.metric('nacos_namespace_instances'), mass.dip)));
  const lost = (share: number) => and(and(calc(lossShare(q, atBest), '>=', share), calc(baseline, '>=', mass.min_instances)), enoughVoters(q));
  return {
    name: 'nacos-loss', title: 'Loss', records: [],
    alerts: [
      alert({
        alert: 'NacosMassDeregistration', divergence: true,
        meaning: `A namespace lost ${percent(mass.warning)} of its instances within 5 min, and they are not back.`,
        expr: lost(mass.warning),
        texts: (l) => ({
          summary: `${value.percent} of the instances in Nacos cluster ${l.nacos_cluster} are gone`,
          description: `Namespace ${l.namespace_id} of ${l.nacos_cluster} has ${value.percent} fewer instances than it had before the loss. This stays until 95 % are back, or for 6 h.`,
        }),
      }),
      alert({
        alert: 'NacosMassDeregistration', severity: 'critical', divergence: true,
        meaning: `A namespace lost ${percent(mass.critical)} of its instances within 5 min, and they are not back.`,
        expr: lost(mass.critical),
        texts: (l) => ({
          summary: `${value.percent} of the instances in Nacos cluster ${l.nacos_cluster} are gone`,
          description: `Namespace ${l.namespace_id} of ${l.nacos_cluster} has ${value.percent} fewer instances than it had before the loss: consumers fail. Do not restart consumers; they would start without providers.`,
        }),
      }),
      alert({
        alert: 'NacosMassUnhealthy',
        meaning: `At least ${percent(unhealthy.share)} of the instances of a namespace are unhealthy: on HTTP beats, 15 s before they are deleted.`,
        expr: and(
          calc(max(namespace, over('max_over_time', subquery(
            and(unhealthyShare(q), calc(q.metric('nacos_namespace_instances'), '>=', unhealthy.min_instances)), unhealthy.window, '15s',
          ))), '>=', unhealthy.share),
          enoughVoters(q),
        ),
        texts: (l) => ({
          summary: `${value.percent} of the instances in Nacos cluster ${l.nacos_cluster} are unhealthy`,
          description: `${value.percent} of the instances of namespace ${l.namespace_id} of ${l.nacos_cluster} are or were within ${unhealthy.window} unhealthy. Instances that beat by HTTP are deleted 15 s after they turned unhealthy; gRPC clients have no such phase.`,
        }),
      }),
      alert({
        alert: 'NacosServiceVanished', for: limits.NacosServiceVanished.for,
        meaning: 'Services that had instances within 24 h have none.',
        expr: and(calc(max(namespace, q.metric('nacos_vanished_services')), '>', 0), enoughVoters(q)),
        texts: (l) => ({
          summary: `${value.count} services of Nacos cluster ${l.nacos_cluster} have no instance left`,
          description: `${value.count} services of namespace ${l.namespace_id} of ${l.nacos_cluster} had instances within the last 24 h and have none now. If they were taken down on purpose, silence this alert for them.`,
        }),
      }),
      protectionTriggered({ q, limits }),
      alert({
        alert: 'NacosInstanceFlapping', for: limits.NacosInstanceFlapping.for, divergence: true,
        meaning: 'Instances keep going and coming back with the same identity, and no change of owner explains it.',
        // A rolling upgrade changes owners for longer than `for`: what that explains is NacosTemporaryDeregistration's.
        expr: and(
          calc(max(namespace, q.metric('nacos_instances_flapping')), '>', limits.NacosInstanceFlapping.instances),
          calc(max(namespace, over('increase', range(q.metric('nacos_instances_flapped_total', { cause: 'other' }), limits.NacosInstanceFlapping.window))), '>', 0),
        ),
        texts: (l) => ({
          summary: `${value.count} instances of Nacos cluster ${l.nacos_cluster} come and go`,
          description: `${value.count} instances of namespace ${l.namespace_id} of ${l.nacos_cluster} were gone and back with the same identity within two minutes, and this has gone on for ${limits.NacosInstanceFlapping.for}: beats get lost, or two nodes quarrel about who owns them.`,
        }),
      }),
      alert({
        alert: 'NacosTemporaryDeregistration', divergence: true,
        meaning: 'Instances were gone for a moment by a change of owner or member, or subscribers were told so.',
        expr: or(or(
          marked(calc(
            max(namespace, over('increase', range(q.metric('nacos_instances_flapped_total', { cause: 'ownership' }), '2m'))), '>=',
            clampMin(scalarLeft(limits.NacosTemporaryDeregistration.share, '*', baseline), limits.NacosTemporaryDeregistration.min_instances),
          ), 'signal', 'flapped'),
          marked(and(calc(emptyPushes(q, '5m'), '>', limits.NacosTemporaryDeregistration.empty_pushes), memberChange(q, '5m')), 'signal', 'empty_pushes'),
          cluster,
        ), marked(pushBurst({ q, limits }), 'signal', 'push_burst'), cluster),
        texts: (l, maybe) => ({
          summary: `Instances of Nacos cluster ${l.nacos_cluster} were deregistered for a moment`,
          description: `${wordsBy(l.signal, {
            flapped: `${value.count} instances${maybe('namespace_id', ' of namespace ')} of ${l.nacos_cluster} were gone and back within two minutes after a change of owner or member.`,
            empty_pushes: `${value.count} times within 5 min a subscriber of ${l.nacos_cluster} was told that a service has no provider, while members changed.`,
            push_burst: `${value.count} pushes left the nodes of ${l.nacos_cluster} within a minute, more than the subscribers that came anew explain, while members changed.`,
          })} Consumers may have seen too few providers, or none.`,
        }),
      }),
    ],
  };
}

function protectionTriggered({ q, limits }: Kit) {
  const labels = [...namespace, 'group_name', 'service_name'] as const;
  const triggered = max(labels, q.metric('nacos_service_protection_triggered'));
  const all = max(namespace, q.metric('nacos_namespace_protected_services'));
  const beyond = calc(calc(all, '-', orZero(by('sum', namespace, triggered), all)), '>', 0);
  return alert({
    alert: 'NacosProtectionTriggered', for: limits.NacosProtectionTriggered.for,
    meaning: 'A service has fewer healthy instances than its protection threshold: consumers are given unhealthy ones too.',
    expr: or(calc(triggered, '==', 1), beyond),
    texts: (l, maybe) => ({
      summary: `{{ if $labels.service_name }}Service {{ $labels.service_name }} of{{ else }}${value.count} more services of{{ end }} Nacos cluster ${l.nacos_cluster} {{ if $labels.service_name }}is{{ else }}are{{ end }} below the protection threshold`,
      description: `${maybe('service_name', 'Service ', '', `${value.count} services beyond limits.services`)}${maybe('group_name', ' of group ')} in namespace ${l.namespace_id} of ${l.nacos_cluster}: too few healthy instances for ${limits.NacosProtectionTriggered.for}. Consumers are given the unhealthy ones as well.`,
    }),
  });
}

/**
 * Value: pushes of the last minute. Nodes of 2.x push once to every subscription that is made anew, as after the restart of
 * a node: only more than all subscriptions together tells of instances that went and came. 1.x does not push on subscribing.
 */
function pushBurst({ q, limits: { NacosTemporaryDeregistration: limit } }: Kit): Expr<'nacos_cluster'> {
  const total = q.metric('nacos_push_total');
  const pushes = (window: string) => by('sum', cluster, max(node, over('increase', range(total, window))));
  const median = scalarLeft(60, '*', by('sum', cluster, max(node, quantileOverTime(0.5, subquery(over('rate', range(total, '1m')), '10m', '15s')))));
  const subscriptions = by('sum', cluster, max(node, over('max_over_time', range(q.metric('nacos_subscribers'), '10m'))));
  const explained = or(subscriptions, scalarLeft(0, '*', by('count', cluster, nodesOf1x(q))));
  const burst = and(calc(pushes('1m'), '>', scalarLeft(limit.burst, '*', median)), calc(pushes('1m'), '>', limit.burst_pushes));
  return and(and(burst, calc(pushes('5m'), '>', explained)), memberChange(q, '5m'));
}

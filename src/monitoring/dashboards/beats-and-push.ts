/** The ways in and out: whether instances beat in time, whether subscribers are told, and what the canary measures of both. */

import { cluster, namespace, node, pushFailureShare } from '../expressions.ts';
import { by, calc, histogramQuantile, max, over, range, type HistogramName } from '../promql.ts';
import type { BoardSpec } from './dashboard.ts';
import { rateInterval, type DashboardKit } from './kit.ts';
import type { Section } from './layout.ts';
import { badAbove0, badFrom, colors, toldAbove0, warnAndBad } from './looks.ts';
import { graph, stat } from './panels.ts';
import { orUnsupported, query, unsupported } from './targets.ts';

export const beatsAndPush: BoardSpec = {
  name: 'beatsAndPush',
  description: 'Whether instances beat in time, whether subscribers are told, and how long both take from end to end.',
  variables: [{ name: 'cluster', single: true }, { name: 'node' }, { name: 'namespace' }],
  sections: (kit) => [glance(kit), beats(kit), push(kit), canary(kit)],
};

const nobody = 'Nobody beats';
const noCanary = 'The canary is off (docs/canary.md)';
const onlyActuator = 'Told by the actuator endpoint of 2.2 and later only';
/** When an instance counts as unhealthy, and when it is deleted, unless its metadata say otherwise. */
const beatSteps = warnAndBad(15, 30);

function glance({ q, limits }: DashboardKit): Section {
  const { NacosPushFailureRateHigh: failingPushes, NacosCanaryFailing: failing, NacosEmptyPush: empty } = limits;
  const runs = (where: { readonly result?: { readonly not: 'success' } }) =>
    by('sum', node, max([...node, 'result'], over('increase', range(q.metric('nacos_canary_runs_total', where), failing.window))));
  const age = by('max', cluster, q.metric('nacos_beat_age_seconds', { stat: 'p99' }));
  return {
    title: 'Are they told?',
    pieces: [
      stat({ title: 'Age of beats', width: 5, unit: 's', decimals: 1, loud: true, steps: beatSteps, empty: nobody, description: '99th percentile of the time since the last beat, the worst of the chosen namespaces.', targets: [query(orUnsupported(age, q, 'beats'), '')] }),
      stat({
        title: 'Overdue for deletion', width: 5, unit: 'none', loud: true, steps: badAbove0(), empty: nobody, description: 'Sampled instances that should have been deleted and are still listed: consumers call processes that are gone.',
        targets: [query(orUnsupported(by('sum', cluster, max(namespace, q.metric('nacos_beat_overdue_instances', { limit: 'delete' }))), q, 'beats'), '')],
      }),
      stat({
        title: 'Failing pushes', width: 5, unit: 'percentunit', decimals: 1, loud: true, steps: badFrom(failingPushes.share), notANumber: 'no pushes', empty: 'Not told', description: `Share of the pushes of the last ${failingPushes.window} that failed, on the worst node.`,
        targets: [query(orUnsupported(by('max', cluster, pushFailureShare(q, failingPushes.window)), q, 'push', 'actuator'), '')],
      }),
      stat({
        title: 'Empty pushes', width: 4, unit: 'short', decimals: 0, loud: true, steps: badFrom(empty.pushes), empty: onlyActuator, description: `Subscribers that were told of no provider within ${empty.window}, all chosen nodes together.`,
        targets: [query(orUnsupported(by('sum', cluster, max(node, over('increase', range(q.metric('nacos_push_empty_total'), empty.window)))), q, 'actuator'), '')],
      }),
      stat({
        title: 'Failing canary runs', width: 5, unit: 'percentunit', decimals: 1, loud: true, steps: toldAbove0(failing.share), notANumber: 'no runs', empty: noCanary, description: `Share of the canary's runs of the last ${failing.window} that failed, on the worst node. More than ${failing.share * 100} % is an alert.`,
        targets: [query(by('max', cluster, calc(runs({ result: { not: 'success' } }), '/', runs({}))), '')],
      }),
    ],
  };
}

function beats({ q }: DashboardKit): Section {
  return {
    title: 'Beats',
    pieces: [
      graph({
        title: 'Age of the last beat', width: 10, unit: 's', min: 0, softMax: 30, steps: beatSteps, limits: true, many: true, empty: nobody,
        description: 'Half and 99 of 100 beat since, of those sampled within a minute: instances of 1.x, or clients that register over HTTP (2.2 and later). The lines are the limits that Nacos takes for unhealthy and for deletion.',
        targets: [query(max([...namespace, 'source', 'stat'], q.metric('nacos_beat_age_seconds', { stat: ['p50', 'p99'] })), (l) => `${l.namespace_id} ${l.source} ${l.stat}`), unsupported(q, 'beats')],
      }),
      graph({
        title: 'Overdue', width: 8, unit: 'short', min: 0, many: true, steps: badAbove0(colors.plain), empty: nobody, description: 'Sampled instances whose last beat is older than their own limit for unhealthy, or for deletion.',
        targets: [query(max([...namespace, 'limit'], q.metric('nacos_beat_overdue_instances')), (l) => `${l.namespace_id} ${l.limit}`), unsupported(q, 'beats')],
      }),
      graph({
        title: 'Sampled', width: 6, unit: 'short', min: 0, empty: nobody, description: 'Instances or clients that were looked at within the last minute: what the other panels of this row speak of.',
        targets: [query(max([...namespace, 'source'], q.metric('nacos_beat_sampled_instances')), (l) => `${l.namespace_id} ${l.source}`), unsupported(q, 'beats')],
      }),
    ],
  };
}

function push({ q, limits }: DashboardKit): Section {
  const { NacosPushFailureRateHigh: failing, NacosPushSlow: slow, NacosEmptyPush: empty } = limits;
  const notTold = 'Not told';
  const rate = (name: 'nacos_push_total' | 'nacos_push_failures_total' | 'nacos_push_empty_total') => max(node, over('rate', range(q.metric(name), rateInterval)));
  return {
    title: 'Pushes to subscribers',
    pieces: [
      graph({
        title: 'Pushes', width: 8, unit: 'ops', min: 0, empty: notTold, description: 'Pushes that each node attempted, failures included. The counters go on over the nightly reset of the servers.',
        targets: [query(rate('nacos_push_total'), (l) => l.nacos_node), unsupported(q, 'push', 'actuator')],
      }),
      graph({
        title: 'Share that fails', width: 8, unit: 'percentunit', min: 0, steps: warnAndBad(failing.share, failing.share_v1), limits: true, notANumber: 'no pushes', empty: notTold,
        description: 'A gap: nothing was pushed. The lines are the limits of NacosPushFailureRateHigh, the higher one for 1.x, which counts pushes that wait for their answer as failed.',
        targets: [query(pushFailureShare(q, rateInterval), (l) => l.nacos_node), unsupported(q, 'push', 'actuator')],
      }),
      graph({
        title: 'Empty pushes', width: 8, unit: 'ops', min: 0, empty: onlyActuator, description: `Pushes of a service without a valid instance: subscribers told of no provider. More than ${empty.pushes} within ${empty.window} that no emptied service explains are an alert.`,
        targets: [query(rate('nacos_push_empty_total'), (l) => l.nacos_node), unsupported(q, 'actuator')],
      }),
      graph({
        title: 'Time of a push', width: 12, unit: 's', min: 0, steps: badFrom(slow.seconds), limits: true, empty: 'Nothing was pushed, or not told', description: "From the change to the subscriber's answer, average and longest of late. A gap: nothing was pushed.",
        targets: [query(max([...node, 'stat'], q.metric('nacos_push_cost_seconds')), (l) => `${l.nacos_node} ${l.stat}`), unsupported(q, 'push', 'actuator')],
      }),
      graph({
        title: 'Pushes that wait', width: 6, unit: 'short', min: 0, empty: onlyActuator, description: 'A queue that grows is a network or a direct memory that is exhausted: such nodes have lost instances.',
        targets: [query(max(node, q.metric('nacos_push_pending_tasks')), (l) => l.nacos_node), unsupported(q, 'actuator')],
      }),
      graph({
        title: 'Subscriptions', width: 6, unit: 'short', empty: 'Told by 2.0 and later', description: "Subscribers as each node counts them, up and down: the server's own number, which may drift.",
        targets: [query(max(node, q.metric('nacos_subscribers')), (l) => l.nacos_node)],
      }),
    ],
  };
}

function canary({ q, limits }: DashboardKit): Section {
  const { NacosBeatSlow: beat, NacosReplicationSlow: replication } = limits;
  const observed = [...node, 'observer'] as const;
  const p99 = (name: Extract<HistogramName, 'nacos_canary_beat_seconds' | 'nacos_canary_push_seconds'>) =>
    histogramQuantile(0.99, max([...node, 'le'], over('rate', range(q.buckets(name), rateInterval))));
  const between = (name: Extract<HistogramName, 'nacos_canary_replication_seconds' | 'nacos_canary_deregistration_seconds'>) =>
    histogramQuantile(0.99, max([...observed, 'le'], over('rate', range(q.buckets(name), rateInterval))));
  return {
    title: 'Canary (opt-in)',
    pieces: [
      graph({
        title: 'Runs', width: 12, unit: 'short', min: 0, bars: true, many: true, empty: noCanary, description: 'Runs of the canary by what failed first, with each node responsible in turn.',
        targets: [query(by('sum', ['nacos_cluster', 'result'], max([...node, 'result'], over('increase', range(q.metric('nacos_canary_runs_total'), rateInterval)))), (l) => l.result)],
      }),
      graph({
        title: 'A beat takes', width: 12, unit: 's', min: 0, steps: badFrom(beat.seconds), limits: true, empty: noCanary, description: '99th percentile of the round trip of a beat. Clients give up after 3 s.',
        targets: [query(p99('nacos_canary_beat_seconds'), (l) => l.nacos_node)],
      }),
      graph({
        title: 'Registrations not seen in time', width: 12, unit: 'short', min: 0, bars: true, many: true, empty: noCanary, description: 'Registrations at the first node that the second did not show within 30 s although it answered.',
        targets: [query(max(observed, over('increase', range(q.metric('nacos_canary_replications_total', { result: 'timeout' }), rateInterval))), (l) => `${l.nacos_node} to ${l.observer}`)],
      }),
      graph({
        title: 'Registered until seen elsewhere', width: 12, unit: 's', min: 0, many: true, steps: badFrom(replication.seconds), limits: true, empty: noCanary, description: '99th percentile of the time from a registration at the first node until the second showed it. What never arrived is not in it.',
        targets: [query(between('nacos_canary_replication_seconds'), (l) => `${l.nacos_node} to ${l.observer}`)],
      }),
      graph({
        title: 'Deregistered until gone elsewhere', width: 12, unit: 's', min: 0, many: true, empty: noCanary, description: '99th percentile of the time from a deregistration at the first node until the second no longer showed it: for so long consumers call what is gone.',
        targets: [query(between('nacos_canary_deregistration_seconds'), (l) => `${l.nacos_node} to ${l.observer}`)],
      }),
      graph({
        title: 'Registered until pushed', width: 12, unit: 's', min: 0, empty: 'The canary is off, or the version does not push over UDP (1.x only)', description: '99th percentile of the time until a subscriber of the same node was pushed the registration, over UDP.',
        targets: [query(p99('nacos_canary_push_seconds'), (l) => l.nacos_node)],
      }),
    ],
  };
}

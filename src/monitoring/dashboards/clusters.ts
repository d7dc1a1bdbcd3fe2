/** All clusters at a glance: which of them can be trusted, and why not. */

import { cluster, expectedNodes, lossShare, namespace, nodesUp, orZero, pushFailureShare, quorum } from '../expressions.ts';
import { and, by, calc, clampMin, max, or, type Expr } from '../promql.ts';
import type { BoardSpec } from './dashboard.ts';
import type { DashboardKit } from './kit.ts';
import { rateInterval } from './kit.ts';
import type { Section } from './layout.ts';
import { ofCell, ofSeries, opens } from './links.ts';
import { badAbove0, badFrom, colors, upDown, warnAndBad, type Words } from './looks.ts';
import { graph, stat, timeline } from './panels.ts';
import { table, type Column } from './table.ts';
import { orUnsupported, query, unsupportedClusters } from './targets.ts';
import { causeWords, causesOfDoubt, trust, trustWords } from './trust.ts';

type PerCluster = Expr<'nacos_cluster'>;

export const clusters: BoardSpec = {
  name: 'clusters',
  description: 'Which registry can be trusted, and why another cannot. A click on a cluster opens its nodes.',
  variables: [{ name: 'cluster' }],
  sections: (kit) => [glance(kit), doubts(kit), data(kit), ways(kit)],
};

const openCluster = opens('cluster', { cluster: ofSeries('nacos_cluster') });

/** Sum over the namespaces of a cluster of what every exporter of it says alike. */
const summed = (of: Expr<'nacos_cluster' | 'namespace_id'>): PerCluster => by('sum', cluster, of);

function glance(kit: DashboardKit): Section {
  return {
    title: 'Can the registry be trusted?',
    pieces: [
      stat({
        title: 'Verdict', width: 24, height: 5, unit: 'none', words: trustWords, loud: true, named: true, click: openCluster,
        description: 'Trusted: nodes up, one leader, the same instances everywhere, none lost. With care: a node is missing or fills, some services differ, instances went, or nothing was compared lately. Not trusted: no quorum, no leader or two, nodes differ widely, or a mass of instances is gone.',
        empty: 'No exporter reports a cluster', targets: [query(trust(kit), (l) => l.nacos_cluster)],
      }),
      table({
        title: 'Clusters', width: 24, height: 10, empty: 'No exporter reports a cluster', labels: { nacos_cluster: 'Cluster' },
        description: 'One row a cluster, at this moment, the worst first. Spare: how many more nodes may fail before writes do. Agreed: instances that the nodes agree on. Diverging: services on which they differ, confirmed. Lost: the largest share of a namespace that is gone against the highest number of the last minutes. Beat age: the 99th percentile of the last look. Alerts: warnings and worse that fire.',
        clicks: { nacos_cluster: opens('cluster', { cluster: ofCell }) }, columns: columns(kit), sort: [{ by: 'Verdict' }, { by: 'Diverging' }],
      }),
    ],
  };
}

function columns(kit: DashboardKit): readonly Column<'nacos_cluster'>[] {
  const { whole: q, limits } = kit;
  const { NacosMassDeregistration: loss, NacosPushFailureRateHigh: push } = limits;
  const age = by('max', cluster, q.metric('nacos_beat_age_seconds', { stat: 'p99' }));
  return [
    { title: 'Verdict', of: trust(kit), unit: 'none', words: trustWords },
    { title: 'Answers', of: max(cluster, q.metric('nacos_up')), unit: 'none', words: upDown },
    { title: 'Nodes up', of: nodesUp(q), unit: 'short' },
    { title: 'Expected', of: expectedNodes(q), unit: 'short' },
    { title: 'Spare', of: calc(nodesUp(q), '-', quorum(q)), unit: 'short', words: spareWords, steps: { below: colors.bad, from: [[0, colors.careful], [1, colors.good]] } },
    { title: 'Agreed', of: summed(max(namespace, q.metric('nacos_namespace_instances'))), unit: 'none' },
    { title: 'Diverging', of: divergent(kit), unit: 'none', steps: badAbove0() },
    { title: 'Lost', of: lost(kit), unit: 'percentunit', decimals: 1, steps: warnAndBad(loss.warning, loss.critical) },
    {
      title: 'Push failures', unit: 'percentunit', decimals: 1, steps: badFrom(push.share), notANumber: 'no pushes',
      of: orUnsupported(by('max', cluster, pushFailureShare(q, push.window)), q, 'push', 'actuator'),
    },
    { title: 'Beat age', width: 120, of: orUnsupported(age, q, 'beats'), unit: 's', decimals: 1, steps: warnAndBad(15, 30) },
    { title: 'Alerts', width: 130, of: firing(kit), unit: 'none', steps: badAbove0(), words: firingWords },
  ];
}

/** A cluster of one or two has no node to spare, and is not broken by that. -1 is one too few, and no missing source. */
const spareWords: Words = { [-1]: ['-1', colors.bad] };

const divergent = ({ whole: q }: DashboardKit): PerCluster => by('sum', cluster, max([...namespace, 'kind'], q.metric('nacos_divergent_services')));

const lost = ({ whole: q }: DashboardKit): PerCluster => by('max', cluster, clampMin(lossShare(q), 0));

const noRules = -2;
const firingWords: Words = { [noRules]: ['rules not loaded', colors.careful] };

/** Warnings and worse. Where the alert that always fires does not, no rules are loaded: 0 would be a false comfort. */
export function firing({ whole: q, alerts, values }: DashboardKit): PerCluster {
  const up = max(cluster, q.metric('nacos_up'));
  const all = orZero(by('count', cluster, alerts({ severity: { not: 'info' } })), up);
  if (values.disabled.includes('NacosWatchdog')) return all;
  const watchdog = by('max', [], alerts({ alertname: 'NacosWatchdog', nacos_cluster: { like: '.*' } }));
  const silent = calc(calc(up, '*', 0), '-', -noRules);
  return { ...or(and(all, watchdog), silent), labels: cluster, optional: [] };
}

function doubts(kit: DashboardKit): Section {
  return {
    title: 'Since when, and why',
    pieces: [
      timeline({
        title: 'Verdict over time', width: 24, height: 7, unit: 'none', words: trustWords, empty: 'No exporter reports a cluster', click: openCluster,
        description: 'The verdict of each cluster. A gap: no exporter reported.', targets: [query(trust(kit), (l) => l.nacos_cluster)],
      }),
      timeline({
        title: 'Causes', width: 24, height: 9, unit: 'none', words: causeWords, empty: 'None in this time', click: openCluster,
        description: 'What takes away trust, while it does. Where the panel above has a gap nobody looked.',
        targets: [query(calc(by('max', ['nacos_cluster', 'cause'], causesOfDoubt(kit)), '>', 0), (l) => `${l.nacos_cluster}: ${l.cause}`)],
      }),
    ],
  };
}

function data(kit: DashboardKit): Section {
  const { whole: q, limits } = kit;
  const { NacosMassDeregistration: loss } = limits;
  return {
    title: 'Instances',
    pieces: [
      graph({
        title: 'Agreed instances', width: 8, unit: 'short', min: 0, click: openCluster,
        description: 'Instances that the nodes of each cluster agree on, all namespaces together. Dashed: the highest of the last minutes, which stands still while a loss lasts.',
        reference: 'baseline', targets: [
          query(summed(max(namespace, q.metric('nacos_namespace_instances'))), (l) => l.nacos_cluster),
          query(summed(max(namespace, q.metric('nacos_namespace_instances_baseline'))), (l) => `baseline of ${l.nacos_cluster}`),
        ],
      }),
      graph({
        title: 'Diverging services', width: 8, unit: 'short', min: 0, steps: badAbove0(), click: opens('divergence', { cluster: ofSeries('nacos_cluster') }),
        description: 'Services on which the nodes of a cluster differ, confirmed by a second reading. Absent until every node was compared once.',
        empty: 'Not compared yet', targets: [query(divergent(kit), (l) => l.nacos_cluster)],
      }),
      graph({
        title: 'Share of instances lost', width: 8, unit: 'percentunit', min: 0, steps: warnAndBad(loss.warning, loss.critical), limits: true, click: openCluster,
        description: 'The worst namespace of each cluster: what is gone of the highest number of the last minutes. The lines are the limits of NacosMassDeregistration.',
        targets: [query(lost(kit), (l) => l.nacos_cluster)],
      }),
    ],
  };
}

function ways({ whole: q, limits, alerts }: DashboardKit): Section {
  const { NacosPushFailureRateHigh: push } = limits;
  return {
    title: 'Beats, pushes, alerts',
    pieces: [
      graph({
        title: 'Failing pushes', width: 12, unit: 'percentunit', min: 0, many: true, steps: badFrom(push.share), limits: true, notANumber: 'no pushes',
        click: opens('beatsAndPush', { cluster: ofSeries('nacos_cluster') }),
        description: 'Share of the pushes to subscribers that fail, on the worst node of each cluster. A gap: nothing was pushed. The line is the limit of NacosPushFailureRateHigh.',
        targets: [query(by('max', cluster, pushFailureShare(q, rateInterval)), (l) => l.nacos_cluster), unsupportedClusters(q, 'push', 'actuator')],
      }),
      graph({
        title: 'Age of beats', width: 12, unit: 's', min: 0, softMax: 30, many: true, steps: warnAndBad(15, 30), limits: true,
        click: opens('beatsAndPush', { cluster: ofSeries('nacos_cluster') }),
        description: '99th percentile of the time since the last beat, of those sampled within a minute. After 15 s an instance counts as unhealthy, after 30 s it is deleted, unless its own metadata say otherwise. Clients that keep a connection do not beat.',
        empty: 'Nobody beats', targets: [query(by('max', cluster, q.metric('nacos_beat_age_seconds', { stat: 'p99' })), (l) => l.nacos_cluster), unsupportedClusters(q, 'beats')],
      }),
      graph({
        title: 'Firing alerts', width: 24, height: 7, unit: 'short', min: 0, stacked: true, many: true,
        description: 'Warnings and worse of this pack that fire, by name; those that speak of no cluster, such as of the exporter itself, included.',
        empty: 'No alert fired, or the rules are not loaded',
        targets: [query(by('count', ['alertname'], alerts({ severity: { not: 'info' }, nacos_cluster: { like: '.*' } })), (l) => l.alertname)],
      }),
    ],
  };
}


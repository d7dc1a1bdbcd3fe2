/** Namespaces and their services: what is offered to consumers, and what comes and goes. */

import { lossShare, namespace } from '../expressions.ts';
import { and, by, calc, calcPer, clampMin, max, over, range, topk, type Expr } from '../promql.ts';
import type { BoardSpec } from './dashboard.ts';
import { rateInterval, type DashboardKit } from './kit.ts';
import type { Section } from './layout.ts';
import { chosen, ofCell, opens } from './links.ts';
import { badAbove0, colors, warnAndBad } from './looks.ts';
import { graph, stat, timeline } from './panels.ts';
import { table } from './table.ts';
import { query, type Target } from './targets.ts';

export const services: BoardSpec = {
  name: 'services',
  description: 'What is agreed to be registered, healthy and gone: by namespace, by service, by version of a gray release.',
  variables: [{ name: 'cluster', single: true }, { name: 'namespace' }, { name: 'group' }, { name: 'service' }],
  sections: (kit) => [namespaces(kit), churn(kit), chosenServices(kit), gray(kit)],
};

const service = ['nacos_cluster', 'namespace_id', 'group_name', 'service_name'] as const;
type PerService = Expr<(typeof service)[number]>;

/** As many lines as can be told apart, and rows as are read. */
const lines = 20;
const rows = 100;

const noAgreement = 'No agreement';

function namespaces({ q, limits }: DashboardKit): Section {
  const { NacosMassDeregistration: loss } = limits;
  const agreed = (name: 'nacos_namespace_instances' | 'nacos_namespace_instances_healthy' | 'nacos_namespace_services' | 'nacos_vanished_services' | 'nacos_namespace_protected_services') =>
    max(namespace, q.metric(name));
  const total = (of: Expr<'nacos_cluster' | 'namespace_id'>): readonly Target[] => [query(by('sum', ['nacos_cluster'], of), '')];
  const healthy = calc(by('sum', ['nacos_cluster'], agreed('nacos_namespace_instances_healthy')), '/', by('sum', ['nacos_cluster'], agreed('nacos_namespace_instances')));
  return {
    title: 'Namespaces',
    pieces: [
      stat({ title: 'Instances', width: 4, unit: 'none', sparkline: true, empty: noAgreement, description: 'Agreed instances of the chosen namespaces.', targets: total(agreed('nacos_namespace_instances')) }),
      stat({ title: 'Healthy', width: 4, unit: 'percentunit', decimals: 1, sparkline: true, empty: noAgreement, notANumber: 'no instances', steps: { below: colors.bad, from: [[1 - limits.NacosMassUnhealthy.share, colors.careful], [0.99, colors.good]] }, description: 'Share of the agreed instances that are healthy.', targets: [query(healthy, '')] }),
      stat({ title: 'Services', width: 4, unit: 'none', sparkline: true, empty: noAgreement, description: 'Services with at least one agreed instance.', targets: total(agreed('nacos_namespace_services')) }),
      stat({ title: 'Lost', width: 4, unit: 'percentunit', decimals: 1, steps: warnAndBad(loss.warning, loss.critical), empty: 'No baseline yet', description: 'The namespace that lost the largest share of the highest number of the last minutes.', targets: [query(by('max', ['nacos_cluster'], clampMin(lossShare(q), 0)), '')] }),
      stat({ title: 'Vanished services', width: 4, unit: 'none', steps: badAbove0(), empty: noAgreement, description: 'Services that had instances within 24 hours and have none now.', targets: total(agreed('nacos_vanished_services')) }),
      stat({ title: 'Under protection', width: 4, unit: 'none', steps: badAbove0(colors.careful), empty: noAgreement, description: 'Services so unhealthy that consumers are given unhealthy instances too.', targets: total(agreed('nacos_namespace_protected_services')) }),
      table({
        title: 'Namespaces', width: 24, height: 7, labels: { nacos_cluster: 'Cluster', namespace_id: 'Namespace' }, empty: noAgreement, oneCluster: true, sort: [{ by: 'Lost' }, { by: 'Vanished services' }],
        description: 'What the nodes agree on, at this moment, the worst first.', clicks: { namespace_id: opens('services', { cluster: chosen('cluster'), namespace: ofCell }) },
        columns: [
          { title: 'Services', of: agreed('nacos_namespace_services'), unit: 'none' },
          { title: 'Instances', of: agreed('nacos_namespace_instances'), unit: 'none' },
          { title: 'Healthy', of: agreed('nacos_namespace_instances_healthy'), unit: 'none' },
          { title: 'Enabled', of: max(namespace, q.metric('nacos_namespace_instances_enabled')), unit: 'none' },
          { title: 'Lost', of: clampMin(lossShare(q), 0), unit: 'percentunit', decimals: 1, steps: warnAndBad(loss.warning, loss.critical) },
          { title: 'Vanished services', of: agreed('nacos_vanished_services'), unit: 'none', steps: badAbove0() },
          { title: 'Under protection', of: agreed('nacos_namespace_protected_services'), unit: 'none', steps: badAbove0(colors.careful) },
        ],
      }),
      graph({
        title: 'Instances by namespace', width: 12, unit: 'short', min: 0, reference: 'baseline', empty: noAgreement,
        description: 'Agreed instances. Dashed: the highest of the last minutes, which stands still while a loss lasts.',
        targets: [query(agreed('nacos_namespace_instances'), (l) => l.namespace_id), query(max(namespace, q.metric('nacos_namespace_instances_baseline')), (l) => `baseline of ${l.namespace_id}`)],
      }),
      graph({
        title: 'Unhealthy or disabled', width: 12, unit: 'short', min: 0, many: true, empty: noAgreement, description: 'Agreed instances that consumers are not given.',
        targets: [
          query(calc(agreed('nacos_namespace_instances'), '-', agreed('nacos_namespace_instances_healthy')), (l) => `unhealthy in ${l.namespace_id}`),
          query(clampMin(calc(agreed('nacos_namespace_instances'), '-', max(namespace, q.metric('nacos_namespace_instances_enabled'))), 0), (l) => `disabled in ${l.namespace_id}`),
        ],
      }),
    ],
  };
}

function churn({ q }: DashboardKit): Section {
  const counted = (name: 'nacos_instances_registered_total' | 'nacos_instances_deregistered_total' | 'nacos_instances_became_unhealthy_total' | 'nacos_instances_recovered_total' | 'nacos_instances_restarted_total' | 'nacos_services_emptied_total') =>
    max(namespace, over('increase', range(q.metric(name), rateInterval)));
  const notYet = 'Not compared yet';
  return {
    title: 'What comes and goes',
    pieces: [
      graph({
        title: 'Registered and gone', width: 12, unit: 'short', min: 0, bars: true, many: true, empty: notYet, description: 'Instances that appeared in the agreed registry, and that left it: by deregistration or expiry.',
        targets: [query(counted('nacos_instances_registered_total'), (l) => `registered in ${l.namespace_id}`), query(counted('nacos_instances_deregistered_total'), (l) => `gone from ${l.namespace_id}`)],
      }),
      graph({
        title: 'Health', width: 12, unit: 'short', min: 0, bars: true, many: true, empty: notYet, description: 'Instances that became unhealthy, and that recovered. Over HTTP, what is unhealthy for 15 s more is deleted.',
        targets: [query(counted('nacos_instances_became_unhealthy_total'), (l) => `unhealthy in ${l.namespace_id}`), query(counted('nacos_instances_recovered_total'), (l) => `recovered in ${l.namespace_id}`)],
      }),
      graph({
        title: 'Restarts', width: 5, unit: 'short', min: 0, bars: true, empty: notYet, description: 'Instances that came back at the same address as another process: an ordinary deploy.',
        targets: [query(counted('nacos_instances_restarted_total'), (l) => l.namespace_id)],
      }),
      graph({
        title: 'Flapping', width: 5, unit: 'short', min: 0, empty: notYet, description: 'Instances that within two minutes were gone and came back with the same identity: no deploy does that.',
        targets: [query(max(namespace, q.metric('nacos_instances_flapping')), (l) => l.namespace_id)],
      }),
      graph({
        title: 'Flapped, by cause', width: 5, unit: 'short', min: 0, bars: true, empty: notYet, description: '"ownership" where a node or the owner of the instance changed at about that time: the registry itself let go of it.',
        targets: [query(by('sum', ['nacos_cluster', 'cause'], max([...namespace, 'cause'], over('increase', range(q.metric('nacos_instances_flapped_total'), rateInterval)))), (l) => l.cause)],
      }),
      graph({
        title: 'Emptied services, stale metadata', width: 9, unit: 'short', min: 0, many: true, empty: notYet, description: 'Services that lost their last instance; and instances that stay disabled although they were started anew.',
        targets: [query(counted('nacos_services_emptied_total'), (l) => `emptied in ${l.namespace_id}`), query(max(namespace, q.metric('nacos_metadata_overridden_instances')), (l) => `disabled still in ${l.namespace_id}`)],
      }),
    ],
  };
}

/** Of the labels that tell services apart. */
const titlesOf = { nacos_cluster: 'Cluster', namespace_id: 'Namespace', group_name: 'Group', service_name: 'Service' } as const;
const openService = opens('services', { cluster: chosen('cluster'), namespace: '${__data.fields.Namespace}', group: '${__data.fields.Group}', service: ofCell });

const left = 'No such service within limits.services';

function chosenServices({ q }: DashboardKit): Section {
  const instances = q.metric('nacos_service_instances');
  const all = max(service, instances);
  const healthy = max(service, q.metric('nacos_service_instances_healthy'));
  const highest = max(service, over('max_over_time', range(instances, '1h')));
  const fewer = calc(calc(highest, '-', all), '>', 0);
  const named = (of: PerService): Target => query(topk(lines, of), (l) => `${l.namespace_id} ${l.service_name}`);
  return {
    title: 'Services',
    pieces: [
      table({
        title: 'Services with unhealthy instances', width: 12, height: 9, labels: titlesOf, empty: 'None', oneCluster: true, sort: [{ by: 'Unhealthy' }], clicks: { service_name: openService },
        description: `Of the chosen services, the ${rows} with most unhealthy instances.`,
        columns: [{ title: 'Unhealthy', of: topk(rows, calc(calc(all, '-', healthy), '>', 0)), unit: 'none', steps: badAbove0() }],
      }),
      table({
        title: 'Services with fewer instances than within the last hour', width: 12, height: 9, labels: titlesOf, empty: 'None', oneCluster: true, sort: [{ by: 'Fewer' }], clicks: { service_name: openService },
        description: `Of the chosen services, the ${rows} that lost most of the highest number that they had within an hour, from the first minute of a loss on. One that is gone altogether is counted under vanished services above.`,
        columns: [
          { title: 'Fewer', of: topk(rows, fewer), unit: 'none', steps: badAbove0(colors.careful) },
          { title: 'Highest', of: and(highest, topk(rows, fewer)), unit: 'none' },
        ],
      }),
      graph({ title: 'Instances of the chosen services', width: 12, unit: 'short', min: 0, many: true, empty: left, description: `Agreed instances; the ${lines} largest where more are chosen. Services beyond limits.services have no series of their own.`, targets: [named(all)] }),
      graph({ title: 'Unhealthy instances of the chosen services', width: 12, unit: 'short', min: 0, many: true, empty: left, description: `Agreed instances that are not healthy; the ${lines} services with most.`, targets: [named(calc(all, '-', healthy))] }),
      timeline({
        title: 'Protection', width: 24, height: 7, unit: 'none', words: { 0: ['not reached', colors.good], 1: ['reached', colors.careful] }, empty: 'No chosen service has a protection threshold',
        description: `Whether the protection threshold is reached, of services that have one above 0: consumers are then given unhealthy instances too. At most ${lines} services.`,
        targets: [query(topk(lines, max(service, q.metric('nacos_service_protection_triggered'))), (l) => `${l.namespace_id} ${l.service_name}`)],
      }),
    ],
  };
}

function gray({ q }: DashboardKit): Section {
  const byValue = [...service, 'key', 'value'] as const;
  const values = ['nacos_cluster', 'key', 'value'] as const;
  const instances = max(byValue, q.metric('nacos_service_metadata_instances'));
  const weight = max(byValue, q.metric('nacos_service_metadata_weight_ratio'));
  const several = calc(by('count', [...service, 'key'], calc(instances, '>', 0)), '>', 1);
  // The shares of one service and key are 1 together: so many services are in it.
  const shares = calcPer(by('sum', values, weight), '/', by('sum', ['nacos_cluster', 'key'], weight));
  const off = 'Name the key of your versions in metadata_views.keys';
  return {
    title: 'Gray releases',
    pieces: [
      graph({
        title: 'Instances by version', width: 12, unit: 'short', min: 0, stacked: true, many: true, empty: off, description: 'Agreed instances by the value of a metadata key, such as the version, the chosen services together. Opt-in.',
        targets: [query(topk(lines, by('sum', values, instances)), (l) => `${l.key}=${l.value}`)],
      }),
      graph({
        title: 'Weight by version', width: 12, unit: 'percentunit', min: 0, max: 1, stacked: true, many: true, empty: off, description: 'Share of the weight among healthy and enabled instances: the traffic that each version should get. The average where several services are chosen.',
        targets: [query(topk(lines, shares), (l) => `${l.key}=${l.value}`)],
      }),
      table({
        title: 'Services of several versions', width: 24, height: 9, empty: 'None, or no key is named in metadata_views.keys', oneCluster: true, sort: [{ by: 'Service', ascending: true }],
        description: `Of the chosen services, those with instances of more than one value of a key, at this moment; at most ${rows} rows.`,
        labels: { ...titlesOf, key: 'Key', value: 'Value' }, clicks: { service_name: openService },
        columns: [
          { title: 'Instances', of: topk(rows, and(instances, several)), unit: 'none' },
          { title: 'Weight', of: and(weight, topk(rows, and(instances, several))), unit: 'percentunit', decimals: 1 },
        ],
      }),
    ],
  };
}

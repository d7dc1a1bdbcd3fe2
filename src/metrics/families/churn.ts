/** What came, went and changed between reads: counters of the agreed registry, each event once however many nodes show it. */

import type { ChurnCounts } from '../../analysis/contents/churn-book.ts';
import type { Emit } from '../family.ts';
import { family, type ClusterView } from '../view.ts';

const perNamespace = ['nacos_cluster', 'namespace_id'] as const;

function counter<const N extends string>(name: N, help: string, key: keyof ChurnCounts) {
  return family({ name, type: 'counter', labels: perNamespace, help, rows: (view, emit) => eachNamespace(view, emit, (counts) => counts[key]) });
}

export const churnFamilies = [
  counter('nacos_instances_registered_total', 'Instances that appeared in the agreed registry.', 'registered'),
  counter('nacos_instances_deregistered_total', 'Instances that left the agreed registry, by deregistration or expiry.', 'deregistered'),
  counter('nacos_instances_became_unhealthy_total', 'Instances that were agreed healthy and no longer are.', 'becameUnhealthy'),
  counter('nacos_instances_recovered_total', 'Instances that were agreed unhealthy and are healthy again.', 'recovered'),
  counter('nacos_instances_restarted_total', 'Instances whose identity tag changed at the same address.', 'restarted'),
  family({
    name: 'nacos_instances_flapped_total', type: 'counter', labels: [...perNamespace, 'cause'],
    help: 'Instances that were gone and came back within two minutes with the same identity; cause is ownership where a member or owner change lies near.',
    rows(view, emit) {
      for (const [namespace, counts] of view.contents?.churn.counts ?? []) {
        emit(counts.flappedByOwnership, view.cluster, namespace, 'ownership');
        emit(counts.flappedOtherwise, view.cluster, namespace, 'other');
      }
    },
  }),
  family({
    name: 'nacos_instances_flapping', type: 'gauge', labels: perNamespace,
    help: 'Instances that flapped within the last two minutes.',
    rows(view, emit) {
      for (const [namespace, count] of view.contents?.churn.flapping ?? []) emit(count, view.cluster, namespace);
    },
  }),
  family({
    name: 'nacos_metadata_overridden_instances', type: 'gauge', labels: perNamespace,
    help: 'Instances that were disabled before they were started anew (another identity tag at the address) and are disabled still: what the console stored has outlived the registration.',
    rows(view, emit) {
      for (const [namespace, count] of view.contents?.churn.overridden ?? []) emit(count, view.cluster, namespace);
    },
  }),
  counter('nacos_services_emptied_total', 'Services that lost their last agreed instance.', 'servicesEmptied'),
  family({
    name: 'nacos_churn_identity_coverage_ratio', type: 'gauge', labels: perNamespace,
    help: 'Share of the services with agreed instances whose contents every node has shown within two polls, 0 to 1: churn of the rest is counted when the sweep comes by.',
    rows(view, emit) {
      for (const [namespace, share] of view.contents?.coverage ?? []) emit(share, view.cluster, namespace);
    },
  }),
] as const;

function eachNamespace(view: ClusterView, emit: Emit<typeof perNamespace>, value: (counts: ChurnCounts) => number): void {
  for (const [namespace, counts] of view.contents?.churn.counts ?? []) emit(value(counts), view.cluster, namespace);
}

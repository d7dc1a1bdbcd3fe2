/** The registry: what each node's own catalog says, and what the nodes agree on. */

import type { Agreement } from '../../analysis/agreement.ts';
import { isFresh } from '../../analysis/status.ts';
import type { Catalog, ContentsTotals } from '../../model.ts';
import type { Emit } from '../family.ts';
import { thresholdKey } from '../../analysis/protection.ts';
import { family, standingAgreements, type ClusterView } from '../view.ts';

const perNode = ['nacos_cluster', 'nacos_node', 'namespace_id'] as const;
const perNamespace = ['nacos_cluster', 'namespace_id'] as const;
const perService = ['nacos_cluster', 'namespace_id', 'group_name', 'service_name'] as const;

export const registryFamilies = [
  family({
    name: 'nacos_services', type: 'gauge', labels: perNode,
    help: "Rows of the node's own catalog, services without instances included.",
    rows: (view, emit) => eachCatalog(view, emit, (catalog) => catalog.services),
  }),
  family({
    name: 'nacos_services_empty', type: 'gauge', labels: perNode,
    help: "Services without instances in the node's own catalog.",
    rows: (view, emit) => eachCatalog(view, emit, (catalog) => catalog.empty),
  }),
  family({
    name: 'nacos_instances', type: 'gauge', labels: perNode,
    help: "Instances in the node's own catalog: unhealthy and disabled ones included.",
    rows: (view, emit) => eachCatalog(view, emit, (catalog) => catalog.totalInstances),
  }),
  family({
    name: 'nacos_instances_healthy', type: 'gauge', labels: perNode,
    help: "Healthy instances in the node's own catalog.",
    rows: (view, emit) => eachCatalog(view, emit, (catalog) => catalog.totalHealthy),
  }),
  family({
    name: 'nacos_instances_enabled', type: 'gauge', labels: perNode,
    help: "Enabled instances that the node lists; of the last complete read of its contents.",
    rows: (view, emit) => eachContents(view, emit, (totals) => totals.enabled),
  }),
  family({
    name: 'nacos_instances_ephemeral', type: 'gauge', labels: perNode,
    help: "Ephemeral instances that the node lists; absent where the version's lists do not tell.",
    rows: (view, emit) => eachContents(view, emit, (totals) => totals.ephemeral),
  }),
  family({
    name: 'nacos_agreement_nodes', type: 'gauge', labels: perNamespace,
    help: 'Nodes that vote on the namespace: up, read, not joining, not frozen.',
    rows(view, emit) {
      const standing = new Map(standingAgreements(view));
      for (const namespace of view.namespaces) emit(standing.get(namespace)?.votes.length ?? 0, view.cluster, namespace);
    },
  }),
  family({
    name: 'nacos_agreement_tied', type: 'gauge', labels: perNamespace,
    help: '1 if some service of the namespace stands at an even split of the voters.',
    rows: (view, emit) => eachAgreed(view, emit, (agreement) => agreement.tied ? 1 : 0),
  }),
  family({
    name: 'nacos_namespace_services', type: 'gauge', labels: perNamespace,
    help: 'Services with at least one agreed instance.',
    rows: (view, emit) => eachAgreed(view, emit, (agreement) => agreement.services),
  }),
  family({
    name: 'nacos_namespace_instances', type: 'gauge', labels: perNamespace,
    help: "Instances that the nodes agree on: the sum of the services' agreed numbers.",
    rows: (view, emit) => eachAgreed(view, emit, (agreement) => agreement.totalInstances),
  }),
  family({
    name: 'nacos_namespace_instances_baseline', type: 'gauge', labels: perNamespace,
    help: 'Highest agreed number of instances of the last 5 minutes; from a loss of 10 % on it stands still until 95 % of it is back or 6 hours have passed.',
    rows: (view, emit) => eachAgreed(view, emit, (_, namespace) => view.ledger.losses.baselines.get(namespace)?.value),
  }),
  family({
    name: 'nacos_vanished_services', type: 'gauge', labels: perNamespace,
    help: 'Services that had agreed instances within 24 hours and have none now.',
    rows(view, emit) {
      const counts = new Map<string, number>();
      for (const { namespace } of view.ledger.losses.vanished.values()) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
      eachAgreed(view, emit, (_, namespace) => counts.get(namespace) ?? 0);
    },
  }),
  family({
    name: 'nacos_namespace_instances_healthy', type: 'gauge', labels: perNamespace,
    help: 'Healthy instances that the nodes agree on.',
    rows: (view, emit) => eachAgreed(view, emit, (agreement) => agreement.totalHealthy),
  }),
  family({
    name: 'nacos_namespace_instances_enabled', type: 'gauge', labels: perNamespace,
    help: 'Enabled instances that the nodes agree on; of the last comparison of contents.',
    rows: (view, emit) => eachAgreed(view, emit, (_, namespace) =>
      (view.contents?.namespaces.get(namespace)?.lastComplete === undefined ? undefined : view.contents.enabled.get(namespace) ?? 0)),
  }),
  family({
    name: 'nacos_namespace_protected_services', type: 'gauge', labels: perNamespace,
    help: 'Services whose protection threshold, above 0, is reached: consumers are given unhealthy instances too.',
    rows: (view, emit) => eachAgreed(view, emit, (_, namespace) => view.ledger.protectedServices.get(namespace) ?? 0),
  }),
  family({
    name: 'nacos_service_instances', type: 'gauge', labels: perService,
    help: 'Agreed instances of the service; up to limits.services, totals always come from nacos_namespace_instances.',
    rows: (view, emit) => eachService(view, emit, (agreement, service) => agreement.instances[service]!),
    same: sameAgreements,
  }),
  family({
    name: 'nacos_service_instances_healthy', type: 'gauge', labels: perService,
    help: 'Agreed healthy instances of the service; up to limits.services.',
    rows: (view, emit) => eachService(view, emit, (agreement, service) => agreement.healthy[service]!),
    same: sameAgreements,
  }),
  family({
    name: 'nacos_service_protection_triggered', type: 'gauge', labels: perService,
    help: 'Whether the protection threshold of the service is reached; only services known to have one above 0.',
    rows(view, emit) {
      if (view.ledger.protectable.size === 0) return;
      for (const [namespace, agreement] of standingAgreements(view)) {
        const { groups, names } = agreement.names;
        for (const service of view.selected.get(namespace) ?? []) {
          const protectable = view.ledger.protectable.has(thresholdKey(namespace, groups[service]!, names[service]!));
          if (protectable) emit(agreement.triggered[service]!, view.cluster, namespace, groups[service]!, names[service]!);
        }
      }
    },
  }),
] as const;

function eachCatalog(view: ClusterView, emit: Emit<typeof perNode>, value: (catalog: Catalog) => number): void {
  for (const node of view.nodes) {
    if (node.catalogs === undefined) continue;
    for (const namespace of view.namespaces) {
      const catalog = node.catalogs.get(namespace);
      if (catalog !== undefined) emit(value(catalog), view.cluster, node.name, namespace);
    }
  }
}

/** From contents, under the same conditions as counts: the node is up, and its word is fresh. */
function eachContents(view: ClusterView, emit: Emit<typeof perNode>, value: (totals: ContentsTotals) => number | undefined): void {
  for (const { name, up, node } of view.nodes) {
    const reading = node.stages.contents;
    if (up !== true || reading?.value === undefined || !isFresh(reading, view.now, view.snapshot.intervals.contents ?? 0, view.timing)) continue;
    for (const namespace of view.namespaces) {
      const totals = reading.value.get(namespace);
      const number = totals === undefined ? undefined : value(totals);
      if (number !== undefined) emit(number, view.cluster, name, namespace);
    }
  }
}

/** Namespaces on which the nodes agree now; `value` is undefined where nothing is to be told. */
function eachAgreed(view: ClusterView, emit: Emit<typeof perNamespace>, value: (agreement: Agreement, namespace: string) => number | undefined): void {
  for (const [namespace, agreement] of standingAgreements(view)) {
    const told = value(agreement, namespace);
    if (told !== undefined) emit(told, view.cluster, namespace);
  }
}

function eachService(
  view: ClusterView,
  emit: Emit<typeof perService>,
  value: (agreement: { readonly instances: Int32Array; readonly healthy: Int32Array }, service: number) => number,
): void {
  for (const [namespace, agreement] of standingAgreements(view)) {
    const { groups, names } = agreement.names;
    for (const service of view.selected.get(namespace) ?? []) {
      emit(value(agreement, service), view.cluster, namespace, groups[service]!, names[service]!);
    }
  }
}

/** The same numbers stand, of the same services. */
function sameAgreements(before: ClusterView, now: ClusterView): boolean {
  const [earlier, standing] = [standingAgreements(before), standingAgreements(now)];
  return before.selected === now.selected && earlier.length === standing.length && earlier.every(([namespace, agreement], i) => {
    const [name, other] = standing[i]!;
    return name === namespace && agreement.names === other.names && agreement.instances === other.instances && agreement.healthy === other.healthy;
  });
}

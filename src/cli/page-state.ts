/** From the pollers' views to what the pages are made from; what a page asks for twice within a second is worked out once. */

import { groupViews, type GroupView } from '../analysis/raft.ts';
import { expectedNodes } from '../analysis/membership.ts';
import type { Difference } from '../analysis/contents/compare.ts';
import { countDivergent, type DivergentService, type NamespaceDivergence } from '../analysis/contents/summary.ts';
import { isReady, staleAfter } from '../analysis/status.ts';
import type { ClusterText } from '../metrics/cluster-text.ts';
import { standingAgreements, type ClusterView, type NodeView } from '../metrics/view.ts';
import { stages } from '../model.ts';
import type { ClusterPoller } from '../poller/cluster-poller.ts';
import type { CellState, ClusterState, Differing, ExporterState, FailingRead, NamespaceState, NodeState, PageSource, RaftState } from '../server/pages/state.ts';
import { configsIn, detailsIn, eventItem } from './divergence-report.ts';

export interface PageStateDeps {
  readonly pollers: () => readonly ClusterPoller[];
  /** Series that limits left out of the last text of a cluster. */
  readonly dropped: (cluster: string) => ClusterText['dropped'] | undefined;
  readonly exporter: () => ExporterState;
  readonly now: () => number;
}

/** So long a state is good for whoever else asks, milliseconds: many readers cost no more than one. */
const keptMs = 1_000;

export function createPageSource({ pollers, dropped, exporter, now }: PageStateDeps): PageSource {
  const states = createShortMemory<ClusterState>(now);
  const lists = createShortMemory<readonly Differing[]>(now);
  const find = (name: string): ClusterPoller | undefined => pollers().find(({ cluster }) => cluster === name);

  return {
    names: () => pollers().map(({ cluster }) => cluster),
    cluster(name) {
      const poller = find(name);
      return poller === undefined ? undefined : states(name, poller, () => stateOf(poller.view(), poller.polled(), dropped(name)));
    },
    differing(name, most) {
      const poller = find(name);
      return poller === undefined ? [] : lists(`${most} ${name}`, poller, () => differingIn(poller.view(), most));
    },
    configs(name) {
      const poller = find(name);
      return poller === undefined ? undefined : configsIn(poller.view());
    },
    events(name, most) {
      const recent = find(name)?.view().contents?.events().events ?? [];
      return recent.slice(-most).toReversed().map((event) => eventItem(event, name));
    },
    exporter,
  };
}

/** Of a poller that was replaced nothing is remembered: a reload starts anew. */
function createShortMemory<T>(now: () => number): (key: string, owner: object, make: () => T) => T {
  const kept = new Map<string, { readonly owner: object; readonly at: number; readonly value: T }>();
  return (key, owner, make) => {
    const known = kept.get(key);
    const at = now();
    if (known?.owner === owner && at >= known.at && at - known.at < keptMs) return known.value;
    for (const [other, { at: then }] of kept) if (at - then >= keptMs) kept.delete(other);
    const value = make();
    kept.set(key, { owner, at, value });
    return value;
  };
}

export function stateOf(view: ClusterView, polled: boolean, dropped: ClusterText['dropped'] | undefined): ClusterState {
  const found = [...view.contents?.namespaces.values() ?? []];
  const confirmed = found.reduce((sum, one) => sum + confirmedIn(one), 0);
  const groups = groupViews(view.snapshot, view.ledger.life);
  const since = found.flatMap((one) => one.since ?? []);
  return {
    name: view.cluster, now: view.now, ...(polled ? { lookedAt: view.snapshot.at } : {}),
    stale: polled && view.now - view.snapshot.at > staleAfter(view.timing.livenessInterval, view.timing),
    nodes: view.nodes.map((node) => nodeState(view, groups, node)),
    expected: expectedNodes(view.configuredNodes, view.ledger.membership),
    raft: raftState(view, groups), namespaces: namespaceStates(view),
    compared: found.length > 0 && found.every((one) => one.lastComplete !== undefined), sampled: view.contents?.sampled ?? false,
    confirmed, suspected: countDivergent(found) - confirmed, ...(since.length === 0 ? {} : { since: Math.min(...since) }),
    differsOn: view.nodes.filter(({ name, up }) => up === true && found.some((one) => (one.nodes.get(name)?.services ?? 0) > 0)).map(({ name }) => name),
    failing: view.nodes.flatMap(failingReads), failures: failuresIn(view),
    dropped: [...dropped?.values() ?? []].reduce((sum, count) => sum + count, 0),
  };
}

const confirmedIn = ({ confirmed }: NamespaceDivergence): number => confirmed.service + confirmed.instance + confirmed.health + confirmed.attributes;

function nodeState(view: ClusterView, groups: readonly GroupView[], { name, node, up, standing }: NodeView): NodeState {
  const { liveness, counts, readiness } = node.stages;
  const ready = up === true ? isReady(node) : undefined;
  const detail = liveness?.outcome.status === 'failed' ? liveness.outcome.detail : ready === false ? readiness?.value?.detail : undefined;
  const version = node.state?.version;
  const seen = view.nodes.filter((other) => other.up === true && other.name !== name).flatMap(({ node: other }) => other.stages.members?.value?.find(({ address }) => address === name) ?? []);
  const lacks = view.ledger.joining.get(name)?.missing;
  return {
    node: name, condition: up === undefined ? 'unknown' : up ? 'up' : 'down', vote: standing,
    leads: up === true ? groups.filter(({ leaders }) => leaders.includes(name)).map(({ group }) => group) : [],
    ...(version === undefined || version === '' ? {} : { version }),
    ...(ready === undefined ? {} : { ready }),
    ...(detail === undefined || detail === '' ? {} : { detail }),
    ...(seen.length === 0 ? {} : { seenUp: { up: seen.filter(({ state }) => state === 'up').length, of: seen.length } }),
    ...(counts?.valueAt === undefined ? {} : { readAt: counts.valueAt }),
    ...(up !== true || node.responseMs === undefined ? {} : { responseMs: node.responseMs }),
    ...(lacks === undefined ? {} : { lacks }),
  };
}

function raftState({ nodes }: ClusterView, groups: readonly GroupView[]): readonly RaftState[] {
  const complete = nodes.every(({ up, node }) => up !== true || (node.stages.raft?.value !== undefined && node.stages.raft.failures === 0));
  return groups.map(({ group, leaders }) => ({ group, leaders, complete }));
}

function namespaceStates(view: ClusterView): readonly NamespaceState[] {
  const agreements = new Map(standingAgreements(view));
  const names = new Map(view.nodes.flatMap(({ node }) => (node.stages.namespaces?.value ?? []).map(({ id, name }) => [id, name] as const)));
  return view.namespaces.map((id): NamespaceState => {
    const agreement = agreements.get(id);
    const baseline = view.ledger.losses.baselines.get(id)?.value;
    const found = view.contents?.namespaces.get(id);
    const compared = found?.lastComplete === undefined ? undefined : found;
    const name = names.get(id);
    return {
      id, ...(name === undefined || name === '' || name === id ? {} : { name }),
      ...(agreement === undefined ? {} : {
        agreed: {
          services: agreement.services, instances: agreement.totalInstances, healthy: agreement.totalHealthy, tied: agreement.tied,
          protected: view.ledger.protectedServices.get(id) ?? 0, ...(baseline === undefined ? {} : { baseline }),
        },
      }),
      ...(compared === undefined ? {} : { differing: { confirmed: confirmedIn(compared), suspected: compared.suspected } }),
      cells: view.nodes.map((node) => cellOf(node, id, compared?.nodes.get(node.name))),
    };
  });
}

function cellOf({ node, up, catalogs }: NodeView, namespace: string, found: { readonly missingInstances: number; readonly surplusInstances: number; readonly conflictingInstances: number } | undefined): CellState {
  const catalog = catalogs?.get(namespace);
  if (catalog !== undefined) {
    return {
      instances: catalog.totalInstances, healthy: catalog.totalHealthy,
      ...(found === undefined ? {} : { found: { missing: found.missingInstances, surplus: found.surplusInstances, conflicting: found.conflictingInstances } }),
    };
  }
  if (up !== true) return { absent: up === false ? 'down' : 'unread' };
  const outcome = node.stages.counts?.outcome;
  if (outcome?.status === 'unsupported') return { absent: 'unsupported' };
  if (outcome?.status === 'failed') return { absent: 'failed', detail: outcome.detail };
  return { absent: catalogs === undefined ? 'unread' : 'unknown_here' };
}

function failingReads({ name, node }: NodeView): readonly FailingRead[] {
  return stages.flatMap((stage) => {
    const reading = node.stages[stage];
    return reading?.outcome.status === 'failed' ? [{ node: name, stage, reason: reading.outcome.reason, detail: reading.outcome.detail, at: reading.at }] : [];
  });
}

function failuresIn({ ledger }: ClusterView): number {
  let sum = 0;
  for (const ofNode of ledger.failures.values()) for (const reasons of ofNode.values()) for (const count of reasons.values()) sum += count;
  return sum;
}

function differingIn(view: ClusterView, most: number): readonly Differing[] {
  const { cluster, contents } = view;
  const details = detailsIn(view);
  return (contents?.divergent(most) ?? []).map((found): Differing => {
    const { namespace, group, service, kind, confirmed, since, cause } = found;
    return {
      cluster, namespace, group, service, kind, confirmed, since, ...(cause === undefined ? {} : { cause }),
      words: () => wordsOf(found),
      details: () => details(found),
    };
  });
}

/** Differences of one service that are searched: of a service with very many the first ones. */
const mostSearched = 200;

function wordsOf({ differences }: DivergentService): string {
  let words = '';
  let last: Difference | undefined;
  for (const difference of differences.slice(0, mostSearched)) {
    if (difference.node !== last?.node) words += `${difference.node} `;
    // As in `placeOf`, of which nothing else is searched: this is done for thousands of services at once.
    if (difference.instance !== last?.instance) words += `${difference.instance.split('|', 3).slice(1).join(':')} `;
    last = difference;
  }
  return words;
}
